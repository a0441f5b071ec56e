"""From a value to what stands behind it: each part added up again from facts and live events, the rows, their events, and who pays.

The sums come from facts and live events in SQL, by other code than the workers' and the reconciliation's.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from consumers.clickhouse.store import Rows
from consumers.formulas import Formula
from consumers.lineage.basis import Basis
from consumers.lineage.events import RecordEvent, events_of
from consumers.lineage.key import Key, stored
from consumers.lineage.payers import UNKNOWN_WEIGHTS, Payers
from consumers.lineage.statement import Shown, sums, sums_of_view


class Stored(NamedTuple):
    """A value as it stands in `indicator_values`. One of any days is told when asked for: it has version 0 and was computed at no time."""

    numerator: int
    denominator: int | None
    scale: int
    value: float | None
    period_state: str
    computed_at: datetime | None
    version: int


Reading = Callable[[], Awaitable[Stored | None]]
"""Reads a value that is told elsewhere than in `indicator_values`."""


class Row(NamedTuple):
    """A fact (or, of persons, a person) behind a sum; it adds amount × weight. `weighed_on`: the day whose payers count."""

    day: date
    record: str
    office: str
    assigner: str
    amount: int
    weight: int
    weighed_on: date


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum of a formula: how many rows it has, what they add up to (of a quantile: the quantile), how many match what was asked for, and
    those of them that were to be shown."""

    part: str
    place: int
    scope: str
    component: str
    kind: str
    rows: int
    total: int
    matching: int
    shown: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the value as it is stored and as its rows give it."""

    name: str
    stored: int | None
    recomputed: int | None

    @property
    def equal(self) -> bool:
        """Whether both say the same; a missing denominator and one of 0 do not differ where nothing stands behind them."""
        return self.stored == self.recomputed


@dataclass(frozen=True, slots=True)
class ExplainedValue:
    """A value with everything behind it. `stored` None: no such row was ever published, which counts as 0. `events`: of the rows shown."""

    key: Key
    formula: Formula
    stored: Stored | None
    parts: list[Part]
    sums: list[Sum]
    payers: list[Payers]
    events: dict[str, list[RecordEvent]]

    @property
    def agrees(self) -> bool:
        """Whether every part equals what its rows give."""
        return all(part.equal for part in self.parts)


class Patience(NamedTuple):
    """The sink stores facts before values: between the two a value lags behind its facts. So one that does not agree is read again, so many times
    in all, after a pause."""

    tries: int = 3
    pause_s: float = 0.5


_PATIENCE = Patience()


async def explain_value(
    store: Rows,
    key: Key,
    basis: Basis,
    shown: Shown,
    patience: Patience = _PATIENCE,
    of: int | None = None,
    reading: Reading | None = None,
) -> ExplainedValue:
    """Explain a value of an indicator that the basis knows, with the events of the rows shown: of all sums, or of the one in place `of` (from 0).
    `reading`: where the value is told, if it is not stored.

    Raises Unavailable.
    """
    tries, found = 1, await add_up(store, key, basis, shown, reading)
    while not found.agrees and tries < patience.tries:
        await asyncio.sleep(patience.pause_s)
        tries, found = tries + 1, await add_up(store, key, basis, shown, reading)
    records = dict.fromkeys(row.record for one in (found.sums if of is None else found.sums[of : of + 1]) for row in one.shown)
    return replace(found, events=await events_of(store, key.district, list(records)))


async def add_up(store: Rows, key: Key, basis: Basis, shown: Shown, reading: Reading | None = None) -> ExplainedValue:
    """A value with its rows but without their events, read once. Raises Unavailable."""
    there, added = await asyncio.gather(reading() if reading else _stored(store, key), _sums(store, key, basis, shown))
    formula = basis.formulas[key.indicator]
    return ExplainedValue(
        key, formula, there, _parts(formula, there, added, days_passed(key, basis)), added, _payers(key, formula, basis), {}
    )


async def _stored(store: Rows, key: Key) -> Stored | None:
    rows = await store.rows(stored(key))
    return Stored(*rows[0]) if rows else None


def last_day(key: Key, basis: Basis) -> date | None:
    """The last day whose facts count: the window's, or today while it runs; None for a window that has not begun."""
    if basis.today is None or key.period.start > basis.today:
        return None
    return min(key.period.last_day, basis.today)


async def _sums(store: Rows, key: Key, basis: Basis, shown: Shown) -> list[Sum]:
    last, formula = last_day(key, basis), basis.formulas[key.indicator]
    query = sums(key, basis, last or key.period.start, shown) if formula.plain else sums_of_view(key, shown)
    found = {row[:2]: row[2:] for row in await store.rows(query)} if last else {}
    added = []
    for term in formula.terms:
        rows, total, quantile, matching, there = found.get((term.part, term.place), (0, 0, 0, 0, ()))
        total = quantile if term.kind == "histogram" else total
        told = [Row(*row) for row in there]
        added.append(Sum(term.part, term.place, term.scope, term.component, term.kind, rows, total, matching, told))
    return added


def days_passed(key: Key, basis: Basis) -> int:
    """The days of the window up to today."""
    last = last_day(key, basis)
    return (last - key.period.start).days + 1 if last else 0


def _parts(formula: Formula, there: Stored | None, added: Iterable[Sum], days: int) -> list[Part]:
    numerator, denominator = formula.parts(Counter({(one.part, one.place): one.total for one in added}), days)
    if there is None:
        there_numerator, there_denominator = 0, None if denominator is None else 0
    else:
        there_numerator, there_denominator = there.numerator, there.denominator
    return [Part("numerator", there_numerator, numerator), Part("denominator", there_denominator, denominator)]


def _payers(key: Key, formula: Formula, basis: Basis) -> list[Payers]:
    """Who pays, on the days that count, for the offices of which the authority has a part; of a stock that is the last day alone."""
    last = last_day(key, basis)
    if last is None or key.mode not in UNKNOWN_WEIGHTS:
        return []
    first = last if all(term.kind == "stock" for term in formula.terms) else key.period.start
    offices = sorted(basis.funding.offices())
    return [s for office in offices for s in basis.funding.between(office, first, last) if s.weights.get((key.mode, key.subject))]
