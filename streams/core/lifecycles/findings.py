"""What those who inspect find (检察监督、执法检查意见), of a person or of the office: answered within three working days, or overdue from then on."""

from streams.core.lifecycles.facts import Facts
from streams.core.lifecycles.slots import ASSIGNER, DAY, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure
from streams.core.workdays import Calendar

_FINDING, _OVERDUE = measure("cor.finding"), measure("cor.finding_overdue")
ANSWER_WORKING_DAYS = 3


def found_fault(slot: Slot, calendar: Calendar) -> Facts:
    """The facts of one finding."""
    form, closed = slot[PAYLOAD]
    where = (slot[OFFICE], slot[ASSIGNER])
    found: Facts = {(_FINDING, slot[DAY], *where): 1, (form, slot[DAY], *where): 1}
    limit = calendar.later(slot[DAY], ANSWER_WORKING_DAYS)
    if closed is None or closed > limit:
        found[_OVERDUE, limit + 1, *where] = 1
    return found
