"""What else a released person stands for (domain.md 2.6 and 3.4): notices answered, hand-overs, visits, losing touch."""

from consumers.reconcile.event import Event
from consumers.reconcile.reading import day_ordinal
from consumers.reconcile.records import Record
from consumers.reconcile.windows import first_day, last_day

EXITS = frozenset(f"res.person.{how}" for how in ("discharged", "moved", "died"))


def tell_aftercare(record: Record, events: list[Event]) -> None:
    """Book everything but what the contract's core tells."""
    _tell_notice(record, events)
    _tell_release(record, events)
    _tell_stays(record, events)
    for event in events:
        if event.type == "res.reoffence.recorded":
            record.sight("res.reoffender", event)


def _first(events: list[Event], type_: str) -> Event | None:
    return next((event for event in events if event.type == type_), None)


def _tell_notice(record: Record, events: list[Event]) -> None:
    notice, answer = _first(events, "res.notice.received"), _first(events, "res.identity.verified")
    if notice:
        told = notice.data.get("due_on")
        limit = day_ordinal(told) if told else last_day("month", first_day("month", notice.day))
        record.book("res.notice_due", notice, day=limit)
        if answer and answer.day <= limit:
            record.book("res.verified", notice, day=limit)


def _tell_release(record: Record, events: list[Event]) -> None:
    release = _first(events, "res.person.released")
    if release:
        record.book("res.released", release)
        if any(event.type == "res.person.handed_over" and event.data["mode"] != "not_handed" for event in events):
            record.book("res.handed_over", release)


def _tell_stays(record: Record, events: list[Event]) -> None:
    """Visits, and being lost, count at the office that enrolled the person."""
    entry: Event | None = None
    lost = False
    for event in events:
        if entry is None:
            entry = event if event.type == "res.person.enrolled" else None
            continue
        if event.type == "res.visit.made":
            record.book("res.visit", event, office=entry.office)
        elif event.type == "res.person.lost" and not lost:
            lost = True
            record.book("res.lost", event, office=entry.office)
        elif lost and (event.type == "res.person.found" or event.type in EXITS):
            lost = False
            record.book("res.lost", event, -1, office=entry.office)
        if event.type in EXITS:
            entry = None
