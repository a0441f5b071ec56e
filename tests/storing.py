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


def store(settings: Settings, messages: Sequence[Message], slice_events: int = 2_000) -> None:
    """Fold the messages of one partition and store every row, dead letters apart. The tables must be there."""
    partition = Partition(0, 0, lambda _key: True, Breaker(0, 0))
    writer, batch = Writer(settings), Batch()
    for start in range(0, len(messages), slice_events):
        for topic, rows in apply(partition, messages[start : start + slice_events]).rows.items():
            batch.add(READERS[topic], [Sent(topic, key, value) for key, value in rows])
        if len(batch) > _FLUSH_ROWS:
            _flush(writer, batch)
    _flush(writer, batch)
    writer.close()


def _flush(writer: Writer, batch: Batch) -> None:
    for table, columns in list(batch.tables()):
        writer.insert(table, columns)
        batch.clear(table)
