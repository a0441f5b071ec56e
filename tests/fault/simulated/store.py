"""The sink's own code between the broker in memory and a ClickHouse in memory that replaces by version, as its tables are declared.

The loop, the batches and the columns are the product's. The store keeps, of each key that a table's DDL names, the row of the greatest
version; an insert may fail before, amid or after its rows, and the sink may die at each of these points and at each turn of its loop.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from threading import Event
from typing import Any, NamedTuple
from unittest.mock import Mock

from kafka import TopicPartition
from kafka.errors import CommitFailedError
from kafka.structs import OffsetAndMetadata

from consumers.clickhouse.rows import TABLES, Table
from consumers.clickhouse.sink import ClickHouseSink
from consumers.loop import Loop, Message, Pace, Unavailable
from schemas.settings import Settings
from tests.fault.simulated.broker import NUMBER, Broker
from tests.fault.simulated.shell import Died

_FILES = sorted((Path(__file__).parents[3] / "deploy" / "clickhouse").glob("0*.sql"))
_DDL = re.sub(r"--[^\n]*", "", "\n".join(path.read_text() for path in _FILES))
_TABLE = re.compile(r"CREATE TABLE IF NOT EXISTS (\w+)[^;]*?ENGINE = ReplacingMergeTree(?:\((\w+)\))?\s+ORDER BY \(?([\w, ]+)\)?;")
DECLARED = {name: (version, tuple(key.split(", "))) for name, version, key in _TABLE.findall(_DDL)}
"""Table -> the column by which rows replace each other ('': the later one does), and those that name a row."""

Row = dict[str, Any]


class Store:
    """ClickHouse's tables."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[Any, ...], Row]] = {table.name: {} for table in TABLES}
        self.tables["indicator_value_rows"] = {}
        self.broken: list[str] = []
        """Rows of one key and version with two contents, and newest rows that became older."""

    def insert(self, table: str, rows: Iterable[Row]) -> None:
        """Take rows; one that is there already leaves no trace."""
        for row in rows:
            self._put(table, row)
            if table == "indicator_value_versions":  # the materialized view
                self._put("indicator_value_rows", row)

    def _put(self, table: str, row: Row) -> None:
        version, names = DECLARED[table]
        key = tuple(row[name] for name in names)
        there = self.tables[table].get(key)
        if there is not None:
            same = row.get("version") == there.get("version")
            if same and row != there:
                self.broken.append(f"{table}: one version with two values: {there} and {row}")
            if version and row[version] < there[version]:
                return
        self.tables[table][key] = row


class Said(NamedTuple):
    """A message as the sink gets it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


class Group:
    """The sink's group: its committed offsets, and which member has the partitions now."""

    def __init__(self) -> None:
        self.committed: dict[TopicPartition, int] = {}
        self.generation = 0


class Consumer:
    """A member of the group."""

    def __init__(self, broker: Broker, group: Group, topics: Sequence[str], chance: Random) -> None:
        group.generation += 1
        self._broker, self._group, self._chance, self._generation = broker, group, chance, group.generation
        self._at = {TopicPartition(topic, NUMBER): group.committed.get(TopicPartition(topic, NUMBER), 0) for topic in topics}
        self._held: set[TopicPartition] = set()
        self.now = 0.0

    def poll(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Message]]:
        """Some of what is visible, of some topics."""
        self.now += 1.0
        found: dict[TopicPartition, list[Message]] = {}
        for tp, at in self._at.items():
            end = self._broker.visible.get(tp.topic, 0)
            if at < end and tp not in self._held and self._chance.random() < 0.7:
                records = self._broker.topics[tp.topic][at : min(end, at + self._chance.choice((1, 10, 1_000)))]
                found[tp] = [Said(tp.topic, NUMBER, r.offset, 0, r.key, r.value, r.headers) for r in records]
                self._at[tp] = at + len(records)
        return found

    def assignment(self) -> set[TopicPartition]:
        return set(self._at)

    def highwater(self, tp: TopicPartition) -> int:
        return self._at[tp]

    def positions(self) -> dict[TopicPartition, int]:
        return dict(self._at)

    def pause(self, *held: TopicPartition) -> None:
        self._held |= set(held)

    def paused(self) -> set[TopicPartition]:
        return set(self._held)

    def resume(self, *held: TopicPartition) -> None:
        self._held -= set(held)

    def commit(self, offsets: Mapping[TopicPartition, OffsetAndMetadata], timeout_ms: int) -> None:
        """Refused from a member that the group has moved on from. The sink may die before or after."""
        _perhaps_die(self._chance)
        if self._generation != self._group.generation:
            raise CommitFailedError
        self._group.committed |= {tp: at.offset for tp, at in offsets.items()}
        _perhaps_die(self._chance)


class FailingWriter:
    """Inserts into the store, with everything that can happen on the way."""

    def __init__(self, store: Store, chance: Random) -> None:
        self._store, self._chance = store, chance

    def insert(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """As `Writer.insert`: all rows, or Unavailable with any part of them stored."""
        rows = [dict(zip(table.columns, values, strict=True)) for values in zip(*columns, strict=True)]
        what = self._chance.random()
        if what > 0.1:
            self._store.insert(table.name, rows)
            return
        self._store.insert(table.name, rows[: self._chance.randrange(len(rows) + 1)])
        if what > 0.05:
            raise Unavailable("cut off, outcome unknown")
        raise Died


class SimulatedSink:
    """A sink process, advanced turn by turn of its loop."""

    def __init__(self, broker: Broker, group: Group, store: Store, chance: Random) -> None:
        self._chance, self._stop = chance, Event()
        self.sink = ClickHouseSink(FailingWriter(store, chance), Mock(), Settings())  # type: ignore[arg-type]
        self.consumer = Consumer(broker, group, self.sink.topics, chance)
        self.loop = Loop(self.consumer, self.sink, Pace(), Mock(), lambda: self.consumer.now)  # type: ignore[arg-type]  # subscribed for good

    def advance(self) -> bool:
        """Poll, and perhaps deliver; whether the process goes on."""
        try:
            self.loop._poll()
            if self._chance.random() < 0.5:
                self.loop._deliver(self._stop)
            _perhaps_die(self._chance)
        except Died:
            return False
        return True


def _perhaps_die(chance: Random) -> None:
    if chance.random() < 0.02:
        raise Died
