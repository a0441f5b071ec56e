"""The catalogue page: every indicator, with the district's value in the period or the reason why there is none."""

import asyncio
from dataclasses import dataclass
from itertools import chain

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.dated import Which, read_rows
from consumers.dashboard.figures import Figure, Row
from consumers.dashboard.presentation import Presentation
from consumers.dashboard.reading import District, Indicator, Values, period_state
from consumers.periods import DAYS, Period
from consumers.told import VIEWS


@dataclass(frozen=True, slots=True)
class Shown:
    """A value of an indicator; `dimension` is '' for the total, an authority's id where only authorities have values. `stored`: published by
    workers, so that there are facts behind it; else a view tells it."""

    dimension: str
    figure: Figure
    stored: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator: its values, none if nothing is known."""

    indicator: Indicator
    shown: Presentation
    figures: list[Shown]

    @property
    def told_now(self) -> bool:
        """Whether a view tells it, of the log as it is now."""
        return any(self.indicator.id in told for told in VIEWS.values())

    @property
    def has_value(self) -> bool:
        """Whether there is a number to print."""
        return bool(self.figures)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All that the catalogue page prints."""

    state: str
    restated: int
    rows: list[Entry]

    @property
    def with_value(self) -> int:
        """How many indicators have a value."""
        return sum(row.has_value for row in self.rows)


async def catalogue(store: Store, place: District, period: Period) -> Catalogue:
    """Every indicator in a period; as reported on a day only what was published then, for what views tell is told of the log as it is. Raises Unavailable."""
    views = [] if place.as_of else queries.told_values(place.code, period.start, period.last_day)
    published, own, *told = await asyncio.gather(
        read_rows(store, place, [period], Which("district")),
        read_rows(store, place, [period], Which("authority", modes=("own",))),
        *(store.rows(query) for query in views),
    )
    of_district, only_authorities, by_view = ([Row(*row) for row in rows] for rows in (published, own, sorted(chain(*told))))
    values = Values(of_district, place.first_day, place.looks)
    state, restated = period_state(values.states(period, place.code))
    known = {row.indicator for row in of_district}
    rows = of_district + [row for row in only_authorities if row.indicator not in known]
    told_ids = {row.indicator for row in by_view}
    rows += [row._replace(state=DAYS) for row in by_view] if period.kind == DAYS else by_view
    return Catalogue(state, restated, [_entry(place, one, rows, period, stored=one.id not in told_ids) for one in place.catalogue.values()])


def _entry(place: District, indicator: Indicator, rows: list[Row], period: Period, *, stored: bool) -> Entry:
    """The total; where there is none, the values by dimension or authority, greatest first."""
    own = [row for row in rows if row.indicator == indicator.id and row.value is not None and (row.numerator or row.denominator)]
    total = [row for row in own if not row.dimension and row.mode == "none"]
    figures = Values(own, place.first_day, place.looks)
    found = [
        Shown(row.dimension or (row.subject if row.mode == "own" else ""), figure, stored)
        for row in total or own
        if (figure := figures.figure(row.indicator, period, row.subject, row.mode, row.dimension)) is not None and figure.value is not None
    ]
    return Entry(indicator, indicator.looks, sorted(found, key=lambda one: (-(one.figure.value or 0), one.dimension)))
