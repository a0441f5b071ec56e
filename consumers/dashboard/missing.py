"""What has not come: gaps in the numbers of sources, offices that are silent, and whose numbers of a period may lack events by it."""

import asyncio
from collections import defaultdict
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
    silent_from: date
    """The first working day without an event."""

    @property
    def is_silent(self) -> bool:
        """Whether it is an office that is silent."""
        return not self.source and self.state == "silent"


@dataclass(frozen=True, slots=True)
class Missing:
    """What has not come in a district."""

    gaps: list[Gap]
    senders: list[Sender]

    @property
    def silent(self) -> list[Sender]:
        """The offices that are silent."""
        return [one for one in self.senders if one.is_silent]


@dataclass(frozen=True, slots=True)
class SourcesPage:
    """All that the page prints; `state` '' for the frame."""

    state: str
    senders: list[Sender]
    gaps: list[Gap]
    silent: int


async def sources_page(store: Store, place: District) -> SourcesPage:
    """Every sender of the district, and every gap. Raises Unavailable."""
    found = await missing(store, place)
    return SourcesPage("", found.senders, found.gaps, len(found.silent))


async def missing(store: Store, place: District) -> Missing:
    """What has not come in a district now. Raises Unavailable."""
    senders, gaps = await asyncio.gather(
        store.rows(queries.silences(place.code, place.silence_days)), store.rows(queries.missing(place.code))
    )
    return Missing([Gap(*row) for row in gaps], [Sender(*row) for row in senders])


def incomplete(found: Missing, district: str, today: date, period: Period) -> dict[str, Incomplete]:
    """By the id of an office, or the district's code: those whose numbers of the period may lack events. As the view `incomplete_windows` has it."""
    gaps: dict[str, list[Gap]] = defaultdict(list)
    silent: dict[str, list[Sender]] = defaultdict(list)
    for gap in found.gaps:
        if gap.first_day < period.end and gap.last_day >= period.start:
            for subject in (district, *gap.offices):
                gaps[subject].append(gap)
    for one in found.silent:
        if one.silent_from < period.end and today >= period.start:
            for subject in (district, one.office):
                silent[subject].append(one)
    return {subject: _why(gaps[subject], silent[subject]) for subject in sorted({*gaps, *silent})}


def _why(gaps: Sequence[Gap], silent: Sequence[Sender]) -> Incomplete:
    return Incomplete(
        sum(gap.missing for gap in gaps),
        sum(gap.in_letters for gap in gaps),
        sorted({gap.source for gap in gaps}),
        sorted(one.office for one in silent),
        max((one.days_silent for one in silent), default=0),
    )


def about(content: Any, place: District) -> str:
    """Whom a page's numbers are of, as far as events can be missing: an office, else the district."""
    subject = getattr(content, "subject", None)
    office = getattr(content, "office", None) or getattr(subject, "office", None)
    return str(office.id) if office is not None and not isinstance(office, str) else place.code
