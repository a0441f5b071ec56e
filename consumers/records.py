"""Records out of what was fetched, by a compiled decoder.

kafka-python decodes each record in Python, at some 4 µs: half of a sink's time. aiokafka, which is here with Faust, has the decoder of the
same format compiled. Only this one step is replaced, by a private seam of the locked version; fetching, transactions, positions and the group
stay kafka-python's. `tests/integration/test_records.py` notices when the seam changes.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from aiokafka.record.default_records import DefaultRecordBatch
from kafka import TopicPartition
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError

LARGEST = 1 << 20
"""Larger values are not handed on. No row is so large; only what somebody sent as an event can be, as a dead letter, whose index needs none of
it. A broker takes 64 MiB packed into 2 kB, and a poll brings thousands of messages."""


class Record(NamedTuple):
    """A message as it stands in the topic; `timestamp` in milliseconds, `value` None where it is larger than `LARGEST`."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


class PartitionRecords(Fetcher.PartitionRecords):  # type: ignore[misc]  # kafka-python carries no types
    """The records that one fetch brought for one partition."""

    def _unpack_records(self, tp: TopicPartition, records: Any, *_deserializers: Any) -> Iterator[Record]:
        """As kafka-python's: moves `next_fetch_offset` with every record that is taken, and behind each batch."""
        topic, partition = tp
        record_of = tuple.__new__  # half the time of Record(…), and there are a dozen for every event
        while (batch := records.next_batch()) is not None:
            if self.check_crcs and not batch.validate_crc():
                raise CorruptRecordError(
                    f"batch at offset {batch.base_offset} of {topic}/{partition} is damaged: its checksum does not fit"
                )
            if self._is_readable(batch):
                for record in _decoded(batch):
                    self.next_fetch_offset = record.offset + 1
                    value = record.value
                    if value is not None and len(value) > LARGEST:
                        value = None
                    yield record_of(Record, (topic, partition, record.offset, record.timestamp, record.key, value, record.headers))
                self.records_read += batch.records_count
                self.bytes_read += batch.size_in_bytes
            self.next_fetch_offset = batch.next_offset
        self.drain()

    def _is_readable(self, batch: Any) -> bool:
        """Whether a batch holds messages, and of no aborted transaction."""
        self.leader_epoch = batch.leader_epoch
        if self.isolation_level and batch.has_producer_id():
            self._consume_aborted_transactions_up_to(batch.last_offset)
            if self._contains_abort_marker(batch):
                self.aborted_producer_ids.discard(batch.producer_id)
            elif self._is_batch_aborted(batch):
                return False
        return not batch.is_control_batch


def _decoded(batch: Any) -> DefaultRecordBatch:
    """The same batch for the compiled decoder, which unpacks it too. A broker of today knows no older format than this one."""
    return DefaultRecordBatch(bytes(batch._buffer))  # noqa: SLF001 - see above
