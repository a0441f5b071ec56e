"""Restated values with the causes of every step."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, pairwise

from consumers.clickhouse.store import Query, Rows
from consumers.lineage import Basis, read_basis
from consumers.lineage.record import PERSONS
from consumers.periods import Period
from consumers.restatements.causes import UP_TO, Cause, Fact, Moving, causes, counts_persons, moving, ranges
from consumers.restatements.late import COUNTING, Arrived, Wanted, arrived
from consumers.restatements.moves import Asked, Restated, Version, moved, restated, slices

_FACTS = f"SELECT DISTINCT record, component, day, dimension, office, assigner FROM fact_rows FINAL WHERE {COUNTING}"  # noqa: S608  text of a module
_TOLD_BY = Query("SELECT id, events FROM indicators")
_SWITCH = Query("SELECT epoch, decided_at, build FROM epochs WHERE served")
_AT_ONCE = 4
"""Windows asked for at once."""
_Closed = tuple[Period, int]
"""A window, and the offset of its closing."""


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
    rows, basis, switched, told_by = await asyncio.gather(
        store.rows(moved(asked)), read_basis(store, asked.district), store.rows(_SWITCH), store.rows(_TOLD_BY)
    )
    if not rows:
        return Found([], 0)
    values = [restated(row) for row in rows]
    # An indicator that the catalogue does not know any more is told without causes.
    offsets = [step.offset for value in values for step in value.steps]
    closed = min(value.closed_offset for value in values)
    before = dict(await store.rows(slices(asked.district, offsets, closed)))
    within = [list(ranges(value, before)) for value in values]
    known = [value for value in values if value.indicator in basis.formulas]
    between = chain.from_iterable(those for value, those in zip(values, within, strict=True) if value.indicator in basis.formulas)
    came, facts = await asyncio.gather(arrived(store, asked.district, between, _wanted(basis, known)), _facts(store, basis, known))
    touched = {closed: _by_component(of, came) for closed, of in facts.items()}
    types: dict[str, list[str]] = dict(told_by)
    switched_at = switched[0][1] if switched else None
    told = [
        Explained(value, list(_steps(value, those, _moving(value, touched, came, basis, types), switched_at)))
        for value, those in zip(values, within, strict=True)
    ]
    return Found(told, rows[0][-1])


def _wanted(basis: Basis, values: Sequence[Restated]) -> Wanted:
    """What can have moved one of the values."""
    formulas = [basis.formulas[id_] for id_ in {value.indicator for value in values}]
    terms = [term for formula in formulas for term in formula.terms]
    return Wanted(
        min((value.closed_offset for value in values), default=0),
        min((value.period.start for value in values), default=date.min),
        max((value.period.last_day for value in values), default=date.min),
        sorted({term.told_as for term in terms}),
        sorted({term.told_as for term in terms if term.of_kind in UP_TO}),
        sorted({term.told_as for term in terms if term.of_kind == "named"}),
        sorted({*(term.told_dimension for term in terms), *(value.dimension for value in values)}),
        any(counts_persons(formula, prefix) for formula in formulas for prefix in PERSONS),
    )


def _by_component(facts: Iterable[Fact], came: Arrived) -> dict[str, list[Fact]]:
    """The facts of records of which anything came late."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.record in came.by_record:
            found[fact.component].append(fact)
    return found


def _moving(
    value: Restated, touched: Mapping[_Closed, Mapping[str, list[Fact]]], came: Arrived, basis: Basis, types: Mapping[str, Sequence[str]]
) -> Moving | None:
    if value.indicator not in basis.formulas:
        return None
    return moving(value, touched[value.period, value.closed_offset], came, basis, types.get(value.indicator, ("*",)))


def _steps(value: Restated, within: Sequence[tuple[int, int]], told: Moving | None, switched: datetime | None) -> Iterable[Step]:
    if value.redefined and switched:
        yield Step(switched, value.was, value.recast, (value.closed_offset, value.closed_offset), [Cause("definition")])
    versions = pairwise([value.recast if value.redefined else value.was, *value.steps])
    for (one, next_), between in zip(versions, within, strict=True):
        yield Step(next_.computed_at, one, next_, between, causes(value, between, told) if told else [Cause("unknown")])


async def _facts(store: Rows, basis: Basis, values: Sequence[Restated]) -> dict[_Closed, list[Fact]]:
    """The facts that changed after each closing and could count in its window."""
    closed: dict[_Closed, list[Restated]] = defaultdict(list)
    for value in values:
        closed[value.period, value.closed_offset].append(value)
    found: dict[_Closed, list[Fact]] = {}
    for at in range(0, len(closed), _AT_ONCE):
        some = list(closed.items())[at : at + _AT_ONCE]
        asked = [Query(_FACTS, {"district": basis.district, **_wanted(basis, of).places()}) for _, of in some]
        for (key, _), rows in zip(some, await asyncio.gather(*map(store.rows, asked)), strict=True):
            found[key] = [Fact(*row) for row in rows]
    return found
