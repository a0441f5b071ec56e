"""Events, one JSON text each, to the partitions of their districts: idempotent, acknowledged by all replicas, bytes untouched.

The publisher judges nothing. A text in which no district can be read is sent as well, with an empty key: the worker that reads it
writes it to the dead letters with the reason, so that it is found there and counted, and not lost on the way.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

import msgspec
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from schemas.connecting import kafka_options
from schemas.envelope import MAX_EVENT_BYTES
from schemas.settings import settings
from streams.core.seal import OPERATOR, SealKeyError, Stamp
from streams.seal_keys import read_keys

LARGEST_LINE_BYTES = 1_048_576 - 256
"""The topic takes messages of 1 MiB; the rest is for the key and the frame of the batch. (An event may have 16 KiB; more is a dead letter.)"""

_BATCH_BYTES = 512 * 1024
"""About a thousand events: a district has one partition, a partition one batch on its way, and 8 ms a batch allow 100,000 events/s."""

_ADDRESS = re.compile(rb'"district"\s*:\s*"([0-9]{6})"')


class PublishError(Exception):
    """Kafka could not be reached, has no such topic, or stopped taking events; the text says which and what to do."""


class _Addressed(msgspec.Struct):
    district: str = ""


_decode = msgspec.json.Decoder(_Addressed).decode


def key_of(line: bytes) -> bytes:
    """The six digits of the event's district, as the message's key; empty when none can be read, even from broken JSON."""
    try:
        district = _decode(line).district
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        district = ""
    if len(district) == 6 and district.isascii() and district.isdigit():
        return district.encode()
    found = _ADDRESS.search(line)
    return found[1] if found else b""


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file without their line ends. Of a line longer than a message can be, only the first 2 MiB: never a whole file in memory."""
    while (line := read_line(file)).size:
        yield line.text.removesuffix(b"\n").removesuffix(b"\r")


class Line(NamedTuple):
    """A line as it stands in its file, cut after 2 MiB; `size` is all of it, `ended` whether its line end has been written."""

    text: bytes
    size: int
    ended: bool


def read_line(file: BinaryIO) -> Line:
    """The next line; at the end of the file one of size 0."""
    limit = 2 * LARGEST_LINE_BYTES
    text = rest = file.readline(limit)
    size = len(text)
    while len(rest) == limit and not rest.endswith(b"\n"):
        rest = file.readline(limit)
        size += len(rest)
    return Line(text, size, rest.endswith(b"\n"))


@dataclass(slots=True)
class Published:
    """What became of the lines: `sent` are acknowledged by Kafka; `without_district` of them had no readable district."""

    sent: int = 0
    bytes: int = 0
    without_district: int = 0
    blank: int = 0
    too_large: int = 0
    partitions: Counter[int] = field(default_factory=Counter)


