"""The funding-authority pages: what an authority paid, what it got in each mode of attribution, what it ordered, and the mismatch."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.dated import Which, read_beside_district, read_now, read_rows
from consumers.dashboard.figures import Figure, Kind
from consumers.dashboard.presentation import Presentation
from consumers.dashboard.reading import SELF, Authority, District, Indicator, Line, Office, Values, line, period_state
from consumers.dashboard.registry import Split, assemble, payers
from consumers.periods import Period
from consumers.report.publish import OF_PERSONS, Cell, is_small

MODES = ("share_weighted", "full", "lead", "assigned_by")
"""The modes in which work is attributed, as the card sets them side by side."""
STREET = "street"
"""The card as it may be handed to the authority, which is outside the bureau: no few persons in it, nor what gives them away."""
_PUBLISHED, _MODE_PUBLISHED = "quarter", "lead"
"""Of persons one kind of window and one mode, as `suoheng access clickhouse --street` has them: two could be taken from each other."""


@dataclass(frozen=True, slots=True)
class Row:
    """One authority in the list: money, tasks, mismatch, and how many offices it funds."""

    authority: Authority
    paid: Figure | None
    paid_share: Figure | None
    tasks: int
    task_share: Fraction | None
    mismatch: Figure | None
    offices: int


@dataclass(frozen=True, slots=True)
class Authorities:
    """All that the list of authorities prints."""

    state: str
    restated: int
    day: date
    rows: list[Row]
    tasks: int


@dataclass(frozen=True, slots=True)
class Funded:
    """One office that the authority funds or gives tasks to."""

    office: Office
    bp: int
    tasks: int
    of_office: Fraction | None
    """Its share of the tasks that anyone gave this office."""


@dataclass(frozen=True, slots=True)
class Got:
    """One indicator in the four modes side by side, and the district's own value."""

    indicator: Indicator
    shown: Presentation
    modes: dict[str, Figure | None]
    """A mode in which the indicator has no value at all is not in here."""
    district: Figure | None
    withheld: bool = False
    """Not for the street; then it looks alike whatever it is."""


@dataclass(frozen=True, slots=True)
class AuthorityCard:
    """All that a funding-authority card prints."""

    authority: Authority
    state: str
    restated: int
    day: date
    paid: Line
    paid_share: Line
    mismatch: Line
    tasks: int
    all_tasks: int
    funded: list[Funded]
    mode: str
    got: list[Got]
    lines: list[Line]
    """The lines of the chosen mode; empty while all four stand side by side."""


async def authorities(store: Store, place: District, period: Period) -> Authorities:
    """Every authority that is registered, pays, or gives tasks. Raises Unavailable."""
    day = period.as_day(place.today)
    own, around, tasks, splits = await asyncio.gather(
        read_rows(store, place, [period], Which("authority", modes=["own"])),
        read_rows(store, place, [period], Which("district", only=["med_accepted_cnt"])),
        read_now(store, place, queries.tasks(place.code, period.start, period.end)),
        read_now(store, place, queries.splits(place.code)),
    )
    values = Values(own, place.first_day, place.looks)
    ordered = _by_assigner(tasks)
    funding = _funding(place, period, assemble(splits), day)
    known = {*place.authorities, *(set(ordered) - {SELF}), *(id_ for shares in funding.values() for id_ in shares)}
    if place.as_of:
        known |= {row[3] for row in own}  # subject_id: who had a value then
    state, restated = period_state(Values(around, place.first_day, place.looks).states(period, place.code))
    total = sum(ordered.values())
    rows = [
        Row(
            place.authority(id_),
            values.figure("fund_disbursed_yuan", period, id_, "own"),
            values.figure("fund_share_actual", period, id_, "own"),
            ordered[id_],
            Fraction(ordered[id_], total) if total else None,
            values.figure("dual_mismatch_pp", period, id_, "own"),
            sum(1 for shares in funding.values() if id_ in shares),
        )
        for id_ in known
    ]
    rows.sort(key=lambda row: (-(row.paid.numerator if row.paid else 0), -row.tasks, row.authority.id))
    return Authorities(state, restated, day, rows, total)


