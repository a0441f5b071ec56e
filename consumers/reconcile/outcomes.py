"""What contracts for services, and reports that offices owe, stand for (domain.md 2.11, 2.12, 3.7 and 3.9)."""

from consumers.reconcile.event import Event
from consumers.reconcile.reading import day_ordinal, fen, local_day
from consumers.reconcile.records import Record
from consumers.reconcile.windows import first_day, last_day, windows_between

MOST_MONTHS = 120


def tell_service(record: Record, events: list[Event]) -> None:
    """A contract from its first signing to its first end; everything under the buyer."""
    signed = next((event for event in events if event.type == "cap.service.contracted"), None)
    buyer = str(signed.data["buyer"]) if signed else "self"
    if signed:
        ended = next((event.day for event in events if event.type == "cap.service.terminated"), None)
        for day, units in _owed(signed, ended).items():
            record.facts["svc.agreed", day, "", signed.office, buyer] += units
    for event in events:
        if event.type == "cap.service.accepted":
            record.facts["svc.accepted", event.day, "", event.office, buyer] += event.data["units_accepted"]
        elif event.type == "cap.service.paid":
            record.facts["svc.paid", event.day, "", event.office, buyer] += fen(event.data["amount_yuan"])


def _owed(signed: Event, ended: int | None) -> dict[int, int]:
    """Day -> units that fall due on it: what the days up to it come to, in whole units, less what was due before."""
    first, last = (day_ordinal(signed.data[name]) for name in ("from", "to"))
    until = last if ended is None else min(last, ended)
    if until < first:
        return {}
    # Months that the contract outlives end with their last day; the last one, and the rest of a very long contract, with the contract.
    outlived = windows_between("month", first, min(first_day("month", until) - 1, first + 31 * MOST_MONTHS))
    days = [*(last_day("month", month) for month in outlived[: MOST_MONTHS - 1]), until]
    due = [signed.data["units_agreed"] * (day - first + 1) // (last - first + 1) for day in days]
    return {day: now - before for day, now, before in zip(days, due, [0, *due], strict=False) if now > before}


def tell_report(record: Record, events: list[Event]) -> None:
    """A report of one kind and period: the first event with a limit sets it; requests name the kind."""
    with_limit = [event for event in events if "due_at" in event.data]
    if with_limit:
        limit = int(with_limit[0].data["due_at"])
        in_time = any(event.type == "dat.report.submitted" and event.time <= limit for event in events)
        record.book("dq.report_due", with_limit[0], day=local_day(limit))
        record.book("dq.report_ontime", with_limit[0], int(in_time), day=local_day(limit))
    for event in events:
        if event.type == "dat.report.requested":
            record.facts["burden.table", event.day, f"report={event.data['report_code']}", event.office, "self"] = 1
