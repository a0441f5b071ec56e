"""Sees to it that lag never just lies there: picks up what Faust did not deliver, and ends a process that has stalled for good.

Faust and aiokafka are known to stop fetching in rare cases, and slices vanish at rebalances. Reading the stretch from the log is always
right (rule 3 of `partition.py`); if even that brings no progress, a fresh process does.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

import structlog
from aiokafka.errors import KafkaError

from schemas.operation.health import Behind
from streams.worker import metrics, tasks
from streams.worker.exits import RESTART, leave
from streams.worker.ownership import Ownership
from streams.worker.partition import OwnedPartition

logger = structlog.get_logger()

LOOK_EVERY_S = 1.0
ASK_EVERY_S = 10.0
"""The fetcher tells where a partition ends whenever it fetches; so often the broker is asked past it, for a fetcher that has stopped tells nothing."""
UNDELIVERED_LOOKS = 5
"""So many looks with the same lag and nothing in hand mean that the records are not coming."""
OPENING, JOINING = -1, -2
"""Stand for the partitions that are being opened and for the group, before it has first given out any, among the numbers of partitions."""
_WHAT = {OPENING: "opening partitions", JOINING: "joining the group"}


class Watchdog:
    """Looks at every open partition once a second.

    `fetched_end` gives the offset behind a partition's last readable record as of its last fetch, `ask_ends` the same from the broker,
    `recovered` how many events and rows recoveries and handovers have gone through; `failed` must end the process.
    """

    def __init__(
        self,
        ownership: Ownership[Any],
        fetched_end: Callable[[int], int | None],
        ask_ends: Callable[[Iterable[int]], Awaitable[Mapping[int, int]]],
        recovered: Callable[[], int],
        stall_timeout_s: float,
        failed: tasks.Failed,
    ) -> None:
        self._ownership = ownership
        self._fetched_end, self._ask_ends = fetched_end, ask_ends
        self._recovered = recovered
        self._stall_timeout_s = stall_timeout_s
        self._failed = failed
        self._behind: dict[int, Behind] = {}
        self.behind_s = 0.0
        """For how many seconds the partition that is furthest behind has been so, at the last look."""
        self._asked: Mapping[int, int] = {}
        self._ask_at = 0.0
        self._quiet: dict[int, tuple[int, int]] = {}
        """Partition -> offset, and for how many looks it has lagged there with nothing in hand."""
        self._catching: dict[int, asyncio.Task[None]] = {}
        self._still: dict[int, tuple[object, float]] = {}
        """Partition with work -> how far it was when it last moved, and when that was (monotonic)."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            await self._ask()
            lags = {partition: self._lag(partition) for partition in self._ownership}
            self._tell(lags)
            for partition, lag in lags.items():
                self._look(partition, lag)
            far = {partition.number: partition.next_offset for partition, lag in lags.items() if lag}
            if self._ownership.opening:
                far[OPENING] = self._recovered()
            if not self._ownership.assigned_once:
                far[JOINING] = 0
            self._end_if_stalled(far)

    async def _ask(self) -> None:
        """Where the partitions end, from the broker; no answer is none."""
        numbers = [partition.number for partition in self._ownership]
        if not numbers or time.monotonic() < self._ask_at:
            return
        self._ask_at = time.monotonic() + ASK_EVERY_S
        try:
            async with asyncio.timeout(ASK_EVERY_S / 2):
                self._asked = await self._ask_ends(numbers)
        except (KafkaError, OSError) as error:  # its TimeoutError is an OSError
            logger.debug("the broker does not say where partitions end", error=repr(error))

    def _lag(self, partition: OwnedPartition[Any]) -> int:
        number = partition.number
        return max(0, (self._fetched_end(number) or 0) - partition.next_offset, self._asked.get(number, 0) - partition.next_offset)

    def _tell(self, lags: Mapping[OwnedPartition[Any], int]) -> None:
        """Lag by offset and by time; of partitions that have left, nothing any more: another worker tells theirs."""
        for gone in self._behind.keys() - {partition.number for partition in lags}:
            del self._behind[gone]
            for metric in metrics.OF_A_PARTITION:
                with suppress(KeyError):
                    metric.remove(gone)
        self.behind_s = 0.0
        for partition, lag in lags.items():
            seconds = self._behind.setdefault(partition.number, Behind()).seconds(lag, partition.appended_at)
            metrics.LAG.labels(partition.number).set(lag)
            metrics.LAG_SECONDS.labels(partition.number).set(seconds)
            self.behind_s = max(self.behind_s, seconds)

    def _look(self, partition: OwnedPartition[Any], lag: int) -> None:
        """Catch up, beside the looking, when the same lag has been lying there with nothing in hand."""
        at, looks = self._quiet.get(partition.number, (-1, 0))
        looks = looks + 1 if lag and at == partition.next_offset and partition.live and not partition.busy else 0
        self._quiet[partition.number] = partition.next_offset, looks
        running = self._catching.get(partition.number)
        if looks >= UNDELIVERED_LOOKS and (running is None or running.done()):
            work = self._catch_up(partition, partition.next_offset + lag)
            self._catching[partition.number] = tasks.start(work, f"catch up {partition.number}", self._failed)

    @staticmethod
    async def _catch_up(partition: OwnedPartition[Any], end: int) -> None:
        await partition.catch_up(end)

    def _end_if_stalled(self, far: Mapping[int, int]) -> None:
        """`far`: how far each partition is that has work. One that does not move for as long as the setting allows ends the process."""
        now = time.monotonic()
        still = {number: self._still.get(number, (at, now)) for number, at in far.items()}
        self._still = {number: (at, since) if at == far[number] else (far[number], now) for number, (at, since) in still.items()}
        for number, (at, since) in self._still.items():
            if now - since > self._stall_timeout_s:
                what = _WHAT.get(number, f"partition {number} at offset {at}")
                leave(RESTART, f"no progress for {self._stall_timeout_s:.0f} s although there is work: {what}; restarting")
