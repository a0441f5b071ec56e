"""What every page reads first: the district with its registry, the catalogue in words, and values that can be asked for by name."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.figures import Change, Figure, Row, change, figure
from consumers.dashboard.presentation import ORDER, Presentation, Told, presentation
from consumers.periods import DAYS, Period, between
from consumers.report.span import Span, asked

SELF = "self"
"""The assigner of work that an office set itself."""


class Office(NamedTuple):
    """A registered office; `closed_on` is the first day on which it was no more. `split_from`: the office that it came out of when it was opened."""

    id: str
    name: str
    opened_on: date
    closed_on: date | None
    merged_into: str | None
    split_from: str | None = None

    def open_in(self, period: Period) -> bool:
        """Whether the office existed on any day of the period."""
        return self.opened_on < period.end and (self.closed_on is None or self.closed_on > period.start)


class Authority(NamedTuple):
    """A registered authority."""

    id: str
    name: str
    kind: str


class Indicator(NamedTuple):
    """An indicator in words, as the catalogue has it."""

    id: str
    zh: str
    en: str
    definition_zh: str = ""
    definition: str = ""
    told: Told | None = None
    formulas: tuple[str, str] = ("", "")
    levels: tuple[Sequence[str], Sequence[str]] = ((), ())
    sources: Sequence[str] = ()
    version: int = 0
    effective_from: date | None = None
    absent: tuple[str, str] = ("", "")
    windows: Sequence[str] = ()
    """Kinds of window of which offices and the district have values; authorities have none shorter than a month."""

    def name(self, lang: str) -> str:
        """Its name in the page's language."""
        return self.zh if lang == "zh" else self.en

    def meaning(self, lang: str) -> str:
        """Its definition in the page's language."""
        return self.definition_zh if lang == "zh" else self.definition

    def target(self, lang: str) -> str:
        """The first level that a value is expected to keep, without its sources; of a band both ends. '' where there is none: observations are no targets."""
        levels = [level.partition(" [")[0] for level in self.levels[lang != "zh"] if not level.startswith(("见于", "observed"))]
        ends = 2 if self.told is not None and self.told.better == "band" else 1
        return ", ".join(levels[:ends])

    @property
    def looks(self) -> Presentation:
        """How it is shown."""
        return presentation(self.id, self.told)


class Component(NamedTuple):
    """A named kind of fact, in words; its amounts are so many parts of the unit (100: fen, 0.01 m²)."""

    id: str
    zh: str
    en: str
    divisor: int

    def name(self, lang: str) -> str:
        """Its name in the page's language."""
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class District:
    """A district and what is registered in it. `first_day` is the first day of the first month with data, None before there is one.

    `silence_days`: working days after which an office here counts as silent; 0: by its own habit.
    """

    code: str
    today: date
    first_day: date | None
    offices: dict[str, Office]
    authorities: dict[str, Authority]
    catalogue: dict[str, Indicator]
    silence_days: int = 0
    as_of: date | None = None
    """The day as on whose evening values are read, as they were reported; None: as they stand now."""
    listed: frozenset[str] = frozenset()
    """The indicators of which the facts behind a figure of any days can be listed."""

    @property
    def name(self) -> str:
        """The bureau's registered name, for a district has none of its own; its code while the bureau is not registered."""
        return next((a.name for a in self.authorities.values() if a.kind == "district_bureau"), self.code)

    def authority(self, id_: str) -> Authority:
        """An authority by id. One that nobody registered goes by its id; `self` and the pseudo-authority have no name, only a kind."""
        if id_ in self.authorities:
            return self.authorities[id_]
        if id_ == SELF:
            return Authority(id_, "", SELF)
        return Authority(id_, "" if id_ == f"au-{self.code}-unknown" else id_, "unknown")

    def indicator(self, id_: str) -> Indicator:
        """An indicator by id; one without a catalogue row goes by its id."""
        return self.catalogue.get(id_) or Indicator(id_, id_, id_)

    def looks(self, id_: str) -> Presentation:
        """How an indicator is shown."""
        return self.indicator(id_).looks

    def before(self, period: Period) -> tuple[Period, Period]:
        """What a period is compared with: the one before it, and the same of the year before. While it runs, as much of each as has gone by of it;
        values as they were reported on a day are kept of whole windows only, so there the whole ones."""
        if self.compares_like(period):
            return period.earlier(), period.year_before()
        of = asked("", Span(period.start, period.last_day), self.today)
        return between(*of.previous), between(*of.last_year)

    def compares_like(self, period: Period) -> bool:
        """Whether a period is compared with others of its own kind."""
        return period.kind == DAYS or self.as_of is not None or not period.start <= self.today < period.last_day


def _indicator(*row: Any) -> Indicator:
    """A row of the query of the catalogue."""
    id_, zh, en, definition_zh, definition, *looks, formula_zh, formula_en, levels_zh, levels_en = row[:15]
    sources, version, effective_from, absent_zh, absent_en, windows = row[15:]
    return Indicator(
        id_,
        zh,
        en,
        definition_zh,
        definition,
        Told(*looks),
        (formula_zh, formula_en),
        (levels_zh, levels_en),
        sources,
        version,
        effective_from,
        (absent_zh, absent_en),
        windows,
    )


