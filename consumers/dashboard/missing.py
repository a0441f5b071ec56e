"""What has not come: gaps in the numbers of sources, offices that are silent, and whose numbers of a period may lack events by it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.reading import District
from consumers.periods import Period


class Incomplete(NamedTuple):
    """Why the numbers of an office or the district may lack events: numbers missing, how many of them were refused, and who is silent."""

    missing: int
    in_letters: int
    sources: Sequence[str]
    silent_offices: Sequence[str]
    days_silent: int
    """Working days of the office that has been silent for the longest time."""


class Gap(NamedTuple):
    """Numbers `first` to `last` of a source that have not come; the days of the events around them; `in_letters` of them were refused."""

    source: str
    first: int
    last: int
    missing: int
    in_letters: int
    first_day: date
    last_day: date
    since: datetime
    offices: Sequence[str]


class Sender(NamedTuple):
    """An office (source '') or one of its sources: when it last sent, how long ago that is, and how long its pauses usually are, in working days."""

    office: str
    source: str
    last_day: date | None
    last_arrived_at: datetime | None
    days_silent: int
    usual_gap: int
    limit: int
    state: str


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """All that the page prints; `state` '' for the frame."""

    state: str
    senders: list[Sender]
    gaps: list[Gap]
    silent: int


async def incomplete(store: Store, place: District, period: Period) -> dict[str, Incomplete]:
    """By the id of an office, or the district's code: those whose numbers of the period may lack events. Raises Unavailable."""
    rows = await store.rows(queries.incomplete(place.code, place.silence_days, period.kind, period.start))
    return {row[0]: Incomplete(*row[1:]) for row in rows}


async def sources_page(store: Store, place: District) -> SourcesPage:
    """Every sender of the district, and every gap. Raises Unavailable."""
    senders, gaps = await asyncio.gather(
        store.rows(queries.silences(place.code, place.silence_days)), store.rows(queries.missing(place.code, place.silence_days))
    )
    told = [Sender(*row) for row in senders]
    return SourcesPage("", told, [Gap(*row) for row in gaps], sum(1 for one in told if not one.source and one.state == "silent"))


def about(content: Any, place: District) -> str:
    """Whom a page's numbers are of, as far as events can be missing: an office, else the district."""
    subject = getattr(content, "subject", None)
    office = getattr(content, "office", None) or getattr(subject, "office", None)
    return str(office.id) if office is not None and not isinstance(office, str) else place.code
