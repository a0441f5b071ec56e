"""Identity, corrections and registry checks: which of a slice's events count, and which live events came or went.

One `Admission` serves one district during one slice. It changes the district's identities and record tables and collects what the
later steps need: per touched record the live events as they were before the slice.
"""

from typing import Any

from streams.core.identity import Chain, Identity, Rank, digest
from streams.core.lifecycles import WALK
from streams.core.lifecycles.capacity import life
from streams.core.lifecycles.keys import NAME_OF
from streams.core.lifecycles.payloads import PAYLOAD_OF
from streams.core.lifecycles.person import Person
from streams.core.lifecycles.slots import (
    AUTHORITY,
    BY_SUBJECT,
    CALENDAR,
    DAY,
    DIGEST,
    DOMAIN_OF,
    ID,
    KEY,
    KIND,
    KINDS,
    OFFICE_LIFE,
    PERIOD,
    RULES,
    SINGLE,
    SOURCE,
    SPLIT,
    Slot,
    insert,
)  # fmt: skip
from streams.core.lifecycles.work import work_of
from streams.core.outcome import Rejected
from streams.core.state import NOBODY, District

_IS_RETRACTION, _IS_TICK = KINDS["dat.event.retracted"], KINDS["clk.ticked"]
NOT_AN_OFFICE = -1
"""Office number of events that have none."""


Arrival = tuple[int, int, dict[str, Any], int, int, int, bytes]
"""A valid event as it stands in the log: offset, append time in ms, content, its time in µs, its local day, its kind, its structured
CloudEvents JSON. A plain tuple, for one is made of every event."""


class Touched:
    """A person whose live events changed in this slice, as readers were last told."""

    __slots__ = ("afresh", "person", "was")

    def __init__(self, person: Person) -> None:
        self.person, self.was = person, person.standing()
        self.afresh = False


