"""What a mediation case stands for (section 6): a is its first acceptance, c its first conclusion."""

from consumers.reconcile.event import Event
from consumers.reconcile.reading import day_ordinal, fen
from consumers.reconcile.records import Record

CONCLUSIONS = frozenset(f"med.case.{how}" for how in ("agreed", "failed", "withdrawn", "transferred", "terminated"))
LIMIT_DAYS = 30


def tell_case(record: Record, events: list[Event]) -> None:
    """Book the facts of a case from its ordered live events."""
    a = next((event for event in events if event.type == "med.case.accepted"), None)
    c = next((event for event in events if event.type in CONCLUSIONS), None)
    for event in events:
        if event.type == "med.escalation.recorded" and not event.data["prevented"]:
            record.book("med.escalation", event)
    if a:
        _tell_acceptance(record, a)
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


def _tell_conclusion(record: Record, c: Event, events: list[Event]) -> None:
    record.book("med.concluded", c)
    if c.type != "med.case.agreed":
        return
    record.book("med.agreed", c)
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
