"""What else a person under correction stands for (domain.md 2.5 and 3.3): reporting, visits, attendance, sanctions, help, investigations."""

from collections.abc import Iterator

from consumers.reconcile.calendar import YearDays, after_working_days
from consumers.reconcile.event import Event
from consumers.reconcile.reading import day_ordinal
from consumers.reconcile.records import Record
from consumers.reconcile.windows import first_day

EXITS = frozenset(f"cor.subject.{how}" for how in ("released", "terminated", "recalled", "moved"))
HOUR_US = 3600 * 1_000_000
ANSWER_WITHIN = 3
"""Working days in which a finding is to be answered."""


def tell_supervision(record: Record, events: list[Event], decided: YearDays) -> None:
    """Book everything but what the contract's core tells."""
    _tell_missing(record, events)
    _tell_regaining(record, events)
    _tell_investigations(record, events)
    inside = list(_inside(events))
    _tell_visits(record, inside)
    for what in ("education", "service"):
        _tell_attendance(record, inside, what)
    _tell_needs(record, inside)
    for event in events:
        match event.type:
            case "cor.sanction.issued":
                record.book("cor.sanction", event)
            case "cor.month.graded":
                record.book("cor.graded", event)
                record.book("cor.graded_fail", event, int(event.data["grade"] == "fail"))
            case "cor.supervision.finding":
                tell_finding(record, event, decided)


def _inside(events: list[Event]) -> Iterator[tuple[Event, Event]]:
    """Each event met during a stay, with the registration that began the stay."""
    entry: Event | None = None
    for event in events:
        if entry is None:
            entry = event if event.type == "cor.subject.registered" else None
        elif event.type in EXITS:
            entry = None
        else:
            yield event, entry


def _tell_missing(record: Record, events: list[Event]) -> None:
    """Missing from the day after the limit: until the first registration or, once the duty is known, an exit."""
    due = next((n for n, event in enumerate(events) if event.type == "cor.subject.due"), None)
    if due is None:
        return
    duty = events[due]
    overdue = day_ordinal(duty.data["report_by"]) + 1
    before = [event for event in events[:due] if event.type == "cor.subject.registered"]
    after = [event for event in events[due:] if event.type == "cor.subject.registered" or event.type in EXITS]
    appeared = next(iter([*before, *after]), None)
    if appeared and appeared.day < overdue:
        return
    record.sight("cor.missed", duty, day=overdue)
    record.book("cor.missed_open", duty, day=overdue)
    if appeared:
        record.book("cor.missed_open", appeared, -1, office=duty.office)


def _tell_regaining(record: Record, events: list[Event]) -> None:
    lost: Event | None = None
    for event in events:
        if event.type == "cor.control.lost":
            lost = lost or event
        elif event.type in EXITS:
            lost = None
        elif event.type == "cor.control.regained" and lost:
            record.facts["cor.regain_hours", event.day, "", event.office, event.assigner] = (event.time - lost.time) // HOUR_US
            lost = None


def _tell_investigations(record: Record, events: list[Event]) -> None:
    for n, asked in enumerate(events):
        if asked.type == "cor.investigation.requested":
            limit = day_ordinal(asked.data["due_on"])
            record.book("cor.investigation_due", asked, day=limit)
            answer = next((event for event in events[n:] if event.type == "cor.investigation.completed"), None)
            if answer and answer.day <= limit:
                record.book("cor.investigation_done", asked, day=limit)


def _tell_visits(record: Record, inside: list[tuple[Event, Event]]) -> None:
    months = set()
    for event, entry in inside:
        month = first_day("month", event.day)
        if event.type == "cor.contact.made" and event.data["kind"] == "home_visit" and month not in months:
            months.add(month)
            record.book("cor.visited", event, office=entry.office)


def _tell_attendance(record: Record, inside: list[tuple[Event, Event]], what: str) -> None:
    """Of each month the first attendance; where there is none, the first excuse takes the month out of what is asked for."""
    by_month: dict[int, list[tuple[Event, Event]]] = {}
    for event, entry in inside:
        if event.type == f"cor.{what}.attended":
            by_month.setdefault(first_day("month", event.day), []).append((event, entry))
    for found in by_month.values():
        came = [(event, entry) for event, entry in found if not event.data.get("excused", False)]
        event, entry = (came or found)[0]
        record.book(f"cor.{what}" if came else f"cor.{what}_excused", event, 1 if came else -1, office=entry.office)


def _tell_needs(record: Record, inside: list[tuple[Event, Event]]) -> None:
    """Of each stay the first need, and whether help came after it."""
    stays: dict[tuple[int, str, str], list[Event]] = {}
    entries = {}
    for event, entry in inside:
        if event.type.startswith("cor.help."):
            stays.setdefault(entry.order, []).append(event)
            entries[entry.order] = entry
    for order, found in stays.items():
        need = next((n for n, event in enumerate(found) if event.type == "cor.help.needed"), None)
        if need is not None:
            record.book("cor.need", found[need], office=entries[order].office)
            if any(event.type == "cor.help.given" for event in found[need:]):
                record.book("cor.need_met", found[need], office=entries[order].office)


def tell_finding(record: Record, event: Event, decided: YearDays) -> None:
    """What an inspector found; overdue on the day after the third working day if it was not closed by then."""
    record.book("cor.finding", event)
    record.book("cor.finding", event, dimension=f"form={event.data['form']}")
    limit = after_working_days(event.day, ANSWER_WITHIN, decided)
    if "closed_on" not in event.data or day_ordinal(event.data["closed_on"]) > limit:
        record.book("cor.finding_overdue", event, day=limit + 1)
