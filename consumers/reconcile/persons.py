"""What a person under correction and a released person stand for (section 6): stays, limits, visits, placements."""

import calendar
from datetime import date

from consumers.reconcile.aftercare import tell_aftercare
from consumers.reconcile.calendar import YearDays
from consumers.reconcile.event import Event
from consumers.reconcile.reading import day_ordinal
from consumers.reconcile.records import Record
from consumers.reconcile.supervision import tell_supervision

COR_EXITS = frozenset(f"cor.subject.{how}" for how in ("released", "terminated", "recalled", "moved"))
RES_EXITS = frozenset(f"res.person.{how}" for how in ("discharged", "moved", "died"))
MONITOR_TURNS = COR_EXITS | {"cor.monitor.extended", "cor.monitor.ended"}
MONITOR_MONTHS = 3


def tell_person_under_correction(record: Record, events: list[Event], decided: YearDays) -> None:
    """Book the facts of a person under correction."""
    tell_supervision(record, events, decided)
    _tell_correction_stays(record, events)
    _tell_report(record, events)
    _tell_monitoring(record, events)
    for event in events:
        if event.type == "cor.reoffence.recorded" and event.data["stage"] == "convicted":
            record.sight("cor.reoffender", event)
        elif event.type == "cor.control.lost":
            record.sight("cor.lost", event)


def _tell_correction_stays(record: Record, events: list[Event]) -> None:
    entry: Event | None = None
    for event in events:
        if entry is None and event.type == "cor.subject.registered":
            entry = event
            record.book("cor.intake", entry)
            record.book("cor.caseload", entry)
        elif entry is not None and event.type in COR_EXITS:
            record.book("cor.caseload", event, -1, office=entry.office)
            if event.type == "cor.subject.released":
                record.book("cor.release", event)
            record.stay("cor.present", entry, event)
            entry = None
    if entry is not None:
        record.stay("cor.present", entry, None)


def _tell_report(record: Record, events: list[Event]) -> None:
    due = next((event for event in events if event.type == "cor.subject.due"), None)
    if due is None:
        return
    report_by = day_ordinal(due.data["report_by"])
    record.book("cor.due", due, day=report_by)
    if any(event.type == "cor.subject.registered" and event.day <= report_by for event in events):
        record.book("cor.ontime", due, day=report_by)


def _tell_monitoring(record: Record, events: list[Event]) -> None:
    """`latest` set the limit; the day after the limit somebody is over it, until the ending or extension that comes later."""
    latest: Event | None = None
    for event in events:
        if latest is None:
            latest = event if event.type == "cor.monitor.started" else None
        elif event.type in MONITOR_TURNS:
            over = monitor_limit(latest.day) + 1
            if event.day > over:
                record.book("cor.monitor_over", latest, day=over)
                record.book("cor.monitor_over", event, -1, office=latest.office)
            latest = event if event.type == "cor.monitor.extended" else None
    if latest is not None:
        record.book("cor.monitor_over", latest, day=monitor_limit(latest.day) + 1)


def monitor_limit(day: int) -> int:
    """Three calendar months after a day, clamped to the month's end: 30 November -> 28 or 29 February."""
    start = date.fromordinal(day)
    months = start.year * 12 + start.month - 1 + MONITOR_MONTHS
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1])).toordinal()


def tell_released_person(record: Record, events: list[Event]) -> None:
    """Book the facts of a released person."""
    tell_aftercare(record, events)
    entry: Event | None = None
    placed = False
    for event in events:
        if entry is None:
            if event.type == "res.person.enrolled":
                entry, placed = event, False
                record.book("res.register", entry)
        elif event.type in RES_EXITS:
            record.book("res.register", event, -1, office=entry.office)
            if placed:
                record.book("res.placed", event, -1, office=entry.office)
            record.stay("res.present", entry, event)
            entry = None
        elif event.type == "res.placement.made" and not placed:
            record.book("res.placed", event, office=entry.office)
            placed = True
        elif event.type in ("res.visit.made", "res.agreement.signed"):
            record.sight("res.helped", event, office=entry.office)
    if entry is not None:
        record.stay("res.present", entry, None)
    _tell_handover(record, events)


def _tell_handover(record: Record, events: list[Event]) -> None:
    released = next((event for event in events if event.type == "res.person.released" and event.data["class"] == "key"), None)
    if released is None:
        return
    record.book("res.released_key", released)
    if any(event.type == "res.person.handed_over" and event.data["mode"] == "fetched" for event in events):
        record.book("res.fetched_key", released)
