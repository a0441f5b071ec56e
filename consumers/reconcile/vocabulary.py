"""The event types of the contract's section 2 and what their data may hold: one table, one check a field."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from consumers.reconcile.checks import (
    EVENT_ID,
    MANY,
    WORKER_REF,
    Check,
    area,
    assigner,
    authority,
    check_fields,
    code,
    codes,
    count,
    day,
    days,
    due,
    flag,
    function,
    integer,
    matching,
    money,
    name,
    office,
    one_of,
    rules,
    shares,
    some,
    year,
)  # fmt: skip
from consumers.reconcile.reading import Refused

_DISPUTES = one_of(
    "neighbour marriage_family damage_compensation house_site medical other contract traffic production_business demolition forest_land labour "
    "consumer environment property_mgmt village_affairs family_planning"
)
_CLASS = one_of("key general")
_PROGRAMME = one_of("five_good prov_standard prov_excellent city_model city_star fengqiao")
_WINDOW = one_of("day week month quarter half year")
_ROLE = one_of("funding staff_assigning managing head_appointing premises_owner establishment")
_CATEGORY = one_of("operating personnel case_business equipment all")

WORK: Mapping[str, Check] = {
    "assigned_by": assigner,
    "basis": one_of("pm_law cc_law la_law bureau_task street_task joint_case other"),
    "worker": matching(WORKER_REF),
    "minutes": integer(0, 1440),
    "co_handlers": codes,
    "evidence": one_of("none ledger_only attachment system_verified"),
    "entry": one_of("online backfill_paper bulk_import system_bridge"),
    "verification": one_of("submitted checked audited"),
}
"""What every business type's data may carry besides its own fields."""


class Type(NamedTuple):
    """An event type: whether it has a subject (None: may have), its own fields, those of them that must be there."""

    subject: bool | None
    fields: Mapping[str, Check]
    required: frozenset[str]
    added: Mapping[str, int] = {}
    """Fields that a later version of the schema added, with that version."""


def _type(subject: bool | None, **fields: Check) -> Type:
    """A field whose name ends with `_` is optional; the underscore is not part of the name."""
    return Type(
        subject, {name.removesuffix("_"): check for name, check in fields.items()}, frozenset(n for n in fields if not n.endswith("_"))
    )


_MATTER = one_of("civil criminal administrative non_litigation")
_GROUP = one_of("migrant_worker elderly minor disabled women soldier other")
_REVIEW = one_of("contract normative_document major_decision villagers_rule")
_PARTS_OF = {
    "pub.survey.completed": ("positive", "sample"),
    "gov.review.issued": ("adopted_items", "opinion_items"),
    "dat.ledger.inspected": ("mismatched", "sampled"),
}
"""Types of which one field tells a part of what another tells."""
_EXIT = _type(True, reason_=code)
_BARE = _type(True)
_MONITOR = _type(True, ground_=code)
_HELP = _type(True, mode_=code)
_ATTENDED = _type(True, hours_=count, excused_=flag)
_HELPED = _type(True, kind=one_of("job school training min_living land social_insurance relief psychology"))
_PEOPLE = integer(0, 60)
_FUND = _type(False, authority=authority, category=code, amount_yuan=money, fiscal_year=year)
_MORE_OF_STAFF = ("established", "political_posts", "law_degree", "legal_qualification", "enforcement_card", "functions")
_RATING = _type(False, programme=_PROGRAMME, level_=integer(1, 5))
_RENEWED = _type(False, programme=_PROGRAMME, level_=integer(1, 5), valid_to_=day)
_AWARDED = _RENEWED._replace(added={"valid_to": 2})
_FIELD = one_of("mediation correction resettlement legal_aid publicity")
_TRAINING = {
    "hours": integer(1, 1000),
    "audience": one_of("staff mediator volunteer social_worker"),
    "kind": one_of("induction annual special"),
}
_REPORT = {"report_code": code, "period": code}

