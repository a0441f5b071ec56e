"""The indicators beyond the contract's core (domain.md section 3): one line each, and how such a line is computed.

A line names, for numerator and denominator, what is counted and how: `flow`, `stock` or `distinct` as in the contract's section 4, `own` for
money by the authority that the fact names, `months` for the sum of what a stock or those present come to in each month of a window, `bureau` and
`street` for what authorities of these kinds assigned, `unpaid` for what those assigned who pay nothing, `own_stock` for what they hold. A dimension behind the component
stands for the facts of that dimension alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from consumers.reconcile.parts import Book, Part, PartKey, plus, subjects, unattributed
from consumers.reconcile.windows import ALL, month_of, windows_of_month

FLOW_MODES = frozenset(("share_weighted", "full", "lead", "assigned_by"))
STOCK_MODES = frozenset(("share_weighted", "full", "lead"))
DISTINCT_MODES = frozenset(("full", "lead"))
MODES = {
    "flow": FLOW_MODES,
    "stock": STOCK_MODES,
    "distinct": DISTINCT_MODES,
    "own": frozenset(("own",)),
    "median": frozenset(("lead",)),
    "average": STOCK_MODES,
    "names": DISTINCT_MODES,
    "days": STOCK_MODES,
}

Row = tuple[int, int | None, int]
ASSIGNED_ONLY = frozenset(("assigned_by",))
NONE: frozenset[str] = frozenset()
"""Offices and the district only."""
BUREAU_KINDS = frozenset(("district_bureau",))
STREET_KINDS = frozenset(("street_office", "town_government"))


class Formula(NamedTuple):
    """How an indicator is computed. `since`: the shortest windows that it has. `modes`: where they are fewer than its parts allow."""

    upper: str
    lower: str = ""
    since: str = "month"
    modes: frozenset[str] | None = None
    divisor: int = 1
    """What the numerator's integers are parts of."""
    months: tuple[int, ...] = (1,) * 12
    """For `months`: what January to December count."""
    dimensions: bool = False
    """A ratio that is also formed by dimension."""
    offices: bool = True
    """Whether offices and the district have rows, and not only authorities."""


def _is_screening_month(month: int) -> bool:
    """New Year, the Spring Festival, the Two Sessions, May Day, National Day."""
    return month in (1, 2, 3, 5, 10)


