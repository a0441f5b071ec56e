"""Events that are records of their own: activities, money, escalations without a case, and the minutes of all others."""

from schemas.events import TYPES
from streams.core.catalogue.fund import AID, SERVICE
from streams.core.lifecycles.facts import Facts, add_minutes
from streams.core.lifecycles.findings import found_fault
from streams.core.lifecycles.mediation import escalated
from streams.core.lifecycles.payloads import TOLD_KINDS
from streams.core.lifecycles.slots import ASSIGNER, DAY, KIND, KINDS, OFFICE, PAYLOAD, Slot
from streams.core.measures import measure
from streams.core.workdays import Calendar

_MONEY = {KINDS[f"cap.{what}"]: {"": measure(what)} for what in ("fund.disbursed", "fund.budgeted", "fund.spent")}
for _what in ("fund.budgeted", "fund.spent"):
    _MONEY[KINDS[f"cap.{_what}"]] |= {of: measure(_what, of) for of in (SERVICE, AID)}
_MONEY[KINDS["cap.fund.disbursed"]]["category=operating"] = measure("fund.operating")
"""Type of money -> measure in all, and of the cost categories that are also counted apart."""
_COSTS = {domain: measure(f"cost.{domain}") for domain in ("mediation", "correction", "publicity")}
"""Field of work -> measure of the money spent on it, where outcomes of the field are counted."""
_POLICE_HELP, _POLICE_MINUTES = measure("cap.police_help"), measure("cap.police_minutes")
_IS_POLICE_HELP = KINDS["soc.police_help.requested"]
_IS_FINDING = KINDS["cor.supervision.finding"]
_IS_ESCALATION = KINDS["med.escalation.recorded"]
_CORE = tuple(name[:3] in ("med", "cor", "res", "leg", "pub", "gov", "ppl") for name in TYPES)


def facts(slot: Slot, calendar: Calendar) -> Facts:
    """The facts of one event. Money stands under the authority that paid, in the assigner's place."""
    found: Facts = {}
    kind, day, office, who = slot[KIND], slot[DAY], slot[OFFICE], slot[ASSIGNER]
    if kind in TOLD_KINDS:
        for measured, amount in slot[PAYLOAD]:
            found[measured, day, office, who] = amount
    elif kind == _IS_POLICE_HELP:
        found |= _police_help(slot)
    elif kind == _IS_FINDING:
        found |= found_fault(slot, calendar)
    elif kind in _MONEY:
        found |= _money(slot)
    elif kind == _IS_ESCALATION:
        escalated(found, slot)
    add_minutes(found, slot, core=_CORE[kind])
    return found


def _money(slot: Slot) -> Facts:
    """Fen, under the authority whose they are."""
    authority, fen, category, domain = slot[PAYLOAD]
    measures = _MONEY[slot[KIND]]
    told = [measures[of] for of in ("", f"category={category}") if of in measures] + [_COSTS[of] for of in (domain,) if of in _COSTS]
    return {(number, slot[DAY], slot[OFFICE], authority): fen for number in told if fen}


def _police_help(slot: Slot) -> Facts:
    """A request, and how many minutes the police took, where that is told."""
    where, minutes = (slot[DAY], slot[OFFICE], slot[ASSIGNER]), slot[PAYLOAD]
    found: Facts = {(_POLICE_HELP, *where): 1}
    if minutes is not None:
        found[_POLICE_MINUTES, *where] = minutes + 1
    return found
