"""A rule as people write it: what is taken, what is refused and in which words."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from schemas.rules import MAX_RULES, Rule, RulesError, parse_rules

GOOD: dict[str, Any] = {
    "id": "success_low",
    "title": {"zh": "调解成功率偏低", "en": "Mediation success rate low"},
    "severity": "medium",
    "indicator": "med_success_rate",
    "subjects": "office",
    "window": "month",
    "below": "0.95",
}


def rule(**changed: Any) -> Rule:
    return parse_rules([GOOD | changed])[0]


def refusal(**changed: Any) -> str:
    with pytest.raises(RulesError) as caught:
        rule(**{key: value for key, value in changed.items() if value is not None})
    return str(caught.value)


def test_defaults_are_those_of_the_documentation() -> None:
    one = rule()
    assert (one.mode, one.dimension, one.for_windows, one.min_denominator, one.running) == ("none", "", 1, 0, True)
    assert (one.only, one.clear, one.since) == (None, None, None)
    assert one.clear_level == one.threshold == Decimal("0.95")


@pytest.mark.parametrize("written", ["0", "-0", 0, -0.0, "0.00"])
def test_one_level_has_one_spelling(written: object) -> None:
    assert rule(below=written).as_published()["below"] == "0"


@pytest.mark.parametrize("written", ["0.98", 0.98, "0.980", Decimal("0.98")])
def test_a_level_is_the_decimal_that_was_written(written: object) -> None:
    assert rule(below=written).threshold == Decimal("0.98")
    assert rule(below=written).as_published()["below"] == "0.98"


@pytest.mark.parametrize(
    "written", ["1e3", 1e-9, "NaN", float("inf"), True, "0,98", "", "١", "12345678901234", "0.1234567", None, [], "01"]
)
def test_a_level_that_is_no_plain_decimal_is_refused(written: object) -> None:
    with pytest.raises(RulesError, match=r"rules\[0\]\.below: must be a decimal"):
        parse_rules([GOOD | {"below": written}]) if written is not None else parse_rules([GOOD | {"below": "None"}])


@pytest.mark.parametrize(
    ("field", "sign"),
    [("above", ">"), ("below", "<"), ("at_least", ">="), ("at_most", "<=")],
)
def test_the_name_of_the_threshold_is_its_sign(field: str, sign: str) -> None:
    one = parse_rules([{key: value for key, value in GOOD.items() if key != "below"} | {field: 3}])[0]
    assert str(one.comparison) == sign
    assert one.threshold == 3


def test_published_form_is_json_and_comes_back_as_the_same_rule() -> None:
    one = rule(
        **{"for": 2, "clear": "0.96", "since": date(2026, 8, 1), "only": ["sfs-990101-001"], "min_denominator": 20, "running": False}
    )
    text = json.dumps(one.as_published())
    assert '"for": 2' in text
    assert '"since": "2026-08-01"' in text
    assert "mode" not in text
    assert parse_rules([json.loads(text)]) == (one,)


def test_mistakes_are_named_with_their_place() -> None:
    assert "rules[0].severity: Input should be 'critical', 'high', 'medium', 'low' or 'info'" in refusal(severity="urgent")
    assert "rules[0].colour: Extra inputs are not permitted" in refusal(colour="red")
    assert "rules[0].title.en: " in refusal(title={"zh": "调解"})
    assert refusal(above=1) == "rules[0]: needs exactly one of above, below, at_least, at_most; has 2"
    assert refusal(clear="0.9").startswith("rules[0]: clear 0.9 lies on the side of the breach of 0.95")
    assert "authority values need a mode" in refusal(subjects="authority")
    assert "office values have no mode" in refusal(mode="lead")
    assert "not by week" in refusal(subjects="authority", mode="lead", window="week")
    assert "not by day" in refusal(indicator="med_accepted_cnt", dimension="dispute_type=labour", window="day")
    assert "'au-990101-sjj' is not the id of a office" in refusal(only=["au-990101-sjj"])
    assert "percentage points" in refusal(indicator="dual_mismatch_pp", min_denominator=5)
    assert "must be a day" in refusal(since=20260801)
    assert "rules[0].for: " in refusal(**{"for": 0})
    assert "rules[0].for: " in refusal(**{"for": "2"})
    assert "rules[0].only" in refusal(only=[])
    assert "rules[0].for_windows: Extra inputs" in refusal(for_windows=2)


def test_all_mistakes_are_reported_at_once() -> None:
    with pytest.raises(RulesError) as caught:
        parse_rules([GOOD | {"id": "No"}, GOOD, GOOD | {"window": "decade"}])
    assert [problem.where for problem in caught.value.problems] == [(0, "id"), (2, "window")]


def test_ids_are_unique() -> None:
    with pytest.raises(RulesError, match=r"rules\[1\]\.id: 'success_low' is already the id of rules\[0\]"):
        parse_rules([GOOD, GOOD])


def test_number_of_rules_is_bounded() -> None:
    many = [GOOD | {"id": f"r{n}"} for n in range(MAX_RULES + 1)]
    assert len(parse_rules(many[:-1])) == MAX_RULES
    with pytest.raises(RulesError, match="at most 64"):
        parse_rules(many)


@pytest.mark.parametrize("data", [None, {}, "rules", 3, {"rules": []}])
def test_what_is_no_list_is_refused(data: object) -> None:
    with pytest.raises(RulesError, match="must be a list of rules"):
        parse_rules(data)


def test_an_empty_list_withdraws_all_rules() -> None:
    assert parse_rules([]) == ()


DAILY: dict[str, Any] = {name: value for name, value in GOOD.items() if name not in ("indicator", "below")} | {"window": "day", "above": 0}


@pytest.mark.parametrize(
    ("fields", "observes"),
    [
        ({"deadline": "med_conclude", "within": 5}, "deadline:med_conclude"),
        ({"deadline": "cor_report", "overdue": 1, "subjects": "district"}, "deadline:cor_report"),
        ({"silence": "working_days"}, "silence"),
        ({"silence": "days", "subjects": "source", "only": ["/districts/990101/office-1"]}, "silence"),
        ({"gaps_older_than": 0, "subjects": "source"}, "gaps"),
        ({"refusals": ["TEXT_PRIVATE"], "subjects": "district", "window": "month"}, "refusals"),
    ],
)
def test_a_rule_may_be_about_no_indicator(fields: dict[str, Any], observes: str) -> None:
    (one,) = parse_rules([DAILY | fields])
    assert one.observes == observes
    assert parse_rules([one.as_published()]) == (one,)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "needs exactly one of indicator, deadline, silence, gaps_older_than, refusals; has 0"),
        ({"silence": "days", "indicator": "med_success_rate"}, "needs exactly one of indicator, deadline, silence, gaps_older_than, refusals; has 2"),
        ({"deadline": "med_conclude"}, "a deadline needs exactly one of within, overdue"),
        ({"deadline": "med_conclude", "within": 1, "overdue": 1}, "a deadline needs exactly one of within, overdue"),
        ({"silence": "days", "within": 1}, "a deadline needs exactly one of within, overdue; nothing else has them"),
        ({"silence": "days", "subjects": "district"}, "silence is known of office and source, not of district"),
        ({"deadline": "soc_task", "within": 1, "subjects": "authority", "mode": "lead"}, "deadline is known of office and district, not of authority"),
        ({"gaps_older_than": 3}, "gaps_older_than is known of source and district, not of office"),
        ({"refusals": ["TEXT_PRIVATE"]}, "refusals is known of district, not of office"),
        ({"indicator": "med_success_rate", "subjects": "source"}, "indicator is known of office and authority and district, not of source"),
        ({"silence": "days", "min_denominator": 3}, "min_denominator belongs to an indicator, not to silence"),
        ({"silence": "days", "no_data": "clear"}, "no_data belongs to an indicator, not to silence"),
        ({"silence": "days", "window": "month"}, "silence is judged by day: window: day"),
        ({"silence": "days", "subjects": "source", "only": ["office-1"]}, "only: 'office-1' is not the id of a source"),
    ],
)  # fmt: skip
def test_what_does_not_belong_together_is_refused_in_words(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(RulesError) as caught:
        parse_rules([DAILY | fields])
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"no_data": "breach"}, "no_data: breach needs running: false, for a window that has just begun has no value yet"),
        ({"confidence": "wilson", "below": "1.5"}, "confidence needs a threshold between 0 and 1"),
        ({"confidence": "wilson", "indicator": "dual_balance_gap_pp"}, "confidence does not apply to differences in percentage points"),
        ({"unstated": "no_data", "subjects": "district"}, "unstated is about an office's snapshots, not about district values"),
        ({"jump": 4}, "jump needs above or at_least, and a window of a month or longer"),
    ],
)
def test_conditions_that_could_never_be_judged_are_refused(fields: dict[str, Any], message: str) -> None:
    assert message in refusal(**fields)
