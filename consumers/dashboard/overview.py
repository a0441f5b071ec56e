"""The district page: twelve headline numbers, trend, structure of disputes, the offices ranked, alerts that fire."""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.dated import Which, read_before, read_rows
from consumers.dashboard.figures import Figure
from consumers.dashboard.presentation import HEADLINE, RANKING, TREND, Presentation, presentation
from consumers.dashboard.reading import District, Indicator, Line, Office, Values, line, period_state
from consumers.periods import KINDS, Period, containing

TREND_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Ranked:
    """One office in the table: its place by the chosen column (equal values share one; None without a value) and its figures."""

    rank: int | None
    office: Office
    figures: dict[str, Figure | None]


@dataclass(frozen=True, slots=True)
class Alert:
    """A firing alert in the reader's terms; value and threshold are exact decimals of the kind that its indicator has."""

    rule: str
    severity: str
    subject_kind: str
    subject: str
    started_at: datetime
    value: Fraction | None
    threshold: Fraction
    why: str
    indicator: Indicator
    shown: Presentation
    mode: str
    dimension: str
    judged: Period
    """The judged window, of whatever kind."""
    window: Period | None
    """The judged window when it is one that pages can show; None for a day or a week."""
    window_start: date
    title_zh: str
    title_en: str

    def title(self, lang: str) -> str:
        """The rule's title in the page's language; the rule's id when it has none."""
        return (self.title_zh if lang == "zh" else self.title_en) or self.rule


class Ends(NamedTuple):
    """The first and the last of the offices by an indicator, with their values."""

    first: Office
    best: Figure
    last: Office
    worst: Figure


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the district page prints."""

    state: str
    restated: int
    tiles: list[list[Line]]
    ends: dict[str, Ends | None]
    """By indicator of the tiles; None where no two offices can be told apart."""
    months: list[Period]
    trend: dict[str, list[Figure | None]]
    types: list[tuple[str, Figure]]
    sources: list[tuple[str, Figure]]
    columns: list[tuple[Indicator, Presentation]]
    sort: str
    offices: list[Ranked]
    total: dict[str, Figure | None]
    alerts: list[Alert]


async def overview(store: Store, place: District, period: Period, sort: str) -> Overview:
    """The district in a period; `sort` is the column of `RANKING` by which offices are ranked. Raises Unavailable."""
    last_month = containing("month", period.as_day(place.today))
    months = [last_month.earlier(back) for back in range(TREND_MONTHS - 1, -1, -1)]
    headline = [id_ for tile in HEADLINE for id_ in tile]
    of_district, earlier, of_months, of_offices, alerts = await asyncio.gather(
        read_rows(store, place, [period], Which("district")),
        read_before(store, place, period, Which("district", only=headline)),
        read_rows(store, place, months, Which("district", only=TREND)),
        read_rows(store, place, [period], Which("office", only=[*RANKING, *headline])),
        store.rows(queries.alerts(place.code)),
    )
    values = Values([*of_district, *earlier], place.first_day, place.looks)
    trend, offices = Values(of_months, place.first_day, place.looks), Values(of_offices, place.first_day, place.looks)
    state, restated = period_state(values.states(period, place.code))
    return Overview(
        state,
        restated,
        [[line(place, values, id_, period, place.code) for id_ in tile] for tile in HEADLINE],
        {id_: ends(place, offices, period, id_) for id_ in headline},
        months,
        {id_: [trend.figure(id_, month, place.code) for month in months] for id_ in TREND},
        values.structure("med_accepted_cnt", "dispute_type", period, place.code),
        values.structure("med_accepted_cnt", "source", period, place.code),
        [(place.indicator(id_), place.looks(id_)) for id_ in RANKING],
        sort,
        rank(place, offices, period, sort),
        {id_: values.figure(id_, period, place.code) for id_ in RANKING},
        [alert_of(place, row) for row in alerts],
    )


def ends(place: District, values: Values, period: Period, indicator: str) -> Ends | None:
    """The offices that are first and last by an indicator: where neither direction is better, the one with most and the one with least."""
    sign = 1 if place.looks(indicator).better == "down" else -1
    told = [
        (sign * figure.value, office.id, office, figure)
        for office in place.offices.values()
        if office.open_in(period) and (figure := values.figure(indicator, period, office.id)) is not None and figure.value is not None
    ]
    first, last = min(told, default=None, key=lambda one: one[:2]), max(told, default=None, key=lambda one: one[:2])
    if first is None or last is None or first[0] == last[0]:
        return None
    return Ends(first[2], first[3], last[2], last[3])


def rank(place: District, values: Values, period: Period, sort: str) -> list[Ranked]:
    """The offices that existed in the period, best first by one indicator; those without a value come last and have no rank."""
    rows = [
        (office, {id_: values.figure(id_, period, office.id) for id_ in RANKING})
        for office in place.offices.values()
        if office.open_in(period)
    ]
    sign = 1 if presentation(sort).better == "down" else -1

    def key(row: tuple[Office, dict[str, Figure | None]]) -> tuple[bool, Fraction, str]:
        figure = row[1][sort]
        value = None if figure is None else figure.value
        return value is None, sign * (value or Fraction(0)), row[0].id

    ranked: list[Ranked] = []
    for position, row in enumerate(sorted(rows, key=key), start=1):
        missing, value, _ = key(row)
        place_in_order: int | None = position
        if missing:
            place_in_order = None
        elif ranked and key((ranked[-1].office, ranked[-1].figures))[1] == value:
            place_in_order = ranked[-1].rank
        ranked.append(Ranked(place_in_order, *row))
    return ranked


def alert_of(place: District, row: tuple[Any, ...]) -> Alert:
    """An alert from its row, in the order of `queries.alerts`."""
    (
        rule,
        severity,
        subject_kind,
        subject,
        started_at,
        value,
        threshold,
        why,
        indicator,
        mode,
        dimension,
        kind,
        start,
        title_zh,
        title_en,
    ) = row
    return Alert(
        rule,
        severity,
        subject_kind,
        subject,
        started_at,
        None if value is None else Fraction(str(value)),
        Fraction(str(threshold)),
        why,
        place.indicator(indicator),
        place.looks(indicator),
        mode,
        dimension,
        Period(kind, start),
        Period(kind, start) if kind in KINDS else None,
        start,
        title_zh,
        title_en,
    )
