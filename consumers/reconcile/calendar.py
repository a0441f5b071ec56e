"""Working days: what a district decided of a year, else what the package chinese_calendar has of it, else Monday to Friday."""

from collections.abc import Mapping
from datetime import date

from chinese_calendar import constants

YearDays = Mapping[int, tuple[frozenset[int], frozenset[int]]]
"""Year -> ordinals of the days off and of the weekend days worked, as they were decided."""


def is_working_day(day: int, decided: YearDays) -> bool:
    """Whether an ordinal is a working day."""
    on = date.fromordinal(day)
    if on.year in decided:
        off, worked = decided[on.year]
        return day in worked or (on.isoweekday() <= 5 and day not in off)
    return on in constants.workdays or (on.isoweekday() <= 5 and on not in constants.holidays)


def after_working_days(day: int, number: int, decided: YearDays) -> int:
    """The last of so many working days after a day."""
    found = 0
    while found < number:
        day += 1
        found += is_working_day(day, decided)
    return day
