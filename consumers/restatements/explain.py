"""Restated values with the causes of every step."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from consumers.clickhouse.store import Query, Rows
from consumers.lineage import Basis, RecordEvent, read_basis
from consumers.lineage.events import events_of, moved_away
from consumers.lineage.record import PERSONS
from consumers.periods import Period
from consumers.restatements.causes import Cause, Fact, Own, causes, counts_persons, ranges, touching
from consumers.restatements.moves import Asked, Restated, Version, moved, restated, slices

_FACTS = """
SELECT DISTINCT record, component, day, dimension, office, assigner
FROM fact_rows FINAL
WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND bitAnd(version, 281474976710655) > {after:UInt64}
    AND day <= {last_day:Date32} AND component IN {components:Array(String)}
"""
# Late is what came itself after the closing, or was amended or taken away since, or had such an amendment. Events never change: no FINAL is needed.
_LATE_RECORDS = """
WITH late AS
(
    SELECT source, id, if(targetsource = '', source, targetsource) AS of_source, target, retracts
    FROM event_rows
    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND offset > {after:UInt64}
)
SELECT DISTINCT record FROM event_rows
WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND startsWith(type, {family:String}) AND
(
    offset > {after:UInt64} OR (source, id) IN (SELECT of_source, concat(target, retracts) FROM late WHERE target != '' OR retracts != '')
    OR (source, id) IN
    (
        SELECT if(targetsource = '', source, targetsource), target
        FROM event_rows
        WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND op = 'amend'
            AND (source, id) IN (SELECT of_source, retracts FROM late WHERE retracts != '')
    )
)
"""
_SWITCH = Query("SELECT epoch, decided_at, build FROM epochs WHERE served")
_AT_ONCE = 4
"""Windows asked for at once."""


@dataclass(frozen=True, slots=True)
class Step:
    """One move: from which version to which, and what it was by. `at`: when the last of its events came, or the definition was switched to."""

    at: datetime
    before: Version
    after: Version
    between: tuple[int, int]
    """Offsets in the log, the second included, between which it lies; the closing's own where a definition moved it."""
    causes: Sequence[Cause]


@dataclass(frozen=True, slots=True)
class Explained:
    """A restated value with its moves in order."""

    value: Restated
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class Found:
    """The restated values that were asked for, and how many there are in all."""

    values: Sequence[Explained]
    every: int


async def restatements(store: Rows, asked: Asked) -> Found:
    """What was restated, explained. Raises Unavailable."""
    rows = await store.rows(moved(asked))
    if not rows:
        return Found([], 0)
    values = [restated(row) for row in rows]
    basis = await read_basis(store, asked.district)
    # An indicator that this build does not know is told without causes.
    known = [value for value in values if value.indicator in basis.formulas]
    offsets = [step.offset for value in known for step in value.steps]
    closed = min(value.closed_offset for value in values)
    before = dict(await store.rows(slices(asked.district, offsets, closed))) if offsets else {}
    facts, late = await asyncio.gather(_facts(store, basis, known), _late_records(store, basis, known))
    touched = [
        touching(value, facts[value.period, value.closed_offset], basis) if value.indicator in basis.formulas else Own() for value in values
    ]
    events = await events_of(store, asked.district, sorted({record for own in touched for record in own.ever} | late))
    for one in await moved_away(store, asked.district):
        events.get(one.record, []).append(one)
    switched = (await store.rows(_SWITCH) or [(0, None, "")])[0][1]
    told = [Explained(value, list(_steps(value, before, own, events, basis, switched))) for value, own in zip(values, touched, strict=True)]
    return Found(told, rows[0][-1])


def _steps(
    value: Restated,
    before: Mapping[int, int],
    own: Own,
    events: Mapping[str, Sequence[RecordEvent]],
    basis: Basis,
    switched: datetime | None,
) -> Iterable[Step]:
    if value.redefined and switched:
        yield Step(switched, value.was, value.recast, (value.closed_offset, value.closed_offset), [Cause("definition")])
    versions = pairwise([value.recast if value.redefined else value.was, *value.steps])
    for (one, next_), between in zip(versions, ranges(value, before), strict=True):
        known = value.indicator in basis.formulas
        yield Step(next_.computed_at, one, next_, between, causes(value, between, own, events, basis) if known else [Cause("unknown")])


async def _facts(store: Rows, basis: Basis, values: Sequence[Restated]) -> dict[tuple[Period, int], list[Fact]]:
    """The facts that changed after each closing and could count in its window."""
    indicators: dict[tuple[Period, int], set[str]] = defaultdict(set)
    for value in values:
        indicators[value.period, value.closed_offset].add(value.indicator)
    found: dict[tuple[Period, int], list[Fact]] = {}
    for at in range(0, len(indicators), _AT_ONCE):
        some = list(indicators.items())[at : at + _AT_ONCE]
        asked = [_changed(basis, window, after, of) for (window, after), of in some]
        for (key, _), rows in zip(some, await asyncio.gather(*map(store.rows, asked)), strict=True):
            found[key] = [Fact(*row) for row in rows]
    return found


def _changed(basis: Basis, window: Period, after: int, indicators: Iterable[str]) -> Query:
    components = sorted({term.told_as for id_ in indicators for term in basis.formulas[id_].terms})
    return Query(_FACTS, {"district": basis.district, "after": after, "last_day": window.last_day, "components": components})


async def _late_records(store: Rows, basis: Basis, values: Sequence[Restated]) -> set[str]:
    """The records of the registry, and of persons where such are counted, of which an event came after the first of the closings."""
    if not values:
        return set()
    after = min(value.closed_offset for value in values)
    formulas = [basis.formulas[value.indicator] for value in values]
    families = ["reg.", *(f"{prefix[:3]}." for prefix in PERSONS if any(counts_persons(formula, prefix) for formula in formulas))]
    asked = [Query(_LATE_RECORDS, {"district": basis.district, "family": family, "after": after}) for family in families]
    return {record for rows in await asyncio.gather(*map(store.rows, asked)) for (record,) in rows if record}
