"""One owned partition: its way out, its state, the offset where work goes on. The numbered rules are the guarantee; their order matters.

1. A producer with the partition's transactional id is started (this fences a previous owner and finishes or aborts its last
   transaction), *then* the group's committed offset is asked. In the other order an offset committed in between would be missed.
2. The state is brought to that offset from the log, without output.
3. A slice that begins beyond the offset has a gap before it, which is read from the log and processed with output. What begins below it
   has been processed and is dropped. Delivered slices are never trusted to be gapless: the offset is the truth.
4. A micro-batch is folded and committed in one transaction; then, and only then, the offset moves.
5. An exception anywhere in this ends the process (`tasks.py`): state and log may differ, only recovery may go on.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from schemas.operation import traces
from streams.core.message import Message
from streams.core.pipeline import Outputs
from streams.worker import metrics, tasks
from streams.worker.batches import Batches
from streams.worker.commit import Outbox
from streams.worker.exits import Halted
from streams.worker.failpoints import FailPoint, FailPoints
from streams.worker.garbage import made_to_stay
from streams.worker.log import Log
from streams.worker.pace import ENOUGH_EVENTS, SHORTEST_S, Pace
from streams.worker.room import Room
from streams.worker.snapshot_file import Tail
from streams.worker.state import Fold, Restored, State
from streams.worker.tasks import Failed

logger = structlog.get_logger()
Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Wiring(Generic[State]):
    """What all partitions of a worker have in common."""

    log: Log
    fold: Fold[State]
    fail_points: FailPoints
    room: Room
    pace: Pace = field(default_factory=Pace)


class OwnedPartition(Generic[State]):
    """A partition that this process may write for. `live` is False while a rebalance decides who owns it.

    Delivered slices wait here while a micro-batch is in hand, so batches grow with the load, and partitions commit side by side.
    """

    def __init__(self, number: int, restored: Restored[State], outbox: Outbox, wiring: Wiring[State]) -> None:
        self.number = number
        self.state, self.next_offset, self._tail = restored
        self.live = True
        self._at_offset = True
        self._outbox = outbox
        self._wiring = wiring
        self._in_hand = asyncio.Lock()
        self._delivered: deque[tuple[Sequence[Message], int]] = deque()
        """Slices and the room they take."""
        self._delivered_events = 0
        self._arrived = asyncio.Event()
        self._began = 0.0
        self._waiting_ns = 0
        """When the first message arrived that is not folded yet, nanoseconds since 1970."""
        self._running: asyncio.Task[None] | None = None

    @property
    def appended_at(self) -> float:
        """When the last message that is folded in was appended, in seconds since 1970; 0: none is."""
        return self._tail.appended_ms / 1000 if self._tail else 0.0

    @property
    def busy(self) -> bool:
        """Whether something is in hand or waiting."""
        return self._in_hand.locked() or bool(self._delivered)

    def start(self, failed: Failed) -> None:
        """Begin to process what is delivered; `failed` must end the process (rule 5)."""
        self._running = tasks.start(self._run(), f"partition {self.number}", failed)

    async def deliver(self, messages: Sequence[Message]) -> None:
        """Take a fetched slice, ascending by offset and not empty, as soon as there is room. Dropped while not live: it will come again."""
        size = size_of(messages)
        await self._wiring.room.enter(size)
        if not self._delivered:
            self._waiting_ns = time.time_ns()
        self._delivered_events += size
        self._delivered.append((messages, size))
        self._arrived.set()

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            await self._gather()
            taken, size = self._take()
            for messages in joined(taken):
                await self.process(messages)
            self._give_back(size)

    def _take(self) -> tuple[list[Sequence[Message]], int]:
        """A micro-batch's worth of what waits longest, and the room it takes; the rest is joined by what comes meanwhile, for full batches
        make fewer rows."""
        taken: list[Sequence[Message]] = []
        wanted = left = self._wiring.room.batch_events
        while self._delivered and left > 0:
            messages, size = self._delivered.popleft()
            if size > left and len(messages) == size:
                self._delivered.appendleft((messages[left:], size - left))
                messages, size = messages[:left], left
            taken.append(messages)
            left -= size
        if not self._delivered:
            self._arrived.clear()
        return taken, wanted - left

    async def _gather(self) -> None:
        """Wait for more while the pace says so, it is not enough yet, and more can come; after a pause an event goes at once."""
        room, pace = self._wiring.room, self._wiring.pace
        enough = min(ENOUGH_EVENTS, room.batch_events)
        while self._delivered_events < enough and not room.crowded and (rest := pace.rest(self._began)) > 0:
            await room.rest(min(rest, SHORTEST_S))
        self._began = time.monotonic()

    def _give_back(self, events: int) -> None:
        self._delivered_events -= events
        self._wiring.room.leave(events)

    async def process(self, messages: Sequence[Message]) -> None:
        """Process what is new in a delivered slice, and the gap before it if there is one."""
        if messages[0][0] > self.next_offset and not await self.catch_up(messages[0][0]):
            return
        for start in range(0, len(messages), self._wiring.room.batch_events):
            if not await self._process_new(messages[start : start + self._wiring.room.batch_events]):
                return

    async def catch_up(self, end: int) -> bool:
        """Process `[next_offset, end)` from the log itself; control records leave gaps with nothing in them. False: no longer ours to write."""
        start = self.next_offset
        async for messages in self._wiring.log.read(self.number, start, end, at_most=self._wiring.room.batch_events):
            if not await self._process_new(messages):
                return False
            metrics.GAP_EVENTS.inc(len(messages))
            logger.warning("read from the log what was not delivered", partition=self.number, start=start, events=len(messages))
        async with self._in_hand:
            if self.live:
                self.next_offset = max(self.next_offset, end)
            return self.live

    async def at_rest(self, look: Callable[[State, int, Tail], Seen]) -> Seen | None:
        """What `look` makes of state, offset and last message between two micro-batches. None: nothing is folded yet, or the partition is
        not ours now, or its last batch failed: its state is then ahead of the offset, and this may run before the process ends (rule 5)."""
        async with self._in_hand:
            return look(self.state, self.next_offset, self._tail) if self.live and self._at_offset and self._tail else None

    async def commit_offset(self) -> None:
        """Tell the group its offset without an event: it has none, and on a quiet partition nobody would tell it."""
        async with self._in_hand:
            await self._outbox.commit(self._outbox.outputs(), (), self.next_offset)

    async def suspend(self) -> None:
        """Wait for the micro-batch in hand, then take no other."""
        async with self._in_hand:
            self.live = False

    async def close(self) -> None:
        """Suspend for good and close the way out."""
        await self.suspend()
        if self._running:
            await tasks.cancel(self._running)
        self._give_back(self._delivered_events)
        await self._outbox.close()

    async def _process_new(self, messages: Sequence[Message]) -> bool:
        """One micro-batch of what was not processed before. False: the partition is not ours to write, nothing after it may be processed."""
        async with self._in_hand:
            if not self.live:
                return False
            if messages[0][0] < self.next_offset:
                messages = [message for message in messages if message[0] >= self.next_offset]
            if messages:
                await self._advance(messages)
            return True

    async def _advance(self, messages: Sequence[Message]) -> None:
        """Rule 4."""
        with traces.span("batch", self._waiting_ns or None, partition=self.number, events=len(messages), offset=messages[0][0]):
            traces.past("poll", self._waiting_ns or time.time_ns())
            await self._fold_and_commit(messages)
        self._waiting_ns = time.time_ns()

    async def _fold_and_commit(self, messages: Sequence[Message]) -> None:
        began = time.perf_counter()
        self._at_offset = False
        with traces.span("fold"), made_to_stay() if len(messages) >= ENOUGH_EVENTS else nullcontext():
            outputs = self._outbox.outputs()
            self._wiring.fold(self.state, messages, outputs)
        folded = time.perf_counter()
        self._wiring.fail_points.passed(FailPoint.AFTER_FOLD)
        if outputs.tripped:
            raise Halted(f"partition {self.number}: {outputs.tripped}; nothing of it is committed, the offset stays {self.next_offset}")
        next_offset = messages[-1][0] + 1
        with traces.span("commit"):
            await self._outbox.commit(outputs, messages, next_offset)
        self._wiring.fail_points.passed(FailPoint.AFTER_COMMIT)
        self.next_offset, self._tail, self._at_offset = next_offset, Tail.of(messages[-1]), True
        self._count(outputs, messages, folded - began, time.perf_counter() - folded)

    def _count(self, outputs: Outputs[Batches], messages: Sequence[Message], fold_s: float, commit_s: float) -> None:
        metrics.FOLD_SECONDS.observe(fold_s)
        metrics.COMMIT_SECONDS.observe(commit_s)
        metrics.BATCH_EVENTS.observe(len(messages))
        metrics.EVENTS.labels(self.number).inc(len(messages))
        metrics.APPENDED.labels(self.number).set(messages[-1][1] / 1000)
        written = {topic: len(rows) for topic, rows in outputs.rows.items()}
        self._wiring.pace.wrote(sum(written.values()))
        for topic, rows in written.items():
            metrics.ROWS.labels(topic).inc(rows)
        for dead in outputs.dead:
            metrics.DEAD_LETTERS.labels(dead.code).inc()


def size_of(messages: Sequence[Message]) -> int:
    """The room that a slice takes: an event counts one, or one a KiB where its values are larger than events may ever be."""
    return max(len(messages), sum(len(message[3] or b"") for message in messages) >> 10)


def joined(slices: Sequence[Sequence[Message]]) -> Iterator[Sequence[Message]]:
    """Slices that follow each other without a gap become one; between the others something may be missing."""
    together: list[Message] = []
    for messages in slices:
        if together and messages[0][0] != together[-1][0] + 1:
            yield together
            together = []
        together.extend(messages)
    if together:
        yield together
