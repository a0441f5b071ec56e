"""The state of a partition <-> bytes: what cannot be derived is written, the rest is built from it on loading.

Written are events (slots, chains, pending amendments), ledgers, counts, the breaker's window, values by cell, and what depends on the way
rather than on the events alone: numbers given on first sight, which windows have a row, what was told of the future, alerts as published.
Derived are records, walks of persons, the offices' lives, authorities' kinds, rules in force and what they watch, and the lines that cells feed. Tables keep
their order, so that a fold goes on from a loaded state row for row as from the one that was dumped.

The breaker's window is state like all else: a worker that was killed at its 99th refusal in a row halts at the next one, snapshot or not.

MessagePack, read by declared shapes: bytes can only become plain data, whoever wrote them. That they are *the right* bytes (another build
reads them differently or not at all) is for the caller to know.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from msgspec import Raw
from msgspec.msgpack import Decoder, encode

from streams.core.catalogue import Kind
from streams.core.cells import Cell
from streams.core.daily_rules import watch_of
from streams.core.identity import Chain
from streams.core.judge import AlertKey, Verdict, in_force
from streams.core.ledger import Ledger
from streams.core.lifecycles import WALK
from streams.core.lifecycles.capacity import life
from streams.core.lifecycles.slots import (
    AUTHORITY,
    CALENDAR,
    DAY,
    DOMAIN_OF,
    ID,
    KEY,
    KIND,
    OFFICE_LIFE,
    PAYLOAD,
    RULES,
    SINGLE,
    SOURCE,
    Slot,
)
from streams.core.measures import all_names, measure, shown
from streams.core.slot_table import Numbers, slots_of, table_of, tuples
from streams.core.snapshot_shapes import AlertShape, ChainShape, DistrictShape, PartitionShape
from streams.core.splits import Plan, Shares, Timeline
from streams.core.state import Counts, District, Partition

_COUNTS = tuple(name for name in Counts.__slots__ if name != "refused")
_partition_of = Decoder(PartitionShape).decode
_district_of = Decoder(DistrictShape).decode


def dump(partition: Partition) -> bytes:
    """The state as it stands between two slices. Raises OverflowError for a sum beyond 64 bits, which no reader of rows could take either."""
    counts = {code: tuple(getattr(of, name) for name in _COUNTS) for code, of in partition.counts.items()}
    districts = [Raw(encode(_dump_district(district))) for district in partition.districts.values()]
    refused = {code: of.refused for code, of in partition.counts.items() if of.refused}
    breaker = partition.breaker
    return encode(PartitionShape(all_names(), counts, refused, breaker.streak, breaker.seen, list(breaker.dead), districts))


def load(data: bytes, partition: Partition) -> Iterator[None]:
    """Fill an empty partition with what `dump` wrote, under this process's own limits and numbers; a step a district, others may work between.

    Whatever is no dump of this build raises something (msgspec's errors, KeyError, ValueError); the partition is then of no use.
    """
    written = _partition_of(data)
    measures = [measure(component, dimension) for component, dimension in written.measures]
    for code, counts in written.counts.items():
        of = partition.counts_of(code)
        for name, count in zip(_COUNTS, counts, strict=True):
            setattr(of, name, count)
    for code, refused in written.refused.items():
        partition.counts_of(code).refused = refused
    breaker = partition.breaker
    breaker.streak, breaker.seen = written.streak, written.seen
    breaker.dead.extend(written.dead)
    for packed in written.districts:
        district = _district_of(packed)
        _load_district(district, partition.district(district.code), measures)
        yield


def _dump_district(district: District) -> DistrictShape:
    sources, keys = Numbers({source: number for number, source in enumerate(district.sources)}), Numbers()
    found = [slot for of in district.identities.values() for slot in of.values() if type(slot) is tuple]
    amendments = [slot for chain in district.chains.values() for slot in chain.amendments.values()]
    at = {cell: subject for (_, subject), cell in district.cells.items()}
    return DistrictShape(
        code=district.code,
        today=district.today,
        ticked=district.ticked,
        offices=district.offices,
        authorities=district.authorities,
        assertions=table_of(found, sources, keys),
        amendments=table_of(amendments, sources, keys),
        marks={source: {i: mark for i, mark in of.items() if type(mark) is bytes} for source, of in district.identities.items()},
        chains=[ChainShape(identity, list(c.amendments), list(c.void), c.gone, c.of) for identity, c in district.chains.items()],
        waiting=district.waiting,
        ledgers={source: (of.top, of.missing, of.last_seen) for source, of in district.ledgers.items()},
        records=[[keys[key] for key in of_domain] for of_domain in district.records],
        timelines=[_segments(timeline, district.plan_unknown) for timeline in district.timelines.values()],
        cells=[(m, subject, cell.values) for (m, subject), cell in district.cells.items()],
        by_assigner=district.by_assigner,
        named=district.named,
        future=district.future,
        stock_offices={m: list(offices) for m, offices in district.stock_offices.items()},
        stock_cells={m: [at[cell] for cell in cells] for m, cells in district.stock_cells.items()},
        waking={day: list(persons) for day, persons in district.waking.items()},
        inside=district.inside,
        alerts=[_alert(key, verdict) for key, verdict in district.alerts.items()],
        sources=list(sources),
        keys=list(keys),
    )


def _segments(timeline: Timeline, unknown: Plan) -> list[tuple[int, Shares | None, int]]:
    pairs = zip(timeline.starts, timeline.plans, strict=True)
    return [(start, None if plan is unknown else plan.shares, plan.lead) for start, plan in pairs]


def _alert(key: AlertKey, verdict: Verdict) -> AlertShape:
    start_day, state, window_first_day, value, why = verdict
    return AlertShape(key, start_day, state, window_first_day, None if value is None else value.as_integer_ratio(), why)


def _load_district(written: DistrictShape, district: District, measures: list[int]) -> None:
    """In the order in which one thing needs the other: names, events, records, registry, values, alerts."""
    district.today, district.ticked = written.today, written.ticked
    for office in written.offices:
        district.office(office)
    for authority in written.authorities:
        district.authority(authority)
    keys = tuples(written.keys)
    _load_events(written, district, keys, measures)
    _load_records(written, district, keys)
    _load_registry(written, district)
    _load_values(written, district, measures)
    for alert in written.alerts:
        value = None if alert.value is None else Fraction(*alert.value)
        district.alerts[AlertKey(*alert.key)] = Verdict(alert.start_day, alert.state, alert.window_first_day, value, alert.why)
    district.watch = watch_of(district)
    district.watch.touched.clear()


def _load_events(written: DistrictShape, district: District, keys: tuple[Any, ...], measures: list[int]) -> None:
    """Identities, corrections and ledgers."""
    for source in written.sources:
        district.sources[source] = source
        district.identities[source] = {}
    identities = district.identities
    for slot in slots_of(written.assertions, written.sources, keys, measures):
        identities[slot[SOURCE]][slot[ID]] = slot
    for source, marks in written.marks.items():
        identities[source].update(marks)
    amendments = iter(slots_of(written.amendments, written.sources, keys, measures))
    for of in written.chains:
        chain = district.chains[of.identity] = Chain()
        base = identities.get(of.identity[0], {}).get(of.identity[1])
        chain.base = base if type(base) is tuple else None
        chain.amendments = {rank: next(amendments) for rank in of.ranks}
        chain.void, chain.gone, chain.of = set(of.void), of.gone, of.of
        chain.live = chain.now()
    district.waiting = written.waiting
    for source, (top, missing, last_seen) in written.ledgers.items():
        ledger = district.ledgers[source] = Ledger()
        ledger.top, ledger.missing, ledger.last_seen = top, missing, last_seen


def _load_records(written: DistrictShape, district: District, keys: tuple[Any, ...]) -> None:
    """Live events by record, in their order; persons are walked."""
    slots: list[dict[Any, list[Slot]]] = [{keys[key]: [] for key in of_domain} for of_domain in written.records]
    for slot in _live(district):
        domain, key = DOMAIN_OF[slot[KIND]], slot[KEY]
        if domain != SINGLE and key is not None:
            slots[domain][key].append(slot)
    district.calendar.learn({year: max(decided)[PAYLOAD][0] for year, decided in slots[CALENDAR].items() if decided})
    for domain, of_domain in enumerate(slots):
        for key, of_record in of_domain.items():
            of_record.sort()
            if domain in WALK:
                person = district.records[domain][key] = WALK[domain](district.calendar)
                person.slots = of_record
                for slot in of_record:
                    person.step(slot)
                person.changed = None
            else:
                district.records[domain][key] = of_record


def _live(district: District) -> list[Slot]:
    chains = district.chains
    live = [chain.live for chain in chains.values() if chain.live is not None]
    for source, of in district.identities.items():
        live += [slot for ident, slot in of.items() if type(slot) is tuple and (source, ident) not in chains]
    return live


def _load_registry(written: DistrictShape, district: District) -> None:
    """What admission and attribution read of the registry's records."""
    for office, slots in district.records[OFFICE_LIFE].items():
        district.life[office] = life(slots)
    for authority, slots in district.records[AUTHORITY].items():
        district.kinds[authority] = slots[-1][PAYLOAD][0] if slots else None
    for office, segments in enumerate(written.timelines):
        plans = [district.plan_unknown if shares is None else Plan(shares, lead) for _, shares, lead in segments]
        district.timelines[office] = Timeline([start for start, _, _ in segments], plans)
    if published := district.records[RULES].get("rules"):
        district.rules = in_force([(slot[DAY], slot[PAYLOAD]) for slot in published])


def _load_values(written: DistrictShape, district: District, measures: list[int]) -> None:
    """Cells in the order in which they were made: so are the lines that they feed."""
    for m, subject, values in written.cells:
        district.cell(measures[m], subject).values.update(values)
    district.by_assigner = {(measures[m], office, who): days for (m, office, who), days in written.by_assigner.items()}
    district.named = {(measures[m], office): days for (m, office), days in written.named.items()}
    district.future = {day: {(measures[key[0]], *key[1:]): amount for key, amount in held.items()} for day, held in written.future.items()}
    district.stock_offices = {measures[m]: set(offices) for m, offices in written.stock_offices.items()}
    cell = district.cell
    stock_cells: dict[int, dict[Cell, None]] = {}
    for m, subjects in written.stock_cells.items():
        stock_cells[measures[m]] = dict.fromkeys(cell(measures[m], subject) for subject in subjects)
    district.stock_cells = stock_cells
    district.owned_stocks = {of: None for (m, (*_, mode)), of in district.cells.items() if mode == "own" and shown(m).kind is Kind.STOCK}
    district.waking = {day: dict.fromkeys(persons) for day, persons in written.waking.items()}
    district.inside = written.inside
