"""The event types of the contract's section 2 and what their data may hold: one table, one check a field.

A check takes the value and the event's district and returns the value as it is compared and counted (instants as microseconds), or raises
`Refused`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from consumers.reconcile.reading import LAST_DAY, Refused, area_hundredths, day_ordinal, fen, instant_us, local_day
from schemas.rules import RulesError, parse_rules

Check = Callable[[Any, str], Any]

OFFICE_ID = re.compile(r"sfs-([0-9]{6})-[0-9]{3}")
AUTHORITY_ID = re.compile(r"au-([0-9]{6})-[a-z]{2,8}(?:-[0-9]{3})?")
EVENT_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
SUBJECT = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_CODE = re.compile(r"[a-z0-9_]{1,32}")
_WORKER = re.compile(r"w-[0-9a-z]{4,12}")

MANY = 10**9
"""Greatest count."""


def text(value: Any) -> str:
    """A JSON string."""
    if type(value) is not str:
        raise Refused("STRUCT_TYPE", f"{value!r} is not a text")
    return value


def integer(low: int, high: int) -> Check:
    """An integer without fraction or exponent, both bounds included."""

    def check(value: Any, _district: str) -> int:
        if type(value) is not int:
            raise Refused("STRUCT_TYPE", f"{value!r} is not an integer")
        if not low <= value <= high:
            raise Refused("NUM_RANGE", f"{value} is not in {low}…{high}")
        return value

    return check


def matching(pattern: re.Pattern[str]) -> Check:
    """A text that the pattern matches from end to end."""

    def check(value: Any, _district: str) -> str:
        if not pattern.fullmatch(text(value)):
            raise Refused("STRUCT_VALUE", value)
        return str(value)

    return check


def one_of(words: str) -> Check:
    """One of the words."""
    allowed = frozenset(words.split())

    def check(value: Any, _district: str) -> str:
        if text(value) not in allowed:
            raise Refused("STRUCT_VALUE", value)
        return str(value)

    return check


def of_district(pattern: re.Pattern[str]) -> Check:
    """An id that carries its district, which must be the event's."""

    def check(value: Any, district: str) -> str:
        found = pattern.fullmatch(text(value))
        if not found:
            raise Refused("STRUCT_VALUE", value)
        if found[1] != district:
            raise Refused("ENV_DISTRICT_MISMATCH", value)
        return str(value)

    return check


def _flag(value: Any, _district: str) -> bool:
    if type(value) is not bool:
        raise Refused("STRUCT_TYPE", f"{value!r} is not true or false")
    return value


def _name(value: Any, _district: str) -> str:
    if not 1 <= len(text(value)) <= 64:
        raise Refused("STRUCT_VALUE", "1 to 64 characters")
    return str(value)


def _day(value: Any, _district: str) -> str:
    day_ordinal(text(value))
    return str(value)


def _due(value: Any, _district: str) -> int:
    us = instant_us(text(value))
    if not 1 <= local_day(us) <= LAST_DAY:
        raise Refused("TIME_FORMAT", f"{value} has no day in China that could be written")
    return us


def _money(value: Any, _district: str) -> str:
    fen(text(value))
    return str(value)


def _area(value: Any, _district: str) -> str:
    area_hundredths(text(value))
    return str(value)


def _codes(value: Any, district: str) -> list[str]:
    if type(value) is not list:
        raise Refused("STRUCT_TYPE", "not a list")
    return [code(each, district) for each in value]


def _function(value: Any, district: str) -> int | str:
    return "outside_list" if value == "outside_list" else int(integer(1, 9)(value, district))


def _assigner(value: Any, district: str) -> str:
    return "self" if value == "self" else str(authority(value, district))


def _shares(value: Any, district: str) -> list[dict[str, Any]]:
    if type(value) is not list:
        raise Refused("STRUCT_TYPE", "shares are not a list")
    for share in value:
        if type(share) is not dict:
            raise Refused("STRUCT_TYPE", "a share is not an object")
        _check_fields(share, {"authority": authority, "bp": integer(0, 10_000)}, frozenset(("authority", "bp")), district)
    if len({share["authority"] for share in value}) != len(value) or sum(share["bp"] for share in value) != 10_000:
        raise Refused("DOMAIN_SHARES_SUM", "each authority once, together 10000")
    return value


def _rules(value: Any, _district: str) -> Any:
    # The contract leaves the form of rules to the product, and no value depends on them: the published schema is the only text there is.
    try:
        parse_rules(value)
    except RulesError as error:
        raise Refused("STRUCT_VALUE", str(error)) from None
    return value


code = matching(_CODE)
office = of_district(OFFICE_ID)
authority = of_district(AUTHORITY_ID)
_count = integer(0, MANY)
_some = integer(1, MANY)
_year = integer(1900, 9999)

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
    "assigned_by": _assigner,
    "basis": one_of("pm_law cc_law la_law bureau_task street_task joint_case other"),
    "worker": matching(_WORKER),
    "minutes": integer(0, 1440),
    "co_handlers": _codes,
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


def _type(subject: bool | None, **fields: Check) -> Type:
    """A field whose name ends with `_` is optional; the underscore is not part of the name."""
    return Type(
        subject, {name.removesuffix("_"): check for name, check in fields.items()}, frozenset(n for n in fields if not n.endswith("_"))
    )