class Admission:
    """Admits the events of one district, one by one, in log order."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.old_today = district.today
        self.before: dict[tuple[int, Any], tuple[Slot, ...]] = {}
        """(domain, key) -> live slots before the slice; persons apart."""
        self.people: dict[tuple[int, str], Touched] = {}
        self.singles: dict[Identity, list[tuple[Slot, bool]]] = {}
        """Events that are records of their own: comings (true) and goings, in order."""
        self.admitted: list[tuple[Identity, int, int, bytes]] = []
        """Identity, offset, append time in ms and text of every event admitted in this slice."""
        self.sources: set[str] = set()
        """Sources whose ledger moved."""
        self.heard: list[Slot] = []
        """Assertions and amendments that were admitted, where a rule listens for silence."""
        self.refused = False
        """Whether a record of the district was refused."""

    def admit(self, arrival: Arrival) -> Rejected | None:
        """One event: admitted, pending or a duplicate (None), or refused."""
        district = self.district
        _, appended_ms, content, time_us, day, kind, _ = arrival
        source: str = content["source"]
        ident: str = content["id"]
        known = district.identities.get(source)
        if known is None:
            known = district.identities[source] = {}
            district.sources[source] = source
        number = content.get("sequence")
        if number is not None:
            self._see_sequence(source, int(number), time_us, appended_ms)
        mark, was = digest(content), known.get(ident)
        if was is not None:
            if (was if type(was) is bytes else was[DIGEST]) != mark:
                return Rejected("ID_CONFLICT", "id: another event of this source has this id and another content", "identity")
            district.counts.duplicates += 1
            return None
        if kind == _IS_RETRACTION:
            known[ident] = mark
            self._count(arrival, (source, ident))
            self._retract((content.get("targetsource", source), content["data"]["target"]))
            return None
        office = NOT_AN_OFFICE
        if "office" in content:
            found = self._office(content["office"], day)
            if isinstance(found, Rejected):
                return found
            office = found
        slot = self._slot(arrival, office, district.sources[source], mark)
        if "op" in content:
            known[ident] = mark
            target = content.get("targetsource", source), content["target"]
            self._amend(target, (content["revision"], ident, source), slot, arrival)
            return None
        known[ident] = slot
        self._count(arrival, (source, ident))
        self._hear(slot)
        self._assert(slot)
        return None

    # -- what arrived
    def _see_sequence(self, source: str, number: int, time_us: int, appended_ms: int) -> None:
        ledger = self.district.ledger(source)
        ledger.see(number, appended_ms * 1000)
        ledger.last_seen = max(ledger.last_seen, time_us)
        self.sources.add(source)

    def _office(self, ident: str, day: int) -> int | Rejected:
        """The number of an office that is registered and open on the day."""
        office = self.district.office_numbers.get(ident, NOT_AN_OFFICE)
        opened, closed = self.district.life.get(office, (None, None))
        if opened is None:
            return Rejected("DOMAIN_UNKNOWN_OFFICE", f"office: {ident} is not registered", "registry")
        if day < opened or (closed is not None and day >= closed):
            return Rejected("DOMAIN_OFFICE_CLOSED", f"office: {ident} is not open on the event's day", "registry")
        return office

    def _slot(self, arrival: Arrival, office: int, source: str, mark: bytes) -> Slot:
        district = self.district
        offset, _, content, time_us, day, kind, _ = arrival
        data, domain = content["data"], DOMAIN_OF[kind]
        payload_of = PAYLOAD_OF[kind]
        payload: Any = None if payload_of is None else payload_of(data, district.authority, offset)
        who, work = NOBODY, 0
        key: Any = None
        if office >= 0:
            assigner = data.get("assigned_by")
            who = NOBODY if assigner is None else district.authority(assigner)
            work = work_of(data)
            if domain in BY_SUBJECT:
                key = self._shared_subject(domain, content.get("subject"))
            elif (name_of := NAME_OF[kind]) is not None:
                key = office, name_of(data)
        else:
            office, key = self._registry_key(domain, data)
        return (time_us, content["id"], source, kind, day, office, who, work, payload, key, mark)

    def _shared_subject(self, domain: int, subject: str | None) -> str | None:
        """One text object for all events of a record: a third of the memory of short records."""
        found = self.district.records[domain].get(subject)
        if not found:
            return subject
        slots = found.slots if isinstance(found, Person) else found
        return slots[0][KEY] if slots else subject

    def _registry_key(self, domain: int, data: dict[str, Any]) -> tuple[int, Any]:
        """Office number (or none) and record key of a registry event."""
        district = self.district
        if domain == OFFICE_LIFE:
            office = district.office(data["office"])
            return office, office
        if domain == SPLIT:
            office = district.office(data["office"])
            return office, (office, data["role"], data["cost_category"])
        if domain == AUTHORITY:
            return NOT_AN_OFFICE, district.authority(data["authority"])
        if domain == PERIOD:
            return NOT_AN_OFFICE, (data["window_kind"], data["window_start"])
        if domain == CALENDAR:
            return NOT_AN_OFFICE, data["year"]
        return NOT_AN_OFFICE, ("rules" if domain == RULES else None)

    def _count(self, arrival: Arrival, identity: Identity) -> None:
        """An event is admitted: it counts, moves today, and is told to readers."""
        offset, appended_ms, _, _, day, kind, text = arrival
        if kind == _IS_TICK:
            self.district.ticked = True
        self._count_told(identity, offset, appended_ms, text, day)

    def _count_told(self, identity: Identity, offset: int, appended_ms: int, text: bytes, day: int) -> None:
        district = self.district
        district.counts.admitted += 1
        if district.today is None or day > district.today:
            district.today = day
        self.admitted.append((identity, offset, appended_ms, text))

    # -- corrections
    def _assert(self, slot: Slot) -> None:
        chain = self.district.chains.get((slot[SOURCE], slot[ID])) if self.district.chains else None
        if chain is None:
            self._change(slot, comes=True)
            return
        chain.base = slot
        for (_, ident, source), amendment in sorted(chain.amendments.items()):
            if chain.fits(amendment):
                self.district.counts.pending -= 1
                self._count_told((source, ident), *self.district.waiting.pop((source, ident)), amendment[DAY])
                self._hear(amendment)
        self._relive(chain)

    def _hear(self, slot: Slot) -> None:
        """Note what breaks a silence."""
        if self.district.watch.listens:
            self.heard.append(slot)

    def _chain(self, identity: Identity) -> Chain:
        chain = self.district.chains.get(identity)
        if chain is None:
            chain = self.district.chains[identity] = Chain()
            base = self.district.identities.get(identity[0], {}).get(identity[1])
            if type(base) is tuple:
                chain.base = chain.live = base
        return chain

    def _amend(self, target: Identity, rank: Rank, slot: Slot, arrival: Arrival) -> None:
        _, ident, source = rank
        chain = self._chain(target)
        own = self.district.chains.get((source, ident))
        if chain.fits(slot):
            self._count(arrival, (source, ident))
            self._hear(slot)
        else:
            self.district.counts.pending += 1
            offset, appended_ms, *_, text = arrival
            self.district.waiting[source, ident] = (offset, appended_ms, text)
        if own is None:
            own = self.district.chains[source, ident] = Chain()
        own.of = (target, rank)
        chain.amendments[rank] = slot
        if own.gone:  # retracted before it came
            chain.void.add(rank)
        self._relive(chain)

    def _retract(self, target: Identity) -> None:
        chain = self._chain(target)
        chain.gone = True
        if chain.of is not None:
            amended, rank = chain.of
            chain = self.district.chains[amended]
            chain.void.add(rank)
        self._relive(chain)

    def _relive(self, chain: Chain) -> None:
        now = chain.now()
        if now != chain.live:
            before, chain.live = chain.live, now
            if before is not None:
                self._change(before, comes=False)
            if now is not None:
                self._change(now, comes=True)

    # -- live events
    def _change(self, slot: Slot, *, comes: bool) -> None:
        """One live event comes or goes."""
        domain, key = DOMAIN_OF[slot[KIND]], slot[KEY]
        if domain == SINGLE or key is None:
            self.singles.setdefault((slot[SOURCE], slot[ID]), []).append((slot, comes))
        elif domain in WALK:
            self._change_person(domain, key, slot, comes=comes)
        else:
            slots = self.district.records[domain].setdefault(key, [])
            if (domain, key) not in self.before:
                self.before[domain, key] = tuple(slots)
            if comes:
                insert(slots, slot)
            else:
                slots.remove(slot)
            if domain == OFFICE_LIFE:
                self.district.life[key] = life(slots)

    def _change_person(self, domain: int, key: str, slot: Slot, *, comes: bool) -> None:
        found = self.district.records[domain]
        person = found.get(key)
        if person is None:
            person = found[key] = WALK[domain](self.district.calendar)
        touched = self.people.get((domain, key))
        if touched is None:
            touched = self.people[domain, key] = Touched(person)
        if not comes:
            person.slots.remove(slot)
        elif insert(person.slots, slot) and not touched.afresh:
            person.step(slot)
            return
        touched.afresh = True
