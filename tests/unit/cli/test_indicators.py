"""`suoheng indicators` describes the whole catalogue."""

import json

import pytest

from deploy import cli
from deploy.commands.indicators import SOURCES, describe
from schemas.events import TYPES
from streams.core.catalogue import BY_ID, COMPONENTS, INDICATORS


def test_every_component_names_event_types_that_exist() -> None:
    assert set(SOURCES) == set(COMPONENTS)
    named = {source for component, sources in SOURCES.items() if not component.startswith("work.") for source in sources}
    assert named <= set(TYPES)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda one: one.id)
def test_every_indicator_is_described(indicator: object) -> None:
    described = describe(indicator)  # type: ignore[arg-type]
    assert all(described[field] for field in ("id", "zh", "en", "definition", "formula", "components", "windows", "subjects", "sources"))


def test_one_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["indicators", "med_success_rate", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["formula"], shown["modes"]) == ("med.agreed / med.concluded", ["share_weighted", "full", "lead", "assigned_by"])


def test_all_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["indicators", "--json"]) == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == list(BY_ID)


def test_a_typing_error_is_answered_with_the_likely_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["indicators", "med_succes_rate"]) == 2
    assert "did you mean med_success_rate?" in capsys.readouterr().err
