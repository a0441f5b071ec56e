"""Section 3 of the contract for one district: identity, duplicates, conflicts, registry checks, amendments, retractions, what waits, today.

Messages are fed in log order; what is live afterwards is asked of the whole. Nothing is counted here but messages.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from consumers.reconcile.event import Event, Identity, Message
from consumers.reconcile.reading import Refused
from consumers.reconcile.registry import Registry
from consumers.reconcile.seals import Seals
from consumers.reconcile.validator import read_event


@dataclass(slots=True)
class Counts:
    """Where the messages read have gone; `pending` are the amendments that wait now."""

    read: int = 0
    admitted: int = 0
    duplicates: int = 0
    dead_letters: int = 0
    pending: int = 0


@dataclass(slots=True)
class Ledger:
    """The sequence numbers of a source that were seen, whatever became of the events, and the greatest `time` among them in µs.

    What came and was refused is in `dead-letters`; a gap is what never came. Numbers begin at 1.
    """

    seen: set[int] = field(default_factory=set)
    last_seen: int = 0

    def high_water(self) -> int:
        """The greatest number up to which none is missing; 0 when 1 is."""
        gaps = self.gaps()
        return gaps[0][0] - 1 if gaps else max(self.seen, default=0)

    def gaps(self) -> list[tuple[int, int]]:
        """The runs of numbers that are missing below the greatest one seen, both ends included, ascending."""
        return [(low + 1, high - 1) for low, high in pairwise(sorted(self.seen | {0})) if high - low > 1]


@dataclass(slots=True)
class District:
    """Everything that was read of one district, by message key."""

    code: str
    partitions: int | None = None
    """Partition count of the topic; None: the partition of a message is not judged."""
    seals: Seals | None = None
    """None: records need no seal."""
    counts: Counts = field(default_factory=Counts)
    dead: list[tuple[int, int, str, str]] = field(default_factory=list)
    """partition, offset, code and detail of each dead letter."""
    today: int = 0
    """The greatest local day over all admitted events; 0 before the first."""
    ledgers: dict[str, Ledger] = field(default_factory=dict)
    _events: dict[Identity, Event] = field(default_factory=dict)
    _waiting: dict[Identity, list[Event]] = field(default_factory=dict)
    _amendments: dict[Identity, list[Event]] = field(default_factory=dict)
    _retracted: set[Identity] = field(default_factory=set)
    _admitted: set[Identity] = field(default_factory=set)
    _registered: list[Identity] = field(default_factory=list)
    """The assertions of registry events: few among many, and asked for often."""
    _registry: Registry | None = None

    def read(self, message: Message) -> None:
        """Take one message; it is counted exactly once, whatever it is."""
        self.counts.read += 1
        try:
            event = read_event(message, self.partitions)
            if self.seals is not None:
                self.seals.check(message, event)
            self._hear(event)
            known = self._events.get(event.identity)
            if known is not None and known != event:
                raise Refused("ID_CONFLICT", event.id)
            if known is None:
                self._check_office(event)
        except Refused as refused:
            self.counts.dead_letters += 1
            self.dead.append((message[0], message[1], refused.code, refused.detail))
            return
        if known is not None:
            self.counts.duplicates += 1
            return
        self._take(event)

    def _hear(self, event: Event) -> None:
        if event.sequence:
            ledger = self.ledgers.setdefault(event.source, Ledger())
            ledger.last_seen = max(ledger.last_seen, event.time)
            ledger.seen.add(int(event.sequence))

    def _check_office(self, event: Event) -> None:
        if not event.office:
            return
        registry = self.registry()
        opened, closed = registry.opened.get(event.office), registry.closed.get(event.office)
        if opened is None:
            raise Refused("DOMAIN_UNKNOWN_OFFICE", event.office)
        if event.day < opened or (closed is not None and event.day >= closed):
            raise Refused("DOMAIN_OFFICE_CLOSED", event.office)

    def _take(self, event: Event) -> None:
        self._events[event.identity] = event
        if event.op == "amend" and event.target is not None:
            if self._is_target(event.target, event):
                self._admit_amendment(event)
            else:
                self._waiting.setdefault(event.target, []).append(event)
                self.counts.pending += 1
            return
        if event.family == "reg":
            self._registered.append(event.identity)
        self._admit(event)
        if event.family == "retraction" and event.target is not None:
            self._retracted.add(event.target)
            named = self._events.get(event.target)
            self._forget_registry(named is None or named.family == "reg")
        for amendment in self._waiting.pop(event.identity, []):
            if self._is_target(event.identity, amendment):
                self.counts.pending -= 1
                self._admit_amendment(amendment)
            else:
                self._waiting.setdefault(event.identity, []).append(amendment)

    def _is_target(self, identity: Identity, amendment: Event) -> bool:
        named = self._events.get(identity)
        return named is not None and named.op == "assert" and named.family != "retraction" and named.family == amendment.family

    def _admit_amendment(self, event: Event) -> None:
        assert event.target is not None
        self._amendments.setdefault(event.target, []).append(event)
        self._admit(event)

    def _admit(self, event: Event) -> None:
        self.counts.admitted += 1
        self._admitted.add(event.identity)
        self.today = max(self.today, event.day)
        self._forget_registry(event.family == "reg")

    def _forget_registry(self, changed: bool) -> None:
        if changed:
            self._registry = None

    def registry(self) -> Registry:
        """The registry as the live events read so far have it."""
        if self._registry is None:
            self._registry = Registry.of(self._live(self._registered))
        return self._registry

    def live(self) -> Iterator[Event]:
        """The live events: assertions that are not retracted, each as its greatest amendment that is not void says."""
        return self._live(self._events)

    def _live(self, identities: Iterable[Identity]) -> Iterator[Event]:
        for identity in identities:
            event = self._events[identity]
            if event.op == "assert" and event.family != "retraction" and identity not in self._retracted:
                yield self._as_amended(event)

    def _as_amended(self, event: Event) -> Event:
        amendments = [a for a in self._amendments.get(event.identity, ()) if a.identity not in self._retracted]
        if not amendments:
            return event
        last = max(amendments, key=lambda a: (a.revision, a.id, a.source))
        return replace(last, source=event.source, id=event.id)

    def assertions(self) -> Iterator[tuple[Event, str]]:
        """Every assertion of an office as it was read, and what became of it: `live`, `amended` or `retracted`."""
        for identity, event in self._events.items():
            if event.op == "assert" and event.office:
                amended = any(one.identity not in self._retracted for one in self._amendments.get(identity, ()))
                yield event, "retracted" if identity in self._retracted else "amended" if amended else "live"

    def admitted(self) -> Iterator[Event]:
        """Every admitted event as it was read, live or not."""
        return (event for identity, event in self._events.items() if identity in self._admitted)