class Publisher:
    """Collects texts into one batch a partition and sends full batches; at most two batches of a partition are on their way.

    `acknowledged` is called with the number of events and bytes of each batch that Kafka has taken.
    """

    def __init__(
        self,
        producer: AIOKafkaProducer,
        topic: str,
        partitions: int,
        acknowledged: Callable[[int, int], None],
        stamp: Stamp | None = None,
    ) -> None:
        self.published = Published()
        self._stamp = stamp
        self._producer, self._topic, self._count, self._acknowledged = (producer, topic, partitions, acknowledged)
        self._partition_of: dict[bytes, int] = {}
        self._open: dict[int, BatchBuilder] = {}
        self._on_way: set[asyncio.Future[object]] = set()
        self._failure: BaseException | None = None

    async def send(self, line: bytes) -> None:
        """Hand over one event; returns at once unless its partition is busy. Blank lines are skipped, too large ones counted and left."""
        counts = self.published
        if not line.strip():
            counts.blank += 1
        elif len(line) > LARGEST_LINE_BYTES:
            counts.too_large += 1
        else:
            key = key_of(line)
            counts.without_district += not key
            await self._append(key, line)

    async def flush(self) -> Published:
        """Return when Kafka has acknowledged everything handed over so far. Raises `PublishError` when it refused any of it."""
        for partition in list(self._open):
            await self._dispatch(partition)
        while self._on_way:
            await asyncio.wait(self._on_way)
        self._raise_failure()
        return self.published

    async def _append(self, key: bytes, line: bytes) -> None:
        partition = self._partition_of.get(key)
        if partition is None:
            partition = self._partition_of[key] = (murmur2(key) & 0x7FFFFFFF) % self._count
        batch = self._open.get(partition)
        if batch is None:
            batch = self._open[partition] = self._producer.create_batch()
        # What is larger than an event can be is a dead letter anyway; a seal might make it too large for the topic.
        headers = [self._stamp.header(key, line)] if self._stamp and len(line) <= MAX_EVENT_BYTES else []
        if batch.append(timestamp=None, key=key, value=line, headers=headers) is None:
            await self._dispatch(partition)
            batch = self._open[partition] = self._producer.create_batch()
            batch.append(timestamp=None, key=key, value=line, headers=headers)

    async def _dispatch(self, partition: int) -> None:
        self._raise_failure()
        batch = self._open.pop(partition)
        events, size = batch.record_count(), batch.size()
        try:
            future: asyncio.Future[object] = await self._producer.send_batch(batch, self._topic, partition=partition)
        except KafkaError as error:
            raise self._failed(error) from error
        self._on_way.add(future)
        future.add_done_callback(lambda done: self._settle(done, partition, events, size))

    def _settle(self, done: "asyncio.Future[object]", partition: int, events: int, size: int) -> None:
        self._on_way.discard(done)
        error = asyncio.CancelledError() if done.cancelled() else done.exception()
        if error is not None:
            self._failure = self._failure or error
            return
        self.published.sent += events
        self.published.bytes += size
        self.published.partitions[partition] += events
        self._acknowledged(events, size)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failed(self._failure) from self._failure

    def _failed(self, error: BaseException) -> PublishError:
        return PublishError(
            f"Kafka stopped taking events after {self.published.sent:,} ({error!r}); publish the same file again when it is back: "
            "what has arrived is recognised and counted once"
        )


@asynccontextmanager
async def connect(
    kafka: str, topic: str, acknowledged: Callable[[int, int], None] = lambda _events, _bytes: None
) -> AsyncIterator[Publisher]:
    """A publisher to a topic that exists; `PublishError` when Kafka or the topic is not there. It seals if this process has seal keys."""
    stamp = _stamp()
    producer = AIOKafkaProducer(
        **kafka_options(kafka),
        acks="all",
        enable_idempotence=True,
        max_batch_size=_BATCH_BYTES,
        max_request_size=LARGEST_LINE_BYTES + 256,
        linger_ms=0,
    )
    try:
        await producer.start()
    except (KafkaError, OSError) as error:
        await producer.stop()
        raise PublishError(
            f"Kafka does not answer at {kafka} ({error}); start it (`suoheng up`) or name another with --kafka or SUOHENG_KAFKA"
        ) from error
    try:
        yield Publisher(producer, topic, await _partition_count(producer, topic), acknowledged, stamp)
    finally:
        await producer.stop()


def _stamp() -> Stamp | None:
    try:
        keys = read_keys(settings())
    except SealKeyError as error:
        raise PublishError(str(error)) from error
    return Stamp(keys, OPERATOR) if keys else None


async def _partition_count(producer: AIOKafkaProducer, topic: str) -> int:
    """Number of partitions; a topic that was made a moment ago may take a moment to be known."""
    for _ in range(10):
        cluster = await producer.client.fetch_all_metadata()
        if partitions := cluster.partitions_for_topic(topic):
            return len(partitions)
        await asyncio.sleep(0.3)
    raise PublishError(f"Kafka has no topic {topic!r}; `suoheng topics` makes it")


async def publish(
    lines: Iterable[bytes], *, kafka: str, topic: str, acknowledged: Callable[[int, int], None] = lambda _events, _bytes: None
) -> Published:
    """Send every line and wait for all acknowledgements; the counts. Order is kept within a district."""
    async with connect(kafka, topic, acknowledged) as publisher:
        for line in lines:
            await publisher.send(line)
        return await publisher.flush()
