"""The foot of every page: why its numbers can be believed, or what is wrong with them right now."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.missing import Gap, Missing, Sender
from consumers.dashboard.reading import District

LIMITS_END = timedelta(days=31)
"""Limits in working days that begin today end before."""


class Conservation(NamedTuple):
    """Messages read, and what became of them; balanced when nothing is left over (contract, section 10)."""

    read: int
    admitted: int
    duplicates: int
    dead_letters: int
    pending: int

    @property
    def remainder(self) -> int:
        """Messages read that are none of the four; 0 is right."""
        return self.read - self.admitted - self.duplicates - self.dead_letters - self.pending


class Verdict(NamedTuple):
    """The newest reconciliation: when, and over all that was compared, how many rows and how many of them differed."""

    ran_at: datetime
    compared: int
    different: int


@dataclass(frozen=True, slots=True)
class Trust:
    """What the foot of a page prints."""

    today: date
    last_event: datetime | None
    conservation: Conservation
    verdict: Verdict | None
    dead_letters: dict[str, int]
    """Refused events of the district by code that nobody has dealt with."""
    dead_letters_settled: int
    """Those that were sent again, or whose event has arrived well since."""
    dead_letters_elsewhere: int
    """Refused events that do not tell their district."""
    gaps: dict[str, int]
    """Sources with missing sequence numbers, and how many are missing."""
    missing: Missing
    """What has not come."""
    provisional_year: int | None
    """The first year in which limits end now, and of which nobody has told the working days."""


async def trust(store: Store, place: District) -> Trust:
    """The present state of a district's numbers. Raises Unavailable."""
    district, today = place.code, place.today
    sources, senders, sums, dead, verdicts, provisional = await asyncio.gather(
        store.rows(queries.sources(district)),
        store.rows(queries.silences(district, place.silence_days)),
        store.rows(queries.conservation(district)),
        store.rows(queries.dead_letters(district)),
        store.rows(queries.reconciliation(district)),
        store.rows(queries.provisional_years(district, sorted({today.year, (today + LIMITS_END).year}))),
    )
    gaps = {source: int(missing) for source, missing, _ in sources if missing}
    refused, nobodys = dead[0]
    # Both take ClickHouse longer than all the others, and mostly there is nothing to ask for.
    numbers, letters = await asyncio.gather(
        store.rows(queries.missing(district)) if gaps else _nothing(), store.rows(queries.open_letters(district)) if refused else _nothing()
    )
    return Trust(
        today,
        max((last_seen for *_, last_seen in sources), default=None),
        Conservation(*(int(part or 0) for part in sums[0])) if sums else Conservation(0, 0, 0, 0, 0),
        Verdict(max(row[1] for row in verdicts), sum(row[2] for row in verdicts), sum(row[3] for row in verdicts)) if verdicts else None,
        {code: unsettled for code, unsettled, _ in letters if unsettled},
        sum(every - unsettled for _, unsettled, every in letters),
        nobodys,
        gaps,
        Missing([Gap(*row) for row in numbers], [Sender(*row) for row in senders]),
        provisional[0][0] if provisional else None,
    )


async def _nothing() -> list[tuple[Any, ...]]:
    return []
