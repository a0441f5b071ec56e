"""The restatements of a period: each closed value that moved, as closed and now, and every move with what moved it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.figures import Change, Figure, Row, change, figure
from consumers.dashboard.presentation import Presentation
from consumers.dashboard.reading import District, Indicator, Values, period_state
from consumers.dashboard.whole import EVERY
from consumers.periods import Period
from consumers.restatements import Asked, Cause, Explained, Restated, Version, restatements

PER_PAGE = 20
"""Values on a page: what moved each is sought in the log when it is asked for."""
_MOVES_SHOWN = 6
"""Moves of a value, the last ones; all of them where the page is asked for one indicator of one subject."""


@dataclass(frozen=True, slots=True)
class Move:
    """One move: when, from what to what, by what; `log`: offsets between which it lies."""

    at: datetime
    before: Figure
    after: Figure
    log: tuple[int, int]
    causes: Sequence[Cause]


@dataclass(frozen=True, slots=True)
class Line:
    """A restated value. `moves`: the last ones; `earlier`: how many came before these."""

    indicator: Indicator
    shown: Presentation
    mode: str
    subject_kind: str
    subject: str
    closed_at: datetime
    was: Figure
    now: Figure
    change: Change | None
    moves: Sequence[Move]
    earlier: int


@dataclass(frozen=True, slots=True)
class Restatements:
    """All that the page prints."""

    state: str
    restated: int
    every: int
    page: int
    pages: int
    lines: Sequence[Line]


async def restatements_page(store: Store, place: District, period: Period, ask: Ask) -> Restatements:
    """The restatements of a period, of one indicator or subject where the query names them. Raises PageError, Unavailable."""
    indicator, subject = ask.query.get("indicator", ""), ask.query.get("subject", "")
    if indicator and indicator not in place.catalogue:
        raise PageError(404, "error.404.indicator", id=indicator)
    page, most = (1, EVERY) if ask.whole else (ask.number("page", 1), PER_PAGE)
    shown = 0 if ask.whole or (indicator and subject) else _MOVES_SHOWN
    asked = Asked(place.code, period, (indicator,) if indicator else (), subject, most=most, skip=most * (page - 1))
    rows, found = await asyncio.gather(
        store.rows(queries.values(place.code, period.kind, [period.start], "district")), restatements(store, asked)
    )
    state, restated = period_state(Values(rows, place.first_day, place.looks).states(period, place.code))
    return Restatements(
        state, restated, found.every, page, max(1, ceil(found.every / most)), [_line(place, one, shown) for one in found.values]
    )


def _line(place: District, one: Explained, shown: int) -> Line:
    value, looks = one.value, place.looks(one.value.indicator)
    was, now = _figure(looks, value, value.was), _figure(looks, value, value.now)
    moves = [Move(s.at, _figure(looks, value, s.before), _figure(looks, value, s.after), s.between, s.causes) for s in one.steps[-shown:]]
    return Line(
        place.indicator(value.indicator),
        looks,
        value.mode,
        value.subject_kind,
        value.subject_id,
        value.closed_at,
        was,
        now,
        change(now, was),
        moves,
        len(one.steps) - len(moves),
    )


def _figure(looks: Presentation, value: Restated, version: Version) -> Figure:
    row = Row(value.indicator, value.mode, value.dimension, value.subject_id, value.period.start, *version[2:], "restated")
    return figure(looks.kind, row if version.version else None, looks.per)
