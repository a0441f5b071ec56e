"""Laws of alerts that hold for every rule and every series, against a second judge that is written to be obvious."""

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.rules import Rule, parse_rules
from streams.core.judge import AlertKey, Verdict, Window, changes, judge

DAY_ZERO = date(1970, 1, 1).toordinal()
FIRST_DAY = date(2026, 1, 1).toordinal() - DAY_ZERO
LEVELS = st.integers(-30, 30).map(lambda tenths: f"{tenths / 10:.1f}")


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    sign = draw(st.sampled_from(["above", "below", "at_least", "at_most"]))
    near, far = sorted([draw(LEVELS), draw(LEVELS)], key=Fraction)
    threshold, clear = (far, near) if sign in ("above", "at_least") else (near, far)
    fields: dict[str, Any] = {sign: threshold, "for": draw(st.integers(1, 4)), "running": draw(st.booleans())}
    if draw(st.booleans()):
        fields["clear"] = clear
    if draw(st.booleans()):
        fields["min_denominator"] = draw(st.integers(0, 4))
    base = {"id": "r", "title": {"zh": "规", "en": "r"}, "severity": "low", "indicator": "x", "subjects": "office", "window": "day"}
    return parse_rules([base | fields])[0]


@st.composite
def series(draw: st.DrawFn) -> list[Window]:
    ratio = draw(st.booleans())
    values = draw(st.lists(st.tuples(st.integers(-12, 12), st.integers(0, 5)), max_size=25))
    return [(FIRST_DAY + n, FIRST_DAY + n + 1, num, den if ratio else None, ratio and den == 0) for n, (num, den) in enumerate(values)]


def second_judge(rule: Rule, windows: list[Window]) -> list[tuple[int, str, int]]:
    """The same rule told window by window in fractions."""
    alerts: list[tuple[int, str, int]] = []
    streak: list[int] = []
    for first, _, numerator, denominator, null in windows:
        firing = bool(alerts) and alerts[-1][1] == "firing"
        silent = null or (denominator is not None and denominator < max(rule.min_denominator, 1))
        if silent:
            streak = []
            continue
        value, level, clear = Fraction(numerator, denominator or 1), Fraction(rule.threshold), Fraction(rule.clear_level)
        breach = {">": value > level, ">=": value >= level, "<": value < level, "<=": value <= level}[rule.comparison]
        reached = value <= clear if rule.comparison[0] == ">" else value >= clear
        if firing:
            alerts[-1] = (alerts[-1][0], "resolved" if reached and not breach else "firing", first)
        elif breach:
            streak.append(first)
            if len(streak) >= rule.for_windows:
                alerts.append((streak[-rule.for_windows], "firing", first))
                streak = []
        if not breach or firing:
            streak = []
    return alerts


def keyed(verdicts: list[Verdict]) -> dict[AlertKey, Verdict]:
    return {AlertKey("r", "office", "o", verdict.start_day): verdict for verdict in verdicts}


@given(rules(), series())
def test_equals_the_second_judge(rule: Rule, windows: list[Window]) -> None:
    verdicts = judge(rule, 0, windows, 1, 1, FIRST_DAY + 100)
    assert [(v.start_day, v.state, v.window_first_day) for v in verdicts] == second_judge(rule, windows)


@given(rules(), series())
def test_alerts_do_not_overlap_and_only_the_last_may_fire(rule: Rule, windows: list[Window]) -> None:
    verdicts = judge(rule, 0, windows, 1, 1, FIRST_DAY + 100)
    assert all(v.state == "resolved" for v in verdicts[:-1])
    edges = [edge for v in verdicts for edge in (v.start_day, v.window_first_day)]
    assert edges == sorted(edges)
    assert all(v.window_first_day - v.start_day >= rule.for_windows - (v.state == "firing") for v in verdicts)


@given(rules(), series(), st.integers(0, 30))
def test_days_that_have_not_come_change_nothing(rule: Rule, windows: list[Window], days: int) -> None:
    """Judging with today inside the series is judging the windows that have come."""
    today = FIRST_DAY + days
    come = [window for window in windows if (window[0] if rule.running else window[1]) <= today]
    assert judge(rule, 0, windows, 1, 1, today) == judge(rule, 0, come, 1, 1, FIRST_DAY + 100)


@given(rules(), series(), st.integers(2, 10_000))
def test_weights_and_scales_cancel(rule: Rule, windows: list[Window], weight: int) -> None:
    weighted = [(a, b, num * weight, None if den is None else den * weight, null) for a, b, num, den, null in windows]
    assert judge(rule, 0, weighted, weight, 1, FIRST_DAY + 100) == judge(rule, 0, windows, 1, 1, FIRST_DAY + 100)


@given(rules(), st.lists(series(), min_size=1, max_size=5))
def test_readers_of_changes_know_what_holds(rule: Rule, states: list[list[Window]]) -> None:
    """Whatever the values were in between, what was published ends as: all that holds, and nothing else firing."""
    published: dict[AlertKey, Verdict] = {}
    for windows in states:
        after = keyed(judge(rule, 0, windows, 1, 1, FIRST_DAY + 100))
        news = changes(published, after, {"r"})
        assert not any(published.get(key) == verdict for key, verdict in news.items())
        published |= news
        assert published | after == published
        assert all(verdict.state == "resolved" for key, verdict in published.items() if key not in after)