MED = {
    "med_confirm_rate": Formula("flow med.confirmed", "flow med.agreed_written", "quarter"),
    "med_revoked_cnt": Formula("flow med.revoked", modes=frozenset(("full",))),
    "med_prevented_cnt": Formula("flow med.prevented"),
    "med_prevented_persons": Formula("flow med.prevented_persons"),
    "med_proactive_share": Formula("flow med.accepted source=proactive", "flow med.accepted"),
    "med_collective_share": Formula("flow med.collective", "flow med.accepted"),
    "med_screening_ok": Formula(
        "flow med.screened", "months stock cap.offices", months=tuple(1 + _is_screening_month(month) for month in range(1, 13))
    ),
    "med_followup_rate": Formula("flow med.followed_up", "flow med.followup_due", "quarter"),
    "med_subsidy_per_case": Formula("own med.subsidy", "own med.subsidised", "quarter", divisor=100),
    "med_referral_share": Formula("flow med.accepted source=referred", "flow med.accepted"),
    "med_referred_cnt": Formula("flow med.referred"),
    "med_per_mediator": Formula("flow med.concluded", "average cap.mediators", "year"),
}
COR = {
    "cor_missed_cnt": Formula("distinct cor.missed"),
    "cor_missed_open_cnt": Formula("stock cor.missed_open"),
    "cor_regain_hours_p50": Formula("median cor.regain_hours", since="quarter"),
    "cor_visit_coverage": Formula("flow cor.visited", "months distinct cor.present"),
    "cor_education_rate": Formula("flow cor.education", "months distinct cor.present + flow cor.education_excused"),
    "cor_service_rate": Formula("flow cor.service", "months distinct cor.present + flow cor.service_excused"),
    "cor_investigation_ontime_rate": Formula("flow cor.investigation_done", "flow cor.investigation_due"),
    "cor_sanction_rate": Formula("flow cor.sanction", "months distinct cor.present"),
    "cor_fail_grade_share": Formula("flow cor.graded_fail", "flow cor.graded"),
    "cor_findings_cnt": Formula("flow cor.finding", modes=frozenset(("full",))),
    "cor_findings_overdue_cnt": Formula("flow cor.finding_overdue", modes=frozenset(("full",))),
    "cor_per_worker": Formula("stock cor.caseload", "stock cap.correction_staff"),
    "cor_help_coverage": Formula("flow cor.need_met", "flow cor.need", "quarter"),
}
RES = {
    "res_verify_rate": Formula("flow res.verified", "flow res.notice_due"),
    "res_handover_rate": Formula("flow res.handed_over", "flow res.released"),
    "res_reoffence_rate": Formula("distinct res.reoffender", "distinct res.present", "year"),
    "res_visits_per_person": Formula("flow res.visit", "average res.register", "quarter"),
    "res_lost_cnt": Formula("stock res.lost"),
}
LEG = {
    "leg_aid_received_cnt": Formula("flow leg.aid_received"),
    "leg_aid_grant_rate": Formula("flow leg.aid_granted", "flow leg.aid_decided", "quarter"),
    "leg_aid_decision_ontime": Formula("flow leg.aid_ontime", "flow leg.aid_timed"),
    "leg_aid_assign_ontime": Formula("flow leg.aid_assigned", "flow leg.aid_assign_due"),
    "leg_aid_close_rate": Formula("flow leg.aid_closed", "flow leg.aid_received", "year"),
    "leg_aid_excellent_rate": Formula("flow leg.aid_excellent", "flow leg.aid_rated", "year"),
    "leg_aid_qualified_rate": Formula("flow leg.aid_qualified", "flow leg.aid_rated", "year"),
    "leg_counsel_coverage": Formula("stock leg.contracted", "stock cap.villages"),
    "leg_counsel_duty_rate": Formula("flow leg.duty_met", "months stock cap.villages"),
}
PUB = {
    "pub_village_coverage": Formula("names pub.village", "stock cap.villages", "quarter"),
    "pub_legal_persons_per_village": Formula("stock pub.legal_persons", "stock cap.villages"),
    "pub_awareness_rate": Formula("flow pub.awareness_positive", "flow pub.awareness_sample", "half", dimensions=True),
    "pub_satisfaction_rate": Formula("flow pub.satisfaction_positive", "flow pub.satisfaction_sample", "half", dimensions=True),
    "pub_image_share": Formula("flow pub.image", "flow pub.activity", "quarter"),
}
GOV = {
    "gov_review_cnt": Formula("flow gov.review_issued"),
    "gov_review_coverage": Formula("flow gov.reviewed", "flow gov.review_requested"),
    "gov_advice_adoption": Formula("flow gov.adopted_items", "flow gov.opinion_items", "quarter"),
    "gov_meeting_rate": Formula("flow gov.meeting_attended", "flow gov.meeting", "quarter"),
    "gov_lawsuit_lost_rate": Formula("flow gov.suit_lost", "flow gov.suit", "year"),
    "gov_official_attend_rate": Formula("flow gov.suit_attended", "flow gov.suit", "year"),
}
OWN = frozenset(("own",))
FUND = {
    "fund_arrival_rate": Formula("own fund.disbursed", "own fund.budgeted", "quarter"),
    "fund_exec_rate": Formula("own fund.spent", "own fund.budgeted", "quarter"),
    "svc_spend_yuan": Formula("own fund.spent category=purchased_service", since="quarter", divisor=100),
    "svc_spend_share": Formula("own fund.spent category=purchased_service", "own fund.spent", "quarter"),
    "leg_aid_fund_use_rate": Formula("own fund.spent category=legal_aid", "own fund.budgeted category=legal_aid", "year"),
}
FULL = frozenset(("full",))
OUTCOMES = {
    "fund_per_staff": Formula("flow fund.operating", "average cap.staff", "year", NONE, divisor=100),
    "svc_delivery_rate": Formula("own svc.accepted", "own svc.agreed", "quarter"),
    "svc_unit_cost": Formula("own svc.paid", "own svc.accepted", "quarter", divisor=100),
    "cost_per_outcome_med": Formula("flow cost.mediation", "flow med.agreed", "year", NONE, divisor=100),
    "cost_per_outcome_cor": Formula("flow cost.correction", "months distinct cor.present", "year", NONE, divisor=100),
    "cost_per_outcome_pub": Formula("flow cost.publicity", "flow pub.activity", "year", NONE, divisor=100),
    "cap_complaint_rate": Formula("flow cap.complaint", "flow leg.persons + flow med.accepted", "quarter", FULL),
}
CAP = {
    "cap_turnover_rate": Formula("flow cap.left", "average cap.staff", "quarter"),
    "cap_training_days": Formula("flow cap.training_hours", "average cap.staff", "year", divisor=8),
    "cap_volunteer_active": Formula("names cap.volunteer"),
    "cap_volunteer_listed_cnt": Formula("stock cap.volunteers"),
    "cap_area_ok_rate": Formula("stock cap.area_ok", "stock cap.offices", modes=FULL),
    "cap_independent_rate": Formula("stock cap.independent", "stock cap.offices", modes=FULL),
    "cap_uniform_sign_rate": Formula("stock cap.uniform_sign", "stock cap.offices", modes=FULL),
    "cap_single_person_cnt": Formula("stock cap.single", modes=FULL),
    "cap_post_share": Formula("stock cap.staff_with of=political_posts", "stock cap.staff_stating of=political_posts"),
    "cap_bureau_staff_share": Formula("stock cap.staff_with of=bureau_supplied", "stock cap.staff_stating of=bureau_supplied"),
    "cap_law_degree_share": Formula("stock cap.staff_with of=law_degree", "stock cap.staff_stating of=law_degree"),
    "cap_qualified_share": Formula("stock cap.staff_with of=legal_qualification", "stock cap.staff_stating of=legal_qualification"),
    "cap_functions_per_person": Formula("stock cap.staff_with of=functions", "stock cap.staff_stating of=functions"),
    "cap_enforcement_card_share": Formula("stock cap.cards", "stock cap.established"),
    "cap_screened_entry_share": Formula("flow cap.joined_screened", "flow cap.joined", "year"),
    "cap_volunteer_hours": Formula("flow cap.volunteer_hours"),
    "cap_volunteer_supervised_share": Formula("flow cap.volunteer_supervised", "flow cap.volunteer_served", "quarter"),
    "cap_programme_held": Formula("stock cap.title", modes=FULL),
    "cap_police_help_cnt": Formula("flow cap.police_help"),
    "cap_police_help_minutes_p50": Formula("median cap.police_minutes"),
}
DUAL = {
    "dual_street_minutes_share": Formula("street work.minutes", "flow work.minutes", modes=NONE),
    "dual_outside_list_share": Formula("flow soc.outside", "flow soc.assigned", modes=ASSIGNED_ONLY),
    "dual_unpaid_task_share": Formula("unpaid work.minutes", "flow work.minutes", "quarter", ASSIGNED_ONLY, offices=False),
    "dual_unity_index": Formula("own_stock reg.role_held", "held reg.role_held", modes=OWN, offices=False),
    "dual_ack_minutes_p50": Formula("median soc.ack_minutes"),
    "dual_oncall_reached_rate": Formula("flow soc.reached", "flow soc.checked"),
    "dual_transfer_effect_rate": Formula("flow soc.transferred", "flow soc.transfer_due", "year"),
    "dual_instruction_done_rate": Formula("bureau soc.instruction_done", "bureau soc.instruction_due", modes=NONE),
    "dual_secondment_days": Formula("days soc.seconded"),
    "dual_secondment_share": Formula("days soc.seconded", "days cap.staff", modes=NONE),
    "dual_overlap_share": Formula("flow med.shared + flow soc.shared", "flow med.accepted + flow soc.assigned", "quarter", NONE),
    "dual_joint_success_rate": Formula("flow soc.joint_solved", "flow soc.joint_closed", "quarter"),
    "dual_info_shared_share": Formula("flow soc.joint_shared", "flow soc.joint_opened", "quarter"),
}
DQ = {
    "dq_out_of_place_cnt": Formula("flow dq.out_of_place"),
    "dq_ontime_report_rate": Formula("flow dq.report_ontime", "flow dq.report_due", modes=FULL),
    "dq_ledger_match_rate": Formula("flow dq.matched", "flow dq.sampled", "quarter", STOCK_MODES),
    "burden_tables_cnt": Formula("names burden.table"),
}
FORMULAS: Mapping[str, Formula] = {**MED, **COR, **RES, **LEG, **PUB, **GOV, **CAP, **FUND, **OUTCOMES, **DUAL, **DQ}


