"""A live event as a flat tuple, a *slot*: what facts need of it and nothing more.

A plain tuple with named positions instead of a class: millions of them are kept, and sorting them is the order of live events
(time, id, source), since these come first and are unique together.
"""

from bisect import insort
from typing import Any

from schemas.events import TYPES

Slot = tuple[Any, ...]
T, ID, SOURCE, KIND, DAY, OFFICE, ASSIGNER, MINUTES, PAYLOAD, KEY, DIGEST = range(11)
"""Positions: instant in µs, event id, source, type number, local day, office number or -1, assigner number (0: self), minutes,
what the facts need of `data`, key of the record (None: a record of its own), digest of the content."""

KINDS: dict[str, int] = {name: number for number, name in enumerate(TYPES)}
"""Type name -> its number."""

MED, COR, RES, TASK, STAFF, PREMISES, RATING, SCREENING, OFFICE_LIFE, SPLIT, AUTHORITY, PERIOD, RULES, SINGLE = range(14)
"""Domains: families of records that are interpreted alike."""

_BY_TYPE = {
    "cap.staff.snapshot": STAFF, "cap.premises.snapshot": PREMISES, "cap.rating.awarded": RATING, "cap.rating.withdrawn": RATING,
    "reg.office.opened": OFFICE_LIFE, "reg.office.closed": OFFICE_LIFE, "reg.split.decided": SPLIT, "reg.authority.registered": AUTHORITY,
    "reg.period.closed": PERIOD, "reg.rules.published": RULES, "med.screening.held": SCREENING,
}  # fmt: skip
_BY_PREFIX = {"med": MED, "cor": COR, "res": RES}
DOMAIN_OF: tuple[int, ...] = tuple(
    _BY_TYPE.get(name, TASK if name.startswith("soc.task.") else _BY_PREFIX.get(name[:3], SINGLE)) for name in TYPES
)
"""Domain of each type."""

PERSONS = (COR, RES)
"""Domains whose records are walked event by event."""
UNTIL_CLOSED = (STAFF, PREMISES, RATING)
"""Domains whose facts also depend on the day on which their office closes."""
FAMILY: tuple[str, ...] = tuple(name[:3] if name[:3] in ("reg", "clk") else "business" for name in TYPES)
"""Within a family an amendment may change the type."""


def insert(slots: list[Slot], slot: Slot) -> bool:
    """Put a slot into its place in the order; true if it came last."""
    if not slots or slots[-1] < slot:
        slots.append(slot)
        return True
    insort(slots, slot)
    return False
