"""The first page of a district: what fires and who must act, who is silent, what comes near its limit, which days come, what moved since."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from consumers.acting import roles
from consumers.clickhouse.store import Store
from consumers.dashboard import queries, watch_queries
from consumers.dashboard.acting import Actor, actors
from consumers.dashboard.asking import Ask
from consumers.dashboard.figures import Change, Figure, Row, change, figure
from consumers.dashboard.key_dates import KeyDate, key_dates
from consumers.dashboard.limits import LIMITS, LISTS, Counted, counted, days_ahead
from consumers.dashboard.missing import Sender
from consumers.dashboard.overview import Alert, alert_of
from consumers.dashboard.presentation import ORDER, Presentation
from consumers.dashboard.reading import District, Indicator
from consumers.dashboard.registry import Split, assemble
from consumers.periods import Period, containing

MOVED_MONTHS = 12
"""Months back from this one whose numbers are watched for movement."""
MOST_MOVED = 24
"""Numbers that moved which the page prints; it says how many there are."""


class Open(NamedTuple):
    """An alert that fires, and who must act."""

    alert: Alert
    actors: list[Actor]


class Moved(NamedTuple):
    """A number of the district in a month that is over, as it stood and as it is; the offices whose own number moved."""

    indicator: Indicator
    shown: Presentation
    month: Period
    before: Figure
    after: Figure
    change: Change | None
    offices: list[str]


@dataclass(frozen=True, slots=True)
class Today:
    """All that the page prints. `state` '' for the frame: the page is of no period."""

    state: str
    day: date
    month: Period
    alerts: list[Open]
    silent: list[Sender]
    days: int
    limits: list[Counted]
    lists: list[Counted]
    dates: list[KeyDate]
    since: date
    """The end of this day is what the numbers are compared with."""
    moved: list[Moved]
    moved_in_all: int


async def today(store: Store, place: District, ask: Ask) -> Today:
    """The district as it stands. Raises PageError, Unavailable."""
    days, month = days_ahead(ask), containing("month", place.today)
    arrived = await store.rows(watch_queries.last_arrival(place.code, month.start))
    since = ask.day("since") or day_before(arrived[0][0] if arrived else None, place.today)
    alerts, splits, senders, limits, lists, years, moved = await asyncio.gather(
        store.rows(queries.alerts(place.code)),
        store.rows(queries.splits(place.code)),
        store.rows(queries.silences(place.code, place.silence_days)),
        store.rows(watch_queries.limits(place.code, days)),
        store.rows(watch_queries.watched(place.code)),
        store.rows(watch_queries.working_years(place.code)),
        store.rows(watch_queries.moved(place.code, since + timedelta(days=1), month.earlier(MOVED_MONTHS).start)),
    )
    ahead, watched, changed = counted(LIMITS, limits), counted(LISTS, lists), moved_numbers(place, moved)
    return Today(
        "",
        place.today,
        month,
        open_alerts(place, alerts, assemble(splits)),
        [one for one in (Sender(*row) for row in senders) if one.is_silent],
        days,
        ahead,
        watched,
        key_dates(place.today, [d for row in years for d in row[2]], [d for row in years for d in row[3]]),
        since,
        changed if ask.whole else changed[:MOST_MOVED],
        len(changed),
    )


def day_before(arrived: datetime | None, otherwise: date) -> date:
    """The day before the one on which the newest event arrived: what "since yesterday" is counted from."""
    return (arrived.date() if arrived else otherwise) - timedelta(days=1)


def open_alerts(place: District, rows: Iterable[tuple[Any, ...]], splits: Sequence[Split]) -> list[Open]:
    """The alerts that fire, in the order of their rows, with who must act today."""
    found = [alert_of(place, row) for row in rows]
    return [Open(one, actors(place, splits, one.subject_kind, one.subject, roles(one.indicator.id), place.today)) for one in found]


def moved_numbers(place: District, rows: Iterable[tuple[Any, ...]]) -> list[Moved]:
    """The district's numbers that moved, from rows of `watch_queries.moved`: newest month first, the best known indicators before the others."""
    of_district: list[tuple[Indicator, Period, Figure, Figure]] = []
    offices: dict[tuple[str, date], list[str]] = defaultdict(list)
    for kind, subject, id_, start, old_numerator, old_denominator, old_value, numerator, denominator, scale, value in rows:
        if kind == "office":
            offices[id_, start].append(subject)
            continue
        indicator = place.indicator(id_)
        shown = indicator.looks

        def at(parts: tuple[int, int | None, float | None], one: Presentation = shown, of: int = scale) -> Figure:
            return figure(one.kind, Row("", "none", "", "", date.min, parts[0], parts[1], of, parts[2], ""), one.per)

        of_district.append(
            (indicator, Period("month", start), at((old_numerator, old_denominator, old_value)), at((numerator, denominator, value)))
        )
    found = [
        Moved(indicator, indicator.looks, month, before, after, change(after, before), offices[indicator.id, month.start])
        for indicator, month, before, after in of_district
    ]
    return sorted(found, key=lambda one: (-one.month.start.toordinal(), ORDER.get(one.indicator.id, len(ORDER)), one.indicator.id))
