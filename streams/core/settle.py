"""Touched records -> differences of facts, into the roll-up and as rows of `facts`.

Each touched record is interpreted once a slice, before and after; only what differs travels on. Hence corrections, late and
out-of-order events need no code of their own.
"""

from collections.abc import Iterator
from typing import Any

from streams.core.admit import Admission, Touched
from streams.core.fact_rows import FactRows
from streams.core.identity import Identity
from streams.core.lifecycles import INTERPRET, INTERPRET_BY_CALENDAR, INTERPRET_UNTIL, roles, single
from streams.core.lifecycles.capacity import life
from streams.core.lifecycles.facts import Facts
from streams.core.lifecycles.keys import record_name
from streams.core.lifecycles.slots import AUTHORITY, CALENDAR, COR, KEY, KIND, KINDS, OFFICE_LIFE, PAYLOAD, SPLIT, UNTIL_CLOSED, Slot
from streams.core.rollup.deltas import Change, Deltas
from streams.core.state import District
from streams.core.workdays import Calendar

_IS_FINDING = KINDS["cor.supervision.finding"]


def settle(admission: Admission, deltas: Deltas, rows: FactRows) -> None:
    """Take every difference of facts into `deltas` and tell it to `rows`."""
    district = admission.district
    if district.today != admission.old_today:
        deltas.release()
    calendar = _learn_calendar(admission)
    for record, changes in _differences(admission, deltas, calendar):
        deltas.take(changes)
        rows.tell(record, changes)
    for (source, ident), moves in admission.singles.items():
        changes = _compare(*_of_single(moves, calendar, district.calendar))
        deltas.take(changes)
        rows.tell(f"{source}#{ident}", changes)


def _differences(admission: Admission, deltas: Deltas, calendar: Calendar) -> Iterator[tuple[str, list[Change]]]:
    district = admission.district
    closings = _closings(admission)
    for (domain, key), before in admission.before.items():
        slots = district.records[domain][key]
        if domain == AUTHORITY:
            was, now = district.kinds.get(key), slots[-1][PAYLOAD][0] if slots else None
            district.kinds[key] = now
            deltas.kind_learned(key, was, now)
        elif domain in INTERPRET_UNTIL:
            office = key[0]
            closed = district.life[office][1]
            interpret = INTERPRET_UNTIL[domain]
            old = interpret(before, closings.get(office, closed)) if before else {}
            yield record_name(domain, key, district.offices), _compare(old, interpret(slots, closed) if slots else {})
        elif domain in INTERPRET_BY_CALENDAR:
            told = INTERPRET_BY_CALENDAR[domain]
            old = told(before, calendar) if before else {}
            yield record_name(domain, key, district.offices), _compare(old, told(slots, district.calendar) if slots else {})
        elif domain in INTERPRET:
            facts = INTERPRET[domain]
            yield record_name(domain, key, district.offices), _compare(facts(before) if before else {}, facts(slots) if slots else {})
    yield from _roles(admission)
    for (domain, subject), touched in admission.people.items():
        person = touched.person
        if touched.afresh:
            person.walk_afresh()
        if person.changed:
            changes = [(k, was, person.facts.get(k, 0)) for k, was in person.changed.items()]
            yield record_name(domain, subject, district.offices), [(k, was, now) for k, was, now in changes if was != now]
        person.changed = None


def _roles(admission: Admission) -> Iterator[tuple[str, list[Change]]]:
    """Who has which role towards the offices whose splits or lives changed, before the slice against now."""
    district, before = admission.district, admission.before
    for office in {key[0] if domain == SPLIT else key: None for domain, key in before if domain in (SPLIT, OFFICE_LIFE)}:
        now = {key[1:]: slots for key, slots in district.records[SPLIT].items() if key[0] == office}
        was = {key: before.get((SPLIT, (office, *key)), slots) for key, slots in now.items()}
        lives = district.life.get(office, (None, None))
        lived = life(before[OFFICE_LIFE, office]) if (OFFICE_LIFE, office) in before else lives
        yield f"reg.roles:{district.offices[office]}", _compare(roles.facts(office, *lived, was), roles.facts(office, *lives, now))


def _compare(old: Facts, new: Facts) -> list[Change]:
    """All facts that differ."""
    if not old:
        return [(key, 0, now) for key, now in new.items()]
    if old == new:
        return []
    out = [(key, old.pop(key, 0), now) for key, now in new.items()]
    return [change for change in out if change[1] != change[2]] + [(key, was, 0) for key, was in old.items()]


def _closings(admission: Admission) -> dict[int, int | None]:
    """Offices whose closing day changed -> the day before this slice; their snapshots, ratings and contracts are then looked at again.

    These are the only facts that depend on another record.
    """
    district = admission.district
    out: dict[int, int | None] = {}
    for domain, office in [at for at in admission.before if at[0] == OFFICE_LIFE]:
        was = life(admission.before[domain, office])[1]
        if was == district.life[office][1]:
            continue
        out[office] = was
        for series in UNTIL_CLOSED:
            for key, slots in district.records[series].items():
                if key[0] == office:
                    admission.before.setdefault((series, key), tuple(slots))
    return out


def _of_single(moves: list[tuple[Any, bool]], was: Calendar, now: Calendar) -> tuple[Facts, Facts]:
    """An event that is its own record: what it stood for before the slice, and what it stands for now."""
    (first, came), (last, stands) = moves[0], moves[-1]
    return {} if came else single.facts(first, was), single.facts(last, now) if stands else {}


def _learn_calendar(admission: Admission) -> Calendar:
    """The working days as they were before the slice. Where it changed them, whatever has a limit in working days is looked at again."""
    district = admission.district
    was = district.calendar
    decided = {year: slots[-1][PAYLOAD][0] for year, slots in district.records[CALENDAR].items() if slots}
    if decided == was.decided:
        return was
    was = Calendar()
    was.learn(district.calendar.decided)
    district.calendar.learn(decided)
    for domain in INTERPRET_BY_CALENDAR:
        for key, slots in district.records[domain].items():
            admission.before.setdefault((domain, key), tuple(slots))
    for subject, person in district.records[COR].items():
        if any(slot[KIND] == _IS_FINDING for slot in person.slots):
            admission.people.setdefault((COR, subject), Touched(person)).afresh = True
    for identity, slot in _findings(district):
        admission.singles.setdefault(identity, [(slot, False), (slot, True)])
    return was


def _findings(district: District) -> Iterator[tuple[Identity, Slot]]:
    """The live findings that are records of their own."""
    for source, of in district.identities.items():
        for ident, slot in of.items():
            chain = district.chains.get((source, ident))
            live = slot if chain is None else chain.live
            if type(live) is tuple and live[KIND] == _IS_FINDING and live[KEY] is None:
                yield (source, ident), live
