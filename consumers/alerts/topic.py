"""Reading the `alerts` topic from where the journal stands: rows are folded with their offset, so that each counts once."""

from collections.abc import Callable
from datetime import datetime

import structlog
from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata

from consumers.alerts.feed import alert_of
from consumers.alerts.journal.journal import Journal, Position, Read
from consumers.alerts.metrics import lag

log = structlog.get_logger(__name__)

_POLL_MS = 500


class Topic:
    """All partitions, assigned by hand. Offsets are committed to Kafka as well, for those who watch the lag."""

    def __init__(self, consumer: KafkaConsumer, topic: str, partitions: int) -> None:
        self._consumer = consumer
        self._assigned = [TopicPartition(topic, number) for number in range(partitions)]
        self._positions: dict[TopicPartition, Position] = {}

    def begin(self, journal: Journal) -> None:
        """Go to where the journal stands."""
        self._consumer.assign(self._assigned)
        ends = self._consumer.end_offsets(self._assigned)
        self._positions = {tp: journal.position(tp.partition, ends[tp]) for tp in self._assigned}
        for tp, position in self._positions.items():
            self._consumer.seek(tp, position.offset)

    def take(self, journal: Journal, clock: Callable[[], datetime]) -> bool:
        """Fold the next rows, waiting half a second at most; whether there were any."""
        polled = self._consumer.poll(timeout_ms=_POLL_MS)
        moved = {}
        for tp, before in self._positions.items():
            position = self._consumer.position(tp)
            if position == before.offset:
                continue
            rows = [
                Read(record.offset, alert_of(record.offset, record.value), any(name == "rebuild" for name, _ in record.headers))
                for record in polled.get(tp, ())
            ]
            journal.fold(tp.partition, rows, position, before.border, clock())
            moved[tp] = before._replace(offset=position)
        self._positions |= moved
        if moved:
            self._consumer.commit({tp: OffsetAndMetadata(position.offset, "", -1) for tp, position in moved.items()})
        lag.set(sum(max(0, (self._consumer.highwater(tp) or 0) - position.offset) for tp, position in self._positions.items()))
        return bool(polled)

    @property
    def has_read_history(self) -> bool:
        """Whether everything has been read that was there at the first start; before that nothing is news."""
        return all(position.offset >= position.border for position in self._positions.values())
