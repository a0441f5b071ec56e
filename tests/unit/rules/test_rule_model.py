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
