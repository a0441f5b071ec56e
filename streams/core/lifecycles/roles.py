"""Who has which role towards an office, as stocks: shares in basis points from day to day while it is open (domain.md 1.2 and 3.8).

Each share stands under the authority that has it, in the assigner's place.
"""

from collections.abc import Mapping, Sequence

from streams.core.lifecycles.facts import Facts, add
from streams.core.lifecycles.slots import PAYLOAD, Slot
from streams.core.measures import measure

_HELD = measure("reg.role_held")
ROLES = ("head_appointing", "staff_assigning", "funding", "premises_owner", "establishment")
"""Roles that may lie in one hand: who appoints the head, supplies the staff, pays, owns the rooms, has the posts."""
_CATEGORIES = ("operating", "all")
"""A role's split is the category's own, else that of all."""

Decisions = Mapping[tuple[str, str], Sequence[Slot]]
"""(role, cost category) -> live decisions in order."""


def facts(office: int, opened: int | None, closed: int | None, decisions: Decisions) -> Facts:
    """The facts of one office; none before it opens, all given back on the day it closes."""
    found: Facts = {}
    if opened is None or (closed is not None and closed <= opened):
        return found
    for role in ROLES:
        for first, end, shares in _stretches(decisions, role, opened, closed):
            for authority, bp in shares:
                add(found, (_HELD, first, office, authority), bp)
                if end is not None:
                    add(found, (_HELD, end, office, authority), -bp)
    return found


def _stretches(
    decisions: Decisions, role: str, opened: int, closed: int | None
) -> list[tuple[int, int | None, tuple[tuple[int, int], ...]]]:
    """First day, day after the last (None: for good) and shares of each stretch of the office's life that has a split in force."""
    own, common = ({s[PAYLOAD][0]: s[PAYLOAD][1] for s in decisions.get((role, category), ())} for category in _CATEGORIES)
    starts = sorted({max(day, opened) for day in (*own, *common)})
    cuts = [day for day in starts if closed is None or day < closed]
    out: list[tuple[int, int | None, tuple[tuple[int, int], ...]]] = []
    for n, first in enumerate(cuts):
        in_force = next((of[max(days)] for of in (own, common) if (days := [d for d in of if d <= first])), ())
        out.append((first, cuts[n + 1] if n + 1 < len(cuts) else closed, in_force))
    return out
