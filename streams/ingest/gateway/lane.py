"""One partition's way into the log: what requests hand over while a batch is on its way goes with the next one.

So a single event waits for nobody at a quiet time, and under load a batch carries the events of many requests; a record a call of the
producer costs five times as much.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog
from aiokafka.errors import KafkaError

from streams.ingest.gateway.gate import Admissible

log = structlog.get_logger(__name__)


class Position(NamedTuple):
    """Where the log holds an event."""

    partition: int
    offset: int


class Away(Exception):
    """Kafka did not acknowledge; whether the event is in the log is not known. Sending it again is harmless: its identity is the same."""


Outcome = Position | Away
Place = Callable[[Sequence[Admissible], int], Awaitable[tuple[int, int]]]
"""Append as many of these from the given one on as one batch holds, and return how many and the first one's offset."""


class Lane:
    """Appends in the order of the hand-over, a batch at a time. `place` does the appending."""

    def __init__(self, partition: int, place: Place) -> None:
        self._partition, self._place = partition, place
        self._waiting: list[tuple[Sequence[Admissible], asyncio.Future[list[Outcome]]]] = []
        self._running: asyncio.Task[None] | None = None

    def hand_over(self, events: Sequence[Admissible]) -> "asyncio.Future[list[Outcome]]":
        """One outcome an event, later; never an exception."""
        done: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run(), name=f"gateway-lane-{self._partition}")
        return done

    def close(self) -> None:
        """Give up: whoever waits is told that the outcome is unknown."""
        if self._running is not None:
            self._running.cancel()

    async def _run(self) -> None:
        while self._waiting:
            parts, self._waiting = self._waiting, []
            outcomes: list[Outcome] = []
            try:
                await self._append([event for events, _ in parts for event in events], outcomes)
            except Exception:
                log.exception("events were not appended", partition=self._partition)
            finally:
                _tell(parts, outcomes)

    async def _append(self, events: Sequence[Admissible], outcomes: list[Outcome]) -> None:
        """Fill `outcomes`; what is missing at the end was not acknowledged."""
        while len(outcomes) < len(events):
            try:
                count, offset = await self._place(events, len(outcomes))
            except (KafkaError, OSError, TimeoutError) as error:
                away = Away(f"Kafka did not acknowledge ({type(error).__name__})")
                outcomes.extend([away] * (len(events) - len(outcomes)))
                return
            outcomes.extend(Position(self._partition, offset + n) for n in range(count))


def _tell(parts: Sequence[tuple[Sequence[Admissible], "asyncio.Future[list[Outcome]]"]], outcomes: list[Outcome]) -> None:
    start = 0
    for events, done in parts:
        mine = outcomes[start : start + len(events)]
        if not done.done():
            done.set_result(mine + [Away("Kafka did not acknowledge in time")] * (len(events) - len(mine)))
        start += len(events)
