"""What a mediation case stands for (section 6): a is its first acceptance, c its first conclusion."""

from datetime import date

from consumers.reconcile.event import Event
from consumers.reconcile.reading import day_ordinal, fen
from consumers.reconcile.records import Record
from consumers.reconcile.windows import first_day

CONCLUSIONS = frozenset(f"med.case.{how}" for how in ("agreed", "failed", "withdrawn", "transferred", "terminated"))
LIMIT_DAYS = 30
FOLLOW_UP_DAYS = 60
OCCASIONS = {"new_year": 1, "spring_festival": 2, "two_sessions": 3, "may_day": 5, "national_day": 10}
"""The month in which the screening for an occasion is due."""


def tell_case(record: Record, events: list[Event]) -> None:
    """Book the facts of a case from its ordered live events."""
    a = next((event for event in events if event.type == "med.case.accepted"), None)
    c = next((event for event in events if event.type in CONCLUSIONS), None)
    for event in events:
        if event.type == "med.escalation.recorded":
            _tell_escalation(record, event)
    _tell_aftermath(record, events)
    if a:
        _tell_acceptance(record, a)
        record.book("med.shared", a, int(any(event.data.get("co_handlers") for event in events)))
    if c:
        _tell_conclusion(record, c, events)
    if a and c:
        _tell_both(record, a, c)
    if a and not c:
        record.book("med.open_overdue", a, day=a.day + LIMIT_DAYS + 1)


def _tell_acceptance(record: Record, a: Event) -> None:
    record.book("med.accepted", a)
    record.book("med.accepted", a, dimension=f"dispute_type={a.data['dispute_type']}")
    record.book("med.accepted", a, dimension=f"source={a.data['source']}")
    record.book("med.open", a)
    if a.data["is_collective"]:
        record.book("med.collective", a)
    if a.data["source"] == "referred":
        record.book("med.referred", a, dimension=f"referred_by={a.data.get('referred_by', 'other')}")


def _tell_conclusion(record: Record, c: Event, events: list[Event]) -> None:
    record.book("med.concluded", c)
    if c.type != "med.case.agreed":
        return
    record.book("med.agreed", c)
    sixty_days_on = c.day + FOLLOW_UP_DAYS
    record.book("med.followup_due", c, day=sixty_days_on)
    if any(event.type == "med.case.followed_up" and event.day <= sixty_days_on for event in events):
        record.book("med.followed_up", c, day=sixty_days_on)
    if c.data["form"] == "written":
        record.book("med.agreed_written", c)
    if "amount_yuan" in c.data:
        record.book("med.amount", c, fen(c.data["amount_yuan"]))
    if "perform_due_on" in c.data:
        due = day_ordinal(c.data["perform_due_on"])
        record.book("med.due", c, day=due)
        if any(event.type == "med.agreement.performed" and event.data["degree"] == "full" for event in events):
            record.book("med.fulfilled", c, day=due)


def _tell_both(record: Record, a: Event, c: Event) -> None:
    if c.day >= a.day:
        record.book("med.duration", c, c.day - a.day)
    record.book("med.open", c if c.day >= a.day else a, -1, office=a.office)
    if c.day > a.day + LIMIT_DAYS:
        record.book("med.concluded_late", c)
        record.book("med.open_overdue", a, day=a.day + LIMIT_DAYS + 1)
        record.book("med.open_overdue", c, -1, office=a.office)


def _tell_escalation(record: Record, event: Event) -> None:
    if event.data["prevented"]:
        record.book("med.prevented", event)
        record.book("med.prevented_persons", event, event.data["persons"])
    else:
        record.book("med.escalation", event)


def _tell_aftermath(record: Record, events: list[Event]) -> None:
    """The court's first confirmation, its first revocation, and what was paid for the case, under whoever paid."""
    confirmed = [e for e in events if e.type == "med.agreement.confirmed" and e.data["result"] == "confirmed"]
    for component, found in (("med.confirmed", confirmed), ("med.revoked", [e for e in events if e.type == "med.agreement.revoked"])):
        if found:
            record.book(component, found[0])
    paid = [e for e in events if e.type == "med.subsidy.paid"]
    for e in paid:
        record.facts["med.subsidy", e.day, "", e.office, e.data.get("authority", "self")] += fen(e.data["amount_yuan"])
    for e in paid[:1]:
        record.facts["med.subsidised", e.day, "", e.office, e.data.get("authority", "self")] += 1


def tell_screenings(record: Record, events: list[Event]) -> None:
    """An office's screenings: the first routine one of each month, and the first one for each occasion, dated not before the occasion's month."""
    met = set()
    for e in events:
        reason = e.data.get("special_reason")
        if e.data["scope"] == "routine":
            month, what = first_day("month", e.day), "routine"
        elif reason in OCCASIONS:
            month, what = _occasion(OCCASIONS[reason], e.day), reason
        else:
            continue
        if (what, month) not in met:
            met.add((what, month))
            record.book("med.screened", e, day=max(e.day, month))


def _occasion(month: int, day: int) -> int:
    """First day of the month of the occasion that a screening is for: the earliest that is over for three months at most."""
    on = date.fromordinal(day)
    candidates = [date(year, month, 1) for year in (on.year - 1, on.year, on.year + 1)]
    months_past = [(on.year - c.year) * 12 + on.month - c.month for c in candidates]
    return next(c for c, past in zip(candidates, months_past, strict=True) if past <= 3).toordinal()
