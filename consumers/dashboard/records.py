"""A record, or an event and its record: its events and what became of them, its facts, and every value that they touch."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

import orjson

from consumers.clickhouse.store import Store
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.figures import Figure, Row, figure
from consumers.dashboard.grounds import Grounds, grounds
from consumers.dashboard.presentation import ORDER, Presentation
from consumers.dashboard.reading import Component, District, Indicator
from consumers.lineage import ExplainedRecord, RecordEvent, ended_by_closing, explain_record, find_record, find_retraction, stand
from consumers.lineage.record import Now
from consumers.lineage.touched import Touched
from consumers.periods import KINDS, SHORT, Period

PER_PAGE = 60
_AT_ONCE = 200
"""Values asked for in one question."""
EVERY_KIND = (*KINDS, *SHORT)
_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Stood:
    """A fact of the record, in the unit of its component."""

    component: Component
    day: date
    dimension: str
    office: str
    assigner: str
    amount: Fraction


@dataclass(frozen=True, slots=True)
class Value:
    """A value that the record touches: what it gives to its parts, and the value as it stands (None while it has not been published)."""

    indicator: Indicator
    shown: Presentation
    mode: str
    dimension: str
    subject_kind: str
    subject_id: str
    window: Period
    to_numerator: Fraction
    to_denominator: Fraction
    rows: int
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class RecordPage:
    """All that the page prints. `event`: the one that was asked for; `data`: what it says, field by field; `state` '' for the frame."""

    state: str
    record: str
    event: RecordEvent | None
    data: dict[str, str]
    events: Sequence[RecordEvent]
    facts: list[Stood]
    ended: list[str]
    kind: str
    counts: dict[str, int]
    total: int
    page: int
    pages: int
    values: list[Value]


async def record_page(store: Store, place: District, ask: Ask) -> RecordPage:
    """The page of the record that the query names. Raises PageError, Unavailable."""
    name = ask.query.get("name", "")
    on = await grounds(store, place, funding=True)
    behind = await explain_record(store, on.basis, name)
    if not behind.events:
        raise PageError(404, "error.404.record", id=name)
    return await _content(store, place, ask, on, behind, None)


async def event_page(store: Store, place: District, ask: Ask) -> RecordPage:
    """The page of the event that the query names by source and id, with its record. Raises PageError, Unavailable."""
    source, id_ = ask.query.get("source", ""), ask.query.get("id", "")
    name, on = await asyncio.gather(find_record(store, place.code, source, id_), grounds(store, place, funding=True))
    if name is None:
        raise PageError(404, "error.404.event", id=id_, source=source)
    behind = await explain_record(store, on.basis, name) if name else ExplainedRecord("", [], [], [])
    told = (event for event in behind.events if (event.source, event.id) == (source, id_))
    event = next(told, None) or await find_retraction(store, place.code, source, id_)
    return await _content(store, place, ask, on, behind, event)


async def _content(store: Store, place: District, ask: Ask, on: Grounds, behind: ExplainedRecord, event: RecordEvent | None) -> RecordPage:
    counts = Counter(value.window_kind for value in behind.values)
    kind = ask.query.get("windows", "") or next((kind for kind in EVERY_KIND if counts[kind]), KINDS[0])
    if kind not in EVERY_KIND:
        raise PageError(400, "error.400.kind")
    touched = sorted((value for value in behind.values if value.window_kind == kind), key=_order)
    page = 1 if ask.whole else ask.number("page", 1)
    shown = touched if ask.whole else touched[(page - 1) * PER_PAGE : page * PER_PAGE]
    now, ended = await asyncio.gather(_stand(store, place, shown), ended_by_closing(store, place.code, behind.events, behind.record))
    return RecordPage(
        "",
        behind.record,
        event,
        _fields(event.data) if event else {},
        behind.events,
        [Stood(on.component(fact.component), *fact[1:5], on.amount(fact.component, fact.amount)) for fact in behind.facts],
        ended,
        kind,
        {kind: counts[kind] for kind in EVERY_KIND if counts[kind]},
        len(touched),
        page,
        max(1, ceil(len(touched) / PER_PAGE)),
        [_value(place, one, now.get(one.key)) for one in shown],
    )


async def _stand(store: Store, place: District, shown: Sequence[Touched]) -> dict[tuple[Any, ...], Now]:
    """How values stand now, asked for so many at a time."""
    found: dict[tuple[Any, ...], Now] = {}
    for at in range(0, len(shown), _AT_ONCE):
        found |= await stand(store, place.code, shown[at : at + _AT_ONCE])
    return found


def _order(touched: Touched) -> tuple[object, ...]:
    """By indicator as pages list them, newest window first, the district before offices before authorities."""
    subject = ("district", "office", "authority").index(touched.subject_kind)
    place = ORDER.get(touched.indicator, len(ORDER))
    return place, touched.indicator, -touched.window_start.toordinal(), touched.dimension, subject, touched.subject_id, touched.mode


def _value(place: District, one: Touched, now: Now | None) -> Value:
    shown = place.looks(one.indicator)
    row = Row(one.indicator, one.mode, one.dimension, one.subject_id, one.window_start, *now, "") if now else None
    weighted = _WHOLE if one.mode == "share_weighted" else 1
    return Value(
        place.indicator(one.indicator),
        shown,
        one.mode,
        one.dimension,
        one.subject_kind,
        one.subject_id,
        Period(one.window_kind, one.window_start),
        Fraction(one.to_numerator, weighted * shown.hundredths[0]),
        Fraction(one.to_denominator, weighted * shown.hundredths[1]),
        one.rows,
        figure(shown.kind, row, shown.per) if row else None,
    )


def _fields(data: str) -> dict[str, str]:
    """What an event says, field by field, as texts; what is nested stays JSON."""
    said = orjson.loads(data)
    return {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in said.items()}
