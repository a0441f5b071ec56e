"""Where everybody is: switches, how far the workers of an epoch have folded the log, and whose rows stand in the topics. Asked over one connection."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaConsumer, TopicPartition

from deploy.epochs import served_epoch, switches
from deploy.waiting import Ends, Watched, watching
from schemas.outputs import Switch
from schemas.settings import Settings
from schemas.topics import CONSERVATION, OFFICE_EVENTS, topic_name

_LOOK_BACK = 500


def worker_group(settings: Settings, epoch: int) -> str:
    """The group of an epoch's workers, in service or not."""
    return f"{settings.app_id}-e{epoch}"


class Places:
    """Looks into Kafka."""

    def __init__(self, settings: Settings, watched: Watched) -> None:
        self._settings = settings
        self._watched = watched
        self._consumer: KafkaConsumer = watched.consumer

    def switches(self) -> list[Switch]:
        """All switches so far."""
        return switches(self._consumer, self._settings)

    def served(self) -> int:
        """The epoch that is served."""
        return served_epoch(self.switches(), self._settings)

    def folded(self, epoch: int) -> Ends:
        """Up to where an epoch's workers have folded the log, for partitions that they have read anything of."""
        found = self._watched.committed(worker_group(self._settings, epoch), topic_name(OFFICE_EVENTS, self._settings))
        return {at: said.offset for at, said in found.items() if said.offset > 0}

    def builds(self, epoch: int) -> set[str]:
        """The builds that have folded an epoch last, by partition, as far as they said so."""
        found = self._watched.committed(worker_group(self._settings, epoch), topic_name(OFFICE_EVENTS, self._settings))
        return {at.metadata for at in found.values()} - {"", None}

    def behind(self, epoch: int) -> int:
        """How many events of the log an epoch's workers have not folded."""
        log = self._watched.ends([topic_name(OFFICE_EVENTS, self._settings)], "read_committed")
        return sum(self._watched.behind(worker_group(self._settings, epoch), log).values())

    def unfinished(self, epoch: int) -> list[int]:
        """The partitions in whose topics other rows than this epoch's stand, although it has some."""
        return sorted(at.partition for at in self.folded(epoch) if self._newest(at.partition) != epoch)

    def without_rows(self, epoch: int) -> list[int]:
        """The partitions of whose log an epoch's workers have folded something, and left no rows, neither beside nor in the topics themselves."""
        return [number for number in self.unfinished(epoch) if self._newest(number, beside=epoch) is None]

    def _newest(self, partition: int, beside: int | None = None) -> int | None:
        """Whose rows stand in the topics, or beside: the epoch of the newest row of `conservation`, looked for from the end backwards."""
        at, consumer = TopicPartition(topic_name(CONSERVATION, self._settings, beside), partition), self._consumer
        if not consumer.partitions_for_topic(at.topic):
            return None
        consumer.assign([at])
        first = consumer.beginning_offsets([at])[at]
        start = consumer.end_offsets([at])[at]
        while start > first:
            start, end = max(first, start - _LOOK_BACK), start
            consumer.seek(at, start)
            rows: list[bytes] = []
            while consumer.position(at) < end:
                rows += [message.value for message in consumer.poll(timeout_ms=500).get(at, []) if message.value and message.offset < end]
            if rows:
                return int(json.loads(rows[-1])["version"]) >> 48
        return None


@contextmanager
def places(settings: Settings) -> Iterator[Places]:
    """As long as the block runs. Raises MissingDependency when Kafka is not there, then or later."""
    with watching(settings) as watched:
        yield Places(settings, watched)
