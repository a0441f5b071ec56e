"""What of the gateway goes into the audit log: refused keys and foreign events, registry events that were taken, changes of the keys.

A stranger must not be able to fill the disk: the same refusal again within a minute is counted and told once, at the minute's end.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog

from schemas.audit import Audit, Head

log = structlog.get_logger(__name__)

TOLD_AGAIN_AFTER_S = 60.0
_MOST_AT_ONCE = 1_000
"""Different refusals of one minute; all further ones are told as one."""
_LOOK_EVERY_S = 5.0


class Refusals(NamedTuple):
    """Refusals that are counted as one: of a key that is known (else empty), for a reason, from an address."""

    key: str
    code: str
    peer: str


_OTHERS = Refusals("", "AUTH_UNKNOWN", "others")


@dataclass(slots=True)
class _Again:
    since: float
    events: int = 0


class Auditor:
    """Writes beside the event loop. What cannot be written is told by `problem`, in `/health`, and does not open the door to anyone."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._again: dict[Refusals, _Again] = {}
        self._day = ""
        self.problem = ""

    async def tell(self, what: str, **facts: Any) -> None:
        """One entry, on disk when this returns. Facts are ids and numbers of ours, or texts that validation has found harmless."""
        try:
            head = await asyncio.to_thread(self._audit.append, what, **facts)
        except OSError as error:
            log.error("the audit log cannot be written", error=str(error))
            self.problem = "the audit log cannot be written"
        else:
            self.problem = ""
            self._note(head)

    async def refused(self, of: Refusals, events: int, **facts: Any) -> None:
        """A refusal of `events` events, or of a request (1)."""
        if of not in self._again and len(self._again) >= _MOST_AT_ONCE:
            of = _OTHERS
        if again := self._again.get(of):
            again.events += events
            return
        self._again[of] = _Again(time.monotonic())
        await self.tell("refused", **of._asdict(), events=events, **facts)

    async def run(self) -> None:
        """Tell what was counted, minute by minute, until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            await self.settle(time.monotonic() - TOLD_AGAIN_AFTER_S)

    async def settle(self, before: float) -> None:
        """Tell what was counted of refusals first seen before a moment of the monotonic clock."""
        for of in [of for of, again in self._again.items() if again.since <= before]:
            if events := self._again.pop(of).events:
                await self.tell("refused again", **of._asdict(), events=events)

    def _note(self, head: Head) -> None:
        """Name the head once a day in the process's own log, which is another place than the chain's."""
        day = time.strftime("%Y-%m-%d", time.gmtime())
        if day != self._day:
            self._day = day
            log.info("audit log", head=head.hash, entry=head.n)
