"""The office card: what it has, what it does, how well, for whom, who pays for it, and how that was before."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import orjson

from consumers.clickhouse.store import Store
from consumers.dashboard import queries, watch_queries
from consumers.dashboard.dated import Which, read_beside_district, read_now, read_rows
from consumers.dashboard.figures import Change, Figure, change
from consumers.dashboard.presentation import CAPACITY, Presentation, section
from consumers.dashboard.reading import Authority, District, Indicator, Line, Office, Values, line, period_state
from consumers.dashboard.registry import Share, Span, assemble, funding_history, payers
from consumers.lineage import RecordEvent
from consumers.lineage.events import events_of
from consumers.periods import DAYS, KINDS, Period, containing

COMPARED = (
    *CAPACITY,
    "cap_independent_rate",
    "cap_post_share",
    "cap_law_degree_share",
    "cor_caseload",
    "res_register",
    "med_accepted_cnt",
    "med_success_rate",
    "med_duration_p50",
    "med_overdue_rate",
    "leg_consult_cnt",
    "pub_activity_cnt",
    "res_help_rate",
    "res_placement_rate",
    "dual_core_time_share",
    "dual_balance_gap_pp",
)
"""What the comparison of two dates prints."""

_MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class Assigned:
    """Tasks that one authority gave to an office."""

    authority: Authority
    tasks: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One indicator on two dates: the values of the windows that hold them."""

    indicator: Indicator
    shown: Presentation
    before: Figure | None
    after: Figure | None
    change: Change | None


class Award(NamedTuple):
    """A rating that the office was given; `level` '' for programmes without."""

    programme: str
    level: str
    day: date

    @property
    def day_before(self) -> date:
        """The last day of the month before: what the office was like without it."""
        return self.day.replace(day=1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Named:
    """A name of an office, and when that was decided; the last one holds."""

    name: str
    event: RecordEvent


@dataclass(frozen=True, slots=True)
class OfficeCard:
    """All that an office card prints."""

    office: Office
    names: list[Named]
    """Oldest first; of an office that never changed its name that one alone."""
    merged_here: list[Office]
    """Offices that were merged into it; their own history stays theirs."""
    split_off: list[Office]
    """Offices that came out of it; what was done before stays its own."""
    state: str
    restated: int
    day: date
    capacity: dict[str, Line]
    stars: int
    """The level of the star rating held, 0 for none."""
    sections: dict[str, list[Line]]
    minutes: Line
    tasks: list[Assigned]
    payers: tuple[Share, ...]
    history: list[Span]
    before: date
    after: date
    pair: tuple[Period, Period]
    """The windows that hold them: months where the page shows any days."""
    compared: list[Compared]
    awards: list[Award]


async def office_card(store: Store, place: District, office: Office, period: Period, before: date | None, after: date | None) -> OfficeCard:
    """The card of an office in a period, with the comparison of two dates (default: its first data, and the period). Raises Unavailable."""
    day = period.as_day(place.today)
    before = before or max(office.opened_on, place.first_day or office.opened_on)
    after = after or day
    kind = KINDS[0] if period.kind == DAYS else period.kind
    pair = (containing(kind, before), containing(kind, after))
    (own, around), compared, tasks, splits, (registered, awards) = await asyncio.gather(
        read_beside_district(store, place, period, Which("office", office.id)),
        read_rows(store, place, pair, Which("office", office.id, only=COMPARED)),
        read_now(store, place, queries.tasks(place.code, period.start, period.end)),
        read_now(store, place, queries.splits(place.code, office.id)),
        asyncio.gather(events_of(store, place.code, [f"reg.office:{office.id}"]), store.rows(watch_queries.awards(place.code, office.id))),
    )
    values, beside = Values(own, place.first_day, place.looks), Values(around, place.first_day, place.looks)
    state, restated = period_state(values.states(period, office.id))
    decided = assemble(splits)

    def of(indicator: str) -> Line:
        return line(place, values, indicator, period, office.id, beside=beside)

    return OfficeCard(
        office,
        _names(registered[f"reg.office:{office.id}"]),
        [other for other in place.offices.values() if other.merged_into == office.id],
        [other for other in place.offices.values() if other.split_from == office.id],
        state,
        restated,
        day,
        {id_: of(id_) for id_ in CAPACITY},
        _stars(values, period, office.id),
        _sections([of(id_) for id_ in values.indicators()]),
        of("dual_core_time_share"),
        [Assigned(place.authority(assigner), int(count)) for id_, assigner, count in tasks if id_ == office.id and count],
        payers(decided, place.code, day),
        funding_history(decided),
        before,
        after,
        pair,
        _compare(place, Values(compared, place.first_day, place.looks), office.id, pair),
        [Award(*row) for row in awards],
    )


def _names(events: list[RecordEvent]) -> list[Named]:
    """Each name when it was decided: by an opening that says another one, or by an amendment of an opening."""
    names: list[Named] = []
    for event in events:
        if event.type != "reg.office.opened" or event.standing in ("retracted", "superseded"):
            continue
        name = str(orjson.loads(event.data)["name"])
        if not names or names[-1].name != name:
            names.append(Named(name, event))
    return names


def _sections(lines: list[Line]) -> dict[str, list[Line]]:
    sections: dict[str, list[Line]] = {"workload": [], "outcome": [], "dual": []}
    for one in lines:
        name = section(one.indicator.id)
        if name in sections:
            sections[name].append(one)
    return sections


def _stars(values: Values, period: Period, office: str) -> int:
    for level in range(_MOST_STARS, 0, -1):
        figure = values.figure("cap_star_cnt", period, office, dimension=f"level={level}")
        if figure and figure.value:
            return level
    return 0


def _compare(place: District, values: Values, office: str, pair: tuple[Period, Period]) -> list[Compared]:
    lines = []
    for id_ in COMPARED:
        before, after = (values.figure(id_, period, office) for period in pair)
        lines.append(Compared(place.indicator(id_), place.looks(id_), before, after, change(after, before)))
    return lines
