"""Which records cost an office its points: those of a share's whole that are not in its part, or those that are counted; with their events.

Read by the machinery of lineage, so that what is listed is what the value is made of.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from consumers.assessment.sheet import Applied
from consumers.clickhouse.store import Rows
from consumers.lineage import Basis, Key, RecordEvent, Shown, add_up
from consumers.lineage.events import events_of
from consumers.lineage.value import Row, Sum
from consumers.periods import Period, containing
from consumers.report.span import Span

_BY_MISSING = ("deduct_per_failure", "deduct_if_ratio_below")
"""Rules by which points are lost for what a share's part lacks."""


@dataclass(frozen=True, slots=True)
class Cause:
    """A record, the day of its fact, how much it counts for, and its events."""

    record: str
    day: date
    amount: int
    events: Sequence[RecordEvent]


def windows(span: Span) -> list[Period]:
    """The calendar windows whose pages tell a span: one where it is one, else its months."""
    for kind in ("month", "quarter", "half", "year"):
        one = containing(kind, span.first)
        if (one.start, one.last_day) == span:
            return [one]
    months = list(containing("month", span.first).until(span.last))
    return [month for month in months if span.first <= month.start and month.last_day <= span.last]


async def causes(store: Rows, basis: Basis, office: str, applied: Applied, span: Span) -> list[Cause]:
    """The records behind what a rule took or gave in a span, by day; none where it counts what is too little of, or nothing was lost. Raises Unavailable."""
    asked = applied.asked
    if asked is None or applied.verdict not in ("lost", "gained") or asked.indicator not in basis.formulas:
        return []
    rows: dict[tuple[str, date], int] = {}
    for window in windows(span):
        key = Key(basis.district, asked.indicator, "none", asked.dimension, office, window)
        found = await add_up(store, key, basis, Shown(None))
        rows |= _missing(found.sums) if applied.kind in _BY_MISSING else _counted(found.sums)
    events = await events_of(store, basis.district, list(dict.fromkeys(record for record, _ in rows)))
    return [Cause(record, day, amount, events[record]) for (record, day), amount in sorted(rows.items(), key=lambda row: row[0][::-1])]


def _missing(sums: Iterable[Sum]) -> dict[tuple[str, date], int]:
    """Of the rows of the whole those that the part has not, or not wholly, by record."""
    part: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    days: dict[str, date] = {}
    for one in sums:
        for row in one.shown:
            if one.part == "denominator":
                whole[row.record] += _adds(row)
                days.setdefault(row.record, row.day)
            else:
                part[row.record] += _adds(row)
    return {(record, days[record]): amount - part[record] for record, amount in whole.items() if amount > part[record]}


def _counted(sums: Iterable[Sum]) -> dict[tuple[str, date], int]:
    return {(row.record, row.day): _adds(row) for one in sums if one.part == "numerator" for row in one.shown if _adds(row)}


def _adds(row: Row) -> int:
    return row.amount * row.weight
