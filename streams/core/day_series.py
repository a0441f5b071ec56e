"""A number that changes from day to day, as the windows that the judge reads: only those days that can make a difference.

Days count as in `windows`; a day is a window of its own.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from streams.core.judge import Window
from streams.core.workdays import Calendar

Step = tuple[int, int]
"""A day, and the value from this day on."""


def windows(steps: Iterable[Step], first: int, last: int, enough: int) -> list[Window]:
    """The days from `first` to `last`, both included: of each stretch of one value the first `enough` days and the last.

    `steps` in the order of their days; before the first the value is 0. The days left out say the same as their neighbours, so a rule that
    waits for at most `enough` days in a row is judged as if they were there.
    """
    kept: list[Window] = []
    for begins, ends, value in _stretches(steps, first, last):
        days = [*range(begins, min(begins + enough, ends + 1))]
        kept += [(day, day + 1, value, None, False) for day in ([*days, ends] if days[-1] < ends else days)]
    return kept


def _stretches(steps: Iterable[Step], first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """First day, last day and value of each stretch from `first` to `last`."""
    begins, value = first, 0
    for day, becomes in steps:
        if day > last:
            break
        if becomes != value:
            if day > begins:
                yield begins, day - 1, value
            begins, value = max(day, begins), becomes
    if begins <= last:
        yield begins, last, value


def running_sum(changes: Mapping[int, int]) -> Iterator[Step]:
    """Differences by day -> what they come to."""
    total = 0
    for day in sorted(changes):
        total += changes[day]
        yield day, total


def silence(heard: Sequence[int], first: int, last: int, calendar: Calendar | None) -> Iterator[Step]:
    """How many whole days have passed since the last of the days `heard` (in order), from `first` to `last`; of working days with a calendar.

    A day on which something was heard says 0. Before the first of them the days count from `first`.
    """
    at = bisect_left(heard, first)
    marks = [heard[at - 1] if at else first - 1, *heard[at : bisect_right(heard, last)], last + 1]
    for day, following in pairwise(marks):
        passed = 0
        yield day, 0
        for silent in range(day + 1, following - 1):
            if calendar is None or calendar.is_working(silent):
                passed += 1
                yield silent + 1, passed
