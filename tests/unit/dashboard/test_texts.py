"""Every text in both languages, none missing, none left over; every code that an event may carry has a name."""

import re
from collections import Counter
from datetime import date
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import get_args, get_type_hints

import pytest

from consumers.acting import ROLES
from consumers.assessment.inputs import Part
from consumers.dashboard import presentation, texts
from consumers.dashboard.dual import DUAL
from consumers.dashboard.figures import Kind
from consumers.dashboard.groups import STEPS, TOPICS
from consumers.dashboard.key_dates import RECURRING, key_dates, name
from consumers.dashboard.limits import LIMITS, LISTS
from consumers.dashboard.presentation import Told
from consumers.dashboard.topics import CENTRES
from deploy.restatements.show import KINDS
from schemas.events.med import CaseAccepted, DisputeType
from schemas.rules import Rule
from streams.core.catalogue import INDICATORS
from streams.core.windows import to_date
from streams.core.workdays import SHIPPED

DASHBOARD = Path(texts.__file__).parents[1]
TOLD = [path for path in (DASHBOARD / "texts").glob("*.py") if path.stem != "__init__"]
BUILT = (
    "kind.", "counting.", "state.", "mode.", "office.", "severity.", "error.", "unit.", "part.", "letters.state.", "letter.stage.", "sources.state.",
    "restated.by.", "leaning.", "assessment.part.", "assessment.state.", "assessment.lost.", "programmes.verdict.", "desk.done.", "desk.held.",
    "desk.span.",
    "limit.", "list.", "who.", "date.", "topic.", "step.", "month.",
)  # fmt: skip
"""Families whose keys are put together at run time; they are checked one by one below."""


def used() -> set[str]:
    """Keys that templates and modules name in full."""
    sources = [path.read_text("utf-8") for path in [*DASHBOARD.glob("templates/*.html"), *DASHBOARD.glob("*.py")]]
    return {
        key
        for source in sources
        for key in re.findall(r"['\"]((?:[a-z0-9_]+\.)+[a-z0-9_]+)['\"]", source)
        if key.split(".")[0] in families()
    }


def families() -> set[str]:
    return {key.split(".")[0] for key in texts.TEXTS}


@pytest.mark.parametrize("key", texts.TEXTS)
def test_a_text_stands_in_both_languages_with_the_same_places(key: str) -> None:
    zh, en = texts.TEXTS[key]
    assert zh.strip()
    assert en.strip()
    assert places(zh) == places(en)


def test_no_text_is_told_twice() -> None:
    told = Counter(key for module in (import_module(f"{texts.__name__}.{path.stem}") for path in TOLD) for key in module.TEXTS)
    assert set(told) == set(texts.TEXTS)
    assert max(told.values()) == 1


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_chinese_texts_are_chinese_and_english_ones_are_not() -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    exceptions = {"nav.language", "unit.yuan", "unit.percent", "unit.pp", "unit.m2"}
    for key, (zh, en) in texts.TEXTS.items():
        if key not in exceptions:
            assert han.search(zh), key
            assert not han.search(en), key


def test_every_named_text_exists() -> None:
    missing = {key for key in used() if key not in texts.TEXTS and not key.endswith((".html", ".svg", ".js", ".css"))}
    assert not missing


def test_no_text_is_left_over() -> None:
    named = used()
    assert not {key for key in texts.TEXTS if key not in named and not key.startswith(BUILT)}


def test_presentations_name_texts_that_exist() -> None:
    for indicator in presentation.ORDER:
        shown = presentation.presentation(indicator)
        for key in (shown.unit, shown.numerator, shown.denominator):
            assert not key or key in texts.TEXTS


def test_looks_are_known_of_indicators_that_exist_only() -> None:
    assert set(presentation.ORDER) <= {indicator.id for indicator in INDICATORS}


@pytest.mark.parametrize(
    ("indicator", "kind"),
    [
        ("gov_review_rate", Kind.PERCENT),
        ("svc_spend_yuan", Kind.MONEY),
        ("cor_regain_p50", Kind.DAYS),
        ("gov_review_cnt", Kind.COUNT),
        ("svc_gap_pp", Kind.POINTS),
    ],
)
def test_an_indicator_nobody_told_the_page_about_is_shown_by_its_ending(indicator: str, kind: Kind) -> None:
    assert presentation.presentation(indicator).kind is kind


