"""Working days of China (domain.md 4.4): weekdays that are not holidays, and the weekends that are worked to make up for them.

Holidays are decided each November for the following year. Years that nobody has told here count Monday to Friday.
"""

from streams.core.windows import to_day

_OFF = (
    ("2024-01-01", 1), ("2024-02-10", 8), ("2024-04-04", 3), ("2024-05-01", 5), ("2024-06-10", 1), ("2024-09-15", 3), ("2024-10-01", 7),
    ("2025-01-01", 1), ("2025-01-28", 8), ("2025-04-04", 3), ("2025-05-01", 5), ("2025-05-31", 3), ("2025-10-01", 8),
    ("2026-01-01", 3), ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5), ("2026-06-19", 3), ("2026-09-25", 3), ("2026-10-01", 7),
)  # fmt: skip
"""First day and number of days of each holiday."""
_WORKED = (
    "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12",
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
)  # fmt: skip
KNOWN_YEARS = (2024, 2025, 2026)
"""Years whose holidays are told; in others the weekdays are taken."""

_HOLIDAYS = frozenset(to_day(first) + n for first, days in _OFF for n in range(days))
_MADE_UP = frozenset(map(to_day, _WORKED))
_THURSDAY = 3
"""1970-01-01, day 0, was one."""
_SATURDAY = 5


def is_working(day: int) -> bool:
    """Whether people work on a day."""
    if day in _MADE_UP:
        return True
    return (day + _THURSDAY) % 7 < _SATURDAY and day not in _HOLIDAYS


def working_days_later(day: int, number: int) -> int:
    """The day that is so many working days after a day; the day itself is not counted."""
    while number:
        day += 1
        number -= is_working(day)
    return day
