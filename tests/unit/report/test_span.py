"""Spans of days: names, parts, and what they are compared with."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.report.span import MONTHS, PARTS, Span, asked, back, parse, window

TODAY = date(2026, 5, 15)


def span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("days", "previous", "last_year"),
    [
        (("2025-02-01", "2025-02-28"), ("2025-01-01", "2025-01-31"), ("2024-02-01", "2024-02-29")),
        (("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        (("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31"), ("2025-01-01", "2025-03-31")),
        (("2026-03-01", "2026-05-15"), ("2025-12-15", "2026-02-28"), ("2025-03-01", "2025-05-15")),
        (("2024-02-29", "2024-02-29"), ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
        # Runs: as much has gone by of what it is compared with.
        (("2026-05-01", "2026-05-31"), ("2026-04-01", "2026-04-15"), ("2025-05-01", "2025-05-15")),
        (("2026-05-10", "2026-06-10"), ("2026-04-08", "2026-04-13"), ("2025-05-10", "2025-05-15")),
    ],
)
def test_like_is_compared_with_like(days: tuple[str, str], previous: tuple[str, str], last_year: tuple[str, str]) -> None:
    found = asked("x", span(*days), TODAY)
    assert (found.previous, found.last_year) == (span(*previous), span(*last_year))
    assert found.running == (days[1] > str(TODAY))


@pytest.mark.parametrize("day", [28, 29, 30, 31])
def test_a_month_that_runs_is_not_compared_with_days_that_the_other_did_not_have(day: int) -> None:
    found = asked("march", window("month", date(2026, 3, 5)), date(2026, 3, day))
    assert found.previous == span("2026-02-01", "2026-02-28")


@pytest.mark.parametrize(
    ("name", "first_month", "days", "kind"),
    [
        ("month:2026-03", 1, ("2026-03-01", "2026-03-31"), "plain"),
        ("quarter:2026-Q2", 1, ("2026-04-01", "2026-06-30"), "plain"),
        ("half:2026-H2", 1, ("2026-07-01", "2026-12-31"), "plain"),
        ("year:2024", 1, ("2024-01-01", "2024-12-31"), "plain"),
        ("week:2026-03-05", 1, ("2026-03-02", "2026-03-08"), "plain"),
        ("day:2026-03-05", 1, ("2026-03-05", "2026-03-05"), "plain"),
        ("ytd", 1, ("2026-01-01", "2026-05-15"), "to_date"),
        ("rolling-30", 1, ("2026-04-16", "2026-05-15"), "rolling"),
        ("rolling-365", 1, ("2025-05-16", "2026-05-15"), "rolling"),
        ("assessment-year", 1, ("2026-01-01", "2026-05-15"), "to_date"),
        ("assessment-year", 12, ("2025-12-01", "2026-05-15"), "to_date"),
        ("assessment-year", 6, ("2025-06-01", "2026-05-15"), "to_date"),
        ("assessment-year:2018", 1, ("2018-01-01", "2018-12-31"), "plain"),
        # Tongxiang's year 2018 began on 1 December 2017; one from April is called after the year in which it begins.
        ("assessment-year:2018", 12, ("2017-12-01", "2018-11-30"), "plain"),
        ("assessment-year:2018", 7, ("2017-07-01", "2018-06-30"), "plain"),
        ("assessment-year:2018", 4, ("2018-04-01", "2019-03-31"), "plain"),
    ],
)
def test_names_of_periods(name: str, first_month: int, days: tuple[str, str], kind: str) -> None:
    assert parse(name, TODAY, first_month) == (span(*days), kind)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "ytd:2026",
        "rolling-31",
        "month",
        "month:26-03",
        "month:2026-3",
        "month:2026-00",
        "year:0000",
        "assessment-year:x",
        "day:2026-02-30",
    ],
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"no period|no such day"):
        parse(name, TODAY)


def test_what_is_to_date_stands_beside_the_year_before_and_what_rolls_beside_as_many_days() -> None:
    ytd = asked("ytd", parse("ytd", TODAY)[0], TODAY, "to_date")
    assert ytd.previous == ytd.last_year == span("2025-01-01", "2025-05-15")
    april = asked("rolling", span("2026-04-01", "2026-04-30"), TODAY, "rolling")
    assert april.previous == span("2026-03-02", "2026-03-31")
    assert april.last_year == span("2025-04-01", "2025-04-30")


def test_what_begins_after_today_cannot_be_asked() -> None:
    with pytest.raises(ValueError, match="after the district's today"):
        asked("june", window("month", date(2026, 6, 1)), TODAY)


days = st.dates(date(1971, 1, 1), date(2140, 12, 31))


@given(days, st.integers(0, 2_000), st.sampled_from(PARTS))
def test_parts_follow_upon_each_other_and_make_the_whole(first: date, more: int, kind: str) -> None:
    whole = Span(first, date.fromordinal(first.toordinal() + more))
    parts = list(whole.cut(kind))
    assert [parts[0].first, parts[-1].last] == list(whole)
    assert sum(part.days for part in parts) == whole.days
    assert all(window(kind, part.first) == window(kind, part.last) for part in parts)
    assert len({window(kind, part.first) for part in parts}) == len(parts)


@given(days, st.sampled_from(list(MONTHS)), st.integers(0, 500))
def test_a_window_is_compared_with_the_windows_before(day: date, kind: str, later: int) -> None:
    found = asked(kind, window(kind, day), date.fromordinal(window(kind, day).last.toordinal() + later))
    assert found.previous == window(kind, back(window(kind, day).first, MONTHS[kind]))
    assert found.last_year == window(kind, back(window(kind, day).first, 12))
    assert not found.running


@given(days, st.integers(0, 1_000), days, st.sampled_from(("plain", "to_date", "rolling")))
def test_what_is_compared_is_earlier_and_never_longer_by_more_than_a_month_has(first: date, more: int, today: date, kind: str) -> None:
    whole = Span(first, date.fromordinal(first.toordinal() + more))
    if today < first:
        return
    found = asked("x", whole, today, kind)  # type: ignore[arg-type]
    for earlier in (found.previous, found.last_year):
        assert earlier.first <= earlier.last < found.so_far.last
        assert abs(earlier.days - found.so_far.days) <= 3 * max(1, -(-whole.days // 28))
    if kind != "to_date":
        assert found.previous.last < found.so_far.first
