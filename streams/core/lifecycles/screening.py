"""Screening for disputes (矛盾纠纷排查): an office's series of screenings -> the months and festivals for which it looked.

Routine screening is due every month; one more is due before each of five occasions, in the month of that occasion.
"""

from collections.abc import Sequence

from streams.core.lifecycles.facts import Facts, add_minutes
from streams.core.lifecycles.slots import ASSIGNER, DAY, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure
from streams.core.windows import MONTH_OF, first_of_month

_SCREENED = measure("med.screened")
OCCASIONS = {"new_year": 1, "spring_festival": 2, "two_sessions": 3, "may_day": 5, "national_day": 10}
"""Occasion -> the month in which its screening is due (the Spring Festival: February)."""
_ROUTINE = ""


def facts(slots: Sequence[Slot]) -> Facts:
    """One for the first routine screening of each month, one for the first screening for each occasion of a year."""
    found: Facts = {}
    seen: set[tuple[str, int]] = set()
    for slot in slots:
        add_minutes(found, slot, core=True)
        routine, reason = slot[PAYLOAD]
        if not routine and reason not in OCCASIONS:
            continue
        month = MONTH_OF[slot[DAY]] if routine else _month_of(reason, slot[DAY])
        what = (_ROUTINE if routine else reason, month)
        if what not in seen:
            seen.add(what)
            key = (_SCREENED, max(slot[DAY], first_of_month(month)), slot[OFFICE], slot[ASSIGNER])
            found[key] = found.get(key, 0) + 1
    return found


def _month_of(reason: str, day: int) -> int:
    """The month of the occasion that is meant: the nearest one that is not more than three months past."""
    here, month = MONTH_OF[day], OCCASIONS[reason] - 1
    return here + (month - here + 3) % 12 - 3
