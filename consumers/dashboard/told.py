"""A value that a view tells of the log: whose it is, subject by subject, how it is computed, and the statement that tells it to anybody."""

from dataclasses import dataclass

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.asking import PageError
from consumers.dashboard.figures import Figure, Row, figure
from consumers.dashboard.presentation import Presentation
from consumers.dashboard.reading import District, Indicator
from consumers.periods import DAYS, Period


@dataclass(frozen=True, slots=True)
class Line:
    """A subject's value under a mode, of a dimension ('': in all)."""

    subject_kind: str
    subject: str
    mode: str
    dimension: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Told:
    """What the page prints. Nothing is stored of these values, so that none was ever restated."""

    state: str
    indicator: Indicator
    shown: Presentation
    lines: list[Line]
    statement: str
    restated: int = 0


async def told_page(store: Store, place: District, period: Period, id_: str) -> Told:
    """The values of an indicator in a period, the district's first. Raises PageError, Unavailable."""
    if id_ not in place.catalogue:
        raise PageError(404, "error.404.indicator", id=id_)
    indicator = place.indicator(id_)
    looks = indicator.looks
    lines = [
        Line(kind, row[3], row[1], row[2], figure(looks.kind, Row(*row), looks.per))
        for query in queries.told_of(place.code, id_, period.start, period.last_day)
        for kind, *row in await store.rows(query)
    ]
    order = ("district", "office", "authority")
    lines.sort(key=lambda line: (order.index(line.subject_kind), line.mode, line.dimension, line.subject))
    statement = (
        f"SELECT * FROM told_values(district = '{place.code}', indicators = ['{id_}'], periods = [('{period.start}', '{period.last_day}')])"  # noqa: S608  printed only
    )
    state = DAYS if period.kind == DAYS else "open" if period.end > place.today else "provisional"
    return Told(state, indicator, looks, lines, statement)
