"""The days that are marked in the calendar: holidays from the district's working days, weekends worked for them, and recurring days of the field.

Before New Year, Spring Festival, May Day, National Day and the Two Sessions a special screening and the control of key persons are due (domain 4.4).
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

_DAY = timedelta(days=1)
_SATURDAY = 5
_LONGEST = 16
"""Days that a holiday can last, weekends included."""
AHEAD_DAYS = 60
"""How far the list of key dates looks."""
MOST = 6
RECURRING = {
    (3, 5): "two_sessions",
    (3, 15): "consumers",
    (4, 15): "security",
    (6, 26): "drugs",
    (7, 1): "correction_law",
    (12, 4): "constitution",
}
_SCREENED = ("new_year", "spring_festival", "may_day", "national_day", "two_sessions")
"""Occasions with a special screening of their own."""


class KeyDate(NamedTuple):
    """A marked day or stretch of days: `kind` names it, `worked` is a weekend day worked; `screening`: a special screening is due before it."""

    kind: str
    first: date
    last: date
    screening: bool

    def days_until(self, today: date) -> int:
        """Days from today to the first day; 0 while it lasts."""
        return max(0, (self.first - today).days)


def key_dates(today: date, off: Sequence[date], worked: Sequence[date]) -> list[KeyDate]:
    """The next marked days, from today on: at most MOST within AHEAD_DAYS, and always the next holiday that is known."""
    until = today + timedelta(days=AHEAD_DAYS)
    holidays = [one for one in _holidays(sorted(off), frozenset(worked)) if one.last >= today]
    others = [KeyDate("worked", day, day, screening=False) for day in worked if today <= day <= until]
    others += [
        KeyDate(kind, day, day, kind in _SCREENED)
        for year in (today.year, today.year + 1)
        for (month, number), kind in RECURRING.items()
        if today <= (day := date(year, month, number)) <= until
    ]
    near = sorted([*(one for one in holidays if one.first <= until), *others], key=lambda one: (one.first, one.kind))[:MOST]
    return near if any(one in near for one in holidays) else [*near, *holidays[:1]]


def name(first: date, last: date) -> str:
    """Which holiday a stretch of days is, by the days that it covers; `holiday` for one that nobody foresaw."""
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    if (10, 1) in (covered := {(day.month, day.day) for day in days}):
        return "national_day"
    if (5, 1) in covered:
        return "may_day"
    if (1, 1) in covered:
        return "new_year"
    if covered & {(4, 4), (4, 5)}:
        return "qingming"
    if first.month in (1, 2):
        return "spring_festival"
    return {5: "dragon_boat", 6: "dragon_boat", 9: "mid_autumn", 10: "mid_autumn"}.get(first.month, "holiday")


def _holidays(off: Sequence[date], worked: frozenset[date]) -> Iterator[KeyDate]:
    """Stretches without work around the days off: each reaches over the weekends that touch it."""
    free: set[date] = set(off)
    seen: set[date] = set()
    for day in off:
        if day in seen:
            continue
        first = last = day
        while _rests(first - _DAY, free, worked) and (day - first).days < _LONGEST:
            first -= _DAY
        while _rests(last + _DAY, free, worked) and (last - first).days < _LONGEST:
            last += _DAY
        seen |= {first + n * _DAY for n in range((last - first).days + 1)}
        kind = name(first, last)
        yield KeyDate(kind, first, last, kind in _SCREENED)


def _rests(day: date, off: set[date], worked: frozenset[date]) -> bool:
    return day in off or (day.weekday() >= _SATURDAY and day not in worked)
