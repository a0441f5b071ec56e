"""Dual leadership on one view: who pays, staffs, appoints and orders at each office, where its time goes, whose tasks are done, and who gives what for it."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.dated import read_now
from consumers.dashboard.figures import Figure
from consumers.dashboard.matrix import block
from consumers.dashboard.reading import Authority, District, Office
from consumers.dashboard.registry import WHOLE_BP, Share, Split, assemble
from consumers.dashboard.spans import Spans, shown_in, spans
from consumers.dashboard.topics import Section, Topic, sections_of
from consumers.periods import Period

DUAL = Topic(
    "dual",
    (
        "dual_core_time_share", "dual_street_task_share", "dual_street_minutes_share", "dual_completion_bureau", "dual_completion_street",
        "dual_balance_gap_pp", "dual_outside_list_share", "dual_secondment_days", "dual_secondment_share", "dual_ack_minutes_p50",
        "dual_oncall_reached_rate", "dual_transfer_effect_rate", "dual_instruction_done_rate", "dual_overlap_share",
    ),
    (
        "dual_core_time_share", "dual_street_task_share", "dual_completion_bureau", "dual_completion_street", "dual_balance_gap_pp",
        "dual_outside_list_share", "dual_secondment_days",
    ),
    (("dual_core_time_share", "dual_street_task_share"), ("dual_completion_bureau", "dual_completion_street")),
)  # fmt: skip
_OWN = ("dual_mismatch_pp", "fund_share_actual", "dual_unity_index")
_ROLES = ("staff", "head", "premises")


class Held(NamedTuple):
    """Who holds what at an office, each as shares for a bar; tasks are those of the period."""

    office: Office
    pays: list[Share]
    staff: list[Share]
    head: list[Share]
    premises: list[Share]
    tasks: list[Share]
    assigned: int


class Side(NamedTuple):
    """An authority: what it pays, what it orders, the difference, and how far the five roles are in its hand."""

    authority: Authority
    paid: Figure | None
    tasks: int
    mismatch: Figure | None
    unity: Figure | None

    @property
    def id(self) -> str:
        """The authority's."""
        return self.authority.id


@dataclass(frozen=True, slots=True)
class DualPage:
    """All that the page prints."""

    state: str
    restated: int
    day: date
    section: Section
    held: list[Held]
    sides: list[Side]
    tasks: int
    own: dict[str, Period]
    """The period in which each number of an authority is shown."""


async def dual_page(store: Store, place: District, period: Period) -> DualPage:
    """The two masters in a period: splits of its last day (or today), tasks of all its days. Raises Unavailable."""
    day = period.as_day(place.today)
    own: Spans
    (sections, (state, restated)), own, splits, tasks = await asyncio.gather(
        sections_of(store, place, period, (DUAL,)),
        spans(store, place, period, _OWN, "authority", compared=False, modes=("own",)),
        read_now(store, place, queries.splits(place.code)),
        read_now(store, place, queries.tasks(place.code, period.start, period.end)),
    )
    decided: dict[str, list[Split]] = defaultdict(list)
    for split in assemble(splits):
        decided[split.office].append(split)
    given: dict[str, dict[str, int]] = defaultdict(dict)
    ordered: dict[str, int] = defaultdict(int)
    for office, assigner, count in tasks:
        given[office][assigner] = int(count)
        ordered[assigner] += int(count)
    shown = {id_: shown_in(place.indicator(id_), period) for id_ in _OWN}

    def of(id_: str, authority: str) -> Figure | None:
        return own.of(shown[id_]).figure(id_, shown[id_], authority, "own")

    sides = [
        Side(one, of("fund_share_actual", one.id), ordered[one.id], of("dual_mismatch_pp", one.id), of("dual_unity_index", one.id))
        for one in place.authorities.values()
    ]
    return DualPage(
        state,
        restated,
        day,
        sections[0],
        [held(place, office, decided[office.id], given[office.id], day) for office in place.offices.values() if office.open_in(period)],
        sorted(
            (one for one in sides if one.tasks or (one.paid and one.paid.numerator) or (one.unity and one.unity.numerator)), key=_weight
        ),
        sum(ordered.values()),
        shown,
    )


def held(place: District, office: Office, splits: list[Split], given: dict[str, int], day: date) -> Held:
    """An office's holders on a day; what rounding of the tasks' shares leaves over falls to the last."""
    told = block(place, office, splits, given, day, {})
    ordering = [cell for cell in told.cells if cell.tasks]
    ends = [sum(cell.tasks for cell in ordering[: n + 1]) * WHOLE_BP // told.tasks for n in range(len(ordering))]
    by_role = {role: [Share(cell.authority.id, cell.roles[role]) for cell in told.cells if cell.roles[role]] for role in _ROLES}
    return Held(
        office,
        [Share(cell.authority.id, cell.pays) for cell in told.cells if cell.pays],
        by_role["staff"],
        by_role["head"],
        by_role["premises"],
        [Share(cell.authority.id, end - start) for cell, start, end in zip(ordering, [0, *ends], ends, strict=False)],
        told.tasks,
    )


def _weight(side: Side) -> tuple[int, str]:
    return -side.tasks, side.id
