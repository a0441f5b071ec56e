"""One transaction per micro-batch: outputs, dead letters and the consumed offset become visible together or not at all.

The transactional id belongs to one input partition, so starting a producer with it fences every earlier owner of the partition and
finishes or aborts what that one left open. Rows travel in record batches that the fold has filled: `send()` per row is six times slower.
"""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from typing import Any, NamedTuple

import aiokafka.producer.sender
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.structs import OffsetAndMetadata

from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, OUTPUT_TOPICS, topic_name
from streams.core.message import Message
from streams.core.outcome import DeadLetter
from streams.core.pipeline import Outputs
from streams.worker import build
from streams.worker.batches import BATCH_BYTES, Batches
from streams.worker.failpoints import FailPoint, FailPoints

BUILD = f"suoheng {version('suoheng')}"

# aiokafka pauses so long when the broker still writes the markers of the last transaction (20 ms by default): at 2 ms a partition makes
# 193 instead of 76 transactions a second.
aiokafka.producer.sender.BACKOFF_OVERRIDE = 0.002

Row = tuple[bytes | None, bytes | None, list[tuple[str, bytes]], int | None]
"""Key, value, headers, and the time in milliseconds that it bears; None: that of writing."""


class Names(NamedTuple):
    """What a worker calls things at the broker."""

    source: str
    """The input topic."""
    group: str
    """Consumer group, also the Faust application's id; a higher epoch is another group, so it reads the log anew."""
    outputs: Mapping[str, str]
    """Output topics: name without prefix -> name."""
    epoch: int

    @classmethod
    def of(cls, settings: Settings) -> "Names":
        """The names under these settings."""
        beside = settings.epoch if settings.shadow else None
        outputs = {topic.name: topic_name(topic, settings, beside) for topic in OUTPUT_TOPICS}
        return cls(topic_name(OFFICE_EVENTS, settings), f"{settings.app_id}-e{settings.epoch}", outputs, settings.epoch)

    def transactional_id(self, partition: int) -> str:
        """The id that only the partition's owner may write under."""
        return f"{self.group}-{OFFICE_EVENTS.name}-{partition}"


@cache
def folding_build() -> str:
    """The digest of this process's code, which goes with every committed offset: who goes on from there can tell whose work it is."""
    return build.settled()


class Outbox:
    """The way out of one partition. After any exception the outbox must not be used again: what was committed is unknown."""

    def __init__(self, names: Names, partition: int, producer: AIOKafkaProducer, fail_points: FailPoints) -> None:
        self._names = names
        self._source = TopicPartition(names.source, partition)
        self._producer = producer
        self._fail_points = fail_points

    @classmethod
    async def open(cls, settings: Settings, names: Names, partition: int, fail_points: FailPoints) -> "Outbox":
        """Fence every earlier owner of the partition; on return its last transaction is committed or aborted for good."""
        producer = AIOKafkaProducer(
            **kafka_options(settings),
            transactional_id=names.transactional_id(partition),
            transaction_timeout_ms=settings.transaction_timeout_ms,
            acks="all",
            max_batch_size=BATCH_BYTES,
            compression_type="zstd",
            retry_backoff_ms=20,
        )
        await producer.start()
        return cls(names, partition, producer, fail_points)

    def outputs(self) -> Outputs[Batches]:
        """What the next micro-batch is to be folded into."""
        return Outputs(Batches)

    async def commit(self, outputs: Outputs[Batches], messages: Sequence[Message], next_offset: int) -> None:
        """Write the outputs of `messages` and `next_offset` as consumed, in one transaction.

        Raises what the broker answers; `ProducerFenced` means that another worker owns the partition.
        """
        producer = self._producer
        await producer.begin_transaction()
        # Enqueued together, so that all partitions enter the transaction by one request. Every future is looked at before the commit:
        # commit_transaction() succeeds even when a batch was refused, and the rest would be visible without it.
        await _all(self._send(topic, batches) for topic, batches in self._batches(outputs, messages))
        self._fail_points.passed(FailPoint.AFTER_SEND)
        await producer.send_offsets_to_transaction({self._source: OffsetAndMetadata(next_offset, folding_build())}, self._names.group)
        self._fail_points.passed(FailPoint.AFTER_OFFSETS)
        await producer.commit_transaction()

    async def close(self) -> None:
        """Close the connections; an open transaction is left to the next owner's fence."""
        await self._producer.stop()

    def _batches(self, outputs: Outputs[Batches], messages: Sequence[Message]) -> Iterator[tuple[str, Sequence[BatchBuilder]]]:
        """Topics and their batches; topics without a record are left out."""
        names = self._names.outputs
        for topic, rows in outputs.rows.items():
            if rows:
                yield names[topic], rows.closed()
        if outputs.dead:
            by_offset = {message[0]: message for message in messages}
            letters = [dead_letter(self._source, by_offset[dead.offset], dead, self._names.epoch) for dead in outputs.dead]
            yield names[DEAD_LETTERS.name], self._packed(letters)

    def _packed(self, letters: Iterable[Row]) -> Sequence[BatchBuilder]:
        """Records with headers in closed batches of at most `BATCH_BYTES`; a larger one gets a batch of its own."""
        batches = [self._producer.create_batch()]
        for key, value, headers, stamp in letters:
            if batches[-1].append(key=key, value=value, timestamp=stamp, headers=headers) is None:
                batches.append(self._producer.create_batch())
                batches[-1].append(key=key, value=value, timestamp=stamp, headers=headers)
        batches[-1].close()
        return batches

    async def _send(self, topic: str, batches: Sequence[BatchBuilder]) -> None:
        """Send to the source's partition number of `topic`; returns when the broker has acknowledged all of them."""
        producer, partition = self._producer, self._source.partition
        await _all([await producer.send_batch(batch, topic, partition=partition) for batch in batches])


def dead_letter(source: TopicPartition, message: Message, dead: DeadLetter, epoch: int = 0) -> Row:
    """The record as it was received, its own headers first, then why and where from. It bears the time at which the log took it, so that what is
    computed anew does not make old letters look new."""
    offset, appended_ms, key, value, headers = message
    reasons = {
        "dl-code": dead.code,
        "dl-detail": dead.detail,
        "dl-stage": dead.stage,
        "dl-topic": source.topic,
        "dl-partition": str(source.partition),
        "dl-offset": str(offset),
        "dl-sha256": sha256(value or b"").hexdigest(),
        "dl-build": BUILD,
    }
    if epoch:
        reasons["dl-epoch"] = str(epoch)
    return key, value, [*headers, *((name, text.encode()) for name, text in reasons.items())], appended_ms


async def _all(sends: Iterable[Awaitable[Any]]) -> None:
    """Wait for all, also when one fails, then raise the first failure: no send may be under way when the caller handles it."""
    results = await asyncio.gather(*sends, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
