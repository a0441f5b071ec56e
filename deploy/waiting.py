"""Wait until everything that is in the log now can be seen in ClickHouse: first the workers must have passed it, then the sink."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError
from kafka.structs import OffsetAndMetadata

from consumers.group import sink_group
from deploy.asking_kafka import asking_kafka
from deploy.epochs import served_epoch, switches
from deploy.errors import Finding, MissingDependency
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import EPOCHS, OFFICE_EVENTS, OUTPUT_TOPICS, topic_name

_EVERY_S = 0.2
_FEW_MESSAGES = 1_000
_SETTLES_S = 30.0


@dataclass(frozen=True, slots=True)
class Lag:
    """What is still to be done: who is behind ("workers" or "sink"), by how many positions, on which partitions (`topic/number`)."""

    who: str
    remaining: int
    partitions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waited:
    """The wait is over: so many positions of the log and of the output topics can be seen, after so many seconds."""

    log_positions: int
    output_positions: int
    seconds: float


Ends = dict[TopicPartition, int]


def wait(settings: Settings, timeout: float | None = None, progress: Callable[[Lag], None] | None = None) -> Waited:
    """Return when everything that was in the log at the call is visible in ClickHouse.

    `timeout` in seconds, None: without end. `progress` is told about five times a second what is still behind.
    Raises Finding when the time is over, MissingDependency when Kafka or a topic is not there. Events that are published while it waits may or
    may not be visible then.
    """
    began = time.monotonic()
    deadline = None if timeout is None else began + timeout
    with watching(settings) as watched:
        # 1. The log up to its last stable offset: what a transaction has not committed yet is not in the log.
        events = watched.ends([topic_name(OFFICE_EVENTS, settings)], "read_committed")
        watched.until_passed(
            "workers", f"{settings.app_id}-e{served_epoch(switches(watched.consumer, settings), settings)}", events, deadline, progress
        )
        # 2. The outputs up to their high watermark, not their last stable offset: the markers of the transaction that moved the workers' offset
        #    may reach the output partitions a moment later than the offset itself.
        rows = watched.ends([topic_name(t, settings) for t in (*OUTPUT_TOPICS, EPOCHS)], "read_uncommitted")
        watched.until_passed("sink", sink_group(settings), rows, deadline, progress)
    return Waited(sum(events.values()), sum(rows.values()), round(time.monotonic() - began, 3))


class Watched:
    """Positions of topics and groups, and the comparison of the two."""

    def __init__(self, settings: Settings) -> None:
        reached = kafka_options(settings)
        self._consumers = {
            level: KafkaConsumer(
                **reached,
                isolation_level=level,
                enable_auto_commit=False,
                allow_auto_create_topics=False,
            )
            for level in ("read_committed", "read_uncommitted")
        }
        self.consumer = self._consumers["read_committed"]
        """For looking at committed records; whoever uses it assigns it."""
        self._admin = KafkaAdminClient(**reached)
        self._only_markers: set[tuple[TopicPartition, int, int]] = set()

    def close(self) -> None:
        for consumer in self._consumers.values():
            consumer.close(autocommit=False)
        self._admin.close()

    def ends(self, topics: Iterable[str], isolation: str) -> Ends:
        """Position after the last message of each partition that has any."""
        consumer = self._consumers[isolation]
        partitions = [TopicPartition(topic, p) for topic in topics for p in sorted(_partitions(consumer, topic))]
        ends: Ends = consumer.end_offsets(partitions)
        return {tp: end for tp, end in ends.items() if end > 0}

    def committed(self, group: str, topic: str) -> dict[TopicPartition, OffsetAndMetadata]:
        """What a group has committed of a topic's partitions; nothing of those where it has not."""
        return self._committed(group, [TopicPartition(topic, p) for p in _partitions(self.consumer, topic)])

    def until_passed(self, who: str, group: str, ends: Ends, deadline: float | None, progress: Callable[[Lag], None] | None) -> None:
        """Wait until the group's committed offsets have passed the ends."""
        while behind := self.behind(group, ends):
            lag = Lag(who, sum(behind.values()), tuple(sorted(f"{tp.topic}/{tp.partition}" for tp in behind)))
            if progress:
                progress(lag)
            if deadline is not None and time.monotonic() >= deadline:
                raise Finding(_said(lag, group))
            time.sleep(_EVERY_S)

    def behind(self, group: str, ends: Ends) -> Ends:
        """By how many positions the group is behind, per partition that it has not passed."""
        committed = {tp: at.offset for tp, at in self._committed(group, list(ends)).items()}
        gaps = {tp: (committed.get(tp, 0), end) for tp, end in ends.items()}
        return {tp: end - at for tp, (at, end) in gaps.items() if at < end and not self._nothing_between(tp, at, end)}

    def _committed(self, group: str, partitions: list[TopicPartition]) -> dict[TopicPartition, OffsetAndMetadata]:
        """The group's committed offsets. A broker that has just started reads them from disk first, and says meanwhile that it knows no group."""
        until = time.monotonic() + _SETTLES_S
        while True:
            try:
                offsets = self._admin.list_group_offsets({group: partitions})[group]
            except (NotCoordinatorError, CoordinatorNotAvailableError, CoordinatorLoadInProgressError):
                if time.monotonic() >= until:
                    raise
                time.sleep(_EVERY_S)
            else:
                return {tp: at for tp, at in offsets.items() if at.offset >= 0}

    def _nothing_between(self, tp: TopicPartition, start: int, end: int) -> bool:
        """Whether only transaction markers lie between two positions, or what compaction or retention has removed.

        A group that has seen every message may stop short of them: they are positions without a message. Looked up only for short gaps.
        """
        if (tp, start, end) in self._only_markers:
            return True
        if end - start > _FEW_MESSAGES:
            return False
        consumer = self.consumer
        consumer.assign([tp])
        consumer.seek(tp, max(start, consumer.beginning_offsets([tp])[tp]))
        until = time.monotonic() + 2.0
        while consumer.position(tp) < end:
            if consumer.poll(timeout_ms=200, max_records=1) or time.monotonic() > until:
                return False
        self._only_markers.add((tp, start, end))
        return True


@contextmanager
def watching(settings: Settings) -> Iterator[Watched]:
    """Positions, as long as the block runs. Raises MissingDependency when Kafka is not there, then or later."""
    with asking_kafka(settings):
        watched = Watched(settings)
        try:
            yield watched
        finally:
            watched.close()


def _partitions(consumer: KafkaConsumer, topic: str) -> set[int]:
    partitions: set[int] | None = consumer.partitions_for_topic(topic)
    if not partitions:
        raise MissingDependency(f"topic {topic} is not there; make the topics with `suoheng topics`")
    return partitions


def _said(lag: Lag, group: str) -> str:
    shown = ", ".join(lag.partitions[:5]) + (" …" if len(lag.partitions) > 5 else "")
    return f"the time is over and the {lag.who} had about {lag.remaining:,} messages to go on {shown} (group {group}); are they running?"
