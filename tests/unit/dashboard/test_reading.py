"""What a period is compared with: the one before and the year before, while it runs as much of them as has gone by."""

from dataclasses import replace
from datetime import date

import pytest

from consumers.dashboard.reading import District
from consumers.periods import Period, between, containing

TODAY = date(2025, 5, 20)
PLACE = District("990101", TODAY, date(2024, 1, 1), {}, {}, {})


@pytest.mark.parametrize(
    ("kind", "previous", "last_year"),
    [
        ("month", between(date(2025, 4, 1), date(2025, 4, 20)), between(date(2024, 5, 1), date(2024, 5, 20))),
        ("quarter", between(date(2025, 1, 1), date(2025, 2, 20)), between(date(2024, 4, 1), date(2024, 5, 20))),
        ("half", between(date(2024, 7, 1), date(2024, 11, 20)), between(date(2024, 1, 1), date(2024, 5, 20))),
        ("year", between(date(2024, 1, 1), date(2024, 5, 20)), between(date(2024, 1, 1), date(2024, 5, 20))),
    ],
)
def test_of_a_running_period_as_many_days(kind: str, previous: Period, last_year: Period) -> None:
    running = containing(kind, TODAY)
    assert PLACE.before(running) == (previous, last_year)
    assert replace(PLACE, as_of=TODAY).before(running) == (running.earlier(), running.year_before())


@pytest.mark.parametrize(
    "period",
    [
        Period("month", date(2025, 4, 1)),
        Period("month", date(2025, 6, 1)),
        Period("year", date(2024, 1, 1)),
        between(date(2025, 5, 1), date(2025, 5, 31)),
    ],
)
def test_of_any_other_the_whole_one(period: Period) -> None:
    assert PLACE.before(period) == (period.earlier(), period.year_before())


def test_on_its_last_day_a_period_is_whole() -> None:
    april = Period("month", date(2025, 4, 1))
    assert replace(PLACE, today=date(2025, 4, 30)).before(april) == (Period("month", date(2025, 3, 1)), Period("month", date(2024, 4, 1)))


def test_a_day_that_the_month_before_does_not_have_is_its_last() -> None:
    march = replace(PLACE, today=date(2025, 3, 30)).before(Period("month", date(2025, 3, 1)))
    assert march == (between(date(2025, 2, 1), date(2025, 2, 28)), between(date(2024, 3, 1), date(2024, 3, 30)))