def components(formula: Formula) -> tuple[str, ...]:
    """The components whose facts it rests on, as facts tell them."""
    return tuple(_words(term)[1] for side in (formula.upper, formula.lower) if side for term in side.split(" + "))


def rows(book: Book) -> Iterator[tuple[str, PartKey, Row]]:
    """Every row of these indicators that says something."""
    for indicator, formula in FORMULAS.items():
        for key, row in _rows(book, formula):
            yield indicator, key, row


def _rows(book: Book, formula: Formula) -> Iterator[tuple[PartKey, Row]]:
    upper = _side(book, formula, formula.upper)
    lower = _side(book, formula, formula.lower) if formula.lower else {}
    shown = set(ALL[ALL.index(formula.since) :])
    if formula.lower.startswith("average "):
        # The average is the stock's days by the days gone by, so the sum is multiplied by those; without stock there is no value.
        upper = {key: amount * book.days_gone_by(key[4], key[5]) for key, amount in upper.items() if lower.get(key, 0)}
    median = formula.upper.startswith("median ")
    for key in subjects({**upper, **lower}, _modes(formula)):
        row = upper.get(key, 0), lower.get(key, 0) if formula.lower else None
        # A ratio is formed of totals, if nothing else is said; a median of 0 is one.
        said = (any(row) or median) and key[4] in shown and (formula.offices or key[2] == "authority")
        if said and (formula.dimensions or not (formula.lower and key[1])):
            yield key, (*row, (10_000 if key[0] == "share_weighted" else 1) * formula.divisor)


