"""Indicators of different shortest windows on one page: each is shown for the period that was asked for, or the shortest longer one that it has.

Of any days every indicator is summed for these days themselves.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.clickhouse.store import Store
from consumers.dashboard import watch_queries
from consumers.dashboard.dated import read_rows
from consumers.dashboard.reading import District, Indicator, Line, Values, line
from consumers.periods import DAYS, KINDS, Period, containing


@dataclass(frozen=True, slots=True)
class Told:
    """An indicator's line in the period in which it is shown."""

    line: Line
    period: Period


class Spans:
    """Values of several kinds of window, each under its own with what it is compared with; rows begin with that kind."""

    def __init__(self, place: District, rows: Iterable[Sequence[Any]]) -> None:
        by_kind: dict[str, list[Sequence[Any]]] = {kind: [] for kind in (*KINDS, DAYS)}
        for kind, *row in rows:
            by_kind[kind].append(row)
        self._place = place
        self._of: Mapping[str, Values] = {kind: Values(found, place.first_day, place.looks) for kind, found in by_kind.items()}

    def of(self, period: Period) -> Values:
        """The values of the period's kind of window."""
        return self._of[period.kind]

    def told(self, indicator: str, period: Period, subject: str, mode: str = "none") -> Told:
        """The line of an indicator in the period in which it is shown."""
        shown = shown_in(self._place.indicator(indicator), period)
        return Told(line(self._place, self._of[shown.kind], indicator, shown, subject, mode=mode), shown)

    def states(self, period: Period, subject: str) -> dict[str, int]:
        """How many rows of a subject are in which state in a period."""
        return self._of[period.kind].states(period, subject)


def shown_in(indicator: Indicator, period: Period) -> Period:
    """The period itself, or the shortest longer one around it of which the indicator has values."""
    if period.kind == DAYS:
        return period
    kinds = KINDS[KINDS.index(period.kind) :]
    shortest = next((kind for kind in kinds if kind in indicator.windows), period.kind)
    return period if shortest == period.kind else containing(shortest, period.start)


async def spans(
    store: Store,
    place: District,
    period: Period,
    indicators: Sequence[str],
    subject_kind: str,
    *,
    compared: bool = True,
    modes: Sequence[str] = ("none",),
) -> Spans:
    """The values of indicators in the periods in which they are shown, of all subjects of a kind; `compared`: with the periods before. Raises Unavailable."""
    if period.kind == DAYS:
        rows = await read_rows(store, place, place.windows(period) if compared else [period], subject_kind, modes=modes, only=indicators)
        return Spans(place, ((DAYS, *row) for row in rows))
    asked: dict[Period, list[str]] = {}
    for id_ in indicators:
        asked.setdefault(shown_in(place.indicator(id_), period), []).append(id_)
    windows = {shown: place.windows(shown) if compared else [shown] for shown in asked}
    kinds = sorted({shown.kind for shown in asked})
    starts = sorted({one.start for found in windows.values() for one in found if one.kind != DAYS})
    stored, *summed = await asyncio.gather(
        store.rows(watch_queries.windows(place.code, kinds, starts, subject_kind, indicators, modes, place.as_of)),
        *(_earlier(store, place, shown, windows[shown], subject_kind, modes, asked[shown]) for shown in asked),
    )
    return Spans(place, [*stored, *(row for rows in summed for row in rows)])


async def _earlier(
    store: Store, place: District, shown: Period, windows: Sequence[Period], subject_kind: str, modes: Sequence[str], only: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Of a running window the days that it is compared with, which are no windows themselves."""
    days = [one for one in windows if one.kind == DAYS]
    return [(shown.kind, *row) for row in await read_rows(store, place, days, subject_kind, modes=modes, only=only)]
