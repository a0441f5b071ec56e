"""Special groups: people under correction and released people as funnels of counts, with the limits that come near. No person has a row of her own here."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard import watch_queries
from consumers.dashboard.asking import Ask
from consumers.dashboard.limits import LIMITS, LISTS, Counted, counted, days_ahead
from consumers.dashboard.reading import District
from consumers.dashboard.spans import Told
from consumers.dashboard.topics import Section, Topic, sections_of
from consumers.periods import Period

CORRECTION = Topic(
    "cor",
    (
        "cor_caseload", "cor_intake_cnt", "cor_release_cnt", "cor_report_ontime_rate", "cor_missed_cnt", "cor_missed_open_cnt", "cor_lost_cnt",
        "cor_regain_hours_p50", "cor_reoffence_cnt", "cor_reoffence_rate", "cor_visit_coverage", "cor_education_rate", "cor_service_rate",
        "cor_investigation_ontime_rate", "cor_monitor_over_limit_cnt", "cor_sanction_rate", "cor_fail_grade_share", "cor_help_coverage", "cor_findings_cnt",
    ),
    (
        "cor_caseload", "cor_report_ontime_rate", "cor_visit_coverage", "cor_education_rate", "cor_service_rate", "cor_missed_cnt", "cor_lost_cnt",
        "cor_monitor_over_limit_cnt", "cor_reoffence_cnt",
    ),
    (("cor_caseload",), ("cor_intake_cnt", "cor_release_cnt")),
)  # fmt: skip
RESETTLEMENT = Topic(
    "res",
    (
        "res_register", "res_verify_rate", "res_handover_rate", "res_key_handover_rate", "res_help_rate", "res_placement_rate", "res_visits_per_person",
        "res_lost_cnt", "res_reoffence_rate",
    ),
    ("res_register", "res_handover_rate", "res_key_handover_rate", "res_help_rate", "res_placement_rate", "res_lost_cnt"),
    (("res_register",), ("res_help_rate", "res_placement_rate")),
)  # fmt: skip
TOPICS = (CORRECTION, RESETTLEMENT)
_OF = {
    "cor": (("report", "monitor", "investigation"), ("lost", "unreported", "over_limit", "monitored")),
    "res": (("notice",), ("lost_released",)),
}
"""Limits and lists of each group."""

Part = tuple[str, str, int]
"""The key of a step's name, the indicator that tells it, and which of its sums: 1 above the line, 2 below."""
STEPS: dict[str, tuple[Part, ...]] = {
    "cor": (
        ("due", "cor_report_ontime_rate", 2), ("ontime", "cor_report_ontime_rate", 1), ("intake", "cor_intake_cnt", 1),
        ("caseload", "cor_caseload", 1), ("graded", "cor_fail_grade_share", 2), ("failed", "cor_fail_grade_share", 1),
        ("lost", "cor_lost_cnt", 1), ("reoffended", "cor_reoffence_cnt", 1), ("released", "cor_release_cnt", 1),
    ),
    "res": (
        ("notified", "res_verify_rate", 2), ("verified", "res_verify_rate", 1), ("freed", "res_handover_rate", 2),
        ("handed_over", "res_handover_rate", 1), ("key_freed", "res_key_handover_rate", 2), ("key_fetched", "res_key_handover_rate", 1),
        ("enrolled", "res_register", 1), ("helped", "res_help_rate", 1), ("placed", "res_placement_rate", 1), ("res_lost", "res_lost_cnt", 1),
    ),
}  # fmt: skip


class Step(NamedTuple):
    """One step of a funnel: how many, and behind which sum of which indicator in which period they stand."""

    id: str
    indicator: str
    sum: int
    period: Period
    number: Fraction


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its topic, its funnel, and what comes near or is over."""

    section: Section
    steps: list[Step]
    limits: list[Counted]
    lists: list[Counted]


@dataclass(frozen=True, slots=True)
class GroupsPage:
    """All that the page prints."""

    state: str
    restated: int
    days: int
    groups: list[Group]


async def groups_page(store: Store, place: District, period: Period, ask: Ask) -> GroupsPage:
    """Both groups in a period. Raises PageError, Unavailable."""
    days = days_ahead(ask)
    (sections, (state, restated)), limits, lists = await asyncio.gather(
        sections_of(store, place, period, TOPICS),
        store.rows(watch_queries.limits(place.code, days)),
        store.rows(watch_queries.watched(place.code)),
    )
    ahead, watched = counted(LIMITS, limits), counted(LISTS, lists)
    return GroupsPage(state, restated, days, [_group(section, ahead, watched) for section in sections])


def _group(section: Section, ahead: Sequence[Counted], watched: Sequence[Counted]) -> Group:
    limits, lists = _OF[section.topic.id]
    return Group(
        section,
        steps(section.topic.id, section.lines),
        [one for one in ahead if one.kind in limits],
        [one for one in watched if one.kind in lists],
    )


def steps(group: str, lines: Sequence[Told]) -> list[Step]:
    """The funnel of a group from its lines; a step of which the log tells nothing is 0."""
    told = {one.line.indicator.id: one for one in lines}
    found = []
    for id_, indicator, sum_ in STEPS[group]:
        now = told[indicator].line.now
        number = Fraction(0) if now is None else now.numerator if sum_ == 1 else now.denominator or Fraction(0)
        found.append(Step(id_, indicator, sum_, told[indicator].period, number))
    return found
