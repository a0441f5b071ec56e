"""Pages about a part of the work: for each topic its indicators with comparison and target, the same by office, and a year of months.

The three centres of the seed (legal service, disputes, publicity), the special groups, and the two masters are topics.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard.dated import Which, read_rows
from consumers.dashboard.figures import Figure, Kind
from consumers.dashboard.presentation import Presentation
from consumers.dashboard.reading import District, Indicator, Office, Values, period_state
from consumers.dashboard.spans import Spans, Told, shown_in, spans
from consumers.periods import Period, containing

TREND_MONTHS = 12
_HUE, _FAINT = 10_000, 1_000


class Topic(NamedTuple):
    """What belongs to a topic: indicators of its list, those shown by office, and those drawn over months."""

    id: str
    lines: tuple[str, ...]
    columns: tuple[str, ...]
    drawn: tuple[tuple[str, ...], ...]
    """Charts: the indicators of each."""


LEGAL = Topic(
    "leg",
    (
        "leg_consult_cnt", "leg_aid_received_cnt", "leg_aid_decision_ontime", "leg_aid_assign_ontime", "leg_aid_grant_rate", "leg_aid_close_rate",
        "leg_aid_qualified_rate", "leg_counsel_coverage", "leg_counsel_duty_rate",
    ),
    ("leg_consult_cnt", "leg_aid_received_cnt", "leg_aid_decision_ontime", "leg_aid_assign_ontime", "leg_counsel_coverage", "leg_counsel_duty_rate"),
    (("leg_consult_cnt",), ("leg_aid_received_cnt",)),
)  # fmt: skip
DISPUTES = Topic(
    "med",
    (
        "med_accepted_cnt", "med_concluded_cnt", "med_handling_rate", "med_success_rate", "med_written_share", "med_duration_p50", "med_duration_p90",
        "med_overdue_rate", "med_fulfilment_rate", "med_followup_rate", "med_confirm_rate", "med_screening_ok", "med_collective_cnt",
        "med_escalation_cnt", "med_prevented_cnt", "med_amount_yuan",
    ),
    (
        "med_accepted_cnt", "med_success_rate", "med_duration_p50", "med_overdue_rate", "med_fulfilment_rate", "med_screening_ok", "med_collective_cnt",
        "med_escalation_cnt",
    ),
    (("med_accepted_cnt", "med_concluded_cnt"), ("med_success_rate",)),
)  # fmt: skip
PUBLICITY = Topic(
    "pub",
    (
        "pub_activity_cnt", "pub_audience_sum", "pub_village_coverage", "pub_legal_persons_per_village", "pub_awareness_rate", "pub_satisfaction_rate",
        "pub_image_share",
    ),
    ("pub_activity_cnt", "pub_audience_sum", "pub_village_coverage", "pub_legal_persons_per_village", "pub_awareness_rate", "pub_satisfaction_rate"),
    (("pub_activity_cnt",), ("pub_audience_sum",)),
)  # fmt: skip
CENTRES = (LEGAL, DISPUTES, PUBLICITY)


class Cell(NamedTuple):
    """A figure of an office, and how dark its ground is drawn: the share of the greatest in its column, in basis points."""

    figure: Figure | None
    shade: int


@dataclass(frozen=True, slots=True)
class Section:
    """A topic with its numbers."""

    topic: Topic
    lines: list[Told]
    columns: list[tuple[Indicator, Presentation, Period]]
    offices: list[tuple[Office, list[Cell]]]
    months: list[Period]
    trends: list[dict[str, list[Figure | None]]]


@dataclass(frozen=True, slots=True)
class TopicsPage:
    """All that a page of topics prints."""

    state: str
    restated: int
    sections: list[Section]


async def topics_page(store: Store, place: District, period: Period, topics: Sequence[Topic]) -> TopicsPage:
    """The topics in a period. Raises Unavailable."""
    sections, (state, restated) = await sections_of(store, place, period, topics)
    return TopicsPage(state, restated, sections)


async def sections_of(store: Store, place: District, period: Period, topics: Sequence[Topic]) -> tuple[list[Section], tuple[str, int]]:
    """The topics with their numbers, and the state of the period with how many numbers were restated. Raises Unavailable."""
    last = containing("month", period.as_day(place.today))
    months = [last.earlier(back) for back in range(TREND_MONTHS - 1, -1, -1)]
    drawn = sorted({id_ for topic in topics for chart in topic.drawn for id_ in chart})
    of_district, of_offices, of_months = await asyncio.gather(
        spans(store, place, period, [id_ for topic in topics for id_ in topic.lines], "district"),
        spans(store, place, period, [id_ for topic in topics for id_ in topic.columns], "office", compared=False),
        read_rows(store, place, months, Which("district", only=drawn)),
    )
    trend = Values(of_months, place.first_day, place.looks)
    found = [_section(place, topic, period, of_district, of_offices, trend, months) for topic in topics]
    return found, period_state(of_district.states(period, place.code))


def _section(
    place: District, topic: Topic, period: Period, of_district: Spans, of_offices: Spans, trend: Values, months: list[Period]
) -> Section:
    columns = [(place.indicator(id_), place.looks(id_), shown_in(place.indicator(id_), period)) for id_ in topic.columns]
    offices = [office for office in place.offices.values() if office.open_in(period)]
    figures = [[of_offices.of(shown).figure(indicator.id, shown, office.id) for office in offices] for indicator, _, shown in columns]
    shaded = [shades(column) for column in figures]
    return Section(
        topic,
        [of_district.told(id_, period, place.code) for id_ in topic.lines],
        columns,
        [(office, [Cell(column[n], shade[n]) for column, shade in zip(figures, shaded, strict=True)]) for n, office in enumerate(offices)],
        months,
        [{id_: [trend.figure(id_, month, place.code) for month in months] for id_ in chart} for chart in topic.drawn],
    )


def shades(column: Sequence[Figure | None]) -> list[int]:
    """How dark each figure's ground is, in basis points: its share of the greatest; of ratios, which lie close together, from the least (a tenth) on.

    0 where there is no value, or nothing to tell apart.
    """
    values = [None if figure is None or figure.value is None else abs(figure.value) for figure in column]
    known = [value for value in values if value is not None]
    greatest = max(known, default=Fraction(0))
    if any(figure is not None and figure.kind is Kind.PERCENT for figure in column):
        least = min(known, default=Fraction(0))
        spread = greatest - least
        return [int(_FAINT + (value - least) * (_HUE - _FAINT) / spread) if value is not None and spread else 0 for value in values]
    return [int(value * _HUE / greatest) if value and greatest else 0 for value in values]
