"""The foot of every page: why its numbers can be believed, or what is wrong with them right now."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard import queries

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
    silent: int
    """Offices that have not sent anything for longer than is usual."""
    provisional_year: int | None
    """The first year in which limits end now, and of which nobody has told the working days."""


async def trust(store: Store, district: str, today: date, silence_days: int = 0) -> Trust:
    """The present state of a district's numbers; `silence_days`: the setting. Raises Unavailable."""
    sources, silences, sums, dead, nobodys, verdicts, provisional = await asyncio.gather(
        store.rows(queries.sources(district)),
        store.rows(queries.silences(district, silence_days)),
        store.rows(queries.conservation(district)),
        store.rows(queries.dead_letters(district)),
        store.rows(queries.letters_of_nobody()),
        store.rows(queries.reconciliation(district)),
        store.rows(queries.provisional_years(district, sorted({today.year, (today + LIMITS_END).year}))),
    )
    return Trust(
        today,
        max((last_seen for *_, last_seen in sources), default=None),
        Conservation(*(int(part or 0) for part in sums[0])) if sums else Conservation(0, 0, 0, 0, 0),
        Verdict(max(row[1] for row in verdicts), sum(row[2] for row in verdicts), sum(row[3] for row in verdicts)) if verdicts else None,
        {code: unsettled for code, unsettled, _ in dead if unsettled},
        sum(every - unsettled for _, unsettled, every in dead),
        nobodys[0][0],
        {source: int(missing) for source, missing, _ in sources if missing},
        sum(1 for _, source, *_, state in silences if source == "" and state == "silent"),
        provisional[0][0] if provisional else None,
    )
