"""Bringing a partition's state to the offset where work goes on.

State is a fold of the log and may be thrown away at any time, so recovery is reading: from the newest usable snapshot, or from the
beginning, up to the committed offset, without output.
"""

import time
from collections.abc import Callable, Sequence
from typing import Generic

import structlog

from streams.core.message import Message
from streams.core.pipeline import Outputs
from streams.core.rows import Unread
from streams.worker.failpoints import FailPoint, FailPoints
from streams.worker.log import Log
from streams.worker.metrics import RECOVERED
from streams.worker.snapshot_file import Tail
from streams.worker.snapshots import Snapshots
from streams.worker.state import Fold, Restored, State

logger = structlog.get_logger()

SLICE_EVENTS = 5_000  # a quarter of a second a slice: partitions that are open already go on working in between
REPORT_EVERY_S = 5.0


class Recovery(Generic[State]):
    """Makes states: `fold` is the core's `apply`, `new_state` an empty partition of the core, by its number; no `snapshots`: from the log."""

    def __init__(
        self,
        log: Log,
        fold: Fold[State],
        new_state: Callable[[int], State],
        fail_points: FailPoints,
        snapshots: Snapshots[State] | None = None,
    ) -> None:
        self._log = log
        self._fold = fold
        self._new_state = new_state
        self._fail_points = fail_points
        self._snapshots = snapshots
        self.events = 0
        """Events folded so far, over all partitions: the watchdog sees by it that a long recovery moves."""

    async def restore(self, partition: int, upto: int) -> Restored[State]:
        """The state of `partition` with every record below offset `upto` folded in.

        Raises Halted when the log does not reach from its beginning to `upto` any more, also where a snapshot would do without: what it
        hides today could not be rebuilt tomorrow.
        """
        state, start, tail = await self._newest_snapshot(partition, upto)
        progress = Progress(partition, start, upto)
        async for messages in self._log.read(partition, start, upto, at_most=SLICE_EVENTS, oldest=0):
            self._fold(state, messages, Outputs(Unread))
            self._fail_points.passed(FailPoint.DURING_RECOVERY)
            self.events += len(messages)
            progress.advance(messages)
            tail = Tail.of(messages[-1])
        progress.finish()
        return Restored(state, upto, tail)

    async def _newest_snapshot(self, partition: int, upto: int) -> Restored[State]:
        """A state at or below `upto`; an empty one at 0 is always right."""
        found = await self._snapshots.newest(partition, upto, self._new_state) if self._snapshots else None
        return found or Restored(self._new_state(partition), 0, None)


class Progress:
    """Tells in the log how far a recovery is, every few seconds and at its end."""

    def __init__(self, partition: int, start: int, upto: int) -> None:
        self._partition = partition
        self._start, self._upto = start, upto
        self._began = self._reported = time.monotonic()
        self._events = 0

    def advance(self, messages: Sequence[Message]) -> None:
        """Count a slice that has been folded."""
        self._events += len(messages)
        RECOVERED.inc(len(messages))
        if time.monotonic() - self._reported >= REPORT_EVERY_S:
            self._reported = time.monotonic()
            done = (messages[-1][0] + 1 - self._start) / (self._upto - self._start)
            self._say("recovering", percent=round(100 * done, 1))

    def finish(self) -> None:
        """Report the whole recovery."""
        self._say("recovered", offset=self._upto)

    def _say(self, what: str, **details: float) -> None:
        seconds = time.monotonic() - self._began
        rate = round(self._events / seconds) if seconds > 0 else 0
        logger.info(what, partition=self._partition, events=self._events, seconds=round(seconds, 2), events_per_s=rate, **details)
