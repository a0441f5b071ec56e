"""How much may be in hand: bounds the memory of slices that are fetched but not yet committed, over all partitions."""

import asyncio
from contextlib import suppress


class Room:
    """Counts events in hand, twice a micro-batch's at most: one is committed while the next one gathers. One task enters (the agent)."""

    def __init__(self, batch_events: int) -> None:
        self.batch_events = batch_events
        self._in_hand = 0
        self._changed = asyncio.Event()
        self._crowded = asyncio.Event()

    @property
    def crowded(self) -> bool:
        """Whether somebody waits to enter: then nothing more comes before somebody leaves."""
        return self._crowded.is_set()

    async def rest(self, seconds: float) -> None:
        """Wait so long, or until the room is crowded."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._crowded.wait()

    async def enter(self, events: int) -> None:
        """Wait until so many fit; what is larger than the whole room enters when it is empty."""
        while self._in_hand and self._in_hand + events > 2 * self.batch_events:
            self._crowded.set()
            self._changed.clear()
            await self._changed.wait()
        self._crowded.clear()
        self._in_hand += events

    def leave(self, events: int) -> None:
        """So many are committed or dropped."""
        self._in_hand -= events
        self._changed.set()