_EXIT = _type(True, reason_=code)
_BARE = _type(True)
_MONITOR = _type(True, ground_=code)
_HELP = _type(True, mode_=code)
_RATING = _type(False, programme=_PROGRAMME, level_=integer(1, 5))

TYPES: Mapping[str, Type] = {
    "med.case.accepted": _type(True, dispute_type=_DISPUTES, source=one_of("proactive applied referred"), referred_by_=code, difficulty_=code,
                               party_count_=integer(2, MANY), is_collective=_flag, committee_level_=code),
    "med.case.agreed": _type(True, form=one_of("written oral"), amount_yuan_=_money, perform_due_on_=_day, immediate_=_flag),
    "med.case.failed": _EXIT, "med.case.withdrawn": _EXIT, "med.case.transferred": _EXIT, "med.case.terminated": _EXIT,
    "med.agreement.performed": _type(True, degree=one_of("full partial none")),
    "med.escalation.recorded": _type(None, kind=one_of("criminal abnormal_death collective_petition petition"), persons=_some, prevented=_flag),
    "cor.subject.due": _type(True, category=code, report_by=_day),
    "cor.subject.registered": _type(True, level_=code),
    "cor.subject.released": _EXIT, "cor.subject.terminated": _EXIT, "cor.subject.recalled": _EXIT, "cor.subject.moved": _EXIT,
    "cor.control.lost": _BARE, "cor.control.regained": _BARE,
    "cor.reoffence.recorded": _type(True, stage=one_of("suspected arrested convicted"), severity=one_of("ordinary serious")),
    "cor.monitor.started": _MONITOR, "cor.monitor.extended": _MONITOR, "cor.monitor.ended": _MONITOR,
    "res.person.released": _type(True, must_fetch=_flag, **{"class": _CLASS}),
    "res.person.handed_over": _type(True, mode=one_of("fetched self_reported not_handed")),
    "res.person.enrolled": _type(True, **{"class": _CLASS}),
    "res.person.discharged": _BARE, "res.person.moved": _BARE, "res.person.died": _BARE,
    "res.visit.made": _HELP, "res.agreement.signed": _HELP,
    "res.placement.made": _type(True, kind=code),
    "leg.consultation.given": _type(False, channel=one_of("visit phone online"), topic_=code, persons=_some),
    "pub.activity.held": _type(False, form=code, theme=code, audience_est=_count, purpose=one_of("law office_image")),
    "soc.task.assigned": _type(True, task_class=code, function_number=_function, due_at=_due, assigned_by=_assigner),
    "soc.task.completed": _BARE,
    "cap.staff.snapshot": _type(False, staff=integer(0, 60), dedicated_=_count, bureau_supplied_=_count),
    "cap.premises.snapshot": _type(False, area_m2=_area, independent=_flag),
    "cap.rating.awarded": _RATING, "cap.rating.withdrawn": _RATING,
    "cap.fund.disbursed": _type(False, authority=authority, category=code, amount_yuan=_money, fiscal_year=_year),
    "dat.event.retracted": _type(False, target=matching(EVENT_ID), reason=one_of("wrong_office duplicate test never_happened other")),
    "reg.office.opened": _type(False, office=office, name=_name, opened_on=_day),
    "reg.office.closed": _type(False, office=office, closed_on=_day, merged_into_=office),
    "reg.authority.registered": _type(False, authority=authority, name=_name, kind=code),
    "reg.split.decided": _type(False, office=office, role=_ROLE, cost_category=_CATEGORY, valid_from=_day, shares=_shares, doc_no=_name),
    "reg.period.closed": _type(False, window_kind=_WINDOW, window_start=_day),
    "reg.rules.published": _type(False, rules=_rules),
    "clk.ticked": _type(False),
}  # fmt: skip


def family(type_: str) -> str:
    """`reg`, `clk`, `dat`, or `business` for all other types."""
    prefix = type_[:3]
    return prefix if prefix in ("reg", "clk", "dat") else "business"


def check_data(type_: str, data: Any, district: str) -> dict[str, Any]:
    """The data of an event as it is compared: checked, instants as microseconds, `assigned_by` filled in. Raises `Refused`."""
    if type(data) is not dict:
        raise Refused("STRUCT_TYPE", "data is not an object")
    kind = TYPES[type_]
    business = family(type_) == "business"
    checked = _check_fields(data, {**WORK, **kind.fields} if business else kind.fields, kind.required, district)
    if business:
        checked.setdefault("assigned_by", "self")
    if kind is _RATING:
        _check_level(type_, checked)
    return checked


def _check_fields(data: dict[str, Any], fields: Mapping[str, Check], required: frozenset[str], district: str) -> dict[str, Any]:
    checked = {}
    for name, value in data.items():
        check = fields.get(name)
        if check is None:
            raise Refused("STRUCT_UNKNOWN_FIELD", name)
        checked[name] = check(value, district)
    if not required <= checked.keys():
        raise Refused("STRUCT_MISSING", " ".join(sorted(required - checked.keys())))
    return checked


def _check_level(type_: str, data: Mapping[str, Any]) -> None:
    star = data["programme"] == "city_star"
    if "level" in data and not star:
        raise Refused("STRUCT_VALUE", "only city_star has levels")
    if "level" not in data and star and type_ == "cap.rating.awarded":
        raise Refused("STRUCT_MISSING", "level")
