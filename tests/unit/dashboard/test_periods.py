"""Periods cut on local days, and their names."""

from datetime import date

import pytest

from consumers.dashboard.periods import Period, back_from, containing


@pytest.mark.parametrize(
    ("kind", "day", "start", "last_day"),
    [
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        ("month", date(2025, 12, 31), date(2025, 12, 1), date(2025, 12, 31)),
        ("quarter", date(2025, 6, 30), date(2025, 4, 1), date(2025, 6, 30)),
        ("quarter", date(2025, 7, 1), date(2025, 7, 1), date(2025, 9, 30)),
        ("half", date(2025, 7, 1), date(2025, 7, 1), date(2025, 12, 31)),
        ("year", date(2024, 12, 31), date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_day_lies_in_one_period_of_each_kind(kind: str, day: date, start: date, last_day: date) -> None:
    period = containing(kind, day)
    assert (period.start, period.last_day) == (start, last_day)


@pytest.mark.parametrize("kind", ["month", "quarter", "half", "year"])
def test_neighbours_touch_and_the_year_before_is_twelve_months_back(kind: str) -> None:
    period = containing(kind, date(2025, 1, 15))
    assert period.earlier().end == period.start
    assert period.earlier(-1).start == period.end
    assert period.year_before().start == date(2024, 1, 1)


def test_stocks_are_read_on_the_last_day_or_today_while_the_period_runs() -> None:
    june = Period("month", date(2025, 6, 1))
    assert june.as_day(date(2025, 6, 18)) == date(2025, 6, 18)
    assert june.as_day(date(2025, 7, 2)) == date(2025, 6, 30)
    assert june.as_day(date(2025, 5, 2)) == date(2025, 6, 1)


@pytest.mark.parametrize(
    ("period", "zh", "en"),
    [
        (Period("month", date(2025, 6, 1)), "2025年6月", "June 2025"),
        (Period("quarter", date(2025, 4, 1)), "2025年第2季度", "Q2 2025"),
        (Period("half", date(2025, 7, 1)), "2025年下半年", "H2 2025"),
        (Period("half", date(2025, 1, 1)), "2025年上半年", "H1 2025"),
        (Period("year", date(2025, 1, 1)), "2025年", "2025"),
    ],
)
def test_names(period: Period, zh: str, en: str) -> None:
    assert (period.label("zh"), period.label("en")) == (zh, en)


def test_the_choice_goes_back_to_the_first_day_and_no_further() -> None:
    newest = Period("quarter", date(2025, 4, 1))
    assert [p.start for p in back_from(newest, date(2024, 11, 5), 10)] == [date(2025, 4, 1), date(2025, 1, 1), date(2024, 10, 1)]
    assert len(list(back_from(newest, date(1990, 1, 1), 10))) == 10
