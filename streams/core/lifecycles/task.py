"""A task that somebody gave to an office: its ordered live events -> its facts (contract, section 6, `dual_*`).

The facts are told once, with the assigner; which side they count for follows from the kind of the assigner in the roll-up.
"""

from collections.abc import Sequence

from streams.core.lifecycles.facts import Facts, add_minutes
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot, T
from streams.core.measures import measure
from streams.core.windows import local_day

ASSIGNED, DUE, DONE = measure("soc.assigned"), measure("soc.due"), measure("soc.done")
_IS_ASSIGNED = KINDS["soc.task.assigned"]


def facts(slots: Sequence[Slot]) -> Facts:
    """The facts of one task: assigned on its day; due, and done if some completion is in time, on the day of its deadline."""
    found: Facts = {}
    first = next((s for s in slots if s[KIND] == _IS_ASSIGNED), None)
    done = next((s[T] for s in slots if s[KIND] != _IS_ASSIGNED), None)
    core = first is not None and first[PAYLOAD][1]
    for slot in slots:
        add_minutes(found, slot, core=core)
    if first is not None:
        due = first[PAYLOAD][0]
        due_day, office, assigner = local_day(due), first[OFFICE], first[ASSIGNER]
        found[ASSIGNED, first[DAY], office, assigner] = 1
        found[DUE, due_day, office, assigner] = 1
        if done is not None and done <= due:
            found[DONE, due_day, office, assigner] = 1
    return found
