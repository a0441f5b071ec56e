"""Instructions, secondments, transfers, joint matters (domain.md 2.10): each a short record of one subject.

Of each kind of event the first counts; what is due is due on the day of its limit, and done there if it was done in time.
"""

from collections.abc import Sequence

from streams.core.instants import local_day
from streams.core.lifecycles.facts import Facts, add, add_minutes
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot, T
from streams.core.measures import measure

INSTRUCTION_DUE, INSTRUCTION_DONE = measure("soc.instruction_due"), measure("soc.instruction_done")
_ACK_MINUTES, _SECONDED = measure("soc.ack_minutes"), measure("soc.seconded")
_TRANSFER_DUE, _TRANSFERRED = measure("soc.transfer_due"), measure("soc.transferred")
_JOINT, _SHARED, _CLOSED, _SOLVED = (measure(f"soc.joint_{name}") for name in ("opened", "shared", "closed", "solved"))
_ISSUED, _ACKNOWLEDGED, _ANSWERED = (KINDS[f"soc.instruction.{what}"] for what in ("issued", "acknowledged", "answered"))
_STARTED, _ORDERED, _OPENED = KINDS["soc.secondment.started"], KINDS["soc.transfer.ordered"], KINDS["soc.joint.opened"]
TRANSFER_WITHIN = 15
"""Days after its order in which a transfer is to be effected."""
_MINUTE_US = 60_000_000


def _first(slots: Sequence[Slot], kind: int) -> Slot | None:
    return next((slot for slot in slots if slot[KIND] == kind), None)


def _book_minutes(slots: Sequence[Slot]) -> Facts:
    found: Facts = {}
    for slot in slots:
        add_minutes(found, slot, core=False)
    return found


def instruction(slots: Sequence[Slot]) -> Facts:
    """Minutes from the instruction to its first acknowledgement after it; answered by its limit, if it has one."""
    found = _book_minutes(slots)
    issued = _first(slots, _ISSUED)
    if issued is None:
        return found
    acknowledged = next((s for s in slots if s[KIND] == _ACKNOWLEDGED and s[T] >= issued[T]), None)
    if acknowledged is not None:
        minutes = (acknowledged[T] - issued[T]) // _MINUTE_US
        found[_ACK_MINUTES, acknowledged[DAY], acknowledged[OFFICE], acknowledged[ASSIGNER]] = minutes + 1
    due = issued[PAYLOAD]
    if due is not None:
        where = (local_day(due), issued[OFFICE], issued[ASSIGNER])
        found[INSTRUCTION_DUE, *where] = 1
        if any(s[KIND] == _ANSWERED and s[T] <= due for s in slots):
            found[INSTRUCTION_DONE, *where] = 1
    return found


def secondment(slots: Sequence[Slot]) -> Facts:
    """Away from the day of the start to the day before the return, in all and by destination."""
    found = _book_minutes(slots)
    away: Slot | None = None
    for slot in slots:
        if (slot[KIND] == _STARTED) != (away is None):
            continue
        base = slot if away is None else away
        for number in (_SECONDED, base[PAYLOAD]):
            add(found, (number, slot[DAY], base[OFFICE], slot[ASSIGNER]), 1 if away is None else -1)
        away = slot if away is None else None
    return found


def transfer(slots: Sequence[Slot]) -> Facts:
    """Due on the fifteenth day after the order; effected if it was by then."""
    found = _book_minutes(slots)
    ordered = _first(slots, _ORDERED)
    if ordered is not None:
        where = (ordered[DAY] + TRANSFER_WITHIN, ordered[OFFICE], ordered[ASSIGNER])
        found[_TRANSFER_DUE, *where] = 1
        if any(s[KIND] != _ORDERED and s[DAY] <= where[0] for s in slots):
            found[_TRANSFERRED, *where] = 1
    return found


def joint(slots: Sequence[Slot]) -> Facts:
    """Opened, with information shared if any of its events says so; closed, and solved if the first closing says so."""
    found = _book_minutes(slots)
    opened, closed = _first(slots, _OPENED), next((s for s in slots if s[KIND] != _OPENED), None)
    if opened is not None:
        where = (opened[DAY], opened[OFFICE], opened[ASSIGNER])
        found[_JOINT, *where] = 1
        if any(s[PAYLOAD][0] for s in slots):
            found[_SHARED, *where] = 1
    if closed is not None:
        where = (closed[DAY], closed[OFFICE], closed[ASSIGNER])
        found[_CLOSED, *where] = 1
        if closed[PAYLOAD][1]:
            found[_SOLVED, *where] = 1
    return found
