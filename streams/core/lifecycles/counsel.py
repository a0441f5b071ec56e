"""Village counsel (村居法律顾问): contracts that hold from day to day, and duty days that a month asks for (domain.md 2.7)."""

from collections.abc import Sequence

from streams.core.lifecycles.facts import Facts, add, add_minutes
from streams.core.lifecycles.payloads import NOBODY
from streams.core.lifecycles.slots import ASSIGNER, DAY, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure
from streams.core.windows import MONTH_OF

_CONTRACTED, _DUTY = measure("leg.contracted"), measure("leg.duty_met")
DUTY_DAYS, DUTY_DAYS_REMOTE = 2, 1
"""Days on duty that a village asks for each month."""


def contract(slots: Sequence[Slot], closed: int | None) -> Facts:
    """One village of an office: 1 while any of its contracts is valid, until the office closes."""
    found: Facts = {}
    for slot in slots:
        add_minutes(found, slot, core=True)
    end: Slot | None = None
    for slot in sorted(slots, key=lambda one: one[PAYLOAD][0]):
        first, last = slot[PAYLOAD]
        if last < first:
            continue
        if end is not None and first > end[PAYLOAD][1] + 1:
            _stop(found, end, closed)
            end = None
        if end is None:
            if closed is not None and first >= closed:
                return found
            add(found, (_CONTRACTED, first, slot[OFFICE], slot[ASSIGNER]), 1)
            end = slot
        elif last > end[PAYLOAD][1]:
            end = slot
    if end is not None:
        _stop(found, end, closed)
    return found


def _stop(found: Facts, end: Slot, closed: int | None) -> None:
    day, who = end[PAYLOAD][1] + 1, end[ASSIGNER]
    if closed is not None and closed < day:
        day, who = closed, NOBODY
    add(found, (_CONTRACTED, day, end[OFFICE], who), -1)


def duty(slots: Sequence[Slot]) -> Facts:
    """One village of an office: each month in which its counsel was on duty on as many days as it asks for, on the day that fulfils it.

    A village is remote if its last event says so.
    """
    found: Facts = {}
    remote = bool(slots) and slots[-1][PAYLOAD][1]
    days: dict[int, set[int]] = {}
    for slot in slots:
        add_minutes(found, slot, core=True)
        if slot[PAYLOAD][0]:
            of_month = days.setdefault(MONTH_OF[slot[DAY]], set())
            before = len(of_month)
            of_month.add(slot[DAY])
            if before < len(of_month) == (DUTY_DAYS_REMOTE if remote else DUTY_DAYS):
                found[_DUTY, slot[DAY], slot[OFFICE], slot[ASSIGNER]] = 1
    return found
