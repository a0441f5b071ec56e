"""Working days of China (domain.md 4.4): weekdays that are not holidays, and the weekends that are worked to make up for them.

Holidays are decided each November for the following year. A district says so by `reg.calendar.decided`, a year at a time; for years that it says
nothing of hold the days shipped here, and where there are none, provisionally, Monday to Friday.
"""

from collections.abc import Mapping, Sequence

from streams.core.windows import to_day

_HOLIDAYS = {
    2004: ("0101 0122-0128 0501-0507 1001-1007", "0117-0118 0508-0509 1009-1010"),
    2005: ("0101-0103 0209-0215 0501-0507 1001-1007", "0205-0206 0430 0508 1008-1009"),
    2006: ("0101-0103 0129-0204 0501-0507 1001-1007", "0128 0205 0429-0430 0930 1008 1230-1231"),
    2007: ("0101-0103 0218-0224 0501-0507 1001-1007 1230-1231", "0217 0225 0428-0429 0929-0930 1229"),
    2008: ("0101 0206-0212 0404-0406 0501-0503 0607-0609 0913-0915 0929-1005", "0202-0203 0504 0927-0928"),
    2009: ("0101-0103 0125-0131 0404-0406 0501-0503 0528-0530 1001-1008", "0104 0124 0201 0531 0927 1010"),
    2010: ("0101-0103 0213-0219 0403-0405 0501-0503 0614-0616 0922-0924 1001-1007", "0220-0221 0612-0613 0919 0925-0926 1009"),
    2011: ("0101-0103 0202-0208 0403-0405 0430-0502 0604 0606 0910-0912 1001-1007", "0130 0212 0402 1008-1009 1231"),
    2012: ("0101-0103 0122-0128 0402-0404 0429-0501 0622 0624 0930-1007", "0121 0129 0331-0401 0428 0929"),
    2013: ("0101-0103 0209-0215 0404-0406 0429-0501 0610-0612 0919-0921 1001-1007", "0105-0106 0216-0217 0407 0427-0428 0608-0609 0922 0929 1012"),
    2014: ("0101 0131-0206 0405-0407 0501-0503 0602 0908 1001-1007", "0126 0208 0504 0928 1011"),
    2015: ("0101-0103 0218-0224 0405-0406 0501 0620 0622 0903-0904 0927 1001-1007", "0104 0215 0228 0906 1010"),
    2016: ("0101 0207-0213 0404 0501-0502 0609-0611 0915-0917 1001-1007", "0206 0214 0612 0918 1008-1009"),
    2017: ("0101-0102 0127-0202 0402-0404 0501 0528-0530 1001-1008", "0122 0204 0401 0527 0930"),
    2018: ("0101 0215-0221 0405-0407 0429-0501 0618 0924 1001-1007 1230-1231", "0211 0224 0408 0428 0929-0930 1229"),
    2019: ("0101 0204-0210 0405-0407 0501-0504 0607-0609 0913-0915 1001-1007", "0202-0203 0428 0505 0929 1012"),
    2020: ("0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008", "0119 0426 0509 0628 0927 1010"),
    2021: ("0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007", "0207 0220 0425 0508 0918 0926 1009"),
    2022: ("0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007 1231", "0129-0130 0402 0424 0507 1008-1009"),
    2023: ("0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006 1230-1231", "0128-0129 0423 0506 0625 1007-1008"),
    2024: ("0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007", "0204 0218 0407 0428 0511 0914 0929 1012"),
    2025: ("0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008", "0126 0208 0427 0928 1011"),
    2026: ("0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007", "0104 0214 0228 0509 0920 1010"),
}  # fmt: skip
"""Year -> holidays and days worked for them, by the State Council's notices, as the package chinesecalendar 1.11.0 has them."""
_THURSDAY = 3
"""1970-01-01, day 0, was one."""
_SATURDAY = 5


Decision = tuple[tuple[int, ...], tuple[int, ...]]
"""What is decided of a year: days off that would be worked, and days worked that would be off, by number."""


def _shipped(year: int, off: str, worked: str) -> Decision:
    days_off, days_worked = (tuple(day for part in days.split() for day in _days(year, part)) for days in (off, worked))
    return days_off, days_worked


def _days(year: int, part: str) -> range:
    """`0215-0223` or `0404` of a year."""
    first, last = (to_day(f"{year}-{text[:2]}-{text[2:]}") for text in (part[:4], part[-4:]))
    return range(first, last + 1)


SHIPPED: Mapping[int, Decision] = {year: _shipped(year, *days) for year, days in _HOLIDAYS.items()}
"""Year -> what is known of it without anybody's saying so."""


class Calendar:
    """On which days people work in a district."""

    __slots__ = ("_off", "_worked", "decided")

    def __init__(self) -> None:
        self.learn({})

    def learn(self, decided: Mapping[int, Decision]) -> None:
        """Take what the district has decided, by year, instead of all that it had decided before."""
        self.decided = dict(decided)
        years = {**SHIPPED, **self.decided}.values()
        self._off = frozenset(day for off, _ in years for day in off)
        self._worked = frozenset(day for _, worked in years for day in worked)

    def is_working(self, day: int) -> bool:
        """Whether people work on a day."""
        if day in self._worked:
            return True
        return (day + _THURSDAY) % 7 < _SATURDAY and day not in self._off

    def later(self, day: int, number: int) -> int:
        """The day that is so many working days after a day; the day itself is not counted."""
        while number:
            day += 1
            number -= self.is_working(day)
        return day


def decision(off: Sequence[str], worked: Sequence[str]) -> Decision:
    """What an event says of a year."""
    return tuple(map(to_day, off)), tuple(map(to_day, worked))