async def authority_card(store: Store, place: District, authority: Authority, period: Period, mode: str) -> AuthorityCard:
    """The card of an authority in a period; `mode` is one of MODES, `all` to set them side by side, or STREET. Raises Unavailable."""
    day = period.as_day(place.today)
    (own, around), tasks, splits = await asyncio.gather(
        read_beside_district(store, place, period, Which("authority", authority.id, [*MODES, "own"])),
        read_now(store, place, queries.tasks(place.code, period.start, period.end)),
        read_now(store, place, queries.splits(place.code)),
    )
    values, beside = Values(own, place.first_day, place.looks), Values(around, place.first_day, place.looks)
    state, restated = period_state(beside.states(period, place.code))
    ordered = _by_assigner(tasks)
    return AuthorityCard(
        authority,
        state,
        restated,
        day,
        line(place, values, "fund_disbursed_yuan", period, authority.id, mode="own"),
        line(place, values, "fund_share_actual", period, authority.id, mode="own"),
        line(place, values, "dual_mismatch_pp", period, authority.id, mode="own"),
        ordered[authority.id],
        sum(ordered.values()),
        _funded(place, authority.id, _funding(place, period, assemble(splits), day), tasks),
        mode,
        [for_street(one, period) if mode == STREET else one for one in _got(place, values, beside, period, authority.id)],
        [line(place, values, id_, period, authority.id, mode=mode, beside=beside) for id_ in _in_mode(values, mode)]
        if mode in MODES
        else [],
    )


def for_street(got: Got, period: Period) -> Got:
    """What a street may see of it: of persons in correction and resettlement a quarter's value for the leading payer, unless they are few."""
    family = got.indicator.id.partition("_")[0]
    if family not in OF_PERSONS:
        return got
    figure = got.modes.get(_MODE_PUBLISHED)
    shown = figure is not None and not is_small(Cell(family, (), "", figure.numerator, figure.denominator))
    shown = shown and period.kind == _PUBLISHED and got.shown.kind is not Kind.DAYS
    return replace(got, modes={_MODE_PUBLISHED: figure} if shown else {}, district=None, withheld=not shown)


def _by_assigner(tasks: list[tuple[Any, ...]]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for _, assigner, count in tasks:
        counted[assigner] += int(count)
    return counted


def _funding(place: District, period: Period, splits: list[Split], day: date) -> dict[str, dict[str, int]]:
    """For each office of the period, who carries how many basis points of its operating cost on the day."""
    offices = [office.id for office in place.offices.values() if office.open_in(period)]
    return {id_: dict(payers([split for split in splits if split.office == id_], place.code, day)) for id_ in offices}


def _funded(place: District, authority: str, funding: dict[str, dict[str, int]], tasks: list[tuple[Any, ...]]) -> list[Funded]:
    given, all_given = Counter[str](), Counter[str]()
    for office, assigner, count in tasks:
        all_given[office] += int(count)
        given[office] += int(count) if assigner == authority else 0
    rows = []
    for office, shares in funding.items():
        bp, count = shares.get(authority, 0), given[office]
        if bp or count:
            rows.append(Funded(place.offices[office], bp, count, Fraction(count, all_given[office]) if all_given[office] else None))
    return rows


def _in_mode(values: Values, mode: str) -> list[str]:
    return [id_ for id_ in values.indicators() if values.has(id_, mode)]


def _got(place: District, values: Values, beside: Values, period: Period, authority: str) -> list[Got]:
    rows = []
    for id_ in values.indicators():
        modes = {mode: values.figure(id_, period, authority, mode) for mode in MODES if values.has(id_, mode)}
        if modes:
            rows.append(Got(place.indicator(id_), place.looks(id_), modes, beside.figure(id_, period, place.code)))
    return rows
