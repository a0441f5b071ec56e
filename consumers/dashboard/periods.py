"""Calendar periods that a page can show: month, quarter, half-year and year, cut on local days (contract, section 4).

Pure date arithmetic; knows neither rows nor the district's today.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

KINDS = ("month", "quarter", "half", "year")
"""Period kinds in the order in which the page offers them; they are the `window_kind` of the rows."""

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_MONTHS_A_YEAR = 12
_EN_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]


class Period(NamedTuple):
    """One window: its kind and its first day."""

    kind: str
    start: date

    @property
    def end(self) -> date:
        """The day after the last one."""
        return _shift(self.start, _MONTHS[self.kind])

    @property
    def last_day(self) -> date:
        """The last day that belongs to the period."""
        return self.end - timedelta(days=1)

    def earlier(self, steps: int = 1) -> "Period":
        """The period of the same kind so many steps before; negative steps lead forward."""
        return Period(self.kind, _shift(self.start, -_MONTHS[self.kind] * steps))

    def year_before(self) -> "Period":
        """The same period of the year before."""
        return Period(self.kind, _shift(self.start, -_MONTHS_A_YEAR))

    def as_day(self, today: date) -> date:
        """The day on which stocks and splits of this period are read: its last day, or today while it runs."""
        return min(self.last_day, max(today, self.start))

    @property
    def short(self) -> str:
        """Year and month of the first day, for the axis of a chart."""
        return f"{self.start:%Y-%m}"

    def label(self, lang: str) -> str:
        """The name a reader expects: 2025年第2季度, Q2 2025."""
        year, month = self.start.year, self.start.month
        number = (month - 1) // _MONTHS[self.kind] + 1
        if lang == "zh":
            half = "上半年" if number == 1 else "下半年"
            return {"month": f"{year}年{month}月", "quarter": f"{year}年第{number}季度", "half": f"{year}年{half}", "year": f"{year}年"}[
                self.kind
            ]
        names = {"month": f"{_EN_MONTHS[month - 1]} {year}", "quarter": f"Q{number} {year}", "half": f"H{number} {year}", "year": f"{year}"}
        return names[self.kind]


def containing(kind: str, day: date) -> Period:
    """The period of this kind in which the day lies."""
    months = _MONTHS[kind]
    return Period(kind, date(day.year, (day.month - 1) // months * months + 1, 1))


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
