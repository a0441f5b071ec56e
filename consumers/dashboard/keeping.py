"""Finished answers, kept for as long as nothing was written that they may rest on, and made once for all who ask for the same at the same time.

While events arrive nothing holds for long. Then the last answer, if it is young enough, is given at once and says of when it is, and a new one is made
meanwhile; who asks for the newest (a reload, or the page that renews itself) waits for that. So a reader who comes while others read never waits.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic

KEPT_SECONDS = 60.0
"""An answer is made anew after this time even if nothing was written: on replicas what was written is seen late."""
BEHIND_SECONDS = 30.0
"""How old an answer may be that is given although something was written since."""
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """A body with its media type. `made_at`: when what it rests on began to be read; `mark`: what the tables were like then."""

    body: bytes
    content_type: str
    made_at: datetime
    mark: object
    since: float

    @property
    def age_s(self) -> float:
        """How old it is."""
        return monotonic() - self.since


Make = Callable[[datetime], Awaitable[tuple[bytes, str]]]
"""Makes a body and its media type, told when it began."""


class Answers:
    """Answers by address. `answer` gives one with whether something was written since it was made."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._kept: OrderedDict[str, Answer] = OrderedDict()
        self._making: dict[str, asyncio.Task[Answer]] = {}
        self._held, self._most = 0, most_bytes

    async def answer(self, address: str, mark: object, make: Make, *, newest: bool) -> tuple[Answer, bool]:
        """The answer to an address while the tables are as `mark` tells; a mark of None is never the same as another. Raises what `make` raises."""
        kept = self._kept.get(address)
        if kept and mark is not None and not newest:
            if kept.mark == mark and kept.age_s < KEPT_SECONDS:
                self._kept.move_to_end(address)
                return kept, False
            if kept.mark != mark and kept.age_s < BEHIND_SECONDS:
                self._begin(address, mark, make)
                return kept, True
        made = await asyncio.shield(self._begin(address, mark, make))
        if newest and made.mark != mark:
            made = await asyncio.shield(self._begin(address, mark, make))
        return made, made.mark != mark

    def _begin(self, address: str, mark: object, make: Make) -> asyncio.Task[Answer]:
        """The answer on its way, one for all who ask for the same."""
        task = self._making.get(address)
        if task is None or mark is None:
            task = asyncio.create_task(_made(mark, make))
            self._making[address] = task
            task.add_done_callback(lambda done: self._done(address, done))
        return task

    def _done(self, address: str, done: asyncio.Task[Answer]) -> None:
        if self._making.get(address) is done:
            del self._making[address]
        if done.cancelled() or done.exception() is not None or done.result().mark is None:
            return
        self._forget(address)
        self._kept[address] = done.result()
        self._held += len(done.result().body)
        while self._held > self._most:
            self._forget(next(iter(self._kept)))

    def _forget(self, address: str) -> None:
        if kept := self._kept.pop(address, None):
            self._held -= len(kept.body)


async def _made(mark: object, make: Make) -> Answer:
    since, made_at = monotonic(), datetime.now(UTC)
    body, content_type = await make(made_at)
    return Answer(body, content_type, made_at, mark, since)
