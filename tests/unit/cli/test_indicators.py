"""`suoheng indicators` describes the whole catalogue."""

import json
import re

import pytest

from deploy import cli
from deploy.catalogue.document import GROUPS, markdown
from deploy.catalogue.words import ENTRIES, Entry, describe
from schemas.events import TYPES
from streams.core.catalogue import COMPONENTS, INDICATORS, Derived
from streams.core.catalogue.sources import SOURCES
from streams.core.catalogue.units import UNITS

NEVER_EMPTY = (
    "id", "zh", "en", "definition", "definition_zh", "formula", "formula_zh", "formula_en", "example_zh", "example_en", "components",
    "windows", "subjects", "better", "events", "sources", "effective_from", "version", "absent_zh", "absent_en",
)  # fmt: skip


TOLD_FOR_OTHERS = {
    "soc.due",
    "soc.done",
    "soc.instruction_due",
    "soc.instruction_done",
    "soc.seconded",
    "cap.mediators",
    "cap.resettlement_staff",
}
"""Indicators rest on one side of them, or on their days; `res_dedicated_ok` is told by a view."""


def test_every_component_names_event_types_that_exist_and_is_used() -> None:
    assert {type_ for one in COMPONENTS.values() for type_ in one.told_by if not type_.endswith("*")} <= set(TYPES)
    assert {part.name for indicator in INDICATORS for part in indicator.parts} | TOLD_FOR_OTHERS == set(COMPONENTS)


@pytest.mark.parametrize("indicator", ENTRIES.values(), ids=lambda one: one.id)
def test_every_indicator_is_described(indicator: Entry) -> None:
    described = describe(indicator)
    assert [field for field in NEVER_EMPTY if not described[field]] == (["components"] if isinstance(indicator, Derived) else [])
    assert indicator.unit.id in UNITS
    assert {source for level in indicator.levels for source in level.sources} | set(indicator.sources) <= set(SOURCES)
    assert not indicator.variant_of or indicator.variant_of in ENTRIES


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_document_tells_of_every_indicator_once(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["indicators", "--markdown", lang]) == 0
    told = capsys.readouterr().out
    assert told == markdown(lang)  # type: ignore[arg-type]
    assert [told.count(f"### `{indicator.id}` ") for indicator in ENTRIES.values()] == [1] * len(ENTRIES)
    assert {indicator.id.split("_", 1)[0] for indicator in ENTRIES.values()} <= set(GROUPS)


def test_every_number_of_the_domains_catalogue_is_there() -> None:
    """Of 130 only 90, the readiness for a title, is told elsewhere (its criteria are a district's own)."""
    assert set(range(1, 131)) - {indicator.number for indicator in ENTRIES.values()} <= {90}


def test_the_two_languages_say_the_same_things() -> None:
    zh, en = (markdown(lang).splitlines() for lang in ("zh", "en"))
    assert [re.sub(r"(?<=^\* ).*|(?<=^# ).*|(?<=^## ).*|^[^#*].*|(?<=` ).*", "", line) for line in zh] == [
        re.sub(r"(?<=^\* ).*|(?<=^# ).*|(?<=^## ).*|^[^#*].*|(?<=` ).*", "", line) for line in en
    ]


def test_one_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["indicators", "med_success_rate"]) == 0
    told = capsys.readouterr().out
    assert "公式 formula: 达成协议 / 办结" in told
    assert "≥ 98 % (year; Lucheng 2015) [S12]" in told
    assert "达成协议 19, 办结 20 → 19/20 = 95 %" in told


def test_one_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["indicators", "med_success_rate", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["formula"], shown["modes"]) == ("med.agreed / med.concluded", ["share_weighted", "full", "lead", "assigned_by"])


def test_all_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["indicators", "--json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == list(ENTRIES)


def test_a_typing_error_is_answered_with_the_likely_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["indicators", "med_succes_rate"]) == 2
    assert "did you mean med_success_rate?" in capsys.readouterr().err
