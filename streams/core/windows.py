"""Calendar windows as integers, so that cells are dictionaries of int to int: window = first day << 3 | kind.

Days count from 1970-01-01. All calendar arithmetic is done once a day or window of the process and remembered: the tables below are
functions from integers, filled on first use, bounded by the days that exist between 1990 and the latest event.
"""

from collections.abc import Iterator
from datetime import date

EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY, WEEK, MONTH, QUARTER, HALF, YEAR = range(6)
KIND_NAMES = ("day", "week", "month", "quarter", "half", "year")
LENGTHS = (1, 3, 6, 12)
"""Months of month, quarter, half, year: kind 2 has LENGTHS[0]."""
BEGINNING, END_OF_TIME = -(1 << 30), 1 << 30


def to_date(day: int) -> date:
    """The date of a day number."""
    return date.fromordinal(day + EPOCH_DAY)


def to_day(text: str) -> int:
    """The number of a day written `YYYY-MM-DD`."""
    return date.fromisoformat(text).toordinal() - EPOCH_DAY


def first_of_month(months: int) -> int:
    """Day number of the first of a month; months are counted year * 12 + month - 1."""
    year, month = divmod(months, 12)
    return date(year, month + 1, 1).toordinal() - EPOCH_DAY


class _WindowsOfDay(dict[int, tuple[int, ...]]):
    def __missing__(self, day: int) -> tuple[int, ...]:
        d = to_date(day)
        firsts = [day, day - d.weekday()]
        firsts += [first_of_month(d.year * 12 + (d.month - 1) // n * n) for n in LENGTHS]
        self[day] = windows = tuple(first << 3 | kind for kind, first in enumerate(firsts))
        return windows


class _AboveMonth(dict[int, tuple[int, ...]]):
    def __missing__(self, window: int) -> tuple[int, ...]:
        self[window] = above = OF_DAY[window >> 3][QUARTER:]
        return above


class _MonthsIn(dict[int, tuple[tuple[int, int], ...]]):
    def __missing__(self, window: int) -> tuple[tuple[int, int], ...]:
        first = MONTH_OF[window >> 3]
        months = range(first, first + LENGTHS[(window & 7) - MONTH])
        self[window] = found = tuple((first_of_month(month) << 3 | MONTH, month % 12) for month in months)
        return found


class _End(dict[int, int]):
    def __missing__(self, window: int) -> int:
        kind, first = window & 7, window >> 3
        if kind < MONTH:
            end = first + (1, 7)[kind]
        else:
            d = to_date(first)
            end = first_of_month(d.year * 12 + d.month - 1 + LENGTHS[kind - MONTH])
        self[window] = end
        return end


class _MonthOfDay(dict[int, int]):
    def __missing__(self, day: int) -> int:
        d = to_date(day)
        self[day] = months = d.year * 12 + d.month - 1
        return months


class _ByIndex(dict[tuple[int, int], int]):
    def __missing__(self, key: tuple[int, int]) -> int:
        kind, index = key
        self[key] = window = first_of_month(index * LENGTHS[kind - MONTH]) << 3 | kind
        return window


class _DayText(dict[int, str]):
    def __missing__(self, day: int) -> str:
        self[day] = text = to_date(day).isoformat()
        return text


class _Key(dict[int, bytes]):
    def __missing__(self, window: int) -> bytes:
        self[window] = key = f"{KIND_NAMES[window & 7]}|{DAY_TEXT[window >> 3]}".encode()
        return key


class _Json(dict[int, str]):
    def __missing__(self, window: int) -> str:
        self[window] = text = f'"window_kind":"{KIND_NAMES[window & 7]}","window_start":"{DAY_TEXT[window >> 3]}"'
        return text


OF_DAY = _WindowsOfDay()
"""day -> its six windows, day to year."""
ABOVE_MONTH = _AboveMonth()
"""window of a month -> its quarter, half and year."""
MONTHS_IN = _MonthsIn()
"""window of month and longer -> its months: window and place in the year, from 0."""
END = _End()
"""window -> the day after its last."""
MONTH_OF = _MonthOfDay()
"""day -> running number of its month."""
BY_INDEX = _ByIndex()
"""(kind from MONTH up, month number // length) -> window."""
DAY_TEXT = _DayText()
"""day -> `YYYY-MM-DD`."""
KEY = _Key()
"""window -> its part of a Kafka key."""
JSON = _Json()
"""window -> its part of a JSON value."""


def spread(days: dict[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """Sums by day and week, and sums by month and longer, of amounts by day."""
    if len(days) == 1:
        ((day, amount),) = days.items()
        windows = OF_DAY[day]
        return dict.fromkeys(windows[:MONTH], amount), dict.fromkeys(windows[MONTH:], amount)
    short: dict[int, int] = {}
    months: dict[int, int] = {}
    of_day = OF_DAY
    for day, amount in days.items():
        day_window, week, month, _, _, _ = of_day[day]
        short[day_window] = amount
        short[week] = short.get(week, 0) + amount
        months[month] = months.get(month, 0) + amount
    return short, with_longer(months)


def with_longer(months: dict[int, int]) -> dict[int, int]:
    """Add the quarters, halves and years to sums by month, in place."""
    for window, amount in tuple(months.items()):
        for above in ABOVE_MONTH[window]:
            months[above] = months.get(above, 0) + amount
    return months


def touching(first: int, last: int) -> Iterator[int]:
    """All windows of month and longer that touch the days `first` to `last`, both included."""
    a, b = MONTH_OF[first], MONTH_OF[last]
    for kind, n in enumerate(LENGTHS, MONTH):
        for index in range(a // n, b // n + 1):
            yield BY_INDEX[kind, index]


def row_of(kind: int, first: int, last: int) -> list[int]:
    """The consecutive windows of one kind from the one that holds the day `first` to the one that holds `last`."""
    windows = []
    window = OF_DAY[first][kind]
    while window >> 3 <= last:
        windows.append(window)
        window = OF_DAY[END[window]][kind]
    return windows


def months_later(day: int, months: int) -> int:
    """The same day of the month so many months later, clamped to that month's end."""
    d = to_date(day)
    first = first_of_month(d.year * 12 + d.month - 1 + months)
    last = first_of_month(d.year * 12 + d.month + months) - 1
    return min(first + d.day - 1, last)