class UnknownDistrict(LookupError):
    """The log knows no such district."""


async def district(store: Store, code: str, silence_days: int = 0) -> District:
    """The district with this code; `silence_days`: the setting. Raises UnknownDistrict, Unavailable."""
    known, first, offices, authorities, catalogue = await asyncio.gather(
        store.rows(queries.districts()),
        store.rows(queries.first_window(code)),
        store.rows(queries.offices(code)),
        store.rows(queries.authorities(code)),
        store.rows(queries.indicators()),
    )
    todays = dict(known)
    if code not in todays:
        raise UnknownDistrict(code)
    return District(
        code,
        todays[code],
        first[0][0] if first else None,
        {row[0]: Office(*row) for row in offices},
        {row[0]: Authority(*row) for row in authorities},
        {row[0]: _indicator(*row) for row in catalogue},
        silence_days,
    )


class Values:
    """Rows of calendar windows of one kind, and of any days, by name. A period before the first data has no figures at all; within the data a missing
    row is zero."""

    def __init__(self, rows: Iterable[Sequence[Any]], first_day: date | None, looks: Callable[[str], Presentation] = presentation) -> None:
        self._first_day = first_day
        self._looks = looks
        self._rows = {(r.indicator, r.mode, r.dimension, r.subject, *_window(r)): r for r in (Row(*row) for row in rows)}

    def figure(self, indicator: str, period: Period, subject: str, mode: str = "none", dimension: str = "") -> Figure | None:
        """The figure of one indicator of one subject in a period; None before the first data."""
        if self._first_day is None or period.end <= self._first_day:
            return None
        row = self._rows.get((indicator, mode, dimension, subject, *_place(period)))
        shown = self._looks(indicator)
        return figure(shown.kind, row, shown.per)

    def structure(self, indicator: str, dimension: str, period: Period, subject: str) -> list[tuple[str, Figure]]:
        """The parts of an indicator by the codes of a dimension, greatest first; parts of 0 are left out."""
        parts = []
        for row in self._rows.values():
            name, _, code = row.dimension.partition("=")
            if (
                (row.indicator, row.mode, row.subject, *_window(row)) == (indicator, "none", subject, *_place(period))
                and name == dimension
                and row.numerator
            ):
                shown = self._looks(indicator)
                parts.append((code, figure(shown.kind, row, shown.per)))
        return sorted(parts, key=lambda part: (-part[1].numerator, part[0]))

    def indicators(self) -> list[str]:
        """The indicators that have rows, in the order in which pages list them; unknown ones at the end."""
        return sorted({row.indicator for row in self._rows.values()}, key=lambda id_: (ORDER.get(id_, len(ORDER)), id_))

    def has(self, indicator: str, mode: str) -> bool:
        """Whether the indicator has any row in a mode; one that has none is not defined in it."""
        return any(row.indicator == indicator and row.mode == mode for row in self._rows.values())

    def states(self, period: Period, subject: str) -> dict[str, int]:
        """How many rows of a subject are in which state in a period."""
        states: dict[str, int] = {}
        for row in self._rows.values():
            if _window(row) == _place(period) and row.subject == subject and row.mode == "none":
                states[row.state] = states.get(row.state, 0) + 1
        return states


def _window(row: Row) -> tuple[date, bool]:
    """Where a row's window begins, and whether it is any days: beside a running month stand the first days of others."""
    return row.window_start, row.state == DAYS


def _place(period: Period) -> tuple[date, bool]:
    return period.start, period.kind == DAYS


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of one subject: now, the period before, the year before, and the district beside it."""

    indicator: Indicator
    shown: Presentation
    now: Figure | None
    previous: Figure | None
    last_year: Figure | None
    previous_in: Period
    last_year_in: Period
    since_previous: Change | None
    since_last_year: Change | None
    district: Figure | None = None


def line(
    place: District, values: Values, indicator: str, period: Period, subject: str, *, mode: str = "none", beside: Values | None = None
) -> Line:
    """The line of one indicator; `beside` holds the district's own values when the subject is not the district."""
    now = values.figure(indicator, period, subject, mode)
    previous_in, last_year_in = place.before(period)
    previous = values.figure(indicator, previous_in, subject, mode)
    last_year = values.figure(indicator, last_year_in, subject, mode)
    return Line(
        place.indicator(indicator),
        place.looks(indicator),
        now,
        previous,
        last_year,
        previous_in,
        last_year_in,
        change(now, previous),
        change(now, last_year),
        beside.figure(indicator, period, place.code) if beside else None,
    )


def period_state(states: dict[str, int]) -> tuple[str, int]:
    """The state a page prints for a period, and how many of its rows were restated."""
    for state in ("restated", "closed", "provisional", "open", DAYS):
        if states.get(state):
            return state, states.get("restated", 0)
    return "none", 0
