"""Events that are records of their own: activities, money, escalations without a case, and the minutes of all others."""

from schemas.events import TYPES
from streams.core.lifecycles.facts import Facts, add_minutes
from streams.core.lifecycles.findings import found_fault
from streams.core.lifecycles.mediation import escalated
from streams.core.lifecycles.payloads import TOLD_KINDS
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure
from streams.core.workdays import Calendar

_MONEY = measure("fund.disbursed")
_POLICE_HELP, _POLICE_MINUTES = measure("cap.police_help"), measure("cap.police_minutes")
_IS_POLICE_HELP = KINDS["soc.police_help.requested"]
_IS_FINDING = KINDS["cor.supervision.finding"]
_IS_MONEY, _IS_ESCALATION = KINDS["cap.fund.disbursed"], KINDS["med.escalation.recorded"]
_CORE = tuple(name[:3] in ("med", "cor", "res", "leg", "pub", "gov", "ppl") for name in TYPES)


def facts(slot: Slot, calendar: Calendar) -> Facts:
    """The facts of one event. Money stands under the authority that paid, in the assigner's place."""
    found: Facts = {}
    kind, where = slot[KIND], (slot[DAY], slot[OFFICE], slot[ASSIGNER])
    if kind in TOLD_KINDS:
        for measured, amount in slot[PAYLOAD]:
            found[measured, *where] = amount
    elif kind == _IS_POLICE_HELP:
        found[_POLICE_HELP, *where] = 1
        if slot[PAYLOAD] is not None:
            found[_POLICE_MINUTES, *where] = slot[PAYLOAD] + 1
    elif kind == _IS_FINDING:
        found |= found_fault(slot, calendar)
    elif kind == _IS_MONEY:
        authority, fen = slot[PAYLOAD]
        if fen:
            found[_MONEY, slot[DAY], slot[OFFICE], authority] = fen
    elif kind == _IS_ESCALATION:
        escalated(found, slot)
    add_minutes(found, slot, core=_CORE[kind])
    return found
