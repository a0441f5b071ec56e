"""What stands behind a row that differs: the records whose facts it sums, and the events of a record with their place in the log."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from consumers.reconcile.admission import District
from consumers.reconcile.compare import Difference
from consumers.reconcile.event import Event
from consumers.reconcile.oracle import Expected
from consumers.reconcile.reading import day_ordinal
from consumers.reconcile.records import grouped
from consumers.reconcile.values import COMPONENTS
from consumers.reconcile.windows import first_day

SHOWN = 5


class Lineage:
    """Looks up what is behind differences of one district; made only when there are any."""

    def __init__(self, district: District, expected: Expected) -> None:
        self._expected = expected
        self._records: Mapping[str, list[Event]] = grouped(district.live())

    def behind(self, key: tuple[Any, ...], difference: Difference) -> Difference:
        """The difference with up to five records or events that it rests on."""
        match difference.table:
            case "indicator_values":
                found = self._records_of_value(key)
            case "facts":
                found = (f"{event.source}#{event.id}@{event.offset}" for event in self._records.get(key[0], ()))
            case _:
                return difference
        return difference._replace(behind=tuple(islice(found, SHOWN)))

    def _records_of_value(self, key: tuple[Any, ...]) -> Iterator[str]:
        """Records with facts in the row's window and, if it is an office's, at that office. Of stocks: only what changed in the window."""
        _, indicator, _, dimension, subject_kind, subject, window, start = key
        components, seen = COMPONENTS.get(indicator, ()), set()
        for record, component, day, fact_dimension, office, _ in self._expected.facts:
            if component not in components or fact_dimension != dimension or (subject_kind == "office" and office != subject):
                continue
            if record not in seen and first_day(window, day_ordinal(day)) == day_ordinal(start):
                seen.add(record)
                yield record
