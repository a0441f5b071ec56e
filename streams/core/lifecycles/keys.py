"""To which record an event belongs, and what the record is called (contract, sections 3 and 7): a subject's, or one of an office's by a name."""

from collections.abc import Callable
from typing import Any

from streams.core.lifecycles.slots import (
    AID,
    BY_SUBJECT,
    CONTRACT,
    COR,
    COUNSEL,
    DOMAIN_OF,
    INSTRUCTION,
    JOINT,
    KINDS,
    MED,
    OFFICE_LIFE,
    RATING,
    REPORT,
    RES,
    REVIEW,
    SCREENING,
    SECONDMENT,
    SERVICE,
    SNAPSHOT,
    TASK,
    TRANSFER,
)

_PREFIX = {
    MED: "med", COR: "cor", RES: "res", TASK: "task", AID: "leg.aid", REVIEW: "gov.review", INSTRUCTION: "soc.instruction", SECONDMENT: "soc.secondment",
    TRANSFER: "soc.transfer", JOINT: "soc.joint", RATING: "cap.rating", CONTRACT: "leg.contract",
    COUNSEL: "leg.counsel", SERVICE: "cap.service", REPORT: "dat.report", OFFICE_LIFE: "reg.office",
}  # fmt: skip
_BY_FIELD = {RATING: "programme", CONTRACT: "village_ref", COUNSEL: "village_ref"}
_SERIES = (SNAPSHOT, SCREENING)
"""Domains of which an office has one record a type, called `<type>:<office>`."""


def _name_of(kind: str) -> Callable[[dict[str, Any]], str] | None:
    domain = DOMAIN_OF[KINDS[kind]]
    if domain in _SERIES:
        return lambda _: kind
    if domain == REPORT:
        return lambda data: f"{data['report_code']}:{data['period']}"
    field = _BY_FIELD.get(domain)
    return None if field is None else lambda data: str(data[field])


NAME_OF: tuple[Callable[[dict[str, Any]], str] | None, ...] = tuple(map(_name_of, KINDS))
"""By kind: what tells the records of one office apart, from the data; None where records are not an office's."""


def record_name(domain: int, key: Any, offices: list[str]) -> str:
    """The name under which facts tell a record. `offices`: ids by number."""
    if domain in BY_SUBJECT:
        return f"{_PREFIX[domain]}:{key}"
    if domain == OFFICE_LIFE:
        return f"{_PREFIX[domain]}:{offices[key]}"
    office, name = key
    return f"{name}:{offices[office]}" if domain in _SERIES else f"{_PREFIX[domain]}:{offices[office]}:{name}"