@pytest.mark.parametrize(
    ("told", "kind", "unit"),
    [
        (Told("sum", "件", "cases", 1, 1, "neutral"), Kind.COUNT, ""),
        (Told("sum", "元", "yuan", 1, 100, "neutral"), Kind.MONEY, ""),
        (Told("ratio", "%", "%", 100, 1, "up"), Kind.PERCENT, "unit.percent"),
        (Told("ratio", "元/人", "yuan a head", 1, 100, "up"), Kind.MONEY_RATE, ""),
        (Told("average", "天/人", "days a head", 1, 8, "up"), Kind.RATE, ""),
        (Told("p50", "小时", "hours", 1, 1, "down"), Kind.DAYS, ""),
        (Told("gap", "个百分点", "pp", 1, 1, "band"), Kind.POINTS, ""),
    ],
)
def test_an_indicator_is_shown_as_the_catalogue_tells(told: Told, kind: Kind, unit: str) -> None:
    shown = presentation.presentation("gov_new_cnt", told)
    assert (shown.kind, shown.unit, shown.words) == (kind, unit, (told.unit_zh, told.unit_en))
    assert shown.better in ("", "up", "down")


@pytest.mark.parametrize("severity", get_args(Rule.model_fields["severity"].annotation))
def test_every_severity_of_a_rule_has_a_name(severity: str) -> None:
    assert f"severity.{severity}" in texts.TEXTS


@pytest.mark.parametrize("dispute_type", get_args(get_args(DisputeType)[0]))
def test_every_dispute_type_has_a_name(dispute_type: str) -> None:
    assert texts.code("zh", "dispute_type", dispute_type) != dispute_type


@pytest.mark.parametrize("source", get_args(get_args(CaseAccepted.__annotations__["source"])[0]))
def test_every_source_has_a_name(source: str) -> None:
    assert texts.code("en", "source", source) != source


def test_an_unknown_code_is_printed_as_it_is() -> None:
    assert texts.code("en", "dispute_type", "quarrel_2031") == "quarrel_2031"


def test_an_unknown_key_is_a_defect() -> None:
    with pytest.raises(KeyError):
        texts.translator("zh")("no.such.text")


@pytest.mark.parametrize(
    ("indicator", "section"),
    [
        ("cap_area_m2", "capacity"),
        ("dual_core_time_share", "dual"),
        ("med_accepted_cnt", "workload"),
        ("med_success_rate", "outcome"),
        ("cor_lost_cnt", "outcome"),
    ],
)
def test_sections_of_the_office_card(indicator: str, section: str) -> None:
    assert presentation.section(indicator) == section


def test_every_way_of_counting_is_told_in_words() -> None:
    ways = {component.kind.value for indicator in INDICATORS for component in indicator.components.values()}
    assert {f"counting.{way}" for way in ways} == {key for key in texts.TEXTS if key.startswith("counting.")}


def test_every_limit_list_role_and_key_date_has_a_name() -> None:
    dates = {one.kind for year in range(2010, 2027) for one in key_dates(date(year, 1, 1), *_shipped(year))}
    dates |= set(RECURRING.values()) | {name(date(2026, month, 10), date(2026, month, 10)) for month in range(1, 13)} | {"worked"}
    acting = {f"who.{role}" for role in (*ROLES, "itself")} | {f"who.kind.{role}" for role in {*LIMITS.values(), *LISTS.values()}}
    made = {f"limit.{kind}" for kind in LIMITS} | {f"list.{kind}" for kind in LISTS} | acting
    told = {key for key in texts.TEXTS if key.startswith(("limit.", "list.", "who."))}
    assert made == told
    assert {f"date.{kind}" for kind in dates} <= set(texts.TEXTS)


def test_every_month_has_a_name() -> None:
    assert {f"month.{number}" for number in range(1, 13)} == {key for key in texts.TEXTS if key.startswith("month.")}


def test_every_topic_and_step_has_a_name() -> None:
    topics = {text for topic in (*CENTRES, *TOPICS, DUAL) for text in (f"topic.{topic.id}", f"topic.{topic.id}.hint")} | {"topic.offices"}
    assert topics == {key for key in texts.TEXTS if key.startswith("topic.")}
    assert {f"step.{part[0]}" for parts in STEPS.values() for part in parts} == {key for key in texts.TEXTS if key.startswith("step.")}


def _shipped(year: int) -> tuple[list[date], list[date]]:
    off, worked = SHIPPED[year]
    return [to_date(day) for day in off], [to_date(day) for day in worked]


def test_what_assessments_and_programmes_put_together_has_texts() -> None:
    part, state = get_type_hints(Part)["id"], get_type_hints(Part)["state"]
    built = {f"assessment.part.{one}" for one in get_args(part)} | {f"assessment.state.{one}" for one in get_args(state) if one != "over"}
    built |= {f"assessment.lost.{one}" for one in ("veto", "last_place")} | {
        f"programmes.verdict.{one}" for one in ("met", "missing", "unknown")
    }
    families = ("assessment.part.", "assessment.state.", "assessment.lost.", "programmes.verdict.")
    assert built == {key for key in texts.TEXTS if key.startswith(families)}


def test_every_cause_of_a_restatement_is_told_in_words() -> None:
    assert {f"restated.by.{one}" for one in (*KINDS, "late", "amendment", "retraction")} == {
        key for key in texts.TEXTS if key.startswith("restated.by.")
    }
