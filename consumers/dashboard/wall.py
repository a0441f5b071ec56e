"""The wall: what fires and who must act, the month's numbers, what comes near and who is silent, for a big screen that nobody touches."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.dated import Which, read_compared
from consumers.dashboard.limits import Counted
from consumers.dashboard.presentation import HEADLINE
from consumers.dashboard.reading import District, Line, Values, line
from consumers.dashboard.today import Open, Today, today
from consumers.periods import Period

T = TypeVar("T")

ALERTS_A_SLIDE, COUNTS_A_SLIDE = 5, 8
_SECONDS, _LEAST_SECONDS, _MOST_SECONDS = 12, 4, 600


@dataclass(frozen=True, slots=True)
class Wall:
    """All that the wall prints. `state` '' for the frame."""

    state: str
    seconds: int
    """How long a slide stays."""
    month: Period
    now: Today
    alerts: list[list[Open]]
    """The alerts in slides."""
    counts: list[list[tuple[str, Counted]]]
    """What is over a limit (`list`), then what comes near one (`limit`), in slides. Those who are monitored as they should be are left out."""
    tiles: list[Line]
    last_event: datetime | None


async def wall(store: Store, place: District, period: Period, ask: Ask) -> Wall:
    """The wall as it stands; the period is the month of today. Raises PageError, Unavailable."""
    seconds = ask.number("seconds", _SECONDS)
    if not _LEAST_SECONDS <= seconds <= _MOST_SECONDS:
        raise PageError(400, "error.400.seconds", least=_LEAST_SECONDS, most=_MOST_SECONDS)
    now, rows, sources = await asyncio.gather(
        today(store, place, ask),
        read_compared(store, place, period, Which("district", only=[id_ for tile in HEADLINE for id_ in tile])),
        store.rows(queries.sources(place.code)),
    )
    values = Values(rows, place.first_day, place.looks)
    return Wall(
        "",
        seconds,
        period,
        now,
        slides(now.alerts, ALERTS_A_SLIDE),
        slides([*(("list", one) for one in now.lists if one.kind != "monitored"), *(("limit", one) for one in now.limits)], COUNTS_A_SLIDE),
        [line(place, values, id_, period, place.code) for tile in HEADLINE for id_ in tile],
        max((last_seen for *_, last_seen in sources), default=None),
    )


def slides(rows: Sequence[T], most: int) -> list[list[T]]:
    """Rows in slides of at most so many, as even as can be."""
    parts = -(-len(rows) // most)
    return [list(rows[len(rows) * n // parts : len(rows) * (n + 1) // parts]) for n in range(parts)]
