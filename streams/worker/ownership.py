"""Which partitions this worker owns, through every rebalance.

Revoked: the micro-batch in hand is finished, then nothing more is taken. Assigned: partitions that stay go on as they are (their
producer's fence proves that nobody else wrote), those that left are closed, new ones are opened in the background.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Generic

import structlog

from streams.worker import metrics, tasks
from streams.worker.failpoints import FailPoint, FailPoints
from streams.worker.partition import OwnedPartition
from streams.worker.state import State
from streams.worker.tasks import Failed

logger = structlog.get_logger()


class Ownership(Generic[State]):
    """The partitions of one worker process. `open_partition` follows the rules of `partition.py`; `failed` is told what went wrong."""

    def __init__(
        self,
        open_partition: Callable[[int], Awaitable[OwnedPartition[State]]],
        failed: Failed,
        fail_points: FailPoints,
    ) -> None:
        self._open_partition = open_partition
        self._failed = failed
        self._fail_points = fail_points
        self._owned: dict[int, OwnedPartition[State]] = {}
        self._opening: dict[int, asyncio.Task[None]] = {}
        self.assigned_once = False
        self.opened: list[Callable[[OwnedPartition[State]], None]] = []
        """Called with each partition that has just been opened."""

    def __iter__(self) -> Iterator[OwnedPartition[State]]:
        return iter(list(self._owned.values()))

    def get(self, number: int) -> OwnedPartition[State] | None:
        """The open partition of this number."""
        return self._owned.get(number)

    def is_open(self, number: int) -> bool:
        """Whether slices of this partition can be processed now."""
        partition = self._owned.get(number)
        return partition is not None and partition.live

    @property
    def opening(self) -> int:
        """How many assigned partitions are still being recovered."""
        return len(self._opening)

    @property
    def ready(self) -> bool:
        """Whether the group has given out its partitions and all of ours take events."""
        return self.assigned_once and not self._opening and all(partition.live for partition in self)

    async def revoked(self) -> None:
        """A rebalance begins: every partition waits for its micro-batch in hand."""
        await asyncio.gather(*(partition.suspend() for partition in self))

    async def assigned(self, numbers: Iterable[int]) -> None:
        """A rebalance has ended with these partitions for us."""
        wanted = set(numbers)
        self._fail_points.passed(FailPoint.DURING_REBALANCE)
        metrics.REBALANCES.inc()
        logger.info("partitions assigned", partitions=sorted(wanted), kept=sorted(wanted & self._owned.keys()))
        await self._release((self._owned.keys() | self._opening.keys()) - wanted)
        for partition in self:
            partition.live = True
        for number in sorted(wanted - self._owned.keys() - self._opening.keys()):
            self._opening[number] = tasks.start(self._open(number), f"open partition {number}", self._failed)
        self.assigned_once = True
        self._gauge()

    async def close(self) -> None:
        """Give everything up: finish what is in hand, open nothing more."""
        await self._release(self._owned.keys() | self._opening.keys())

    async def _open(self, number: int) -> None:
        partition = await self._open_partition(number)
        if self._opening.get(number) is not asyncio.current_task():
            # Given up meanwhile, and a client of aiokafka that was being closed swallowed the cancellation.
            await partition.close()
            return
        partition.start(self._failed)
        self._owned[number] = partition
        del self._opening[number]
        self._gauge()
        for tell in self.opened:
            tell(partition)

    async def _release(self, numbers: Iterable[int]) -> None:
        await tasks.cancel(*(task for number in list(numbers) if (task := self._opening.pop(number, None))))
        await asyncio.gather(*(partition.close() for number in list(numbers) if (partition := self._owned.pop(number, None))))

    def _gauge(self) -> None:
        metrics.OWNED.set(len(self._owned) + len(self._opening))
        metrics.OPEN.set(len(self._owned))
