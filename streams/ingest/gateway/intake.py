"""`POST /events`, from the request to the answer: who → body → which events → valid and theirs? → log → receipts.

Sending again is harmless and never needs to be thought about: the gateway appends every time, and the workers recognise an identity that
they have. It does not remember receipts itself: an event that was refused in the log, its office not registered yet, keeps its identity
free, and the same event sent again after the mend must get into the log again.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from aiohttp import web

from streams.ingest.gateway import answers
from streams.ingest.gateway.auditor import Auditor, Refusals
from streams.ingest.gateway.bodies import Body, cut
from streams.ingest.gateway.credentials import Credential
from streams.ingest.gateway.door import Door, Visitor
from streams.ingest.gateway.gate import Admissible, Gate
from streams.ingest.gateway.inflate import Inflater, arrived, encoding_of
from streams.ingest.gateway.lane import Outcome, Position
from streams.ingest.gateway.quota import Purse, Quotas
from streams.ingest.gateway.refusal import Refusal, Refused
from streams.ingest.gateway.room import Room, Share

_JUDGED_AT_A_STRETCH = 200
_FOREIGN = frozenset(("AUTH_OFFICE_MISMATCH", "AUTH_ROLE"))


class Log(Protocol):
    """Where events go; `broker.Broker` is the real one."""

    @property
    def ready(self) -> bool:
        """Whether events can be taken now."""

    async def append(self, events: Sequence[Admissible]) -> list[Outcome]:
        """One outcome an event."""


class Intake:
    """What requests share: the log, the room, the quotas."""

    def __init__(self, log: Log, door: Door, auditor: Auditor, gate: Gate, body_bytes: int, room: Room, quotas: Quotas) -> None:
        self._log, self._door, self._auditor, self._gate = log, door, auditor, gate
        self._body_bytes, self._room = body_bytes, room
        self._quotas = quotas
        self._inflater = Inflater()

    def begin(self) -> None:
        """Belong to the running event loop from now on."""
        self._inflater = Inflater()

    async def take(self, request: web.Request, events_per_minute: int) -> web.Response:
        """Answer one request. Raises `Refused` when it is refused as a whole."""
        visitor = self._door.knock(request)
        purse = self._quotas.purse(visitor.credential, events_per_minute)
        if visitor.signed is None:
            purse.require()
        if not self._log.ready:
            raise Refused(Refusal("UNAVAILABLE", "Kafka does not answer; send again later", 503))
        with self._room.share() as share:
            body = await self._body(request, visitor, purse, share)
            verdicts = await self._judge(body, visitor.credential)
            outcomes = await self._append(verdicts)
        entries = [answers.entry_of(verdict, outcome) for verdict, outcome in zip(verdicts, outcomes, strict=True)]
        answers.TAKEN.inc(answers.taken(entries))
        await self._audit(request, purse.key, verdicts, outcomes)
        return answers.answer(body, entries)

    async def _body(self, request: web.Request, visitor: Visitor, purse: Purse, share: Share) -> Body:
        """The events, paid for. Nothing is charged before the caller is known for certain: a stranger must not spend another's quota."""
        encoding = encoding_of(request)
        sent = await arrived(request, self._body_bytes, share)
        await self._door.enter(visitor, sent)
        purse.require()
        try:
            body = cut(request, await self._inflater.inflated(sent, encoding, self._body_bytes, share))
        except Refused:
            purse.charge(1)
            raise
        purse.charge(len(body.events))
        return body

    async def _judge(self, body: Body, caller: Credential | None) -> list[Admissible | Refusal]:
        judge, now_ms = self._gate.of(caller), _now_ms()
        verdicts: list[Admissible | Refusal] = []
        for start in range(0, len(body.events), _JUDGED_AT_A_STRETCH):
            verdicts += [judge(event, body.headers, now_ms) for event in body.events[start : start + _JUDGED_AT_A_STRETCH]]
            await asyncio.sleep(0)
        return verdicts

    async def _append(self, verdicts: Sequence[Admissible | Refusal]) -> list[Outcome | None]:
        """One outcome a verdict; None for those that were refused."""
        admissible = [one for one in verdicts if isinstance(one, Admissible)]
        placed = iter(await self._log.append(admissible) if admissible else [])
        return [next(placed) if isinstance(one, Admissible) else None for one in verdicts]

    async def _audit(
        self, request: web.Request, key: str, verdicts: Sequence[Admissible | Refusal], outcomes: Sequence[Outcome | None]
    ) -> None:
        """Foreign events: who tried, from where, how often. Registry events: who published what."""
        foreign = [one for one in verdicts if isinstance(one, Refusal) and one.code in _FOREIGN]
        for code in sorted({one.code for one in foreign}):
            of = [one for one in foreign if one.code == code]
            await self._auditor.refused(Refusals(key, code, request.remote or ""), len(of), first=of[0].detail)
        registry = [
            {"id": one.id} | (place._asdict() if isinstance(place, Position) else {"outcome": "unknown"})
            for one, place in zip(verdicts, outcomes, strict=True)
            if isinstance(one, Admissible) and one.is_registry
        ]
        if registry:
            await self._auditor.tell("registry events", key=key, peer=request.remote or "", events=registry)


def _now_ms() -> int:
    """What the append time will be, near enough: times are refused from five minutes ahead on."""
    return int(datetime.now(UTC).timestamp() * 1000)
