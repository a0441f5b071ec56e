"""Rows of values for a page: of calendar windows as they stand or as they were reported on a day, and of any days, summed from facts when asked."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from consumers.clickhouse.store import Query, Store
from consumers.dashboard import queries
from consumers.dashboard.reading import District
from consumers.formulas import formulas
from consumers.periods import DAYS, Period
from consumers.report.span import Span
from consumers.report.sums import Wanted, gather_sums
from consumers.report.values import Key, Value, values

Rows = list[tuple[Any, ...]]


class Which(NamedTuple):
    """Of whom rows are read: of all subjects of a kind or of one, in which modes, of all indicators or some."""

    subject_kind: str
    subject: str = ""
    modes: Sequence[str] = ("none",)
    only: Sequence[str] = ()


async def read_rows(store: Store, place: District, periods: Sequence[Period], which: Which) -> Rows:
    """The columns of `queries.values` for periods of one kind. Raises Unavailable."""
    kind, starts = periods[0].kind, sorted({period.start for period in periods})
    if kind == DAYS:
        return _chosen(await _of_days(store, place, periods, which), which)
    subject_kind, subject, modes, only = which
    query = queries.values(place.code, kind, starts, subject_kind, subject=subject, modes=modes, only=only, as_of=place.as_of)
    return await store.rows(query)


async def read_before(store: Store, place: District, period: Period, which: Which) -> Rows:
    """The same for what a period is compared with; while it runs without dimensions, which nothing compares. Raises Unavailable."""
    periods = place.before(period)
    if place.compares_like(period):
        return await read_rows(store, place, periods, which)
    return _chosen(await _of_days(store, place, periods, which, dimensions=False), which)


async def read_compared(store: Store, place: District, period: Period, which: Which) -> Rows:
    """The same for a period and what it is compared with, in one question where that is of its kind. Raises Unavailable."""
    if place.compares_like(period):
        return await read_rows(store, place, (period, *place.before(period)), which)
    now, before = await asyncio.gather(read_rows(store, place, [period], which), read_before(store, place, period, which))
    return [*now, *before]


async def read_now(store: Store, place: District, query: Query) -> Rows:
    """Rows of what is known as of now only: none where values are wanted as they were reported on a day. Raises Unavailable."""
    return [] if place.as_of else await store.rows(query)


async def read_beside_district(store: Store, place: District, period: Period, which: Which) -> tuple[Rows, Rows]:
    """The rows of subjects in the windows that their lines need, and the district's own in the period; of any days both from the same sums."""
    if period.kind != DAYS:
        own, around = await asyncio.gather(
            read_compared(store, place, period, which),
            read_rows(store, place, [period], Which("district")),
        )
        return own, around
    found = await _of_days(store, place, (period, *place.before(period)), which)
    return _chosen(found, which), [row for row in _chosen(found, Which("district")) if row[4] == period.start]


async def _of_days(store: Store, place: District, periods: Sequence[Period], which: Which, *, dimensions: bool = True) -> dict[Key, Value]:
    """The values in all modes, of the district as well."""
    told = await formulas(store)
    chosen = {id_: formula for id_, formula in told.items() if not which.only or id_ in which.only}
    spans = [Span(period.start, period.last_day) for period in dict.fromkeys(periods)]
    subjects = [which.subject] if which.subject else []
    wanted = Wanted(place.code, spans, {which.subject_kind}, by_office=False, dimensions=dimensions, subjects=subjects)
    return values(chosen, await gather_sums(_Patient(store), wanted, chosen.values()), place.today)


def _chosen(found: Mapping[Key, Value], which: Which) -> Rows:
    return [
        (key.indicator, key.mode, key.dimension, key.subject_id, key.span.first, *value, DAYS)
        for key, value in found.items()
        if key.subject_kind == which.subject_kind and key.mode in which.modes
    ]


async def listed_of_any_days(store: Store) -> list[str]:
    """The indicators of which the facts of any days can be listed: those counted in ways that need no window of the calendar. Raises Unavailable."""
    return [id_ for id_, formula in (await formulas(store)).items() if formula.plain]


class _Patient:
    """A store whose answers may lag: sums of any days go through the facts of the district."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def rows(self, query: Query) -> Rows:
        """The rows. Raises Unavailable."""
        return await self._store.rows(replace(query, may_lag_s=queries.WHOLE_LOG_LAG_S))
