"""Calendar windows, cut on local days; a window is its kind and the ordinal of its first day (section 4)."""

from datetime import date
from functools import lru_cache

ALL = ("day", "week", "month", "quarter", "half", "year")
MONTH_AND_LONGER = ALL[2:]
_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@lru_cache(maxsize=200_000)
def first_day(kind: str, day: int) -> int:
    """First day of the window of this kind in which the day lies; weeks begin on Monday."""
    if kind == "day":
        return day
    if kind == "week":
        return day - (day - 1) % 7
    on = date.fromordinal(day)
    length = _MONTHS[kind]
    return date(on.year, (on.month - 1) // length * length + 1, 1).toordinal()


@lru_cache(maxsize=50_000)
def last_day(kind: str, first: int) -> int:
    """Last day of the window that begins on the day `first`."""
    if kind == "day":
        return first
    if kind == "week":
        return first + 6
    on = date.fromordinal(first)
    month = on.month + _MONTHS[kind]
    return date(on.year + (month - 1) // 12, (month - 1) % 12 + 1, 1).toordinal() - 1


def windows_between(kind: str, day: int, until: int) -> list[int]:
    """First days of the windows from that of `day` to that of `until`, ascending."""
    first, found = first_day(kind, day), []
    while first <= until:
        found.append(first)
        first = last_day(kind, first) + 1
    return found


def month_of(day: int) -> int:
    """The month of a day, 1 to 12."""
    return date.fromordinal(day).month


def windows_of_month(day: int) -> list[tuple[str, int]]:
    """The windows of month and longer in which a day lies."""
    return [(kind, first_day(kind, day)) for kind in MONTH_AND_LONGER]
