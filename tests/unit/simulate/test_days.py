"""Instants, dates and month ends of a simulation."""

from datetime import date

import pytest

from deploy.simulate.days import DAY, Calendar


@pytest.mark.parametrize(
    ("at", "text"), [(0, "2024-02-28T00:00:00+08:00"), (DAY + 3_661, "2024-02-29T01:01:01+08:00"), (-1, "2024-02-27T23:59:59+08:00")]
)
def test_instants(at: int, text: str) -> None:
    assert Calendar(date(2024, 2, 28)).instant(at) == text


@pytest.mark.parametrize(
    ("day", "first_of_last_three"),
    [(date(2026, 1, 5), date(2026, 1, 28)), (date(2026, 5, 31), date(2026, 5, 27)), (date(2026, 8, 1), date(2026, 8, 27))],
)
def test_the_last_three_working_days_of_a_month(day: date, first_of_last_three: date) -> None:
    calendar = Calendar(date(2026, 1, 1))
    assert calendar.day(calendar.period_ends[calendar.number(day)]) == first_of_last_three
