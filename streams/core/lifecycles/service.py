"""A contract for purchased services (购买服务): what it owes from month to month, what was accepted and paid (domain.md 2.11 and 3.7).

Units are owed evenly over the days of the contract: by each month's last day, and by the contract's, so many whole units as the days gone by
come to. All of it stands under the buyer, in the assigner's place; where no contract is known that is nobody.
"""

from collections.abc import Iterator, Sequence

from streams.core.lifecycles.facts import Facts, add, add_minutes
from streams.core.lifecycles.payloads import NOBODY
from streams.core.lifecycles.slots import DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot
from streams.core.lifecycles.transitions import SERVICE_LIFE, flag
from streams.core.measures import measure
from streams.core.windows import END, MONTH, MONTH_OF, OF_DAY

_AGREED, _ACCEPTED, _PAID = measure("svc.agreed"), measure("svc.accepted"), measure("svc.paid")
_IS_CONTRACTED, _IS_TERMINATED = KINDS["cap.service.contracted"], KINDS["cap.service.terminated"]
_TELLS = {KINDS["cap.service.accepted"]: _ACCEPTED, KINDS["cap.service.paid"]: _PAID}
MOST_INSTALMENTS = 120
"""Ten years of months; what a longer contract owes after the last but one of them falls due on its last day."""


def facts(slots: Sequence[Slot]) -> Facts:
    """The facts of one contract; of several signings the first counts, and of several ends."""
    found: Facts = {}
    flag(found, SERVICE_LIFE, slots)
    signed = next((slot for slot in slots if slot[KIND] == _IS_CONTRACTED), None)
    ended = next((slot[DAY] for slot in slots if slot[KIND] == _IS_TERMINATED), None)
    buyer = NOBODY if signed is None else signed[PAYLOAD][0]
    if signed is not None:
        _, units, first, last = signed[PAYLOAD]
        for day, amount in instalments(units, first, last, ended):
            add(found, (_AGREED, day, signed[OFFICE], buyer), amount)
    for slot in slots:
        add_minutes(found, slot, core=False)
        if slot[KIND] in _TELLS:
            add(found, (_TELLS[slot[KIND]], slot[DAY], slot[OFFICE], buyer), slot[PAYLOAD])
    return found


def instalments(units: int, first: int, last: int, ended: int | None) -> Iterator[tuple[int, int]]:
    """(day, units) owed by the last day of each month from `first` on, and by the last day of the contract, or the day on which it ended early."""
    stop = last if ended is None else min(last, ended)
    told, day, days = 0, first - 1, last - first + 1
    for n in range(1, MOST_INSTALMENTS + 1):
        if day >= stop:
            return
        # The month of the last day is not asked for its end: there is no day after the year 9999.
        day = stop if n == MOST_INSTALMENTS or MONTH_OF[day + 1] == MONTH_OF[stop] else END[OF_DAY[day + 1][MONTH]] - 1
        so_far = units * (day - first + 1) // days
        if so_far > told:
            yield day, so_far - told
            told = so_far
