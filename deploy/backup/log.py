"""Reading partitions for a backup, in pieces that become segments: what has been committed, from an offset to an offset."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from deploy.backup.segments import Record
from deploy.errors import MissingDependency
from streams.worker.log import reader

SEGMENT_BYTES = 16 << 20
SEGMENT_RECORDS = 100_000
_RECORD_BYTES = 32
"""What a record costs beside its key, value and headers, roughly."""
_POLL_MS = 500
_POLL_RECORDS = 5_000
_PATIENCE_POLLS = 120


class Piece(NamedTuple):
    """A stretch `[start, end)` of a partition and its records."""

    start: int
    end: int
    records: list[Record]


class Bounds(NamedTuple):
    """The first offset that a partition still has, and the one behind the last that is committed."""

    first: int
    end: int


async def bounds(kafka: str, topic: str, partitions: Iterable[int]) -> dict[int, Bounds]:
    """What partitions hold now. Raises MissingDependency."""
    tps = [TopicPartition(topic, number) for number in partitions]
    async with _reading(kafka) as consumer:
        first, end = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
    return {tp.partition: Bounds(first[tp], end[tp]) for tp in tps}


async def pieces(kafka: str, topic: str, partition: int, start: int, end: int, *, most_bytes: int = SEGMENT_BYTES) -> AsyncIterator[Piece]:
    """`[start, end)` in pieces without gaps between them, each of some `most_bytes` at most. Raises MissingDependency."""
    if start >= end:
        return
    tp = TopicPartition(topic, partition)
    async with _reading(kafka) as consumer:
        consumer.assign([tp])
        consumer.seek(tp, start)
        held: list[Record] = []
        size, idle = 0, 0
        # Until the *position* has reached the end: markers and aborted records occupy offsets and are never delivered.
        while (position := await consumer.position(tp)) < end:
            fetched = (await consumer.getmany(tp, timeout_ms=_POLL_MS, max_records=_POLL_RECORDS)).get(tp, [])
            idle = 0 if fetched or await consumer.position(tp) > position else idle + 1
            if idle > _PATIENCE_POLLS:
                raise MissingDependency(f"{topic}/{partition} gives nothing from offset {position} on, though it ends at {end}")
            for one in fetched:
                if one.offset >= end:
                    break
                if held and (size >= most_bytes or len(held) >= SEGMENT_RECORDS):
                    yield Piece(start, one.offset, held)
                    start, held, size = one.offset, [], 0
                held.append((one.offset, one.timestamp, one.key, one.value, tuple(one.headers)))
                size += _RECORD_BYTES + len(one.key or b"") + len(one.value or b"") + sum(len(v or b"") for _, v in one.headers)
        yield Piece(start, end, held)


async def record_at(kafka: str, topic: str, partition: int, offset: int) -> Record | None:
    """The record at an offset; None where there is none."""
    found = [record async for piece in pieces(kafka, topic, partition, offset, offset + 1) for record in piece.records]
    return found[0] if found else None


@asynccontextmanager
async def _reading(kafka: str) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of committed records; what goes wrong on it is told as MissingDependency."""
    consumer = reader(kafka)
    try:
        await consumer.start()
        yield consumer
    except (KafkaError, OSError) as error:
        raise MissingDependency(f"Kafka at {kafka} cannot be asked: {str(error) or type(error).__name__}") from error
    finally:
        await consumer.stop()
