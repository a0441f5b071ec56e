"""Reading topics outside of Faust: committed offsets, stretches of the log, what was written last. Always read_committed."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing

import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition

from schemas.connecting import kafka_options
from streams.core.message import Message
from streams.worker.exits import Halted

FETCH_BYTES = 8 << 20
FETCH_WAIT_MS = 100
OFFSET_BITS = 48  # version = (epoch << 48) | offset
LOOK_BACK = 2_000
"""More than a transaction has conservation rows: one a district."""


class Log:
    """The input topic of one group."""

    def __init__(self, kafka: str, group: str, topic: str) -> None:
        self._kafka = kafka
        self._group = group
        self._topic = topic

    async def committed(self, partition: int) -> int | None:
        """The group's committed offset, asked anew: only after fencing is the answer final. None: there is none."""
        async with reader(self._kafka, group=self._group) as consumer:
            offset: int | None = await consumer.committed(TopicPartition(self._topic, partition))
            return offset

    async def read(self, partition: int, start: int, end: int, *, at_most: int, oldest: int | None = None) -> AsyncIterator[list[Message]]:
        """The records of `[start, end)` in slices of at most `at_most`.

        Raises Halted when the log no longer holds `oldest` (default: `start`), or ends before `end`.
        """
        tp = TopicPartition(self._topic, partition)
        async with reader(self._kafka) as consumer:
            first = (await consumer.beginning_offsets([tp]))[tp]
            last = (await consumer.end_offsets([tp]))[tp]
            self._require(partition, start if oldest is None else oldest, end, first, last)
            async for messages in _read(consumer, tp, start, end, at_most):
                yield messages

    async def ends(self, partitions: Iterable[int]) -> dict[int, int]:
        """Partition -> the offset behind its last readable record."""
        async with reader(self._kafka) as consumer:
            ends = await consumer.end_offsets([TopicPartition(self._topic, number) for number in partitions])
        return {tp.partition: end for tp, end in ends.items()}

    def _require(self, partition: int, start: int, end: int, first: int, last: int) -> None:
        """The log must still hold what is to be read, for nothing else can rebuild the numbers."""
        where = f"{self._topic} partition {partition}"
        if first > start:
            raise Halted(
                f"{where} begins at offset {first}, but offset {start} is needed: the log was shortened, the numbers cannot be rebuilt; "
                "restore the topic from a copy and set its retention to unlimited"
            )
        if end > last:
            raise Halted(
                f"{where} ends at offset {last}, but the group has consumed up to {end}: this is not the log that was read before; "
                "restore the topic, or rebuild with a higher SUOHENG_EPOCH"
            )


async def exists(kafka: str, topic: str) -> bool:
    """Whether there is such a topic."""
    async with reader(kafka) as consumer:
        return topic in await consumer.topics()


async def whole(kafka: str, topic: str, partition: int, at_most: int = 5_000) -> AsyncIterator[list[Message]]:
    """All records of a partition as far as it reaches now."""
    tp = TopicPartition(topic, partition)
    async with reader(kafka) as consumer:
        first = (await consumer.beginning_offsets([tp]))[tp]
        last = (await consumer.end_offsets([tp]))[tp]
        async for messages in _read(consumer, tp, first, last, at_most):
            yield messages


async def last_written(kafka: str, topic: str, partition: int, epoch: int) -> int | None:
    """The offset behind the last source event of this epoch whose rows stand in an output partition; None: nothing stands there.

    `topic` must have a row in every transaction with the `version` of its last event: `conservation` has.
    """
    async with aclosing(_versions_from_the_end(kafka, topic, partition)) as stretches:
        async for versions in stretches:
            if offsets := [version & (1 << OFFSET_BITS) - 1 for version in versions if version >> OFFSET_BITS == epoch]:
                return max(offsets) + 1
    return None


async def newest_epoch(kafka: str, topic: str, partition: int) -> int | None:
    """The epoch of the last row of a partition; None: there is no row. Of a topic with a row in every transaction: whose rows stand there."""
    async with aclosing(_versions_from_the_end(kafka, topic, partition)) as stretches:
        async for versions in stretches:
            return versions[-1] >> OFFSET_BITS
    return None


async def _versions_from_the_end(kafka: str, topic: str, partition: int) -> AsyncGenerator[list[int], None]:
    """The versions of rows in stretches of `LOOK_BACK` offsets, the last stretch first; empty ones are left out."""
    tp = TopicPartition(topic, partition)
    async with reader(kafka) as consumer:
        first = (await consumer.beginning_offsets([tp]))[tp]
        start = (await consumer.end_offsets([tp]))[tp]
        while start > first:
            start, end = max(first, start - LOOK_BACK), start
            values = [value async for messages in _read(consumer, tp, start, end, LOOK_BACK) for _, _, _, value, _ in messages if value]
            if values:
                yield [int(orjson.loads(value)["version"]) for value in values]


def reader(kafka: str, *, group: str | None = None) -> AIOKafkaConsumer:
    """A consumer of committed records that is told what to read; to be started and stopped."""
    return AIOKafkaConsumer(
        **kafka_options(kafka),
        group_id=group,
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        max_partition_fetch_bytes=FETCH_BYTES,
    )


async def _read(consumer: AIOKafkaConsumer, tp: TopicPartition, start: int, end: int, at_most: int) -> AsyncIterator[list[Message]]:
    """Until the *position* has reached `end`: control records and aborted ones occupy offsets and are never delivered."""
    if start >= end:
        return
    consumer.assign([tp])
    consumer.seek(tp, start)
    while await consumer.position(tp) < end:
        fetched: dict[TopicPartition, list[Message]] = await consumer.getmany(tp, timeout_ms=2 * FETCH_WAIT_MS, max_records=at_most)
        for messages in fetched.values():
            wanted = messages if messages[-1][0] < end else [message for message in messages if message[0] < end]
            if wanted:
                yield wanted
