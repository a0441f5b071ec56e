"""How each indicator is shown: what kind of value it is, its unit, which direction is better, what its two counts are called.

Names and definitions are not here: they come with the catalogue (the table `indicators`). An indicator that this module has never heard
of is shown as the catalogue describes it, and one without a description by the ending of its id.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from consumers.dashboard.figures import FEN_PER_YUAN, Kind


@dataclass(frozen=True, slots=True)
class Presentation:
    """The looks of one indicator; `unit`, `numerator` and `denominator` are keys of `texts`."""

    kind: Kind
    unit: str = ""
    better: str = ""
    """`up`, `down` or '' (neither)."""
    numerator: str = ""
    denominator: str = ""
    words: tuple[str, str] = ("", "")
    """The unit in Chinese and English, where the catalogue tells it."""
    per: Fraction = Fraction(1)
    """What a rate's unit counts by: 1000 for ‰."""

    @property
    def hundredths(self) -> tuple[int, int]:
        """What divides numerator and denominator of a row: 100 where it counts fen or 0.01 m²."""
        return {Kind.MONEY: (100, 1), Kind.AREA: (100, 1), Kind.MONEY_SHARE: (100, 100), Kind.MONEY_RATE: (100, 1)}.get(self.kind, (1, 1))


class Told(NamedTuple):
    """What the catalogue says of an indicator's looks."""

    shape: str
    unit_zh: str
    unit_en: str
    factor: int
    divisor: int
    better: str


def _count(unit: str, better: str = "") -> Presentation:
    return Presentation(Kind.COUNT, unit, better)


def _percent(better: str, numerator: str, denominator: str) -> Presentation:
    return Presentation(Kind.PERCENT, "unit.percent", better, numerator, denominator)


_KNOWN: dict[str, Presentation] = {
    "med_accepted_cnt": _count("unit.case"),
    "med_concluded_cnt": _count("unit.case"),
    "med_handling_rate": _percent("up", "part.concluded", "part.accepted"),
    "med_success_rate": _percent("up", "part.agreed", "part.concluded"),
    "med_success_rate_accepted": _percent("up", "part.agreed", "part.accepted"),
    "med_written_share": _percent("up", "part.written", "part.agreed"),
    "med_duration_p50": Presentation(Kind.DAYS, "unit.day", "down"),
    "med_duration_p90": Presentation(Kind.DAYS, "unit.day", "down"),
    "med_overdue_rate": _percent("down", "part.overdue", "part.handled"),
    "med_fulfilment_rate": _percent("up", "part.fulfilled", "part.due"),
    "med_escalation_cnt": _count("unit.incident", "down"),
    "med_amount_yuan": Presentation(Kind.MONEY, "unit.yuan"),
    "med_collective_cnt": _count("unit.case"),
    "cor_caseload": _count("unit.person"),
    "cor_intake_cnt": _count("unit.person"),
    "cor_release_cnt": _count("unit.person"),
    "cor_reoffence_cnt": _count("unit.person", "down"),
    "cor_reoffence_rate": _percent("down", "part.reoffended", "part.present"),
    "cor_lost_cnt": _count("unit.person", "down"),
    "cor_report_ontime_rate": _percent("up", "part.on_time", "part.to_report"),
    "cor_monitor_over_limit_cnt": _count("unit.person", "down"),
    "res_register": _count("unit.person"),
    "res_key_handover_rate": _percent("up", "part.fetched", "part.key_released"),
    "res_help_rate": _percent("up", "part.helped", "part.enrolled"),
    "res_placement_rate": _percent("up", "part.placed", "part.enrolled"),
    "leg_consult_cnt": _count("unit.person_time"),
    "pub_activity_cnt": _count("unit.event", "up"),
    "pub_audience_sum": _count("unit.person_time"),
    "cap_area_m2": Presentation(Kind.AREA, "unit.m2", "up", "part.area", "part.offices"),
    "cap_staff_avg": Presentation(Kind.PER_OFFICE, "unit.person", "up", "part.staff", "part.offices"),
    "cap_standard_rate": _percent("up", "part.standard", "part.offices"),
    "cap_excellent_rate": _percent("up", "part.excellent", "part.offices"),
    "cap_star_cnt": _count("unit.office", "up"),
    "fund_disbursed_yuan": Presentation(Kind.MONEY, "unit.yuan"),
    "fund_share_actual": Presentation(Kind.MONEY_SHARE, "unit.percent", "", "part.own_money", "part.all_money"),
    **dict.fromkeys(("fund_arrival_rate", "svc_spend_share"), Presentation(Kind.MONEY_SHARE, "unit.percent", "up")),
    **dict.fromkeys(("fund_exec_rate", "leg_aid_fund_use_rate"), Presentation(Kind.MONEY_SHARE, "unit.percent")),
    "dual_street_task_share": _percent("", "part.street_tasks", "part.tasks"),
    "dual_core_time_share": _percent("up", "part.core_minutes", "part.minutes"),
    "dual_completion_bureau": _percent("up", "part.done_on_time", "part.tasks_due"),
    "dual_completion_street": _percent("up", "part.done_on_time", "part.tasks_due"),
    "dual_balance_gap_pp": Presentation(Kind.POINTS, "unit.pp"),
    "dual_mismatch_pp": Presentation(Kind.POINTS, "unit.pp"),
    "dq_ontime_report_rate": _percent("up", "part.sent_on_time", "part.reports_due"),
}

