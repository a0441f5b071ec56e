"""What ClickHouse holds, by the keys that the oracle uses; every row comes with the offset in the log that its version names."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from consumers.clickhouse.client import CLICKHOUSE_ERRORS, Client, connect, in_short
from consumers.reconcile.event import Identity
from consumers.reconcile.log import Unreachable
from consumers.reconcile.oracle import FactKey
from consumers.reconcile.quality import Told
from consumers.reconcile.told import Closed, Refusal, Window, by_day
from consumers.reconcile.values import Row, ValueKey
from consumers.told import statements
from schemas.settings import Settings

OFFSET_BITS = (1 << 48) - 1

_SERVED = "SELECT epoch FROM served_epoch"
_TALLIES = "SELECT district, read, admitted, duplicates, dead_letters, pending, version FROM conservation WHERE partition = %(partition)s"
_VALUES = """
SELECT district, indicator, mode, dimension, subject_kind, subject_id, window_kind, toString(window_start), numerator, denominator, scale, value, version
FROM indicator_values WHERE district = %(district)s
"""
_VALUES_AT = """
SELECT district, indicator, mode, dimension, subject_kind, subject_id, window_kind, toString(window_start) AS start,
    argMax((numerator, denominator, scale), version)
FROM indicator_history WHERE district = %(district)s AND bitAnd(version, 281474976710655) <= %(offset)s
    AND bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch)
GROUP BY district, indicator, mode, dimension, subject_kind, subject_id, window_kind, start
"""
_FACTS = "SELECT record, component, toString(day), dimension, office, assigner, amount, version FROM facts WHERE district = %(district)s"
_FACTS_GONE = """
SELECT record, component, toString(day), dimension, office, assigner, NULL, version
FROM fact_rows FINAL WHERE district = %(district)s AND gone AND epoch = (SELECT epoch FROM served_epoch)
"""
_EVENTS = "SELECT source, id, offset, version FROM events WHERE district = %(district)s"
_SOURCES = """
SELECT source, high_water, arrayMap(gap -> [gap.1, gap.2], gaps), toUnixTimestamp64Milli(last_seen), version
FROM sources WHERE district = %(district)s
"""
_DISTRICTS = """
SELECT district FROM indicator_values UNION DISTINCT SELECT district FROM facts UNION DISTINCT SELECT district FROM events
"""
_REFUSALS = "SELECT toString(code), toString(office), toUnixTimestamp64Milli(received_at) FROM dead_letters WHERE district = %(district)s"
_NEWEST_EVENT = "SELECT max(offset) FROM events WHERE district = %(district)s"
_CLOSINGS = """
SELECT window_kind, window_start, bitAnd(closed_version, 281474976710655) FROM periods
WHERE district = %(district)s AND window_start BETWEEN %(first)s AND %(last)s
"""
_CLOSED = """
SELECT indicator, subject_id, argMax((numerator, denominator, scale), version) FROM indicator_history
WHERE district = %(district)s AND window_kind = %(kind)s AND window_start = %(start)s AND mode = 'none' AND dimension = ''
    AND bitAnd(version, 281474976710655) <= %(offset)s AND bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch)
GROUP BY indicator, subject_id
"""
_TOLD = "indicator, mode, dimension, subject_kind, subject_id, first_day, last_day, numerator, denominator"
_DEAD_LETTERS = "SELECT offset FROM dead_letters WHERE topic = %(topic)s AND partition = %(partition)s"


class Stored(NamedTuple):
    """A row's content and the offset of its version."""

    content: Any
    offset: int


class Tally(NamedTuple):
    """A row of the conservation sum."""

    district: str
    read: int
    admitted: int
    duplicates: int
    dead_letters: int
    pending: int
    offset: int


