"""Valid events of every type, for tests: `event(type)` is right as it stands, and every part of it can be told otherwise."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.envelope import EventType
from schemas.events import CATALOGUE
from streams.core.message import Message
from tests.field_kinds import Kind, fields_of

DISTRICT = "990107"
OFFICE = f"sfs-{DISTRICT}-001"
OTHER_OFFICE = f"sfs-{DISTRICT}-002"
BUREAU_SOURCE = f"/districts/{DISTRICT}/bureau"
OFFICE_SOURCE = f"/districts/{DISTRICT}/office-1"
BUREAU = f"au-{DISTRICT}-sfj"
STREET = f"au-{DISTRICT}-jd-001"
SUBJECT = "0123456789ABCDEFGHJKMNPQRS"
TIME = "2025-03-05T09:30:00+08:00"
APPENDED_MS = 1_760_000_000_000
"""An append time in October 2025, after the time of every event made here."""
ABSENT: Any = ...
"""As the value of an attribute or field: leave it out."""

_REASON = {"reason": "other"}
_DATA: dict[str, dict[str, Any]] = {
    "med.case.accepted": {"dispute_type": "neighbour", "source": "applied", "is_collective": False},
    "med.case.agreed": {"form": "written", "amount_yuan": "1200.00", "perform_due_on": "2025-04-01"},
    "med.case.failed": _REASON,
    "med.case.withdrawn": _REASON,
    "med.case.transferred": _REASON,
    "med.case.terminated": _REASON,
    "med.agreement.performed": {"degree": "full"},
    "med.escalation.recorded": {"kind": "petition", "persons": 3, "prevented": True},
    "cor.subject.due": {"category": "probation", "report_by": "2025-03-15"},
    "cor.subject.registered": {"level": "general"},
    "cor.subject.released": _REASON,
    "cor.subject.terminated": _REASON,
    "cor.subject.recalled": _REASON,
    "cor.subject.moved": _REASON,
    "cor.reoffence.recorded": {"stage": "convicted", "severity": "ordinary"},
    "cor.monitor.started": {"ground": "injunction_breach"},
    "cor.monitor.extended": {"ground": "injunction_breach"},
    "cor.monitor.ended": {},
    "res.person.released": {"class": "key", "must_fetch": True},
    "res.person.handed_over": {"mode": "fetched"},
    "res.person.enrolled": {"class": "general"},
    "res.visit.made": {"mode": "home"},
    "res.placement.made": {"kind": "job"},
    "leg.consultation.given": {"channel": "visit", "topic": "labour", "persons": 1},
    "pub.activity.held": {"form": "lecture", "theme": "civil_code", "audience_est": 80, "purpose": "law"},
    "soc.task.assigned": {"assigned_by": STREET, "task_class": "inspection", "function_number": 7, "due_at": "2025-03-12T18:00:00+08:00"},
    "soc.instruction.issued": {"assigned_by": STREET, "due_at": "2025-03-12T18:00:00+08:00"},
    "cap.staff.snapshot": {"staff": 7, "dedicated": 5},
    "cap.premises.snapshot": {"area_m2": "152.50", "independent": True},
    "cap.rating.awarded": {"programme": "city_star", "level": 4},
    "cap.rating.withdrawn": {"programme": "prov_standard"},
    "cap.rating.applied": {"programme": "city_star", "level": 4},
    "cap.rating.renewed": {"programme": "city_star", "level": 4},
    "cap.fund.disbursed": {"authority": STREET, "category": "operating", "amount_yuan": "50000.00", "fiscal_year": 2025},
    "dat.event.retracted": {"target": "e-1", "reason": "duplicate"},
    "reg.office.opened": {"office": OFFICE, "name": "城关司法所", "opened_on": "2020-01-01"},
    "reg.office.closed": {"office": OFFICE, "closed_on": "2025-02-01", "merged_into": OTHER_OFFICE},
    "reg.authority.registered": {"authority": STREET, "name": "城关街道办事处", "kind": "street_office"},
    "reg.split.decided": {
        "office": OFFICE,
        "role": "funding",
        "cost_category": "operating",
        "valid_from": "2025-01-01",
        "shares": [{"authority": STREET, "bp": 7000}, {"authority": BUREAU, "bp": 3000}],
        "doc_no": "司发〔2025〕1号",
    },
    "reg.period.closed": {"window_kind": "month", "window_start": "2025-02-01"},
    "reg.calendar.decided": {
        "year": 2025,
        "off": ["2025-01-01", "2025-01-28"],
        "worked": ["2025-01-26"],
        "doc_no": "国办发明电〔2024〕12号",
    },
    "reg.rules.published": {
        "rules": [
            {
                "id": "success_low",
                "title": {"zh": "调解成功率偏低", "en": "Low success rate"},
                "severity": "high",
                "indicator": "med_success_rate",
                "subjects": "office",
                "window": "month",
                "below": "0.95",
            }
        ]
    },
}


def event(type_: str, *, data: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """A valid event of a type, as a dict in JSON's terms.

    `attributes` replace or add envelope attributes, `data` replaces or adds fields of the type's usual data; ABSENT (...) leaves one out.
    A keyword cannot be named `class`; it goes into `data` anyway.
    """
    kind = next(one for one in CATALOGUE if one.name == type_)
    by_bureau = kind.family in ("reg", "clk")
    made: dict[str, Any] = {
        "specversion": "1.0",
        "id": "e-1001",
        "source": BUREAU_SOURCE if by_bureau else OFFICE_SOURCE,
        "type": type_,
        "time": TIME,
        "district": DISTRICT,
    }
    if kind.office == "required":
        made["office"] = OFFICE
    if kind.subject != "refused":
        made["subject"] = SUBJECT
    usual = json.loads(json.dumps(_DATA.get(type_) or sample(kind)))
    return _without_absent(made | attributes | {"data": _without_absent(usual | dict(data or {}))})


def sample(kind: EventType) -> dict[str, Any]:
    """Data of a type with a value for each field of its first version, optional ones too."""
    return {name: value_of(of) for name, of in fields_of(kind).items() if name not in kind.since}


def value_of(of: Kind) -> Any:
    """A value that a field of this kind may have."""
    match of.name:
        case "enum" | "integer":
            return of.values[0]
        case "boolean":
            return True
        case "list":
            return []
        case name:
            return {"code": "other", "money": "12.50", "area": "60", "day": "2025-04-01", "instant": "2025-04-01T18:00:00+08:00",
                    "authority": STREET, "assigner": STREET, "office": OTHER_OFFICE, "text": SUBJECT}[name]  # fmt: skip


def amendment(type_: str, target: str, revision: int = 2, **changes: Any) -> dict[str, Any]:
    """A valid amendment that replaces `target` by an event of a type; `changes` as for `event`."""
    told: dict[str, Any] = {"id": f"{target}-r{revision}", "op": "amend", "target": target, "revision": revision}
    return event(type_, **(told | changes))


def encoded(content: object) -> bytes:
    """Compact UTF-8 JSON, as most clients write it."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def message(
    content: Mapping[str, Any] | bytes | None,
    *,
    offset: int = 0,
    appended_ms: int = APPENDED_MS,
    key: bytes | None = DISTRICT.encode(),
    headers: Sequence[tuple[str, bytes]] = (),
) -> Message:
    """A record of the log with an event, or with any bytes, in it."""
    value = content if content is None or isinstance(content, bytes) else encoded(content)
    return (offset, appended_ms, key, value, headers)


def _without_absent(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not ABSENT}
