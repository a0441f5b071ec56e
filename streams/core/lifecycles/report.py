"""A report that an office owes (报表): asked for, submitted, sent back; one record an office, kind of report and period (domain.md 2.12).

The first event that tells a limit sets it: the request, or the report itself where nobody told of a request.
"""

from collections.abc import Sequence

from streams.core.instants import local_day
from streams.core.lifecycles.facts import Facts
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot, T
from streams.core.lifecycles.transitions import REPORT_LIFE, flag
from streams.core.measures import measure

_DUE, _ONTIME = measure("dq.report_due"), measure("dq.report_ontime")
_REQUESTED, _SUBMITTED = KINDS["dat.report.requested"], KINDS["dat.report.submitted"]


def facts(slots: Sequence[Slot]) -> Facts:
    """Due on the local day of its limit, and done there if some submission is by then; each request names the kind of report on its day."""
    found: Facts = {}
    flag(found, REPORT_LIFE, slots)
    due: int | None = None
    for slot in slots:
        if slot[KIND] == _REQUESTED:
            found[measure("burden.table", slot[PAYLOAD][1]), slot[DAY], slot[OFFICE], slot[ASSIGNER]] = 1
        if due is None and slot[KIND] in (_REQUESTED, _SUBMITTED):
            due = slot[PAYLOAD][0]
            where = local_day(due), slot[OFFICE], slot[ASSIGNER]
            found[_DUE, *where] = 1
            if any(one[KIND] == _SUBMITTED and one[T] <= due for one in slots):
                found[_ONTIME, *where] = 1
    return found
