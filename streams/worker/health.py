"""What a worker answers to `/health` and `/ready`."""

import asyncio
from typing import Any

from schemas.operation.health import Condition, Health, Pulse, caught_up
from streams.worker.ownership import Ownership
from streams.worker.watchdog import Watchdog

STILL_S = 60.0
"""A full batch keeps the event loop for some four seconds, a large snapshot for less. What stands still for so long does not come back."""
BEAT_S = 1.0


class WorkerHealth:
    """Filled while the worker starts: `wait_for` until Kafka and its topics are there, then `follow`."""

    def __init__(self, ready_lag_s: float) -> None:
        self._waiting_for = "waiting for Kafka and its topics"
        self._ready_lag_s = ready_lag_s
        self._pulse = Pulse("the event loop", STILL_S)
        self._followed: tuple[Ownership[Any], Watchdog] | None = None

    def wait_for(self, what: str) -> None:
        """What is not there yet, and what to do."""
        self._waiting_for = what

    def follow(self, ownership: Ownership[Any], watchdog: Watchdog) -> None:
        """From now on these tell."""
        self._followed = ownership, watchdog
        self._waiting_for = ""

    async def beat(self) -> None:
        """Until cancelled."""
        while True:
            self._pulse.beat()
            await asyncio.sleep(BEAT_S)

    def __call__(self) -> Health:
        """As it is now. Called by other threads."""
        alive = (self._pulse.condition(),)
        topics = Condition("topics", self._waiting_for)
        if self._followed is None:
            return Health("worker", alive, (topics,), {"partitions": [], "opening": 0})
        ownership, watchdog = self._followed
        numbers = sorted(partition.number for partition in ownership)
        needs = (
            topics,
            Condition("assigned", "" if ownership.assigned_once else "the group has not given out its partitions yet"),
            Condition("recovered", "" if ownership.ready or not ownership.assigned_once else _recovering(ownership)),
            caught_up(watchdog.behind_s, self._ready_lag_s, "the worker is"),
        )
        return Health("worker", alive, needs, {"partitions": numbers, "opening": ownership.opening})


def _recovering(ownership: Ownership[Any]) -> str:
    if ownership.opening:
        return f"{ownership.opening} partitions are being recovered from snapshots and the log"
    return "a rebalance is under way"