@dataclass(slots=True)
class Store:
    """The installation's database."""

    client: Client
    topic: str
    """Name of the log's topic, as the index of dead letters has it."""

    def served_epoch(self) -> int:
        """The epoch whose rows the views show."""
        return int(self._rows(_SERVED)[0][0])

    def tallies(self, partition: int) -> list[Tally]:
        """The conservation sum of a partition, by district."""
        return [Tally._make((*row[:-1], row[-1] & OFFSET_BITS)) for row in self._rows(_TALLIES, partition=partition)]

    def values(self, district: str) -> dict[ValueKey, Stored]:
        """Numerator, denominator, scale and value of every indicator row of a district."""
        return {tuple(row[:8]): Stored(tuple(row[8:12]), row[12] & OFFSET_BITS) for row in self._rows(_VALUES, district=district)}

    def values_at(self, district: str, offset: int) -> dict[ValueKey, Row]:
        """The indicator rows of a district as they were when the log had been folded up to an offset, as far as the history knows."""
        return {tuple(row[:8]): tuple(row[8]) for row in self._rows(_VALUES_AT, district=district, offset=offset)}

    def facts(self, district: str) -> dict[FactKey, Stored]:
        """The amount of every fact of a district that its record stands for; None for those that it has ceased to stand for."""
        rows = (*self._rows(_FACTS_GONE, district=district), *self._rows(_FACTS, district=district))
        return {tuple(row[:6]): Stored(row[6], row[7] & OFFSET_BITS) for row in rows}

    def events(self, district: str) -> dict[Identity, Stored]:
        """The offset in the log of every admitted event of a district."""
        return {(row[0], row[1]): Stored(row[2], row[3] & OFFSET_BITS) for row in self._rows(_EVENTS, district=district)}

    def sources(self, district: str) -> dict[str, Stored]:
        """High-water mark, gaps and time last seen (ms) of every source of a district."""
        rows = self._rows(_SOURCES, district=district)
        return {row[0]: Stored((row[1], [tuple(gap) for gap in row[2]], row[3]), row[4] & OFFSET_BITS) for row in rows}

    def told(self, district: str, windows: Sequence[Window]) -> Told:
        """What views tell of windows, of every indicator that no worker folds."""
        periods = [(date.fromordinal(first), date.fromordinal(last)) for _, first, last in windows]
        given = {"district": district, "indicators": [], "periods": periods}
        return by_day(row for one in statements(_TOLD) for row in self.client.query(one, given).result_rows)

    def refusals(self, district: str) -> list[Refusal]:
        """The dead letters that name a district."""
        return [Refusal(*row) for row in self._rows(_REFUSALS, district=district)]

    def closings(self, district: str, windows: Sequence[Window]) -> list[Closed]:
        """The closed windows, of any kind, that begin within those given, with what had been published of them by then."""
        if not windows:
            return []
        first, last = date.fromordinal(min(one[1] for one in windows)), date.fromordinal(max(one[2] for one in windows))
        found = []
        for kind, start, offset in self._rows(_CLOSINGS, district=district, first=first, last=last):
            rows = self._rows(_CLOSED, district=district, kind=kind, start=start, offset=offset)
            found.append(Closed(kind, start.toordinal(), {(row[0], row[1]): tuple(row[2]) for row in rows}))
        return found

    def newest_event(self, district: str) -> int:
        """The offset of the last event of a district that is stored."""
        return int(self._rows(_NEWEST_EVENT, district=district)[0][0])

    def districts(self) -> set[str]:
        """The districts of which there is any row."""
        return {row[0] for row in self._rows(_DISTRICTS)}

    def dead_letters(self, partition: int) -> set[int]:
        """The offsets in the log of a partition's dead letters."""
        return {row[0] for row in self._rows(_DEAD_LETTERS, topic=self.topic, partition=partition)}

    def record_run(self, ran_at: datetime, district: str, tables: Mapping[str, tuple[int, int]], detail: str) -> None:
        """Write a run into `reconciliations`: for each table that was compared, how many rows, and how many differed."""
        columns = ["ran_at", "district", "compared", "rows_compared", "rows_different", "detail"]
        self.client.insert(
            "reconciliations", [[ran_at, district, table, *rows, detail] for table, rows in tables.items()], column_names=columns
        )

    def _rows(self, query: str, **parameters: Any) -> Sequence[tuple[Any, ...]]:
        return [tuple(row) for row in self.client.query(query, parameters=parameters).result_rows]


@contextmanager
def opened(settings: Settings, topic: str) -> Iterator[Store]:
    """The installation's database. Raises Unreachable when ClickHouse does not answer, then or later."""
    try:
        with connect(settings) as client:
            yield Store(client, topic)
    except CLICKHOUSE_ERRORS as error:
        raise Unreachable(f"ClickHouse at {settings.clickhouse_url} does not answer as it must: {in_short(error)}; start it, "
                          "migrate it (`suoheng migrate`) or set SUOHENG_CLICKHOUSE_URL") from error  # fmt: skip


def upto(tallies: Sequence[Tally]) -> int:
    """The offset of the last message of a partition that was counted; -1 when there is none."""
    return max((tally.offset for tally in tallies), default=-1)


def totals(tallies: Sequence[Tally]) -> Mapping[str, int]:
    """The conservation sum over the districts of a partition."""
    names = ("read", "admitted", "duplicates", "dead_letters", "pending")
    return {name: sum(getattr(tally, name) for tally in tallies) for name in names}
