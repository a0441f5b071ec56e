"""What an office has: snapshots, ratings, and the office itself. Each ends on the day on which the office closes."""

from collections.abc import Sequence

from streams.core.lifecycles.facts import Facts, add, add_minutes
from streams.core.lifecycles.payloads import WITHDRAWN
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot
from streams.core.lifecycles.transitions import RATING_LIFE, flag
from streams.core.measures import measure

_OFFICES = measure("cap.offices")
_HELD = {"prov_standard": measure("cap.standard"), "prov_excellent": measure("cap.excellent")}
_DECIDES = frozenset((KINDS["cap.rating.awarded"], KINDS["cap.rating.withdrawn"]))
_IS_OPENED = KINDS["reg.office.opened"]
NOBODY = 0
"""Assigner of what no event of work caused: `self`."""


def snapshot(slots: Sequence[Slot], closed: int | None) -> Facts:
    """Stocks that hold the last snapshot's word, each of them; of several on one day the last counts."""
    found: Facts = {}
    levels: dict[int, int] = {}
    for i, slot in enumerate(slots):
        add_minutes(found, slot, core=False)
        if closed is not None and slot[DAY] >= closed:
            continue
        if i + 1 == len(slots) or slots[i + 1][DAY] != slot[DAY]:
            now = dict(slot[PAYLOAD])
            for number in levels | now:
                add(found, (number, slot[DAY], slot[OFFICE], slot[ASSIGNER]), now.get(number, 0) - levels.get(number, 0))
            levels = now
    if closed is not None:
        for number, level in levels.items():
            add(found, (number, closed, slots[0][OFFICE], NOBODY), -level)
    return found


def rating(slots: Sequence[Slot], closed: int | None) -> Facts:
    """One programme of one office: held or not, or at which number of stars. An application or a renewal changes nothing of that."""
    found: Facts = {}
    held: int | None = None  # the measure that stands at 1
    flag(found, RATING_LIFE, slots)
    for slot in slots:
        add_minutes(found, slot, core=False)
        if (closed is not None and slot[DAY] >= closed) or slot[KIND] not in _DECIDES:
            continue
        programme, level, _ = slot[PAYLOAD]
        now = _measure_of(programme, level)
        if now != held:
            if held is not None:
                add(found, (held, slot[DAY], slot[OFFICE], slot[ASSIGNER]), -1)
            if now is not None:
                add(found, (now, slot[DAY], slot[OFFICE], slot[ASSIGNER]), 1)
            held = now
    if held is not None and closed is not None:
        add(found, (held, closed, slots[0][OFFICE], NOBODY), -1)
    return found


def _measure_of(programme: str, level: int) -> int | None:
    """What an award stands for; None: a withdrawal, nothing."""
    if level == WITHDRAWN:
        return None
    if programme == "city_star":
        return measure("cap.star", f"level={level}")
    return _HELD[programme] if programme in _HELD else measure("cap.title", f"programme={programme}")


def life(slots: Sequence[Slot]) -> tuple[int | None, int | None]:
    """Day of opening and of closing: of each the latest word counts."""
    opened = closed = None
    for slot in slots:
        if slot[KIND] == _IS_OPENED:
            opened = slot[PAYLOAD][0]
        else:
            closed = slot[PAYLOAD][0]
    return opened, closed


def office(slots: Sequence[Slot]) -> Facts:
    """One open office from its opening to its closing."""
    found: Facts = {}
    opened, closed = life(slots)
    if opened is not None:
        found[_OFFICES, opened, slots[0][OFFICE], NOBODY] = 1
        if closed is not None:
            add(found, (_OFFICES, max(opened, closed), slots[0][OFFICE], NOBODY), -1)
    return found
