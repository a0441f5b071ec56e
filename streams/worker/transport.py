"""Faust transport that hands the agent one whole fetched partition slice as one Faust event.

Faust delivers records one by one at 60–320 µs each; a slice costs some 5 µs a record. Four private seams of the pinned versions carry
this (`faust.Consumer._drain_messages`, `AIOKafkaConsumerThread._create_worker_consumer`, aiokafka's `PartitionRecords._consumer_record` and
`FetchResult.getall`); `tests/integration/test_worker_contract.py` notices when one of them changes.

Slices may repeat, overlap or vanish (Faust clears its queues at a rebalance): only `partition.py` decides what is processed.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import aiokafka
import faust
from aiokafka.consumer.fetcher import FetchResult, PartitionRecords
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from schemas.connecting import kafka_options
from schemas.settings import Settings
from streams.core.message import Message

FETCH_WAIT_S = 0.2  # how long one poll waits; also how late a newly opened partition is noticed
SLICE_BYTES = 16 << 20  # a slice ends here: what the broker took as 2 kB may unpack to 64 MiB, and a fetch brings thousands of them
NOTHING_OPEN_S = 0.02  # pause between looks while no partition is open
METADATA_AGE_MS = 10_000
"""So often the broker is asked anew which partitions there are. A member that leads the group before a broker which has just come back told it gives
out no partition to anybody, and notices at the next time it asks: after five minutes by default."""


class Slice(NamedTuple):
    """The records that one fetch brought for one partition, ascending by offset, at least one."""

    partition: int
    messages: list[Message]


class SliceSchema(faust.Schema[Any, Any]):
    """The value of an event is the slice itself: nothing is decoded before the core sees the bytes."""

    def loads_key(self, *_: Any, **__: Any) -> None:
        """There is no key; each message in the slice has its own."""

    def loads_value(self, app: Any, message: Any, **_: Any) -> Any:  # noqa: ARG002 - Faust's signature
        """The slice as the consumer made it."""
        return message.value


def as_message(_records: PartitionRecords, _partition: Any, record: Any) -> Message:
    """A raw record as the core's tuple, instead of aiokafka's `ConsumerRecord` (saves 1–2 µs a record)."""
    return record.offset, record.timestamp, record.key, record.value, record.headers


def take(fetched: FetchResult, max_records: int | None = None) -> list[Message]:
    """The next records of a fetch, at most so many, until their values reach `SLICE_BYTES`; aiokafka's own counts records only."""
    if not fetched.check_assignment(fetched._topic_partition) or not fetched.has_more():  # noqa: SLF001 - watched by the contract test
        return []
    taken: list[Message] = []
    room = SLICE_BYTES
    for message in fetched._partition_records:  # noqa: SLF001
        taken.append(message)
        room -= len(message[3] or b"")
        if room <= 0 or len(taken) == max_records:
            break
    else:
        fetched._update_position()  # noqa: SLF001
        fetched._partition_records = None  # noqa: SLF001
        return taken
    fetched._update_position()  # noqa: SLF001
    return taken


def install() -> None:
    """Let every aiokafka consumer of this process yield core messages, in bounded slices. Called once by the worker process."""
    PartitionRecords._consumer_record = as_message  # noqa: SLF001 - watched by the contract test
    FetchResult.getall = take


class SliceConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that owns the group membership and the fetching."""

    kafka: Settings
    """Where Kafka is and how it is reached; set by `SliceConsumer`."""

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:  # noqa: ARG002 - Faust's signature
        """Differs from Faust's: read_committed, as recovery reads too; a sticky assignor, because a moved partition must be recovered."""
        conf = self.app.conf
        return aiokafka.AIOKafkaConsumer(
            **kafka_options(self.kafka),
            client_id=conf.broker_client_id,
            group_id=conf.id,
            isolation_level="read_committed",
            partition_assignment_strategy=[StickyPartitionAssignor],
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_poll_records=conf.broker_max_poll_records,
            max_poll_interval_ms=int(conf.broker_max_poll_interval * 1000),
            max_partition_fetch_bytes=conf.consumer_max_fetch_size,
            fetch_max_wait_ms=500,
            request_timeout_ms=int(conf.broker_request_timeout * 1000),
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            retry_backoff_ms=50,
            metadata_max_age_ms=METADATA_AGE_MS,
        )

    def stable_end(self, tp: TP) -> int | None:
        """The offset behind the last readable record, as of the last fetch; None before the first one."""
        consumer = self._consumer
        return None if consumer is None else consumer.last_stable_offset(aiokafka.TopicPartition(tp.topic, tp.partition))


class SliceConsumer(driver.Consumer):
    """Delivers slices of those partitions only that are open for processing."""

    is_open: Callable[[int], bool] = staticmethod(lambda _partition: True)
    kafka: Settings
    _thread: SliceConsumerThread

    def _new_consumer_thread(self) -> SliceConsumerThread:
        thread = SliceConsumerThread(self, loop=self.loop, beacon=self.beacon)
        thread.kafka = self.kafka
        return thread

    def on_buffer_full(self, tp: TP) -> None:
        """Back-pressure is the blocking put into the agent's queue; Faust's would leave fetched slices lying for a poll's length."""

    def on_buffer_drop(self, tp: TP) -> None:
        """See `on_buffer_full`."""

    def stable_end(self, tp: TP) -> int | None:
        """See `SliceConsumerThread.stable_end`."""
        return None if tp not in self.assignment() else self._thread.stable_end(tp)

    async def _drain_messages(self, fetcher: Any) -> None:
        """Fetch and deliver until the consumer or the fetcher is told to stop."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                await self._drain_once()
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise

    async def _drain_once(self) -> None:
        if not self.flow_active:
            await self.wait(self.can_resume_flow)  # type: ignore[arg-type]  # mode waits for anything that has wait()
        opened = {tp for tp in self._get_active_partitions() if self.is_open(tp.partition)}
        if not opened:
            await self.sleep(NOTHING_OPEN_S)
            return
        generation = self.app.consumer_generation_id
        await self._deliver(await self._getmany(opened, FETCH_WAIT_S), generation)

    async def _deliver(self, fetched: Mapping[TP, list[Message]], generation: int) -> None:
        for aiokafka_tp, messages in fetched.items():
            if self.should_stop or not self.flow_active or self.app.consumer_generation_id != generation:
                return
            tp = TP(aiokafka_tp.topic, aiokafka_tp.partition)
            event = _as_event(tp, messages, generation)
            await self.wait_first(self.callback(event), self.suspend_flow.wait())


def _as_event(tp: TP, messages: list[Message], generation: int) -> ConsumerMessage:
    """What Faust takes for one message: the whole slice is its value."""
    last, appended_ms = messages[-1][:2]
    return ConsumerMessage(
        topic=tp.topic,
        partition=tp.partition,
        offset=last,
        timestamp=appended_ms / 1000,
        timestamp_type=1,
        headers=None,
        key=None,
        value=Slice(tp.partition, messages),  # type: ignore[arg-type]  # SliceSchema hands it on as it is
        checksum=None,
        tp=tp,
        generation_id=generation,
    )


class SliceTransport(driver.Transport):
    """Kafka through aiokafka, slice by slice."""

    Consumer = SliceConsumer
