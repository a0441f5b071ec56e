"""Periods cut on local days, and their names."""

from datetime import date

import pytest

from consumers.periods import Period, back_from, between, containing, parse


@pytest.mark.parametrize(
    ("kind", "day", "start", "last_day"),
    [
        ("month", date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29)),
        ("month", date(2025, 12, 31), date(2025, 12, 1), date(2025, 12, 31)),
        ("quarter", date(2025, 6, 30), date(2025, 4, 1), date(2025, 6, 30)),
        ("quarter", date(2025, 7, 1), date(2025, 7, 1), date(2025, 9, 30)),
        ("half", date(2025, 7, 1), date(2025, 7, 1), date(2025, 12, 31)),
        ("year", date(2024, 12, 31), date(2024, 1, 1), date(2024, 12, 31)),
        ("week", date(2024, 1, 7), date(2024, 1, 1), date(2024, 1, 7)),
        ("week", date(2023, 1, 1), date(2022, 12, 26), date(2023, 1, 1)),
        ("day", date(2024, 2, 29), date(2024, 2, 29), date(2024, 2, 29)),
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


@pytest.mark.parametrize("kind", ["day", "week"])
def test_short_ones_touch_too_and_have_their_like_a_year_before(kind: str) -> None:
    period = containing(kind, date(2024, 2, 29))
    assert period.earlier().end == period.start
    assert period.year_before() == containing(kind, date(2023, 2, 28 if kind == "day" else 26))


def test_any_days_are_compared_with_as_many_before_and_from_the_same_day_a_year_before() -> None:
    days = between(date(2024, 2, 29), date(2024, 3, 3))
    assert (days.days, days.end, days.last_day) == (4, date(2024, 3, 4), date(2024, 3, 3))
    assert (days.earlier().start, days.earlier().end) == (date(2024, 2, 25), days.start)
    assert days.year_before() == between(date(2023, 2, 28), date(2023, 3, 3))
    assert (days.label("zh"), days.label("en")) == ("2024-02-29 至 2024-03-03", "2024-02-29 to 2024-03-03")


def test_the_windows_up_to_a_day_are_those_that_have_begun() -> None:
    april = Period("month", date(2025, 4, 1))
    assert [p.start.month for p in april.until(date(2025, 6, 18))] == [4, 5, 6]
    assert list(april.until(date(2025, 3, 31))) == []


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
        (Period("week", date(2025, 6, 2)), "2025年6月2日起一周", "week of 2 June 2025"),
        (Period("day", date(2025, 6, 2)), "2025年6月2日", "2 June 2025"),
    ],
)
def test_names(period: Period, zh: str, en: str) -> None:
    assert (period.label("zh"), period.label("en")) == (zh, en)


def test_the_choice_goes_back_to_the_first_day_and_no_further() -> None:
    newest = Period("quarter", date(2025, 4, 1))
    assert [p.start for p in back_from(newest, date(2024, 11, 5), 10)] == [date(2025, 4, 1), date(2025, 1, 1), date(2024, 10, 1)]
    assert len(list(back_from(newest, date(1990, 1, 1), 10))) == 10


@pytest.mark.parametrize(
    "text", ["day:9999-12-31", "week:9999-12-31", "month:9999-12", "year:9999", "year:0000", "month:2026-13", "year:２０２６-02-30"]
)
def test_a_period_that_no_calendar_has_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no such day|no period"):
        parse(text)
