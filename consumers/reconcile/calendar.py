"""Working days by the State Council's notices of 2024, 2025 and 2026; in all other years Monday to Friday."""

from datetime import date

HOLIDAYS = {
    2024: "0101 0210-0217 0404-0406 0501-0505 0610 0915-0917 1001-1007",
    2025: "0101 0128-0204 0404-0406 0501-0505 0531-0602 1001-1008",
    2026: "0101-0103 0215-0223 0404-0406 0501-0505 0619-0621 0925-0927 1001-1007",
}
MADE_UP = {
    2024: "0204 0218 0407 0428 0511 0914 0929 1012",
    2025: "0126 0208 0427 0928 1011",
    2026: "0104 0214 0228 0509 0920 1010",
}


def _day(year: int, text: str) -> int:
    return date(year, int(text[:2]), int(text[2:])).toordinal()


def _days(years: dict[int, str]) -> frozenset[int]:
    found: set[int] = set()
    for year, text in years.items():
        for stretch in text.split():
            first, _, last = stretch.partition("-")
            found.update(range(_day(year, first), _day(year, last or first) + 1))
    return frozenset(found)


_OFF, _ON = _days(HOLIDAYS), _days(MADE_UP)


def is_working_day(day: int) -> bool:
    """Whether an ordinal is a working day."""
    return day in _ON or (date.fromordinal(day).isoweekday() <= 5 and day not in _OFF)


def after_working_days(day: int, number: int) -> int:
    """The last of so many working days after a day."""
    found = 0
    while found < number:
        day += 1
        found += is_working_day(day)
    return day
