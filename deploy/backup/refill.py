"""Writing a kept log into an empty topic so that every record lies at the offset where it lay, with the append time that it had.

Receipts, places of dead letters and versions name offsets. Offsets that hold no record — markers of transactions, aborted records — are taken up
by markers again, which readers of committed records skip as they skipped the others. Times are kept because the topic takes them from its
producer (`CreateTime`) for as long as it is being filled; that setting says at the same time that it is not whole yet.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic, sleep
from typing import Any, NamedTuple, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError as ProducerError
from kafka import KafkaAdminClient
from kafka import TopicPartition as KafkaTopicPartition
from kafka.admin import AbortTransactionSpec, AlterConfigOp
from kafka.errors import UnknownTopicOrPartitionError

from deploy.backup.segments import Record
from deploy.errors import Finding, MissingDependency
from deploy.topics import alter, config_at
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name

BATCH_BYTES = 900_000
_FOR_EVER = str((1 << 63) - 1)
FILLING = {"message.timestamp.type": "CreateTime", "max.message.bytes": str(64 << 20)}
"""Settings of the topic meanwhile. A record that was accepted in a well compressed batch may be larger in ours."""
_MEANWHILE = {
    "message.timestamp.before.max.ms": _FOR_EVER,
    "message.timestamp.after.max.ms": _FOR_EVER,  # the source's clock may have been before ours
    "segment.ms": _FOR_EVER,  # by default a segment for every week of the past
}
_FILLED = {key: OFFICE_EVENTS.config[key] for key in FILLING}
_NOBODY = 1 << 62
"""A producer id that no cluster ever gives out."""
_FEW = 32
"""So many markers are written one by one, 3 ms each; a longer gap becomes one aborted transaction."""
_PATIENCE_S = 30.0
_AS_PRODUCED = 0


class _Batch(NamedTuple):
    """A batch on its way, and the offset that it must get."""

    at: int
    acknowledged: "asyncio.Future[Any]"


class Refill:
    """Fills the log of an installation, one partition at a time. To be used as a context; raises MissingDependency, Finding."""

    def __init__(self, settings: Settings) -> None:
        self.topic = topic_name(OFFICE_EVENTS, settings)
        broker = kafka_options(settings)
        ours = broker | {"acks": "all", "max_batch_size": BATCH_BYTES, "compression_type": "zstd", "max_request_size": 128 << 20}
        self._producer = AIOKafkaProducer(**ours, enable_idempotence=True)
        # Its start ends a transaction that a run before has left open: only then is it known where a partition ends.
        self._aborter = AIOKafkaProducer(**ours, transactional_id=f"{settings.app_id}-restore")
        self._ends = AIOKafkaConsumer(**broker, enable_auto_commit=False, isolation_level="read_uncommitted")
        self._broker = broker
        self._admin: Any = None

    async def __aenter__(self) -> Self:
        self._admin = await asyncio.to_thread(KafkaAdminClient, **self._broker)
        for client in (self._producer, self._aborter, self._ends):
            await client.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in (self._producer, self._aborter, self._ends):
            await client.stop()
        await asyncio.to_thread(self._admin.close)

    async def end(self, partition: int) -> int:
        """The offset that the next record of a partition gets."""
        tp = TopicPartition(self.topic, partition)
        return int((await self._ends.end_offsets([tp]))[tp])

    async def write(self, partition: int, records: Sequence[Record], start: int, end: int) -> None:
        """Fill `[start, end)`; the partition ends at `start` before, and at `end` when this returns.

        Raises Finding when somebody else writes into the log.
        """
        under_way: list[_Batch] = []
        batch, first, at = self._producer.create_batch(), start, start
        for offset, appended_ms, key, value, headers in records:
            full = offset == at and batch.append(timestamp=appended_ms, key=key, value=value, headers=list(headers)) is None
            if full or offset > at:
                under_way.append(await self._send(batch, partition, first))
                if offset > at:
                    await self._settled(partition, under_way)
                    await self._void(partition, at, offset)
                batch, first = self._producer.create_batch(), offset
                batch.append(timestamp=appended_ms, key=key, value=value, headers=list(headers))
            at = offset + 1
        under_way.append(await self._send(batch, partition, first))
        await self._settled(partition, under_way)
        await self._void(partition, at, end)

    async def _send(self, batch: Any, partition: int, first: int) -> _Batch:
        batch.close()
        if not batch.record_count():
            nothing: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            nothing.set_result(None)
            return _Batch(first, nothing)
        return _Batch(first, await self._producer.send_batch(batch, self.topic, partition=partition))

    async def _settled(self, partition: int, under_way: list[_Batch]) -> None:
        """Wait until all batches have been acknowledged, at the offsets that they must have."""
        try:
            found = await asyncio.gather(*(batch.acknowledged for batch in under_way))
        except ProducerError as error:
            raise MissingDependency(f"Kafka does not take the log: {error}; run the same command again, it goes on from there") from error
        for batch, told in zip(under_way, found, strict=True):
            if told is not None and told.offset != batch.at:
                self._disturbed(partition, batch.at, told.offset)
            if told is not None and told.timestamp_type != _AS_PRODUCED:
                raise Finding(
                    f"{self.topic}/{partition} stamps records itself: the broker has not taken {FILLING}; begin anew with --replace"
                )
        under_way.clear()

    async def _void(self, partition: int, start: int, end: int) -> None:
        """Take up offsets with what readers of committed records do not see."""
        if start == end:
            return
        if end - start <= _FEW:
            await asyncio.to_thread(self._mark, partition, end - start)
        else:
            await self._abort(partition, end - start - 1)
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S
        # An abort is answered before its marker is written.
        while (now := await self.end(partition)) < end and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - the broker knows
            await asyncio.sleep(0.005)
        if now != end:
            self._disturbed(partition, end, now)

    def _mark(self, partition: int, count: int) -> None:
        """So many markers of a transaction of nobody's."""
        marker = AbortTransactionSpec(KafkaTopicPartition(self.topic, partition), _NOBODY, 0)
        deadline = monotonic() + _PATIENCE_S
        while count:
            try:
                self._admin.abort_transaction(marker)
                count -= 1
            except UnknownTopicOrPartitionError:  # a topic just made is not known to its broker at once; nothing was written
                if monotonic() > deadline:
                    raise
                sleep(0.1)

    async def _abort(self, partition: int, count: int) -> None:
        """An aborted transaction of so many empty records; its marker comes after them."""
        await self._aborter.begin_transaction()
        while count:
            batch, size = self._aborter.create_batch(), 0
            while count and batch.append(timestamp=0, key=None, value=None, headers=[]) is not None:
                count, size = count - 1, size + 1
            batch.close()
            await (await self._aborter.send_batch(batch, self.topic, partition=partition))
        await self._aborter.abort_transaction()

    def _disturbed(self, partition: int, expected: int, found: int) -> None:
        raise Finding(
            f"{self.topic}/{partition} is at offset {found}, it should be at {expected}: somebody else writes into the log while it is restored. Stop "
            "gateways, workers and publishers, and restore into an empty installation (--replace empties this one)"
        )


def filling(admin: KafkaAdminClient, topic: str) -> bool:
    """Whether a topic is being filled: a restore has begun and not ended."""
    return config_at(admin, topic).get("message.timestamp.type") == FILLING["message.timestamp.type"]


def set_filling(admin: KafkaAdminClient, topic: str, *, on: bool) -> None:
    """Begin to fill a topic, or end it: from then on it stamps records itself."""
    alter(admin, topic, FILLING | _MEANWHILE if on else _FILLED | dict.fromkeys(_MEANWHILE, (AlterConfigOp.DELETE, None)))
