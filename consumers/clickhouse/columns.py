"""Where a column of a table comes from: functions from decoded rows to the integers and texts that ClickHouse's native format takes.

Days and instants are handed over as integers, which is several times cheaper than date objects and has no time zone to get wrong.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any, TypeVar

Column = Callable[[Sequence[Any]], list[Any]]
"""The values of one column, in the order of the rows."""
T = TypeVar("T")
Field = str | Callable[[Any], Any]
"""A field of a row by its (dotted) name, or a function of the row."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_REMEMBERED = 100_000

DATE = (0, 65_535)
"""Days that ClickHouse's Date can hold, counted from 1970-01-01: to 2149-06-06."""
DATE32 = (date(1900, 1, 1).toordinal() - _EPOCH_DAY, date(2299, 12, 31).toordinal() - _EPOCH_DAY)
"""Days that Date32 can hold."""
DATE_TEXT = ("1970-01-01", "2149-06-06")
"""First and last day of Date as texts."""
DATE32_TEXT = ("1900-01-01", "2299-12-31")
"""First and last day of Date32 as texts."""
INT64 = (-(2**63), 2**63 - 1)
"""Integers that Int64 can hold."""
_LAST_INSTANT_US = (datetime(2299, 12, 31, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


class _Remembered(dict[str, T]):
    """Texts and what they mean; a slice repeats few days and fewer instants. Emptied when it has grown large."""

    def __init__(self, read: Callable[[str], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> T:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        meaning = self[text] = self._read(text)
        return meaning


def _microseconds(text: str) -> int:
    return min((datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1), _LAST_INSTANT_US)


_DAYS = _Remembered(lambda text: date.fromisoformat(text).toordinal() - _EPOCH_DAY)
_TEXTS = _Remembered(lambda text: text)
_MILLISECONDS = _Remembered(lambda text: _microseconds(text) // 1000)


def instant_ms(text: str) -> int:
    """An RFC 3339 text as milliseconds since 1970."""
    return _MILLISECONDS[text]


def plain(field: Field) -> Column:
    """The field as it is."""
    get = _getter(field)
    return lambda rows: list(map(get, rows))


def repeated(field: Field) -> Column:
    """A text that many rows share: one object of each is kept, which is found again by its place when the column is written."""
    get, one = _getter(field), _TEXTS.__getitem__
    return lambda rows: list(map(one, map(get, rows)))


def int64(field: Field) -> Column:
    """An integer, or null. One that Int64 cannot hold (the largest money, a thousand times in one window, weighted) becomes the nearest one that it can."""
    get = _getter(field)
    first, last = INT64

    def column(rows: Sequence[Any]) -> list[int | None]:
        numbers = list(map(get, rows))
        known = [n for n in numbers if n is not None]
        if known and (min(known) < first or max(known) > last):
            return [n if n is None else max(first, min(n, last)) for n in numbers]
        return numbers

    return column


def day(field: Field, bounds: tuple[int, int]) -> Column:
    """A `YYYY-MM-DD` text, or null, as days since 1970. A day that the column's type cannot hold becomes the nearest one that it can."""
    get = _getter(field)
    first, last = bounds

    def column(rows: Sequence[Any]) -> list[int | None]:
        days = [None if text is None else _DAYS[text] for text in map(get, rows)]
        known = [d for d in days if d is not None]
        if known and (min(known) < first or max(known) > last):
            return [d if d is None else max(first, min(d, last)) for d in days]
        return days

    return column


def days(field: Field, bounds: tuple[int, int]) -> Column:
    """A list of `YYYY-MM-DD` texts as days since 1970, each moved to the nearest that the column's type can hold."""
    get = _getter(field)
    first, last = bounds
    return lambda rows: [[max(first, min(_DAYS[text], last)) for text in of_row] for of_row in map(get, rows)]


def milliseconds(field: Field) -> Column:
    """An RFC 3339 text as milliseconds since 1970."""
    get = _getter(field)
    return lambda rows: [_MILLISECONDS[text] for text in map(get, rows)]


def microseconds(field: Field) -> Column:
    """An RFC 3339 text, or null, as microseconds since 1970; nothing after 2299, where DateTime64 ends."""
    get = _getter(field)
    return lambda rows: [None if text is None else _microseconds(text) for text in map(get, rows)]


def _getter(field: Field) -> Callable[[Any], Any]:
    return attrgetter(field) if isinstance(field, str) else field
