"""The roll-up of one slice, in its order: payers first, then days, flows, stocks and persons."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from streams.core.admit import Admission, Touched
from streams.core.lifecycles import WALK
from streams.core.lifecycles.person import Person, Standing
from streams.core.lifecycles.slots import DAY, SPLIT
from streams.core.rollup import daily, flows, names, people, stocks
from streams.core.rollup.deltas import Deltas
from streams.core.splits import Timeline, timeline
from streams.core.state import District


def settle(admission: Admission, deltas: Deltas) -> None:
    """Move every window that the slice touches."""
    resplit = _learn_payers(admission, deltas)
    daily.settle(deltas, admission.old_today)
    flows.settle(deltas)
    stocks.settle(deltas, admission.old_today, resplit)
    names.settle(deltas)
    _settle_people(admission, deltas)


class _Change(NamedTuple):
    """An office's payers, as they were and as they are, and the first day on which they differ."""

    first: int
    old: Timeline
    new: Timeline


def _learn_payers(admission: Admission, deltas: Deltas) -> dict[int, int]:
    """Offices whose timeline changed -> the first day that differs; flows and persons are re-attributed as of the last slice."""
    changes = dict(_payers_changed(admission))
    for office, (_, old, new) in changes.items():
        flows.resplit(deltas, office, old, new)
        names.resplit(deltas, office, old, new)
        deltas.resplit(office, old, new)
    if changes:
        _resplit_people(admission, deltas, changes)
    for office, change in changes.items():
        admission.district.timelines[office] = change.new
    return {office: change.first for office, change in changes.items()}


def _payers_changed(admission: Admission) -> Iterator[tuple[int, _Change]]:
    district = admission.district
    decided: dict[int, dict[Any, Any]] = {key[0]: {} for domain, key in admission.before if domain == SPLIT}
    if not decided:
        return
    for key, slots in district.records[SPLIT].items():
        if key[0] in decided:
            decided[key[0]][key[1:]] = slots
    for office, decisions in decided.items():
        old, new = district.timelines[office], timeline(decisions, district.plan_unknown, district.authorities.__getitem__)
        first = next((stretch[0] for stretch in old.differences(new)), None)
        if first is not None:
            yield office, _Change(first, old, new)


def _resplit_people(admission: Admission, deltas: Deltas, changes: Mapping[int, _Change]) -> None:
    """All offices in one walk over the persons: at a year's turn all offices of a district get new shares."""
    today, since = admission.old_today, min(change.first for change in changes.values())
    for domain in WALK:
        for key, person in admission.district.records[domain].items():
            touched = admission.people.get((domain, key))
            if touched is None and _gone_before(person, since):
                continue
            for m, spans in person.spans(touched.was if touched else person.standing(), today).items():
                for office in {office for _, _, office in spans} & changes.keys():
                    people.resplit(deltas, m, spans, office, changes[office].old, changes[office].new)


def _gone_before(person: Person, day: int) -> bool:
    """Whether a person counts on no day from this one on: outside since then, and without a deadline that fell due later."""
    if person.since is not None or not person.slots or person.slots[-1][DAY] >= day:
        return False
    return all(on < day for _, on, _, _ in person.counted)


def _settle_people(admission: Admission, deltas: Deltas) -> None:
    """Those who stand otherwise move by the difference of their spans; all others that stay on move with today, counted by office."""
    district, old_today = admission.district, admission.old_today
    _wake(admission, deltas.today)
    staying = dict(district.inside) if deltas.today != old_today else {}
    for (domain, key), touched in admission.people.items():
        person, now = touched.person, touched.person.standing()
        foreseen = person.foreseen()
        if foreseen is not None and foreseen > deltas.today:
            district.waking.setdefault(foreseen, {})[domain, key] = None
        same_stays, same_facts = now.stays == touched.was.stays, now.counted == touched.was.counted and not now.awaits(old_today)
        if same_stays and same_facts:
            continue
        before, after = person.spans(touched.was, old_today), person.spans(now, deltas.today)
        if same_stays:
            del after[person.present]
        else:
            _move(district, staying, domain, touched.was, now)
        for m, spans in after.items():
            if before[m] != spans:
                people.settle(deltas, m, before[m], spans)
    for (domain, office), persons in staying.items():
        if persons and old_today is not None:
            people.stay_on(deltas, WALK[domain].present, office, persons, old_today)


def _wake(admission: Admission, today: int) -> None:
    """Today has reached the day on which some count although nothing happened."""
    waking = admission.district.waking
    for day in [day for day in waking if day <= today]:
        for domain, key in waking.pop(day):
            if (domain, key) not in admission.people:
                admission.people[domain, key] = Touched(admission.district.records[domain][key])


def _move(district: District, staying: dict[tuple[int, int], int], domain: int, was: Standing, now: Standing) -> None:
    """Whose stays changed is inside elsewhere, and does not simply stay on."""
    if was.inside is not None:
        district.inside[domain, was.inside] -= 1
        if staying:
            staying[domain, was.inside] -= 1
    if now.inside is not None:
        at = domain, now.inside
        district.inside[at] = district.inside.get(at, 0) + 1
