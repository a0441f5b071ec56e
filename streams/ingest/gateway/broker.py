"""Events into the log, each acknowledged by all replicas before anyone is told so; and the way back to Kafka after it was away."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from itertools import islice

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, UnknownTopicOrPartitionError
from aiokafka.partitioner import murmur2

from schemas.connecting import kafka_options
from streams.ingest.gateway.gate import Admissible
from streams.ingest.gateway.lane import Away, Lane, Outcome

log = structlog.get_logger(__name__)

ACKNOWLEDGED_WITHIN_S = 10.0
_METADATA_WITHIN_S = 5.0
_AGAIN_S = 1.0
_LAST_BATCHES_WITHIN_S = 3.0
_REQUEST_WITHIN_MS = 8_000
_BATCH_BYTES = 256 * 1024


class Broker:
    """One idempotent producer, made anew whenever Kafka has failed it: a failed producer may hold batches that it can never place."""

    def __init__(self, kafka: str, topic: str) -> None:
        self._kafka = kafka
        self._topic = topic
        self._producer: AIOKafkaProducer | None = None
        self._lanes: list[Lane] = []
        self._partition: dict[bytes, int] = {}
        self._connecting: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def ready(self) -> bool:
        """Whether events can be taken now."""
        return self._producer is not None

    def connect(self) -> None:
        """Begin to connect and go on until Kafka and the topic are there; returns at once."""
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._connect(), name="gateway-connect")

    async def close(self) -> None:
        """Stop; what was not acknowledged by now is not in the answers either."""
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting], timeout=_LAST_BATCHES_WITHIN_S)  # a client of aiokafka that is closing may not hear it
        if self._producer is not None:
            self._retire(self._producer)
        if self._closing:
            await asyncio.wait(self._closing, timeout=_LAST_BATCHES_WITHIN_S)

    async def append(self, events: Sequence[Admissible]) -> list[Outcome]:
        """Append in order; one outcome an event. Events of one district keep their order in the log."""
        producer = self._producer
        if producer is None:
            return [Away("Kafka does not answer")] * len(events)
        by_partition: dict[int, list[int]] = {}
        for number, event in enumerate(events):
            by_partition.setdefault(self._partition_of(event.key), []).append(number)
        handed = {p: self._lanes[p].hand_over([events[n] for n in numbers]) for p, numbers in by_partition.items()}
        await asyncio.wait(handed.values(), timeout=ACKNOWLEDGED_WITHIN_S)
        outcomes: list[Outcome] = [Away("Kafka did not acknowledge in time")] * len(events)
        for partition, done in handed.items():
            for number, outcome in zip(by_partition[partition], done.result() if done.done() else (), strict=False):
                outcomes[number] = outcome
        if any(isinstance(one, Away) for one in outcomes):
            self._lost(producer)
        return outcomes

    def _partition_of(self, key: bytes) -> int:
        """Kafka's default partitioner, remembered: districts are few."""
        partition = self._partition.get(key)
        if partition is None:
            partition = self._partition[key] = (murmur2(key) & 0x7FFF_FFFF) % len(self._lanes)
        return partition

    def _lost(self, producer: AIOKafkaProducer) -> None:
        """Give the producer up and begin to connect anew."""
        if self._producer is producer:
            log.warning("Kafka does not acknowledge; connecting anew", kafka=self._kafka)
            self._retire(producer)
            self.connect()

    def _retire(self, producer: AIOKafkaProducer) -> None:
        """Close a producer beside the work: what it still holds it sends or drops within its own time limits."""
        self._producer = None
        for lane in self._lanes:
            lane.close()
        task = asyncio.create_task(_stop(producer), name="gateway-close")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _connect(self) -> None:
        told = False
        while self._producer is None:
            producer = _producer(self._kafka)
            try:
                async with asyncio.timeout(_METADATA_WITHIN_S):
                    await producer.start()
                    partitions = await _partition_count(producer, self._topic)
                self._lanes = [Lane(p, partial(_place, producer, self._topic, p)) for p in range(partitions)]
                self._partition.clear()
                self._producer = producer
                log.info("connected", kafka=self._kafka, topic=self._topic, partitions=partitions)
            except (KafkaError, OSError) as error:
                if not told:
                    log.warning("waiting for Kafka and the topic", kafka=self._kafka, topic=self._topic, error=repr(error))
                    told = True
                await _stop(producer)
                await asyncio.sleep(_AGAIN_S)
            except asyncio.CancelledError:
                await _stop(producer)
                raise


def _producer(kafka: str) -> AIOKafkaProducer:
    return AIOKafkaProducer(
        **kafka_options(kafka),
        acks="all",
        enable_idempotence=True,
        max_batch_size=_BATCH_BYTES,
        request_timeout_ms=_REQUEST_WITHIN_MS,
    )


async def _partition_count(producer: AIOKafkaProducer, topic: str) -> int:
    partitions = await producer.partitions_for(topic)
    if not partitions:
        raise UnknownTopicOrPartitionError(topic)
    return len(partitions)


async def _place(producer: AIOKafkaProducer, topic: str, partition: int, events: Sequence[Admissible], start: int) -> tuple[int, int]:
    """One batch from `events[start:]`, acknowledged: how many events it holds and the offset of the first."""
    batch = producer.create_batch()
    count = 0
    for event in islice(events, start, None):
        if batch.append(timestamp=None, key=event.key, value=event.value, headers=list(event.headers)) is None:
            break
        count += 1
    acknowledged = await (await producer.send_batch(batch, topic, partition=partition))
    if acknowledged.offset < 0:
        raise KafkaError("acknowledged without an offset")
    return count, acknowledged.offset


async def _stop(producer: AIOKafkaProducer) -> None:
    with suppress(KafkaError, OSError):
        await producer.stop()
