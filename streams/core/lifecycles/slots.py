"""A live event as a flat tuple, a *slot*: what facts need of it and nothing more.

A plain tuple with named positions instead of a class: millions of them are kept, and sorting them is the order of live events
(time, id, source), since these come first and are unique together.
"""

from bisect import insort
from typing import Any

from schemas.events import TYPES

Slot = tuple[Any, ...]
T, ID, SOURCE, KIND, DAY, OFFICE, ASSIGNER, WORK, PAYLOAD, KEY, DIGEST = range(11)
"""Positions: instant in µs, event id, source, type number, local day, office number or -1, assigner number (0: self), how it was worked,
what the facts need of `data`, key of the record (None: a record of its own), digest of the content."""

KINDS: dict[str, int] = {name: number for number, name in enumerate(TYPES)}
"""Type name -> its number."""

(
    MED, COR, RES, TASK, AID, REVIEW, INSTRUCTION, SECONDMENT, TRANSFER, JOINT, SERVICE, SNAPSHOT, RATING, SCREENING, CONTRACT, COUNSEL, REPORT,
    OFFICE_LIFE, SPLIT, AUTHORITY, PERIOD, RULES, CALENDAR, SINGLE,
) = range(24)  # fmt: skip
"""Domains: families of records that are interpreted alike."""

_BY_TYPE = {
    "cap.rating.awarded": RATING, "cap.rating.withdrawn": RATING, "cap.rating.applied": RATING, "cap.rating.renewed": RATING, "med.screening.held": SCREENING, "leg.contract.signed": CONTRACT,
    "leg.counsel.visited": COUNSEL, "reg.office.opened": OFFICE_LIFE, "reg.office.closed": OFFICE_LIFE, "reg.split.decided": SPLIT,
    "reg.authority.registered": AUTHORITY, "reg.period.closed": PERIOD, "reg.rules.published": RULES,
    "reg.calendar.decided": CALENDAR,
}  # fmt: skip
_BY_PREFIX = {
    "med.": MED, "cor.": COR, "res.": RES, "soc.task.": TASK, "leg.aid.": AID, "gov.review.": REVIEW,
    "soc.instruction.": INSTRUCTION, "soc.secondment.": SECONDMENT, "soc.transfer.": TRANSFER, "soc.joint.": JOINT,
    "cap.service.": SERVICE, "dat.report.": REPORT,
}  # fmt: skip


def _domain(name: str) -> int:
    if name in _BY_TYPE:
        return _BY_TYPE[name]
    if name.endswith(".snapshot"):
        return SNAPSHOT
    return next((domain for prefix, domain in _BY_PREFIX.items() if name.startswith(prefix)), SINGLE)


DOMAIN_OF: tuple[int, ...] = tuple(map(_domain, TYPES))
"""Domain of each type."""

PERSONS = (COR, RES)
"""Domains whose records are walked event by event."""
BY_SUBJECT = frozenset((MED, COR, RES, TASK, AID, REVIEW, INSTRUCTION, SECONDMENT, TRANSFER, JOINT, SERVICE))
"""Domains whose records are those of a subject."""
UNTIL_CLOSED = (SNAPSHOT, RATING, CONTRACT)
"""Domains whose facts also depend on the day on which their office closes."""
FAMILY: tuple[str, ...] = tuple(name[:3] if name[:3] in ("reg", "clk", "dat") else "business" for name in TYPES)
"""Within a family an amendment may change the type."""


def insert(slots: list[Slot], slot: Slot) -> bool:
    """Put a slot into its place in the order; true if it came last."""
    if not slots or slots[-1] < slot:
        slots.append(slot)
        return True
    insort(slots, slot)
    return False
