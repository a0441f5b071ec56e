"""Alerts from series of windows; each test draws its months as a line, oldest first."""

from datetime import date
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest

from schemas.rules import Rule, parse_rules
from streams.core.judge import AlertKey, Verdict, Window, changes, in_force, judge

DAY_ZERO = date(1970, 1, 1).toordinal()


def day(year: int, month: int, of_month: int = 1) -> int:
    return date(year, month, of_month).toordinal() - DAY_ZERO


def month_start(index: int) -> int:
    """First day of the index-th month after January 2026."""
    return day(2026 + index // 12, index % 12 + 1)


def rule(**fields: Any) -> Rule:
    base = {
        "id": "r",
        "title": {"zh": "规", "en": "r"},
        "severity": "low",
        "indicator": "cor_lost_cnt",
        "subjects": "office",
        "window": "month",
    }
    return parse_rules([base | fields])[0]


def sums(*values: int | None) -> list[Window]:
    return [(month_start(n), month_start(n + 1), v or 0, None, v is None) for n, v in enumerate(values)]


def ratios(*pairs: tuple[int, int]) -> list[Window]:
    return [(month_start(n), month_start(n + 1), num, den, den == 0) for n, (num, den) in enumerate(pairs)]


def judged(one: Rule, series: list[Window], *, since: int = 0, scale: int = 1, divisor: int = 1, today: int = 10**6) -> list[Verdict]:
    return judge(one, since, series, scale, divisor, today)


def line(verdicts: list[Verdict]) -> list[tuple[str, str, str]]:
    """start month, state, last month."""
    return [(_month(v.start_day), v.state, _month(v.window_first_day)) for v in verdicts]


def _month(first_day: int) -> str:
    return date.fromordinal(first_day + DAY_ZERO).strftime("%y-%m")


def test_an_alert_opens_with_the_breach_and_ends_with_the_clear_window() -> None:
    #                                       Jan Feb Mar Apr May Jun
    verdicts = judged(rule(above=0), sums(0, 2, 3, 0, 0, 1))
    assert line(verdicts) == [("26-02", "resolved", "26-04"), ("26-06", "firing", "26-06")]
    assert verdicts[0].why == "0 <= 0 in month 2026-04, since 2026-02"
    assert verdicts[1].why == "1 > 0 in month 2026-06"
    assert verdicts[1].value == 1


@pytest.mark.parametrize(
    ("fields", "breached", "not_breached"),
    [
        ({"above": 5}, [6], [4, 5]),
        ({"below": 5}, [4], [5, 6]),
        ({"at_least": 5}, [5, 6], [4]),
        ({"at_most": 5}, [4, 5], [6]),
    ],
)
def test_the_edge_belongs_to_the_sign(fields: dict[str, int], breached: list[int], not_breached: list[int]) -> None:
    assert all(judged(rule(**fields), sums(value)) for value in breached)
    assert not any(judged(rule(**fields), sums(value)) for value in not_breached)


@pytest.mark.parametrize("fields", [{"at_least": 5}, {"at_most": -5}])
def test_without_a_clear_level_touching_alerts_end_beyond_the_threshold(fields: dict[str, int]) -> None:
    sign = 1 if "at_least" in fields else -1
    assert [v.state for v in judged(rule(**fields), sums(5 * sign, 5 * sign))] == ["firing"]
    assert [v.state for v in judged(rule(**fields), sums(5 * sign, 4 * sign))] == ["resolved"]


def test_between_the_levels_an_alert_stays_and_none_opens() -> None:
    series = ratios((97, 100), (985, 1000), (989, 1000), (99, 100), (985, 1000))
    verdicts = judged(rule(indicator="med_success_rate", below="0.98", clear="0.99"), series)
    assert line(verdicts) == [("26-01", "resolved", "26-04")]
    still = judged(rule(indicator="med_success_rate", below="0.98", clear="0.99"), series[:3])
    assert [v.why for v in still] == ["989/1000 = 0.989 not yet >= 0.99 in month 2026-03, since 2026-01"]


def test_for_wants_consecutive_windows_and_starts_with_the_first_of_them() -> None:
    one = rule(above=0, **{"for": 3})
    assert judged(one, sums(1, 1, 0, 1, 1)) == []
    assert line(judged(one, sums(0, 1, 1, 1, 1, 0))) == [("26-02", "resolved", "26-06")]


def test_a_window_without_a_value_breaks_a_pending_run_and_leaves_an_open_alert() -> None:
    one = rule(above=0, **{"for": 2})
    assert judged(one, sums(1, None, 1)) == []
    assert line(judged(one, sums(1, 1, None, None))) == [("26-01", "firing", "26-02")]
    assert line(judged(one, sums(1, 1, None, 0))) == [("26-01", "resolved", "26-04")]


def test_small_denominators_say_nothing_neither_breach_nor_clear() -> None:
    one = rule(indicator="med_success_rate", below="0.95", min_denominator=20)
    assert judged(one, ratios((0, 19))) == []
    assert line(judged(one, ratios((10, 20), (19, 19)))) == [("26-01", "firing", "26-01")]


def test_small_denominators_are_counted_without_the_weights_of_shares() -> None:
    one = rule(indicator="med_success_rate", subjects="authority", mode="share_weighted", below="0.96", min_denominator=70)
    verdicts = judged(one, ratios((665_000, 700_000)), scale=10_000)
    assert [v.why for v in verdicts] == ["66.5/70 = 0.95 < 0.96 in month 2026-01"]
    assert judged(one, ratios((665_000, 699_999)), scale=10_000) == []


def test_values_are_exact_where_binary_fractions_are_not() -> None:
    tenth = 10**15 + 1
    series = ratios((tenth, 10 * 10**15))
    verdicts = judged(rule(indicator="med_success_rate", above="0.1"), series)
    assert verdicts[0].value == Fraction(tenth, 10**16)
    assert "= 0.1000000000000001 > 0.1 in" in verdicts[0].why
    assert judged(rule(indicator="med_success_rate", above="0.1"), ratios((1, 10))) == []


def test_money_is_judged_in_yuan_and_area_in_square_metres() -> None:
    money = judged(rule(indicator="med_amount_yuan", above="1000.5"), sums(100_051), scale=100)
    assert (money[0].value, money[0].why) == (Fraction(100_051, 100), "1000.51 > 1000.5 in month 2026-01")
    area = judged(rule(indicator="cap_area_m2", below=60), ratios((5_950, 1)), scale=100, divisor=100)
    assert (area[0].value, area[0].why) == (Fraction(119, 2), "59.5/1 = 59.5 < 60 in month 2026-01")


def test_percentage_points_are_shown_as_they_are() -> None:
    verdicts = judged(rule(indicator="dual_balance_gap_pp", below=-15), ratios((-1_523, 100)))
    assert verdicts[0].why == "-15.23 < -15 in month 2026-01"


def test_only_windows_that_end_after_since_are_judged() -> None:
    one = rule(above=0)
    assert line(judged(one, sums(1, 1, 1), since=month_start(1))) == [("26-02", "firing", "26-03")]
    assert line(judged(one, sums(1, 1, 1), since=month_start(2) - 1)) == [("26-02", "firing", "26-03")]


def test_the_running_window_is_judged_unless_the_rule_says_no() -> None:
    in_march = month_start(2) + 10
    assert line(judged(rule(above=0), sums(0, 0, 1), today=in_march)) == [("26-03", "firing", "26-03")]
    assert judged(rule(above=0, running=False), sums(0, 0, 1), today=in_march) == []
    assert line(judged(rule(above=0, running=False), sums(0, 0, 1), today=month_start(3))) == [("26-03", "firing", "26-03")]
    assert judged(rule(above=0), sums(0, 0, 1), today=month_start(2) - 1) == []


def test_windows_have_short_names() -> None:
    starts = {"day": day(2026, 8, 3), "week": day(2026, 12, 28), "quarter": day(2026, 10), "half": day(2026, 7), "year": day(2026, 1)}
    whys = [judged(rule(above=0, window=kind), [(first, first + 1, 1, None, False)])[0].why for kind, first in starts.items()]
    assert [why.rsplit(" ", 1)[1] for why in whys] == ["2026-08-03", "2026-W53", "2026-Q4", "2026-H2", "2026"]


KEY = AlertKey("lost", "office", "sfs-990101-001", month_start(1))
FIRING = Verdict(month_start(1), "firing", month_start(2), Fraction(2), "2 > 0 in month 2026-03, since 2026-02")


def test_changes_are_new_and_changed_alerts() -> None:
    later = FIRING._replace(window_first_day=month_start(3))
    assert changes({}, {KEY: FIRING}, {"lost"}) == {KEY: FIRING}
    assert changes({KEY: FIRING}, {KEY: FIRING}, {"lost"}) == {}
    assert changes({KEY: FIRING}, {KEY: later}, {"lost"}) == {KEY: later}


def test_an_alert_that_no_longer_exists_is_resolved_once() -> None:
    gone = changes({KEY: FIRING}, {}, {"lost"})
    assert gone == {KEY: FIRING._replace(state="resolved", why="corrected")}
    assert changes(gone, {}, {"lost"}) == {}
    assert changes({KEY: FIRING}, {}, set())[KEY].why == "rule withdrawn"


def test_the_last_publication_holds_and_unchanged_rules_keep_their_day() -> None:
    a, b, c = rule(id="a", above=1), rule(id="b", above=1), rule(id="c", above=1, since="2026-01-01")
    renamed = rule(id="a", above=1, severity="high", title={"zh": "新", "en": "new"})
    changed = rule(id="b", above=2)
    held = in_force([(100, [a, b]), (200, [a, b]), (300, [renamed, changed, c])])
    assert held == {"a": (renamed, 100), "b": (changed, 300), "c": (c, day(2026, 1))}


def test_a_rule_that_was_withdrawn_in_between_counts_anew() -> None:
    a = rule(id="a", above=1)
    assert in_force([(100, [a]), (200, []), (300, [a])]) == {"a": (a, 300)}
    assert in_force([(100, [a]), (200, [])]) == {}
    assert in_force([]) == {}


def test_an_alert_may_be_kept_until_the_clear_level_has_held() -> None:
    #                                                       Jan Feb Mar Apr May Jun Jul
    verdicts = judged(rule(above=0, keep_firing_for=2), sums(1, 0, 0, 3, 0, 0, 0))
    assert line(verdicts) == [("26-01", "resolved", "26-07")]
    verdicts = judged(rule(above=0, keep_firing_for=2), sums(1, 0, None, 0))
    assert line(verdicts) == [("26-01", "firing", "26-04")]
    assert verdicts[0].why == "0 <= 0 in month 2026-04, since 2026-01, clear for 2 of 3"


@pytest.mark.parametrize(
    ("no_data", "expected"),
    [
        #           Jan Feb Mar Apr: 1 - - 1
        ("keep", [("26-01", "firing", "26-04")]),
        ("clear", [("26-01", "resolved", "26-02"), ("26-04", "firing", "26-04")]),
        ("breach", [("26-01", "firing", "26-04")]),
    ],
)
def test_what_a_window_without_a_value_says_is_for_the_rule_to_tell(no_data: str, expected: list[Any]) -> None:
    assert line(judged(rule(above=0, no_data=no_data, running=False), sums(1, None, None, 1))) == expected


def test_a_window_without_a_value_can_open_an_alert() -> None:
    verdicts = judged(rule(above=0, no_data="breach", running=False, **{"for": 2}), sums(0, None, None))
    assert line(verdicts) == [("26-02", "firing", "26-03")]
    assert (verdicts[0].value, verdicts[0].why) == (None, "no value in month 2026-03, since 2026-02")
    small = judged(rule(below="0.9", min_denominator=5, no_data="breach", running=False), ratios((1, 3)))
    assert (small[0].value, small[0].why) == (None, "no value in month 2026-01")


@pytest.mark.parametrize(
    ("agreed", "concluded", "convinces"),
    [
        (18, 20, False),
        (91, 100, False),
        (90, 100, True),
        (940, 1000, False),
        (930, 1000, True),
    ],
)
def test_a_share_is_in_breach_only_if_chance_does_not_explain_it(agreed: int, concluded: int, convinces: bool) -> None:
    """By the textbook's formula for the interval's upper end, in floats."""
    p, z2 = agreed / concluded, 1.96**2
    upper = (p + z2 / (2 * concluded) + sqrt(z2 * p * (1 - p) / concluded + z2 * z2 / (4 * concluded**2))) / (1 + z2 / concluded)
    assert (upper < 0.95) == convinces
    for weight in (1, 10_000):
        found = judged(rule(below="0.95", confidence="wilson"), ratios((agreed * weight, concluded * weight)), scale=weight)
        assert bool(found) == convinces


def test_chance_neither_opens_nor_ends_an_alert() -> None:
    verdicts = judged(rule(below="0.95", clear="0.96", confidence="wilson"), ratios((80, 100), (18, 20), (97, 100)))
    assert line(verdicts) == [("26-01", "resolved", "26-03")]


def jumped(value: int, *before: int, deviations: int = 4) -> bool:
    """Whether a value lies beyond the usual of three years before."""
    one = rule(above=20, jump=deviations)
    past: list[Window] = [(0, 1, number, None, False) for number in before]
    return bool(judge(one, 0, sums(value), 1, 1, 10**6, lambda _: past))


def test_a_jump_is_measured_by_the_same_window_of_three_years() -> None:
    #  mean 100, variance 200/3, so 4 deviations end at 132.66
    assert not jumped(132, 90, 100, 110)
    assert jumped(133, 90, 100, 110)
    assert jumped(101, 100, 100, 100)
    assert not jumped(20, 5, 5, 5), "the threshold counts as well"
    assert not jumped(1000, 100, 100), "a year is missing"
    assert not jumped(1000, 0, 100, 100), "a year without anything was not recorded"
    assert not judged(rule(above=20, jump=4), sums(1000))