def _modes(formula: Formula) -> frozenset[str]:
    if formula.modes is not None:
        return formula.modes
    ways = {_words(term)[0] for side in (formula.upper, formula.lower) if side for term in side.split(" + ")}
    return frozenset.intersection(*(MODES[way] for way in ways))


def _words(term: str) -> tuple[str, str, str, bool]:
    """`months stock cap.offices` -> way of counting, component, dimension, whether by month."""
    words = term.split(" ")
    by_month = words[0] == "months"
    way, component, *dimension = words[by_month:]
    return way, component, "".join(dimension), by_month


def _side(book: Book, formula: Formula, side: str) -> Part:
    return plus(*(_part(book, formula, term) for term in side.split(" + ")))


def _part(book: Book, formula: Formula, term: str) -> Part:
    way, component, dimension, by_month = _words(term)
    part = WAYS[way](book, component)
    if dimension:
        part = {(mode, "", *rest): amount for (mode, told, *rest), amount in part.items() if told == dimension}  # type: ignore[misc]
    return _by_month(part, formula.months) if by_month else part


WAYS: Mapping[str, Callable[[Book, str], Part]] = {
    "flow": Book.flow,
    "stock": Book.stock,
    "distinct": Book.distinct,
    "names": Book.names,
    "unpaid": Book.unpaid,
    "days": Book.stock_days,
    "average": Book.stock_days,
    "median": lambda book, component: book.quantile(component, 1, 2),
    # Offices and the district have all of it, an authority what it paid itself.
    "own": lambda book, component: {**unattributed(book.flow(component)), **book.own(component)},
    "bureau": lambda book, component: book.flow(component, _of_kinds(book, BUREAU_KINDS)),
    "street": lambda book, component: book.flow(component, _of_kinds(book, STREET_KINDS)),
    "own_stock": Book.own_stock,
    # What all authorities hold together, for each that holds some.
    "held": lambda book, component: _together(book.own_stock(component)),
}
"""How the facts of a component are counted: what a term of a formula begins with."""


def _together(part: Part) -> Part:
    total: dict[tuple[str, int], int] = defaultdict(int)
    for (_mode, _dimension, _kind, _subject, window, first), amount in part.items():
        total[window, first] += amount
    return {key: total[key[4], key[5]] for key in part}


def _of_kinds(book: Book, kinds: frozenset[str]) -> frozenset[str]:
    return frozenset(authority for authority, kind in book.registry.kinds.items() if kind in kinds)


def _by_month(part: Part, weights: tuple[int, ...]) -> Part:
    total: dict[PartKey, int] = defaultdict(int)
    for (mode, dimension, kind, subject, window, first), amount in part.items():
        if window == "month":
            for longer, start in windows_of_month(first):
                total[mode, dimension, kind, subject, longer, start] += amount * weights[month_of(first) - 1]
    return total
