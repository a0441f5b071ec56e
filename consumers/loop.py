"""The loop of every sink: poll, add, flush, commit. What a crash at each step leaves behind is written at the step.

A sink makes messages durable somewhere else, and takes a message that it already has without a trace; so delivering at least once is exact.
The loop alone talks to Kafka and alone commits. The sink knows nothing of offsets, the loop nothing of rows.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

import structlog
from kafka import ConsumerRebalanceListener, TopicPartition
from kafka.errors import CommitFailedError, IllegalGenerationError, KafkaError, RebalanceInProgressError, UnknownMemberIdError
from kafka.structs import OffsetAndMetadata

from schemas.operation import traces

log = structlog.get_logger()

_MOVED_ON = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)
"""How the broker refuses a commit of a member whose partitions are being given out anew."""

_MEASURE_S = 1.0
"""Seconds between two looks at how far behind the loop is."""


class Unavailable(Exception):
    """The sink cannot store anything now, but will be able to; the loop keeps what it has and tries again. The text says what is wrong."""


class Message(Protocol):
    """What a sink sees of a Kafka message. `timestamp` is in milliseconds; headers are in the order of the message."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def timestamp(self) -> int: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes]]: ...


class Consumer(Protocol):
    """Where messages come from: what is asked of `consumers.group.Member`."""

    def partitions_for_topic(self, topic: str, /) -> object: ...
    def subscribe(self, topics: list[str], *, listener: ConsumerRebalanceListener) -> None: ...
    def assignment(self) -> set[TopicPartition]: ...
    def poll(self, *, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Any]]: ...
    def positions(self) -> dict[TopicPartition, int]: ...
    def highwater(self, tp: TopicPartition, /) -> int | None: ...
    def pause(self, *partitions: TopicPartition) -> None: ...
    def paused(self) -> set[TopicPartition]: ...
    def resume(self, *partitions: TopicPartition) -> None: ...
    def commit(self, offsets: dict[TopicPartition, OffsetAndMetadata], *, timeout_ms: int) -> None: ...


class Sink(Protocol):
    """Where messages go. Called from one thread."""

    def add(self, messages: Sequence[Message]) -> int:
        """Take in messages of one partition, in order; how many rows wait now for the flush. Whatever it raises ends the process."""

    def flush(self) -> None:
        """Make everything durable that was taken in. Raises Unavailable to be called again; rows stored twice must do no harm."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how much the loop gathers before it flushes.

    At quiet times a message waits `linger_s`. With a backlog (a poll comes back full) it gathers `flush_rows`, because an insert costs
    10 to 20 ms a table whatever its size: 50,000 rows make that 1 to 3 µs a row and about 50 MB in memory.
    """

    linger_s: float = 0.2
    flush_rows: int = 50_000
    poll_messages: int = 5_000
    retry_s: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 5.0)


class Watch(Protocol):
    """What the loop tells about itself, for metrics and health."""

    def polled(self, messages: int) -> None: ...
    def assigned(self, partitions: int) -> None: ...
    def flushed(self, seconds: float) -> None: ...
    def unavailable(self, reason: str) -> None: ...
    def committed(self) -> None: ...
    def behind(self, messages: int, read_at: float) -> None:
        """So many are not stored yet; when the newest that was taken in had been written (seconds since 1970, 0: none was)."""


