"""Folded rows into ClickHouse as the sink writes them, without Kafka between: the core's own bytes through the sink's columns and writer."""

from collections.abc import Sequence
from typing import NamedTuple

from consumers.clickhouse.rows import READERS, Batch
from consumers.clickhouse.writer import Writer
from schemas.settings import Settings
from streams.core.message import Message
from streams.core.pipeline import Breaker, Partition, apply

_FLUSH_ROWS = 200_000


class Sent(NamedTuple):
    """A row on its topic; where it lay does not matter to the tables."""

    topic: str
    key: bytes
    value: bytes
    partition: int = 0
    offset: int = 0
    timestamp: int = 0
    headers: Sequence[tuple[str, bytes]] = ()


class Storing:
    """Folds the messages of one partition, one slice after the other, and stores every row. The tables must be there; not for two threads."""

    def __init__(self, settings: Settings) -> None:
        self._partition = Partition(0, 0, lambda _key: True, Breaker(0, 0))
        self._writer, self._batch = Writer(settings), Batch()

    def take(self, messages: Sequence[Message]) -> None:
        """Fold a slice; its rows wait until there are enough of them."""
        for topic, rows in apply(self._partition, messages).rows.items():
            self._batch.add(READERS[topic], [Sent(topic, key, value) for key, value in rows])
        if len(self._batch) > _FLUSH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Store what waits."""
        _flush(self._writer, self._batch)

    def close(self) -> None:
        """Store what waits, and close the connection."""
        self.flush()
        self._writer.close()


def store(settings: Settings, messages: Sequence[Message], slice_events: int = 2_000) -> None:
    """Fold the messages of one partition and store every row, dead letters apart. The tables must be there."""
    storing = Storing(settings)
    for start in range(0, len(messages), slice_events):
        storing.take(messages[start : start + slice_events])
    storing.close()


def _flush(writer: Writer, batch: Batch) -> None:
    for table, columns in list(batch.tables()):
        writer.insert(table, columns)
        batch.clear(table)
