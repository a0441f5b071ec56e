"""A task that somebody gave to an office: its ordered live events -> its facts (contract, section 6, `dual_*`).

The facts are told once, with the assigner; which side they count for follows from the kind of the assigner in the roll-up.
"""

from collections.abc import Sequence

from streams.core.instants import local_day
from streams.core.lifecycles.facts import Facts, add_minutes
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, WORK, Slot, T
from streams.core.lifecycles.transitions import TASK_LIFE, flag
from streams.core.lifecycles.work import SHARED
from streams.core.measures import measure

ASSIGNED, DUE, DONE = measure("soc.assigned"), measure("soc.due"), measure("soc.done")
_OUTSIDE, _SHARED = measure("soc.outside"), measure("soc.shared")
_IS_ASSIGNED, _IS_COMPLETED = KINDS["soc.task.assigned"], KINDS["soc.task.completed"]


def facts(slots: Sequence[Slot]) -> Facts:
    """The facts of one task: assigned on its day; due, and done if some completion is in time, on the day of its deadline."""
    found: Facts = {}
    first = next((s for s in slots if s[KIND] == _IS_ASSIGNED), None)
    done = next((s[T] for s in slots if s[KIND] == _IS_COMPLETED), None)
    core = first is not None and first[PAYLOAD][1]
    flag(found, TASK_LIFE, slots)
    for slot in slots:
        add_minutes(found, slot, core=core)
    if first is not None:
        due, _, outside = first[PAYLOAD]
        due_day, office, assigner = local_day(due), first[OFFICE], first[ASSIGNER]
        found[ASSIGNED, first[DAY], office, assigner] = 1
        if outside:
            found[_OUTSIDE, first[DAY], office, assigner] = 1
        if any(slot[WORK] & SHARED for slot in slots):
            found[_SHARED, first[DAY], office, assigner] = 1
        found[DUE, due_day, office, assigner] = 1
        if done is not None and done <= due:
            found[DONE, due_day, office, assigner] = 1
    return found