class Loop(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python carries no types
    """Carries messages from a consumer into a sink until told to stop. Everything, rebalance callbacks included, happens in one thread."""

    def __init__(self, consumer: Consumer, sink: Sink, pace: Pace, watch: Watch, clock: Callable[[], float] = time.monotonic) -> None:
        self._consumer = consumer
        self._sink = sink
        self._pace = pace
        self._watch = watch
        self._clock = clock
        self._rows = 0
        self._due = 0.0
        self._stalled = False
        self._newest_ms = 0
        self._began_ns = 0
        self._measure_at = 0.0
        self._committed: dict[TopicPartition, int] = {}

    def run(self, topics: Iterable[str], stop: Event) -> None:
        """Poll, add, flush and commit until `stop` is set; then flush and commit what was taken in, and return.

        Raises what the sink raises for a message it cannot read, and the broker's fatal errors: nothing is committed then, and the next
        process reads the same messages again.
        """
        names = list(topics)
        # The group's leader gives out what it knows of: without this the first assignment would be empty and another rebalance follow.
        for name in names:
            self._consumer.partitions_for_topic(name)
        self._consumer.subscribe(names, listener=self)
        while not stop.is_set():
            backlog = self._poll()
            # A quiet sink flushes what has waited long enough; one with a backlog gathers a full load first.
            if self._rows >= self._pace.flush_rows or (not backlog and self._clock() >= self._due):
                self._deliver(stop)
        self._deliver(stop)

    def _poll(self) -> bool:
        """Take in what has arrived; whether there is certainly more."""
        wait_s = max(0.0, self._due - self._clock()) if self._rows else 0.5
        polled = self._consumer.poll(timeout_ms=int(wait_s * 1000), max_records=self._pace.poll_messages)
        count = sum(map(len, polled.values()))
        if count and not self._rows:
            self._due = self._clock() + self._pace.linger_s
            self._began_ns = time.time_ns()
        for messages in polled.values():
            self._take(messages)
        self._watch.polled(count)
        self._measure()
        return count >= self._pace.poll_messages

    def _take(self, messages: Sequence[Message]) -> None:
        self._rows = self._sink.add(messages)
        self._newest_ms = max(self._newest_ms, messages[-1].timestamp)

    def _measure(self) -> None:
        """Tell how far behind we are. What partitions hold is known from their last fetch; of one that was never fetched, nothing."""
        now = self._clock()
        if now < self._measure_at:
            return
        self._measure_at = now + _MEASURE_S
        unread = sum(max(0, (self._consumer.highwater(tp) or 0) - at) for tp, at in self._consumer.positions().items())
        self._watch.behind(unread + self._rows, self._newest_ms / 1000)

    def _deliver(self, stop: Event) -> None:
        """Store and commit what waits, in a span of its own when there is anything."""
        if not self._rows:
            self._commit()
            return
        with traces.span("batch", self._began_ns or None, rows=self._rows):
            traces.past("poll", self._began_ns or time.time_ns())
            self._store_and_commit(stop)

    def _store_and_commit(self, stop: Event) -> None:
        """Flush and commit, in this order: that is the whole guarantee."""
        # 1. All that was polled so far is in the sink's hands: positions, markers of transactions included, stand behind it.
        #    A crash here: nothing stored, nothing committed; read again.
        # 2. Store. A crash inside leaves some rows stored and nothing committed: read again, stored again, and the same rows stand there.
        #    When the store is away the loop stays in the group and holds still until it is back.
        if not self._flush(stop):
            return
        # 3. A crash here, everything stored and nothing committed: as in 2.
        # 4. Commit the positions of the partitions that are still ours. One that was taken away between poll and here is its new owner's,
        #    who reads from the last commit: rows stored twice, never none.
        with traces.span("commit"):
            self._commit()

    def _flush(self, stop: Event) -> bool:
        failures = 0
        while self._rows:
            began = self._clock()
            try:
                self._sink.flush()
            except Unavailable as error:
                self._watch.unavailable(str(error))
                log.warning("store_unavailable", reason=str(error), waiting_rows=self._rows, failures=failures + 1)
                if stop.is_set():
                    # Asked to stop while the store is away: nothing is committed, so nothing is lost.
                    return False
                self._hold_still(self._pace.retry_s[min(failures, len(self._pace.retry_s) - 1)], stop)
                failures += 1
            else:
                self._rows = 0
                self._watch.flushed(self._clock() - began)
                self._resume()
        return True

    def _hold_still(self, seconds: float, stop: Event) -> None:
        """Wait, but keep polling with all partitions paused: a member that does not poll is put out of the group."""
        self._stalled = True
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0 and not stop.is_set():
            self._consumer.pause(*self._consumer.assignment())
            # Partitions given to us inside this very poll may bring messages before they are paused; they belong to what waits.
            for messages in self._consumer.poll(timeout_ms=int(min(left, 0.5) * 1000), max_records=self._pace.poll_messages).values():
                self._take(messages)
            self._measure()

    def _resume(self) -> None:
        if self._stalled:
            self._consumer.resume(*self._consumer.paused())
            self._stalled = False

    def _commit(self) -> None:
        """Commit the positions that moved. A commit that the group refuses is no error: whoever has the partitions now reads the rows again."""
        moved = {tp: at for tp, at in self._consumer.positions().items() if self._committed.get(tp) != at}
        if not moved:
            return
        try:
            self._consumer.commit({tp: OffsetAndMetadata(at, "", -1) for tp, at in moved.items()}, timeout_ms=10_000)
        except _MOVED_ON as error:
            log.info("commit_refused", reason=str(error), partitions=len(moved))
        except KafkaError as error:
            if not getattr(error, "retriable", False):
                raise
            log.warning("commit_failed", reason=str(error), partitions=len(moved))
        else:
            self._committed |= moved
            self._watch.committed()

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Forget what was committed for them. Their rows stay in the sink: stored twice does no harm, and they are no longer committed here."""
        for tp in revoked:
            self._committed.pop(tp, None)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Note the new share; positions come from the group's commits."""
        self._watch.assigned(len(self._consumer.assignment()))
        log.info("partitions_assigned", partitions=sorted(f"{tp.topic}/{tp.partition}" for tp in assigned))
