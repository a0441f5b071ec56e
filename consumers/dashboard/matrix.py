"""The pay–use–manage matrix: for each office, which authority pays, supplies staff, appoints, gives tasks, owns and manages (domain 1.5)."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.reading import Authority, District, Office, Values, period_state
from consumers.dashboard.registry import WHOLE_BP, Split, assemble, holders, payers
from consumers.periods import Period

ROLES = {"staff": "staff_assigning", "head": "head_appointing", "premises": "premises_owner", "manages": "managing"}
"""Columns of the matrix that come from splits other than funding."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One authority at one office. Shares are basis points; 0 where it has no part."""

    authority: Authority
    pays: int
    roles: dict[str, int]
    tasks: int
    task_share: Fraction | None
    """Its share of the tasks that the office was given; None when there were none."""
    gap: Fraction | None
    """Task share minus funding share, as a fraction; above zero it orders more than it pays for."""


@dataclass(frozen=True, slots=True)
class Block:
    """One office with the authorities that have a part in it, the greatest payer first; `self` stands for tasks that it set itself."""

    office: Office
    cells: list[Cell]
    tasks: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """All that the matrix page prints."""

    state: str
    restated: int
    day: date
    blocks: list[Block]


async def matrix(store: Store, place: District, period: Period) -> Matrix:
    """The matrix of every office that existed in the period: splits of its last day (or today), tasks of all its days. Raises Unavailable."""
    day = period.as_day(place.today)
    splits, tasks, around = await asyncio.gather(
        store.rows(queries.splits(place.code)),
        store.rows(queries.tasks(place.code, period.start, period.end)),
        store.rows(queries.values(place.code, period.kind, [period.start], "district", only=["med_accepted_cnt"])),
    )
    decided: dict[str, list[Split]] = defaultdict(list)
    for split in assemble(splits):
        decided[split.office].append(split)
    given: dict[str, dict[str, int]] = defaultdict(dict)
    for office, assigner, count in tasks:
        given[office][assigner] = int(count)
    state, restated = period_state(Values(around, place.first_day, place.looks).states(period, place.code))
    offices = [office for office in place.offices.values() if office.open_in(period)]
    return Matrix(state, restated, day, [block(place, office, decided[office.id], given[office.id], day) for office in offices])


def block(place: District, office: Office, splits: list[Split], given: dict[str, int], day: date) -> Block:
    """The matrix of one office on a day, with the tasks that each authority gave it."""
    paying = dict(payers(splits, place.code, day))
    roles = {name: dict(holders(splits, role, day)) for name, role in ROLES.items()}
    tasks = {id_: count for id_, count in given.items() if count}
    total = sum(tasks.values())
    involved = {*paying, *tasks, *(id_ for shares in roles.values() for id_ in shares)}
    cells = []
    for id_ in sorted(involved, key=lambda id_: (-paying.get(id_, 0), -tasks.get(id_, 0), id_)):
        share = Fraction(tasks.get(id_, 0), total) if total else None
        cells.append(
            Cell(
                place.authority(id_),
                paying.get(id_, 0),
                {name: shares.get(id_, 0) for name, shares in roles.items()},
                tasks.get(id_, 0),
                share,
                None if share is None else share - Fraction(paying.get(id_, 0), WHOLE_BP),
            )
        )
    return Block(office, cells, total)
