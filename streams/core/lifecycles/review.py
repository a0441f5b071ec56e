"""A legality review (合法性审查): asked for, and answered (domain.md 2.9)."""

from collections.abc import Sequence

from streams.core.lifecycles.facts import Facts, add, add_minutes
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure

_REQUESTED, _REVIEWED, _ISSUED, _ITEMS, _ADOPTED = (
    measure(f"gov.{name}") for name in ("review_requested", "reviewed", "review_issued", "opinion_items", "adopted_items")
)
_IS_REQUESTED = KINDS["gov.review.requested"]


def facts(slots: Sequence[Slot]) -> Facts:
    """The facts of one matter: its request, whether it was answered, each answer with its opinions."""
    found: Facts = {}
    request = next((slot for slot in slots if slot[KIND] == _IS_REQUESTED), None)
    for slot in slots:
        add_minutes(found, slot, core=True)
        if slot[KIND] != _IS_REQUESTED:
            where = (slot[DAY], slot[OFFICE], slot[ASSIGNER])
            items, adopted = slot[PAYLOAD]
            for number, amount in ((_ISSUED, 1), (_ITEMS, items), (_ADOPTED, adopted)):
                add(found, (number, *where), amount)
    if request is not None:
        where = (request[DAY], request[OFFICE], request[ASSIGNER])
        found[_REQUESTED, *where] = 1
        if any(slot[KIND] != _IS_REQUESTED for slot in slots):
            found[_REVIEWED, *where] = 1
    return found
