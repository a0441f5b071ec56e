"""Facts: {(measure, day, office, assigner): amount}, the dated integers a record stands for.

A histogram fact carries its value + 1 as the amount, so that 0 always means "no such fact".
"""

from streams.core.lifecycles.slots import ASSIGNER, DAY, OFFICE, WORK, Slot
from streams.core.lifecycles.work import MINUTES
from streams.core.measures import measure

FactKey = tuple[int, int, int, int]
Facts = dict[FactKey, int]

ALL_MINUTES, CORE_MINUTES = measure("work.minutes"), measure("work.core_minutes")


def add(facts: Facts, key: FactKey, amount: int) -> None:
    """Add to a fact; one that comes to 0 is none."""
    total = facts.get(key, 0) + amount
    if total:
        facts[key] = total
    else:
        facts.pop(key, None)


def add_minutes(facts: Facts, slot: Slot, *, core: bool) -> None:
    """The minutes that an event took, and the same again where they count as core work."""
    minutes = slot[WORK] & MINUTES
    if minutes:
        day, office, who = slot[DAY], slot[OFFICE], slot[ASSIGNER]
        add(facts, (ALL_MINUTES, day, office, who), minutes)
        if core:
            add(facts, (CORE_MINUTES, day, office, who), minutes)
