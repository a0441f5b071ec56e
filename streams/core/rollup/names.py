"""Things that facts name, such as villages: each counts once in a window of its office, and goes to who pays on the day of its last fact there."""

from streams.core.lifecycles.person import Span
from streams.core.measures import measure, name_of
from streams.core.rollup import people
from streams.core.rollup.deltas import Days, Deltas
from streams.core.splits import Timeline


def settle(deltas: Deltas) -> None:
    """Move the windows of every thing whose days changed."""
    for (m, office), changes in deltas.names.items():
        days = deltas.district.named.setdefault((m, office), {})
        old = _spans(days, office)
        for day, change in changes.items():
            left = days.get(day, 0) + change
            if left:
                days[day] = left
            else:
                days.pop(day, None)
        new = _spans(days, office)
        if old != new:
            people.settle(deltas, _total(m), old, new)


def resplit(deltas: Deltas, office: int, old: Timeline, new: Timeline) -> None:
    """The office's payers changed: only who pays for the last fact of a window moves."""
    for (m, at), days in deltas.district.named.items():
        if at == office and days:
            people.resplit(deltas, _total(m), _spans(days, office), office, old, new)


def _spans(days: Days, office: int) -> list[Span]:
    return [(day, day, office) for day in sorted(days)]


def _total(m: int) -> int:
    return measure(name_of(m)[0])