HEADLINE: tuple[tuple[str, ...], ...] = (
    ("med_accepted_cnt",),
    ("med_success_rate",),
    ("med_duration_p50",),
    ("med_overdue_rate",),
    ("med_escalation_cnt",),
    ("cor_caseload",),
    ("cor_reoffence_cnt", "cor_lost_cnt"),
    ("cor_report_ontime_rate", "dq_ontime_report_rate"),
    ("res_help_rate",),
    ("res_placement_rate",),
    ("leg_consult_cnt",),
    ("pub_activity_cnt",),
)
"""The twelve headline numbers of a district (domain 7.2); reoffence and loss of contact, both vetoes and mostly 0, share a tile, and so do those who
report in time: persons and offices."""

RANKING = (
    "med_accepted_cnt",
    "med_success_rate",
    "med_duration_p50",
    "med_overdue_rate",
    "med_escalation_cnt",
    "cor_caseload",
    "cor_report_ontime_rate",
    "res_help_rate",
    "res_placement_rate",
    "leg_consult_cnt",
    "pub_activity_cnt",
    "dual_core_time_share",
)
"""Columns of the table of offices; each can rank it."""

CAPACITY = ("cap_staff_avg", "cap_area_m2", "cap_standard_rate", "cap_excellent_rate")
TREND = ("med_accepted_cnt", "med_concluded_cnt", "med_success_rate")
ORDER = {id_: place for place, id_ in enumerate(_KNOWN)}


def presentation(indicator: str, told: Told | None = None) -> Presentation:
    """How an indicator is shown: as known here, else as the catalogue tells, else by the ending of its id."""
    known = _KNOWN.get(indicator)
    if known:
        return known
    if told is not None:
        return _as_told(told)
    if "_rate" in indicator or "_share" in indicator:
        return Presentation(Kind.PERCENT, "unit.percent")
    endings = {
        "_yuan": (Kind.MONEY, "unit.yuan"),
        "_pp": (Kind.POINTS, "unit.pp"),
        "_p50": (Kind.DAYS, "unit.day"),
        "_p90": (Kind.DAYS, "unit.day"),
    }
    for ending, (kind, unit) in endings.items():
        if indicator.endswith(ending):
            return Presentation(kind, unit)
    return Presentation(Kind.COUNT)


def _as_told(told: Told) -> Presentation:
    if told.shape == "sum":
        kind = Kind.COUNT if told.divisor == 1 else Kind.MONEY
    elif told.shape.startswith("p"):
        kind = Kind.DAYS
    elif told.shape in ("gap", "mismatch"):
        kind = Kind.POINTS
    else:
        kind = Kind.PERCENT if told.unit_en == "%" else Kind.MONEY_RATE if told.divisor == FEN_PER_YUAN else Kind.RATE
    per = Fraction(told.factor, 1 if kind is Kind.MONEY_RATE else told.divisor)
    better = told.better if told.better in ("up", "down") else ""
    unit = "unit.percent" if kind is Kind.PERCENT else ""
    return Presentation(kind, unit, better, words=(told.unit_zh, told.unit_en), per=per)


def section(indicator: str) -> str:
    """The section of an office card: capacity, dual, workload (how much) or outcome (how well)."""
    family = indicator.split("_", 1)[0]
    if family in ("cap", "dual", "fund"):
        return "capacity" if family == "cap" else "dual"
    shown = presentation(indicator)
    return "workload" if shown.kind in (Kind.COUNT, Kind.MONEY) and shown.better != "down" else "outcome"
