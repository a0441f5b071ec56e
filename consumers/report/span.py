"""Stretches of days that a report is about: any days, calendar windows, to date, rolling; and the stretches that they are compared with.

Pure date arithmetic. Whole months are moved by months, everything else by days, so that February stands beside January and thirty days beside
thirty days.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from consumers import periods

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""Months of the calendar windows that have whole ones."""
PARTS = ("day", "week", *MONTHS)
"""What a span can be cut into."""
ROLLING = {"rolling-30": 30, "rolling-90": 90, "rolling-365": 365}
_A_YEAR = 12
FORMS = "month:2026-03, quarter:2026-Q1, half:2026-H1, year:2026, week:2026-03-05, day:2026-03-05, assessment-year[:2026], ytd, rolling-30, rolling-90, rolling-365"


class Span(NamedTuple):
    """From a first to a last day, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def months(self) -> int:
        """How many whole calendar months it consists of; 0 when it does not."""
        end = self.last + timedelta(days=1)
        if self.first.day != 1 or end.day != 1:
            return 0
        return (end.year - self.first.year) * _A_YEAR + end.month - self.first.month

    def cut(self, kind: str) -> Iterator["Span"]:
        """Its parts by day, week, month, quarter, half or year of the calendar; the first and the last may be incomplete."""
        first = self.first
        while first <= self.last:
            last = min(window(kind, first).last, self.last)
            yield Span(first, last)
            first = last + timedelta(days=1)


Kind = Literal["plain", "to_date", "rolling"]
"""How a span is compared: by months or days; what is to date, with the year before only; what rolls, always by days."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about. `span` is as it was asked for, `so_far` ends with today; of `previous` and `last_year` as much has gone by as of
    `so_far`, so that like is compared with like. What is to date is compared with the year before in both."""

    name: str
    span: Span
    so_far: Span
    previous: Span
    last_year: Span

    @property
    def running(self) -> bool:
        """Whether it goes on beyond today."""
        return self.so_far != self.span


def asked(name: str, span: Span, today: date, kind: Kind = "plain") -> Asked:
    """The span with what it is compared with. Raises ValueError where it begins after today."""
    if span.first > today:
        raise ValueError(f"{name} begins on {span.first}, after the district's today, {today}")
    so_far = Span(span.first, min(span.last, today))
    if kind == "rolling":
        return Asked(
            name, span, so_far, _days_before(span, so_far, span.first), _days_before(span, so_far, _the_day_after(back(span.last, _A_YEAR)))
        )
    last_year = _months_before(span, so_far, _A_YEAR)
    if kind == "to_date":
        return Asked(name, span, so_far, last_year, last_year)
    previous = _months_before(span, so_far, span.months) if span.months else _days_before(span, so_far, span.first)
    return Asked(name, span, so_far, previous, last_year)


def parse(text: str, on: date, first_month: int = 1) -> tuple[Span, Kind]:
    """The span that a name stands for, as of a day, and how it is compared.

    `month:2026-03` and the other calendar windows; `ytd`: from 1 January to the day; `rolling-N`: the N days that end with it; `assessment-year`: the
    twelve months from the first of `first_month` that hold the day, up to it; `assessment-year:2026`: the whole one that has most of its months in
    that year (of six and six, the one that ends in it). Raises ValueError.
    """
    if text == "ytd":
        return Span(date(on.year, 1, 1), on), "to_date"
    if text in ROLLING:
        return Span(on - timedelta(days=ROLLING[text] - 1), on), "rolling"
    kind, _, rest = text.partition(":")
    if kind == "assessment-year":
        if not rest:
            return Span(_assessment_year(on, first_month).first, on), "to_date"
        if re.fullmatch(r"\d{4}", rest) and int(rest) >= 1:
            return _named_assessment_year(int(rest), first_month), "plain"
    try:
        return _whole(periods.parse(text)), "plain"
    except ValueError as error:
        raise ValueError(f"{error}; there are {FORMS}") from None


def window(kind: str, day: date) -> Span:
    """The calendar window of a kind that holds the day; weeks begin on Monday."""
    return _whole(periods.containing(kind, day))


def _whole(period: periods.Period) -> Span:
    return Span(period.start, period.last_day)


def back(day: date, months: int) -> date:
    """The same day of the month so many months before (negative: after), or that month's last."""
    year, month = divmod(day.year * _A_YEAR + day.month - 1 - months, _A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _days_before(span: Span, so_far: Span, end: date) -> Span:
    """As many days that end before a day; of them as many as have gone by."""
    first = end - timedelta(days=span.days)
    return Span(first, first + timedelta(days=so_far.days - 1))


def _months_before(span: Span, so_far: Span, months: int) -> Span:
    """So many months before. What consists of whole months stays so; a day that a month does not have is its last."""
    last = back(_the_day_after(span.last), months) - timedelta(days=1) if span.months else back(span.last, months)
    return Span(back(span.first, months), last if so_far == span else min(back(so_far.last, months), last))


def _the_day_after(day: date) -> date:
    return day + timedelta(days=1)


def _assessment_year(day: date, first_month: int) -> Span:
    year = day.year - (day.month < first_month)
    first = date(year, first_month, 1)
    return Span(first, back(first, -_A_YEAR) - timedelta(days=1))


def _named_assessment_year(year: int, first_month: int) -> Span:
    begins = year - (first_month > 6)
    return _assessment_year(date(begins, first_month, 1), first_month)
