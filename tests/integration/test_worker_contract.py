"""The private seams of pinned libraries that the slice transport stands on. A new version that moves one fails here, not at night."""

import inspect
from importlib.metadata import version

import aiokafka
import pytest
from aiokafka.consumer.fetcher import Fetcher, FetchResult, PartitionRecords
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.producer import sender
from aiokafka.producer.message_accumulator import BatchBuilder
from faust.transport import consumer as faust_consumer
from faust.transport.drivers import aiokafka as driver

from streams.worker import transport
from streams.worker.batches import BATCH_BYTES, ZSTD, Batches


def source(thing: object) -> str:
    return inspect.getsource(thing)  # type: ignore[arg-type]


def test_versions_are_the_ones_that_were_read() -> None:
    assert version("faust-streaming") == "0.15.3"
    assert version("aiokafka").startswith("0.14.")


def test_faust_drains_through_the_method_that_is_replaced() -> None:
    assert "await consumer._drain_messages(self)" in source(faust_consumer.Fetcher)
    assert list(inspect.signature(faust_consumer.Consumer._drain_messages).parameters) == ["self", "fetcher"]
    assert list(inspect.signature(transport.SliceConsumer._drain_messages).parameters) == ["self", "fetcher"]


def test_faust_fetches_by_partition_and_tells_when_the_flow_stops() -> None:
    assert list(inspect.signature(faust_consumer.ThreadDelegateConsumer._getmany).parameters) == ["self", "active_partitions", "timeout"]
    drained = source(faust_consumer.Consumer._wait_next_records)
    for used in ("self.flow_active", "self.can_resume_flow", "_get_active_partitions()"):
        assert used in drained
    assert "self.suspend_flow.wait()" in source(faust_consumer.Consumer._drain_messages)


def test_faust_makes_its_consumer_where_it_is_replaced() -> None:
    assert "_create_worker_consumer(transport)" in source(driver.AIOKafkaConsumerThread._create_consumer)
    assert "_new_consumer_thread()" in source(faust_consumer.ThreadDelegateConsumer.__init__)
    # What Faust's version hands over and ours must not forget; the rest is decided in `transport.py`.
    ours, theirs = (
        source(transport.SliceConsumerThread._create_worker_consumer),
        source(driver.AIOKafkaConsumerThread._create_worker_consumer),
    )
    for needed in ("group_id=conf.id", "enable_auto_commit=False", "session_timeout_ms", "rebalance_timeout_ms", "max_poll_interval_ms"):
        assert needed in ours
        assert needed in theirs


def test_faust_seeks_to_the_committed_offset_when_it_resumes() -> None:
    from faust.tables.recovery import Recovery

    resumed = source(Recovery._resume_streams)
    assert resumed.index("perform_seek()") < resumed.index("consumer.resume_flow()")


def test_aiokafka_makes_records_where_it_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PartitionRecords, "_consumer_record", PartitionRecords._consumer_record)  # put back after the test
    assert "self._consumer_record(tp, record)" in source(PartitionRecords._unpack_records)
    assert list(inspect.signature(PartitionRecords._consumer_record).parameters)[1:] == ["tp", "record"]
    monkeypatch.setattr(FetchResult, "getall", FetchResult.getall)
    own = source(FetchResult.getall)
    for used in (
        "self.check_assignment(tp)",
        "self.has_more()",
        "in self._partition_records:",
        "self._update_position()",
        "_partition_records = None",
    ):
        assert used in own
    assert "res_or_error.getall(max_records)" in source(Fetcher.fetched_records)
    transport.install()
    assert PartitionRecords._consumer_record is transport.as_message
    assert FetchResult.getall is transport.take


def test_aiokafka_pauses_between_transactions_as_set() -> None:
    import streams.worker.batches
    import streams.worker.commit  # sets it

    assert streams.worker.batches.BATCH_BYTES < 1 << 20
    assert sender.BACKOFF_OVERRIDE == 0.002
    assert "return BACKOFF_OVERRIDE" in source(sender.AddPartitionsToTxnHandler.handle_response)


def test_aiokafka_knows_the_readable_end_and_the_sticky_assignor() -> None:
    assert callable(aiokafka.AIOKafkaConsumer.last_stable_offset)
    assert StickyPartitionAssignor.name == "sticky"


def test_rows_are_packed_as_aiokafka_packs_them() -> None:
    rows = [(b"key %d" % number, b"v" * (number % 700)) for number in range(5_000)]
    packed, plain = Batches(), [BatchBuilder(BATCH_BYTES, ZSTD, is_transactional=1)]
    stamp = packed._stamp
    packed.extend(rows[:4_000])
    for row in rows[4_000:]:
        packed.append(row)
    for key, value in rows:
        if plain[-1].append(timestamp=stamp, key=key, value=value) is None:
            plain.append(BatchBuilder(BATCH_BYTES, ZSTD, is_transactional=1))
            plain[-1].append(timestamp=stamp, key=key, value=value)
    assert len(packed) == len(rows)
    assert len(plain) > 1
    assert [(bytes(one._build()), one.record_count()) for one in packed.closed()] == [
        (bytes(one._build()), one.record_count()) for one in plain
    ]
    assert all(one.closed() for one in packed.closed())


def test_a_row_larger_than_a_batch_has_one_to_itself() -> None:
    packed = Batches()
    packed.extend([(b"a", b"1"), (b"b", b"2" * (BATCH_BYTES + 1)), (b"c", b"3")])
    assert [batch.record_count() for batch in packed.closed()] == [1, 1, 1]


def test_no_rows_are_no_batch() -> None:
    packed = Batches()
    packed.extend([])
    assert (len(packed), [batch.record_count() for batch in packed.closed()]) == (0, [0])