TYPES: Mapping[str, Type] = {
    "med.case.accepted": _type(True, dispute_type=_DISPUTES, source=one_of("proactive applied referred"), referred_by_=code, difficulty_=code,
                               party_count_=integer(2, MANY), is_collective=flag, committee_level_=code),
    "med.case.agreed": _type(True, form=one_of("written oral"), amount_yuan_=money, perform_due_on_=day, immediate_=flag),
    "med.case.failed": _EXIT, "med.case.withdrawn": _EXIT, "med.case.transferred": _EXIT, "med.case.terminated": _EXIT,
    "med.agreement.performed": _type(True, degree=one_of("full partial none")),
    "med.escalation.recorded": _type(None, kind=one_of("criminal abnormal_death collective_petition petition"), persons=some, prevented=flag),
    "med.screening.held": _type(False, scope=one_of("routine festival special"), villages_covered_=count, found_=count,
                                special_reason_=one_of("new_year spring_festival may_day national_day two_sessions other")),
    "med.case.not_accepted": _type(True, reason=one_of("out_of_scope court_pending party_refused special_organ")),
    "med.session.held": _type(True, mode=one_of("on_site office online"), lawyer_present_=flag),
    "med.agreement.confirmed": _type(True, result=one_of("confirmed refused"), applied_on_=day),
    "med.agreement.revoked": _type(True, reason_code_=code),
    "med.case.followed_up": _type(True, satisfied=one_of("yes no na")),
    "med.file.archived": _type(True, quality=one_of("a b c rejected"), file_kind=one_of("full simple_register")),
    "med.subsidy.paid": _type(True, amount_yuan=money, difficulty_=code, period_=code, authority_=authority),
    "cor.subject.due": _type(True, category=code, report_by=day),
    "cor.subject.registered": _type(True, level_=code),
    "cor.subject.released": _EXIT, "cor.subject.terminated": _EXIT, "cor.subject.recalled": _EXIT, "cor.subject.moved": _EXIT,
    "cor.control.lost": _BARE, "cor.control.regained": _BARE,
    "cor.reoffence.recorded": _type(True, stage=one_of("suspected arrested convicted"), severity=one_of("ordinary serious")),
    "cor.monitor.started": _MONITOR, "cor.monitor.extended": _MONITOR, "cor.monitor.ended": _MONITOR,
    "cor.investigation.requested": _type(True, due_on=day, **{"for": one_of("court prosecutor police prison")}),
    "cor.investigation.completed": _type(True, opinion=one_of("suitable unsuitable")),
    "cor.subject.admitted": _type(True, days_from_effective_=count, level_=code),
    "cor.plan.made": _BARE, "cor.group.formed": _BARE,
    "cor.contact.made": _type(True, kind=one_of("report home_visit phone video talk")),
    "cor.education.attended": _ATTENDED, "cor.service.attended": _ATTENDED,
    "cor.leave.granted": _type(True, days=count, scope=one_of("in_province out_province")), "cor.leave.returned": _BARE,
    "cor.level.changed": _type(True, to=code, from_=code),
    "cor.month.graded": _type(True, grade=one_of("good pass fail")),
    "cor.sanction.issued": _type(True, kind=one_of("admonition warning ps_punishment revoke_probation revoke_parole recall")),
    "cor.help.needed": _HELPED, "cor.help.given": _HELPED,
    "cor.supervision.finding": _type(None, by=one_of("prosecutor bureau city"), form=one_of("suggestion correction_notice inspection_point"),
                                     closed_on_=day),
    "res.person.released": _type(True, must_fetch=flag, **{"class": _CLASS}),
    "res.person.handed_over": _type(True, mode=one_of("fetched self_reported not_handed")),
    "res.person.enrolled": _type(True, **{"class": _CLASS}),
    "res.person.discharged": _BARE, "res.person.moved": _BARE, "res.person.died": _BARE,
    "res.notice.received": _type(True, due_on_=day),
    "res.identity.verified": _type(True, result=one_of("matched unmatched")),
    "res.person.lost": _BARE, "res.person.found": _BARE,
    "res.reoffence.recorded": _type(True, years_since_release_band_=code),
    "res.visit.made": _HELP, "res.agreement.signed": _HELP,
    "res.placement.made": _type(True, kind=code),
    "leg.consultation.given": _type(False, channel=one_of("visit phone online"), topic_=code, persons=some),
    "leg.aid.received": _type(True, matter=_MATTER, group=_GROUP), "leg.aid.forwarded": _type(True, matter_=_MATTER, group_=_GROUP),
    "leg.aid.decided": _type(True, result=one_of("granted rejected withdrawn"), working_days_=count), "leg.aid.assigned": _BARE,
    "leg.aid.closed": _type(True, outcome_=code, recovered_yuan_=money),
    "leg.aid.rated": _type(True, grade=one_of("excellent good qualified unqualified")),
    "leg.document.drafted": _type(False, kind=code), "leg.guidance.given": _type(False, kind=code),
    "leg.counsel.visited": _type(False, village_ref=code, activity=one_of("duty lecture review mediation"), hours_=count, remote_=flag),
    "leg.contract.signed": _type(False, village_ref=code, to=day, **{"from": day}),
    "pub.activity.held": _type(False, form=code, theme=code, audience_est=count, purpose=one_of("law office_image"), audience_group_=code,
                               village_ref_=codes, materials_=count)._replace(added={"audience_group": 2, "village_ref": 2, "materials": 2}),
    "pub.media.published": _type(False, channel=code, views_=count),
    "pub.legal_person.trained": _type(False, village_ref=code, count=some),
    "pub.survey.completed": _type(False, instrument=one_of("awareness satisfaction safety"), sample=some, positive=count,
                                  asked_of=one_of("public officials")),
    "gov.review.requested": _type(True, kind=_REVIEW),
    "gov.review.issued": _type(True, kind_=_REVIEW, opinion_items_=count, adopted_items_=count),
    "gov.meeting.attended": _type(False, attended_=flag), "gov.enforcement.checked": _type(False, found_=count),
    "gov.litigation.closed": _type(False, result=one_of("won lost"), official_attended=flag), "gov.advice.given": _type(False, topic_=code),
    "gov.normative.assisted": _type(False, kind_=_REVIEW), "ppl.assessor.selected": _type(False), "ppl.supervisor.selected": _type(False),
    "cap.village.snapshot": _type(False, villages=count),
    "soc.task.assigned": _type(True, task_class=code, function_number=function, due_at=due, assigned_by=assigner),
    "soc.task.completed": _BARE,
    "soc.task.accepted": _BARE, "soc.task.declined": _EXIT, "soc.task.reassigned": _EXIT, "soc.task.overdue": _BARE,
    "soc.instruction.issued": _type(True, assigned_by=assigner, due_at_=due), "soc.instruction.acknowledged": _BARE, "soc.instruction.answered": _BARE,
    "soc.oncall.checked": _type(False, reached=flag),
    "soc.secondment.started": _type(True, to=authority, staff_class_=code, planned_days_=count), "soc.secondment.ended": _BARE,
    "soc.transfer.ordered": _BARE, "soc.transfer.effected": _BARE,
    "soc.joint.opened": _type(True, lead_=code, info_shared_=flag),
    "soc.joint.closed": _type(True, result=one_of("solved unsolved"), info_shared_=flag),
    "soc.incident.handled": _type(False, persons_band=code, result_=code),
    "soc.police_help.requested": _type(False, reason=one_of("no_coercive_power violence search"), minutes_to_arrive_=integer(0, 10_080)),
    "cap.staff.snapshot": _type(
        False, staff=_PEOPLE, dedicated_=count, bureau_supplied_=count, established_=_PEOPLE, political_posts_=_PEOPLE, law_degree_=_PEOPLE,
        legal_qualification_=_PEOPLE, enforcement_card_=_PEOPLE, functions_=integer(0, 600), correction_staff_=_PEOPLE, resettlement_staff_=_PEOPLE,
    )._replace(added=dict.fromkeys(_MORE_OF_STAFF, 2) | {"correction_staff": 3, "resettlement_staff": 3}),
    "cap.premises.snapshot": _type(False, area_m2=area, independent=flag, uniform_sign_=flag, needs_repair_=flag)._replace(
        added={"uniform_sign": 2, "needs_repair": 2}),
    "cap.staff.joined": _type(False, entry_route=one_of("exam transfer street_assigned contract other"), professional_screened=flag),
    "cap.staff.left": _type(False, reason_=code),
    "cap.volunteer.served": _type(False, domain=_FIELD, hours=integer(1, 1000), supervisor_present=flag, volunteer_ref_=codes)._replace(
        added={"volunteer_ref": 2}),
    "cap.rating.awarded": _AWARDED, "cap.rating.withdrawn": _RATING, "cap.rating.applied": _RATING, "cap.rating.renewed": _RENEWED,
    "cap.fund.disbursed": _FUND, "cap.fund.budgeted": _FUND,
    "cap.fund.spent": _type(False, authority=authority, category=code, amount_yuan=money, fiscal_year=year, domain_=_FIELD)._replace(
        added={"domain": 2}),
    "cap.mediator.snapshot": _type(False, mediators=count), "cap.volunteer.snapshot": _type(False, active=count),
    "cap.equipment.snapshot": _type(False, vehicles=count, computers=count, recorders_=count),
    "cap.head.appointed": _type(False, by=authority, consulted=flag), "cap.head.removed": _type(False, by=authority, consulted_=flag),
    "cap.training.held": _type(False, **_TRAINING), "cap.training.attended": _type(False, **_TRAINING, persons_=some),
    "cap.service.contracted": _type(True, buyer=authority, domain=_FIELD, units_agreed=some, amount_yuan=money, to=day, staff_count_=count,
                                    **{"from": day}),
    "cap.service.delivered": _type(True, units_delivered=count),
    "cap.service.accepted": _type(True, units_accepted=count, score_=integer(0, 100)),
    "cap.service.paid": _type(True, amount_yuan=money), "cap.service.terminated": _EXIT,
    "cap.inspection.done": _type(False, topic=code, points_found=count), "cap.complaint.received": _type(False, upheld=flag, topic_=code),
    "dat.report.requested": _type(False, **_REPORT, due_at=due, requested_by_=authority, fields_=codes),
    "dat.report.submitted": _type(False, **_REPORT, due_at=due), "dat.report.returned": _type(False, **_REPORT, errors_=count),
    "dat.period.closed": _type(False, window_kind=one_of("month quarter half year"), window_start=day),
    "dat.ledger.inspected": _type(False, sampled=some, mismatched=count),
    "dat.duplicate.resolved": _type(False, merged=integer(1, 1000)),
    "dat.event.retracted": _type(False, target=matching(EVENT_ID), reason=one_of("wrong_office duplicate test never_happened other")),
    "reg.office.opened": _type(False, office=office, name=name, opened_on=day, split_from_=office)._replace(added={"split_from": 2}),
    "reg.office.closed": _type(False, office=office, closed_on=day, merged_into_=office),
    "reg.authority.registered": _type(False, authority=authority, name=name, kind=code),
    "reg.split.decided": _type(False, office=office, role=_ROLE, cost_category=_CATEGORY, valid_from=day, shares=shares, doc_no=name),
    "reg.period.closed": _type(False, window_kind=_WINDOW, window_start=day),
    "reg.calendar.decided": _type(False, year=integer(1990, 2149), off=days, worked=days, doc_no=name),
    "reg.rules.published": _type(False, rules=rules),
    "clk.ticked": _type(False),
}  # fmt: skip


