"""Small exact parts: calendar windows, quantiles, percentage points, timelines."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.core.instants import local_day
from streams.core.values import points, quantile
from streams.core.windows import DAY_TEXT, END, KEY, OF_DAY, months_later, row_of, spread, to_date, to_day, touching


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_windows_hold_their_day_and_follow_each_other(day: date) -> None:
    number = to_day(day.isoformat())
    assert DAY_TEXT[number] == day.isoformat()
    for window in OF_DAY[number]:
        assert window >> 3 <= number < END[window]
        assert OF_DAY[END[window]][window & 7] >> 3 == END[window]
    week, month, half = OF_DAY[number][1], OF_DAY[number][2], OF_DAY[number][4]
    assert to_date(week >> 3).weekday() == 0
    assert to_date(month >> 3) == day.replace(day=1)
    assert to_date(half >> 3) == date(day.year, 1 if day.month < 7 else 7, 1)


def test_the_local_day_begins_at_sixteen_utc() -> None:
    new_year = to_day("2026-01-01") * 86_400_000_000 - 8 * 3_600_000_000
    assert DAY_TEXT[local_day(new_year)] == "2026-01-01"
    assert DAY_TEXT[local_day(new_year - 1)] == "2025-12-31"
    assert KEY[OF_DAY[to_day("2026-01-01")][1]] == b"week|2025-12-29"


@pytest.mark.parametrize(("day", "later"), [("2024-11-30", "2025-02-28"), ("2023-11-30", "2024-02-29"), ("2024-01-15", "2024-04-15"),
                                             ("2024-12-31", "2025-03-31")])  # fmt: skip
def test_three_months_later_is_clamped(day: str, later: str) -> None:
    assert DAY_TEXT[months_later(to_day(day), 3)] == later


@given(st.dictionaries(st.integers(to_day("2023-06-01"), to_day("2025-06-01")), st.integers(-5, 5), min_size=1))
def test_spread_sums_by_every_window(days: dict[int, int]) -> None:
    expected: dict[int, int] = {}
    for day, amount in days.items():
        for window in OF_DAY[day]:
            expected[window] = expected.get(window, 0) + amount
    short, long = spread(dict(days))
    assert short | long == expected


def test_touching_and_rows_of_windows() -> None:
    first, last = to_day("2024-01-31"), to_day("2024-04-01")
    assert [KEY[w] for w in touching(first, last)][:4] == [
        b"month|2024-01-01",
        b"month|2024-02-01",
        b"month|2024-03-01",
        b"month|2024-04-01",
    ]
    assert [KEY[w] for w in row_of(3, first, last)] == [b"quarter|2024-01-01", b"quarter|2024-04-01"]
    assert len(row_of(0, first, last)) == (timedelta(days=last - first).days + 1)


@given(st.lists(st.integers(0, 60), min_size=1), st.sampled_from([50, 90]))
def test_a_quantile_is_the_smallest_value_that_reaches_its_count(values: list[int], percent: int) -> None:
    counts = {v: values.count(v) for v in values}
    position = -(-percent * len(values) // 100)
    assert quantile(counts, percent) == sorted(values)[position - 1]


@pytest.mark.parametrize(("parts", "expected"), [((1, 2, 1, 4), 2500), ((1, 3, 0, 1), 3333), ((2, 3, 0, 1), 6667), ((1, 20_000, 0, 1), 0),
                                                 ((3, 20_000, 0, 1), 2), ((0, 1, 1, 20_000), 0), ((0, 1, 3, 20_000), -2), ((1, 0, 1, 1), None)])  # fmt: skip
def test_points_are_exact_and_round_half_to_even(parts: tuple[int, int, int, int], expected: int | None) -> None:
    assert points(*parts) == expected
