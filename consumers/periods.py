"""Calendar windows cut on local days (contract, section 4): of six kinds, of which pages offer the four longer ones as periods.

Pure date arithmetic; knows neither rows nor the district's today.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

KINDS = ("month", "quarter", "half", "year")
"""Period kinds in the order in which pages offer them; they are the `window_kind` of the rows."""
SHORT = ("day", "week")
"""Kinds in which only flows of offices and districts have rows."""
DAYS = "days"
"""Any days: no calendar window, so that nothing is stored of them and they are never closed."""

_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_MONTHS_A_YEAR = 12
_START = re.compile(r"(\d{4})(?:-(?:Q([1-4])|H([12])|(\d\d)(?:-(\d\d))?))?")
_EN_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


class Period(NamedTuple):
    """One window: its kind and its first day; of any days also how many."""

    kind: str
    start: date
    days: int = 0

    @property
    def end(self) -> date:
        """The day after the last one."""
        return self.earlier(-1).start

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    def earlier(self, steps: int = 1) -> "Period":
        """The period of the same kind so many steps before; negative steps lead forward. Of any days: as many days."""
        if self.kind == DAYS:
            return self._replace(start=self.start - timedelta(days=self.days * steps))
        if self.kind in _DAYS:
            return Period(self.kind, self.start - timedelta(days=_DAYS[self.kind] * steps))
        return Period(self.kind, _shift(self.start, -_MONTHS[self.kind] * steps))

    def year_before(self) -> "Period":
        """The same period of the year before; of the shorter kinds the one that holds the same day, of any days as many from the same day on."""
        if self.kind in (*_DAYS, DAYS):
            year, leap = self.start.year - 1, (self.start.month, self.start.day) == (2, 29)
            day = self.start.replace(year=year, day=28 if leap else self.start.day)
            return self._replace(start=day) if self.kind == DAYS else containing(self.kind, day)
        return Period(self.kind, _shift(self.start, -_MONTHS_A_YEAR))

    def as_day(self, today: date) -> date:
        """The day on which stocks and splits of this period are read: its last day, or today while it runs."""
        return min(self.last_day, max(today, self.start))

    def until(self, day: date) -> Iterator["Period"]:
        """This period and those after it up to the one that holds the day; none when that lies before."""
        period = self
        while period.start <= day:
            yield period
            period = period.earlier(-1)

    @property
    def short(self) -> str:
        """Year and month of the first day, for the axis of a chart."""
        return f"{self.start:%Y-%m}"

    def label(self, lang: str) -> str:
        """The name a reader expects: 2025年第2季度, Q2 2025."""
        year, month, day = self.start.year, self.start.month, self.start.day
        name = _EN_MONTHS[month - 1]
        if self.kind == DAYS:
            return f"{self.start} {'至' if lang == 'zh' else 'to'} {self.last_day}"
        if self.kind in _DAYS:
            week = self.kind == "week"
            if lang == "zh":
                return f"{year}年{month}月{day}日{'起一周' if week else ''}"
            return f"{'week of ' if week else ''}{day} {name} {year}"
        number = (month - 1) // _MONTHS[self.kind] + 1
        if lang == "zh":
            half = "上半年" if number == 1 else "下半年"
            return {"month": f"{year}年{month}月", "quarter": f"{year}年第{number}季度", "half": f"{year}年{half}", "year": f"{year}年"}[
                self.kind
            ]
        return {"month": f"{name} {year}", "quarter": f"Q{number} {year}", "half": f"H{number} {year}", "year": f"{year}"}[self.kind]


def between(first: date, last: date) -> Period:
    """Any days, from the first to the last, both included."""
    return Period(DAYS, first, (last - first).days + 1)


def containing(kind: str, day: date) -> Period:
    """The period of this kind in which the day lies; weeks begin on Monday."""
    if kind in _DAYS:
        return Period(kind, day - timedelta(days=day.weekday() if kind == "week" else 0))
    months = _MONTHS[kind]
    return Period(kind, date(day.year, (day.month - 1) // months * months + 1, 1))


def parse(text: str) -> Period:
    """Read `month:2026-03`, `quarter:2026-Q1`, `half:2026-H2`, `year:2026`, `week:2026-03-05` or `day:2026-03-05`: the window that holds the day.

    Raises ValueError.
    """
    kind, _, rest = text.partition(":")
    found = _START.fullmatch(rest)
    if kind not in (*SHORT, *KINDS) or not found:
        raise ValueError(f"{text!r} is no period")
    year, quarter, half, month, day = (int(part) if part else None for part in found.groups())
    first = 3 * quarter - 2 if quarter else 6 * half - 5 if half else 1 if month is None else month
    try:
        window = containing(kind, date(year or 0, first, 1 if day is None else day))
        # The last days that a date can be have none after them, which every window has to name.
        _ = window.end
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r}: there is no such day ({error})") from None
    return window


def back_from(last: Period, first_day: date, most: int) -> Iterator[Period]:
    """Periods from `last` backwards to the one that holds `first_day`, at most so many."""
    period = last
    for _ in range(most):
        yield period
        if period.start <= first_day:
            return
        period = period.earlier()


def _shift(day: date, months: int) -> date:
    years, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(years, month + 1, 1)
