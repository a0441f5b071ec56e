"""Indicators of different shortest windows on one page: each is shown for the period that was asked for, or the shortest longer one that it has.

Of any days every indicator is summed for these days themselves.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.clickhouse.store import Store
from consumers.dashboard import watch_queries
from consumers.dashboard.dated import Which, read_before, read_rows
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
        periods = (period, *place.before(period)) if compared else (period,)
        rows = await read_rows(store, place, periods, Which(subject_kind, modes=modes, only=indicators))
        return Spans(place, ((DAYS, *row) for row in rows))
    asked: dict[Period, list[str]] = {}
    for id_ in indicators:
        asked.setdefault(shown_in(place.indicator(id_), period), []).append(id_)
    windows = [one for shown in asked for one in (shown, *(place.before(shown) if compared else ())) if one.kind != DAYS]
    kinds, starts = sorted({one.kind for one in windows}), sorted({one.start for one in windows})
    running = [shown for shown in asked if compared and not place.compares_like(shown)]
    stored, *summed = await asyncio.gather(
        store.rows(watch_queries.windows(place.code, kinds, starts, subject_kind, indicators, modes, place.as_of)),
        *(read_before(store, place, shown, Which(subject_kind, modes=modes, only=asked[shown])) for shown in running),
    )
    return Spans(place, [*stored, *((shown.kind, *row) for shown, rows in zip(running, summed, strict=True) for row in rows)])
