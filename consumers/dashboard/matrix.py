"""The pay–use–manage matrix: for each office, which authority pays, supplies staff, appoints, gives tasks, owns and manages (domain 1.5); and
whether the office leans to one of its two masters (domain 3.8, indicator 107)."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.dated import Which, read_now, read_rows
from consumers.dashboard.figures import Figure
from consumers.dashboard.reading import Authority, District, Office, Values, period_state
from consumers.dashboard.registry import WHOLE_BP, Split, assemble, holders, payers
from consumers.periods import Period

APART = Fraction(10, 100)
A_YEAR = timedelta(days=364)
LEANS_PP = 15
"""Percentage points by which tasks of one master are done in time more often than those of the other (domain 3.8)."""
SIDES = ("dual_completion_bureau", "dual_completion_street", "dual_balance_gap_pp")
ROLES = {"staff": "staff_assigning", "head": "head_appointing", "premises": "premises_owner", "manages": "managing"}
"""Columns of the matrix that come from splits other than funding."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One authority at one office. Shares are basis points; 0 where it has no part."""

    authority: Authority
    pays: int
    paid: Fraction | None
    """Its share of the money that was disbursed to the office in the year up to the day; None where there was none."""
    roles: dict[str, int]
    tasks: int
    task_share: Fraction | None
    """Its share of the tasks that the office was given; None when there were none."""
    gap: Fraction | None
    """Task share minus funding share, as a fraction; above zero it orders more than it pays for."""

    @property
    def apart(self) -> bool:
        """Whether declared and actual share differ by more than ten percentage points (domain 1.4)."""
        return self.paid is not None and abs(self.paid - Fraction(self.pays, WHOLE_BP)) > APART


@dataclass(frozen=True, slots=True)
class Block:
    """One office with the authorities that have a part in it, the greatest payer first; `self` stands for tasks that it set itself."""

    office: Office
    cells: list[Cell]
    tasks: int


@dataclass(frozen=True, slots=True)
class Leaning:
    """How an office serves its two masters: the shares of tasks of either done in time, their difference, and what that says: `department` (only
    the bureau's work), `street_cadre` (of the street), `balanced`, or `nothing` where one of both had no task due."""

    office: Office
    bureau: Figure | None
    street: Figure | None
    gap: Figure | None
    says: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """All that the matrix page prints."""

    state: str
    restated: int
    day: date
    blocks: list[Block]
    leanings: list[Leaning]


async def matrix(store: Store, place: District, period: Period) -> Matrix:
    """The matrix of every office that existed in the period: splits of its last day (or today), tasks of all its days. Raises Unavailable."""
    day = period.as_day(place.today)
    splits, tasks, money, own, around = await asyncio.gather(
        read_now(store, place, queries.splits(place.code)),
        read_now(store, place, queries.tasks(place.code, period.start, period.end)),
        read_now(store, place, queries.disbursed(place.code, day - A_YEAR, day + timedelta(days=1))),
        read_rows(store, place, [period], Which("office", only=SIDES)),
        read_rows(store, place, [period], Which("district", only=["med_accepted_cnt"])),
    )
    decided: dict[str, list[Split]] = defaultdict(list)
    for split in assemble(splits):
        decided[split.office].append(split)
    given: dict[str, dict[str, int]] = defaultdict(dict)
    for office, assigner, count in tasks:
        given[office][assigner] = int(count)
    paid: dict[str, dict[str, int]] = defaultdict(dict)
    for office, payer, amount in money:
        paid[office][payer] = int(amount)
    state, restated = period_state(Values(around, place.first_day, place.looks).states(period, place.code))
    offices = [office for office in place.offices.values() if office.open_in(period)]
    sides = Values(own, place.first_day, place.looks)
    return Matrix(
        state,
        restated,
        day,
        [block(place, office, decided[office.id], given[office.id], day, paid[office.id]) for office in offices],
        [_leaning(sides, office, period) for office in offices],
    )


def _leaning(values: Values, office: Office, period: Period) -> Leaning:
    bureau, street, gap = (values.figure(id_, period, office.id) for id_ in SIDES)
    if gap is None or gap.value is None:
        return Leaning(office, bureau, street, gap, "nothing")
    return Leaning(
        office, bureau, street, gap, "department" if gap.value > LEANS_PP else "street_cadre" if gap.value < -LEANS_PP else "balanced"
    )


def block(place: District, office: Office, splits: list[Split], given: dict[str, int], day: date, paid: Mapping[str, int]) -> Block:
    """The matrix of one office on a day, with the tasks that each authority gave it, and the fen that each paid."""
    paying = dict(payers(splits, place.code, day))
    roles = {name: dict(holders(splits, role, day)) for name, role in ROLES.items()}
    tasks = {id_: count for id_, count in given.items() if count}
    total, money = sum(tasks.values()), sum(paid.values())
    involved = {*paying, *tasks, *paid, *(id_ for shares in roles.values() for id_ in shares)}
    cells = []
    for id_ in sorted(involved, key=lambda id_: (-paying.get(id_, 0), -tasks.get(id_, 0), id_)):
        share = Fraction(tasks.get(id_, 0), total) if total else None
        cells.append(
            Cell(
                place.authority(id_),
                paying.get(id_, 0),
                Fraction(paid.get(id_, 0), money) if money else None,
                {name: shares.get(id_, 0) for name, shares in roles.items()},
                tasks.get(id_, 0),
                share,
                None if share is None else share - Fraction(paying.get(id_, 0), WHOLE_BP),
            )
        )
    return Block(office, cells, total)
