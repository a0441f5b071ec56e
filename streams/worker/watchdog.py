"""Sees to it that lag never just lies there: picks up what Faust did not deliver, and ends a process that has stalled for good.

Faust and aiokafka are known to stop fetching in rare cases, and slices vanish at rebalances. Reading the stretch from the log is always
right (rule 3 of `partition.py`); if even that brings no progress, a fresh process does.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog

from streams.worker import metrics
from streams.worker.exits import RESTART, leave
from streams.worker.ownership import Ownership
from streams.worker.partition import OwnedPartition

logger = structlog.get_logger()

LOOK_EVERY_S = 1.0
UNDELIVERED_LOOKS = 5
"""So many looks with the same lag and nothing in hand mean that the records are not coming."""


class Watchdog:
    """Looks at every open partition once a second. `readable_end` gives the offset behind a partition's last readable record,
    `recovered` how many events recoveries have folded."""

    def __init__(
        self,
        ownership: Ownership[Any],
        readable_end: Callable[[int], int | None],
        recovered: Callable[[], int],
        stall_timeout_s: float,
    ) -> None:
        self._ownership = ownership
        self._readable_end = readable_end
        self._recovered = recovered
        self._stall_timeout_s = stall_timeout_s
        self._quiet: dict[int, tuple[int, int]] = {}
        self._seen: object = None
        self._progress_at = time.monotonic()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            lags = {partition.number: self._lag(partition) for partition in self._ownership}
            self._end_if_stalled(any(lags.values()))
            for partition in self._ownership:
                await self._look(partition, lags.get(partition.number, 0))

    def _lag(self, partition: OwnedPartition[Any]) -> int:
        end = self._readable_end(partition.number)
        lag = max(0, (end or 0) - partition.next_offset)
        metrics.LAG.labels(partition.number).set(lag)
        return lag

    async def _look(self, partition: OwnedPartition[Any], lag: int) -> None:
        """Catch up when the same lag has been lying there with nothing in hand."""
        at, looks = self._quiet.get(partition.number, (-1, 0))
        looks = looks + 1 if lag and at == partition.next_offset and partition.live and not partition.busy else 0
        self._quiet[partition.number] = partition.next_offset, looks
        if looks >= UNDELIVERED_LOOKS:
            await partition.catch_up(partition.next_offset + lag)

    def _end_if_stalled(self, lagging: bool) -> None:
        """Work there is and none gets done, for as long as the setting allows."""
        offsets = tuple((partition.number, partition.next_offset) for partition in self._ownership)
        seen = offsets, self._ownership.opening, self._recovered()
        waiting = lagging or self._ownership.opening > 0
        if seen != self._seen or not waiting:
            self._seen, self._progress_at = seen, time.monotonic()
        elif time.monotonic() - self._progress_at > self._stall_timeout_s:
            leave(RESTART, f"no progress for {self._stall_timeout_s:.0f} s although there is work; offsets {offsets}; restarting")
