"""An application for legal aid: its ordered live events -> its facts (domain.md 2.7). Of each kind of event the first counts.

Limits are counted in working days after the day of what sets them, and never taken from the source.
"""

from collections.abc import Sequence

from streams.core.lifecycles.facts import Facts, add_minutes
from streams.core.lifecycles.payloads import GRADES
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot
from streams.core.lifecycles.transitions import LEGAL_AID, VALUES, flag
from streams.core.measures import measure
from streams.core.workdays import Calendar

_RECEIVED, _DECIDED, _GRANTED, _TIMED, _ONTIME, _ASSIGN_DUE, _ASSIGNED, _CLOSED, _RATED, _EXCELLENT, _QUALIFIED = (
    measure(f"leg.aid_{name}")
    for name in ("received", "decided", "granted", "timed", "ontime", "assign_due", "assigned", "closed", "rated", "excellent", "qualified")
)
_FIRST = {KINDS[f"leg.aid.{what}"]: what for what in ("received", "decided", "assigned", "closed", "rated")}
_GRANTS = VALUES["leg.aid.decided"].index("granted") + 1
DECIDE_WORKING_DAYS = 7
ASSIGN_WORKING_DAYS = 7
ASSIGN_WORKING_DAYS_CRIMINAL = 3


def facts(slots: Sequence[Slot], calendar: Calendar) -> Facts:
    """The facts of one application."""
    found: Facts = {}
    firsts: dict[str, Slot] = {}
    flag(found, LEGAL_AID, slots)
    for slot in slots:
        add_minutes(found, slot, core=True)
        what = _FIRST.get(slot[KIND])
        if what is not None:
            firsts.setdefault(what, slot)
    received, decided = firsts.get("received"), firsts.get("decided")
    if received is not None:
        _tell(found, _RECEIVED, received)
    if decided is not None:
        _of_decision(found, received, decided, firsts.get("assigned"), calendar)
    if "closed" in firsts:
        _tell(found, _CLOSED, firsts["closed"])
    if "rated" in firsts:
        _of_rating(found, firsts["rated"])
    return found


def _tell(found: Facts, number: int, slot: Slot, day: int | None = None) -> None:
    found[number, slot[DAY] if day is None else day, slot[OFFICE], slot[ASSIGNER]] = 1


def _of_decision(found: Facts, received: Slot | None, decided: Slot, assigned: Slot | None, calendar: Calendar) -> None:
    """Whether it was in time can only be told where the receipt is known; a grant sets the limit for the assignment."""
    _tell(found, _DECIDED, decided)
    if received is not None:
        _tell(found, _TIMED, decided)
        if decided[DAY] <= calendar.later(received[DAY], DECIDE_WORKING_DAYS):
            _tell(found, _ONTIME, decided)
    if decided[PAYLOAD] == _GRANTS:
        _tell(found, _GRANTED, decided)
        criminal = received is not None and received[PAYLOAD]
        limit = calendar.later(decided[DAY], ASSIGN_WORKING_DAYS_CRIMINAL if criminal else ASSIGN_WORKING_DAYS)
        _tell(found, _ASSIGN_DUE, decided, limit)
        if assigned is not None and assigned[DAY] <= limit:
            _tell(found, _ASSIGNED, decided, limit)


def _of_rating(found: Facts, rated: Slot) -> None:
    _tell(found, _RATED, rated)
    if rated[PAYLOAD] >= GRADES.index("qualified"):
        _tell(found, _QUALIFIED, rated)
    if rated[PAYLOAD] == GRADES.index("excellent"):
        _tell(found, _EXCELLENT, rated)
