"""From the `alerts` topic to notices, partition by partition, and back: which offset has been dealt with.

Every start reads the topic from its beginning (it is compacted and small): rows before the committed offset teach what was told.
"""

from collections.abc import Iterator

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata
from pydantic import ValidationError

from consumers.alerts.metrics import lag, unreadable
from consumers.alerts.policy import Notice, Told
from schemas.outputs import Alert

log = structlog.get_logger(__name__)

_POLL_MS = 500


class PartitionFeed:
    """The alerts of one partition, of whatever epoch: the topic holds those of the served one only.

    `committed`: offset up to which earlier runs have dealt with the rows; None: there was no earlier run, and what lies before `end`
    (the end of the partition at this start) is history.
    """

    def __init__(self, committed: int | None, end: int) -> None:
        self.known = committed is not None
        self._border = end if committed is None else committed
        self._told = Told()

    def notices(self, offset: int, value: bytes | None, *, rebuilt: bool = False) -> list[Notice]:
        """What the row at `offset` has to tell; `rebuilt`: it was published when another epoch came to be served."""
        history = self.end_of_history(offset)
        alert = alert_of(offset, value)
        if alert is None:
            return history
        if offset >= self._border:
            return history + self._told.notices(alert, rebuilt=rebuilt)
        if self.known:
            self._told.learn(alert)
        else:
            self._told.hold(alert)
        return []

    def end_of_history(self, position: int) -> list[Notice]:
        """At a first start, once `position` has passed all that was there: the alerts that are still firing."""
        if self.known or position < self._border:
            return []
        self.known = True
        return self._told.release()


def alert_of(offset: int, value: bytes | None) -> Alert | None:
    """The row, or None for a tombstone and for what is no alert (logged and counted: a newer worker, or a defect)."""
    if value is None:
        return None
    try:
        return Alert.model_validate_json(value)
    except ValidationError as error:
        unreadable.inc()
        log.error("row of the alerts topic is no alert and is skipped", offset=offset, problem=str(error.errors()[0]["msg"]))
        return None


class Feed:
    """All partitions of the topic, assigned by hand: a second deliverer repeats notices under the same keys, which is harmless."""

    def __init__(self, consumer: KafkaConsumer, topic: str, partitions: int) -> None:
        self._consumer = consumer
        assigned = [TopicPartition(topic, number) for number in range(partitions)]
        consumer.assign(assigned)
        ends = consumer.end_offsets(assigned)
        self._committed: dict[TopicPartition, int] = {}
        self._feeds = {tp: self._open(tp, ends[tp]) for tp in assigned}
        consumer.seek_to_beginning(*assigned)

    def poll(self) -> Iterator[Notice]:
        """The notices of the next rows, in order within a partition; may be none.

        A notice counts as told when the next one is asked for: only then is its offset committed.
        """
        for tp, records in self._consumer.poll(timeout_ms=_POLL_MS).items():
            for record in records:
                notices = self._feeds[tp].notices(record.offset, record.value, rebuilt=any(name == "rebuild" for name, _ in record.headers))
                yield from notices
                if notices:
                    self._commit({tp: record.offset + 1})
        positions = {tp: self._consumer.position(tp) for tp in self._feeds}
        for tp, feed in self._feeds.items():
            yield from feed.end_of_history(positions[tp])
        self._commit({tp: at for tp, at in positions.items() if self._feeds[tp].known and at > self._committed.get(tp, -1)})
        self._measure(positions)

    def _open(self, tp: TopicPartition, end: int) -> PartitionFeed:
        committed = self._consumer.committed(tp)
        if committed is not None and committed > end:
            log.warning(
                "the alerts topic was made anew: its alerts are taken as history", partition=tp.partition, committed=committed, end=end
            )
            committed = None
        if committed is not None:
            self._committed[tp] = committed
        return PartitionFeed(committed, end)

    def _commit(self, offsets: dict[TopicPartition, int]) -> None:
        if offsets:
            self._consumer.commit({tp: OffsetAndMetadata(offset, "", -1) for tp, offset in offsets.items()})
            self._committed |= offsets

    def _measure(self, positions: dict[TopicPartition, int]) -> None:
        ends = {tp: self._consumer.highwater(tp) for tp in positions}
        lag.set(sum(max(0, (ends[tp] or 0) - at) for tp, at in positions.items()))