def family(type_: str) -> str:
    """`reg`, `clk`, `dat`, `retraction`, or `business` for all other types."""
    if type_ == "dat.event.retracted":
        return "retraction"
    prefix = type_[:3]
    return prefix if prefix in ("reg", "clk", "dat") else "business"


def check_data(type_: str, data: Any, district: str) -> dict[str, Any]:
    """The data of an event as it is compared: checked, instants as microseconds, `assigned_by` filled in. Raises `Refused`."""
    if type(data) is not dict:
        raise Refused("STRUCT_TYPE", "data is not an object")
    kind = TYPES[type_]
    business = family(type_) == "business"
    checked = check_fields(data, {**WORK, **kind.fields} if business else kind.fields, kind.required, district)
    if business:
        checked.setdefault("assigned_by", "self")
    if type_ == "reg.calendar.decided":
        _check_calendar(checked)
    if type_ == "reg.office.opened" and checked.get("split_from") == checked["office"]:
        raise Refused("STRUCT_VALUE", "split_from itself")
    if kind in (_RATING, _AWARDED, _RENEWED):
        _check_level(type_, checked)
    if type_ in _PARTS_OF:
        part, whole = (checked.get(name) for name in _PARTS_OF[type_])
        if part is not None and whole is not None and part > whole:
            raise Refused("NUM_RANGE", _PARTS_OF[type_][0])
    return checked


def _check_calendar(data: Mapping[str, Any]) -> None:
    told = data["off"] + data["worked"]
    if len(set(told)) != len(told) or any(each[:4] != f"{data['year']:04}" for each in told):
        raise Refused("STRUCT_VALUE", "a day twice, or of another year")


def _check_level(type_: str, data: Mapping[str, Any]) -> None:
    star = data["programme"] == "city_star"
    if "level" in data and not star:
        raise Refused("STRUCT_VALUE", "only city_star has levels")
    if "level" not in data and star and type_ == "cap.rating.awarded":
        raise Refused("STRUCT_MISSING", "level")
