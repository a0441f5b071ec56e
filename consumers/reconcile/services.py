"""What legal aid, village counsel, publicity and rule-of-law work stand for (domain.md 2.7 to 2.9)."""

from consumers.reconcile.calendar import YearDays, after_working_days
from consumers.reconcile.event import Event
from consumers.reconcile.reading import day_ordinal
from consumers.reconcile.records import Record
from consumers.reconcile.windows import first_day

DECIDE, ASSIGN, ASSIGN_CRIMINAL = 7, 7, 3
"""Working days for a decision, and for an assignment after a grant."""


def tell_legal_aid(record: Record, events: list[Event], decided_days: YearDays) -> None:
    """One application: of each kind of event the first counts."""
    firsts: dict[str, Event] = {}
    for event in events:
        firsts.setdefault(event.type.removeprefix("leg.aid."), event)
    received, decided = firsts.get("received"), firsts.get("decided")
    if received:
        record.book("leg.aid_received", received)
    if decided:
        record.book("leg.aid_decided", decided)
        if received:
            record.book("leg.aid_timed", decided)
            record.book("leg.aid_ontime", decided, int(decided.day <= after_working_days(received.day, DECIDE, decided_days)))
        if decided.data["result"] == "granted":
            record.book("leg.aid_granted", decided)
            days = ASSIGN_CRIMINAL if received and received.data["matter"] == "criminal" else ASSIGN
            limit = after_working_days(decided.day, days, decided_days)
            record.book("leg.aid_assign_due", decided, day=limit)
            if "assigned" in firsts and firsts["assigned"].day <= limit:
                record.book("leg.aid_assigned", decided, day=limit)
    if "closed" in firsts:
        record.book("leg.aid_closed", firsts["closed"])
    if "rated" in firsts:
        grade = firsts["rated"].data["grade"]
        record.book("leg.aid_rated", firsts["rated"])
        record.book("leg.aid_excellent", firsts["rated"], int(grade == "excellent"))
        record.book("leg.aid_qualified", firsts["rated"], int(grade != "unqualified"))


def tell_contracts(record: Record, events: list[Event], closed: int | None) -> None:
    """A village has a counsel on every day that one of its contracts names, both ends included, while the office is open."""
    spans = sorted(
        ((day_ordinal(e.data["from"]), day_ordinal(e.data["to"]), n) for n, e in enumerate(events)), key=lambda span: (span[0], span[2])
    )
    runs: list[tuple[int, int, Event, Event]] = []
    for first, last, n in spans:
        if last < first:
            continue
        if runs and first <= runs[-1][1] + 1:
            begin, until, opener, closer = runs[-1]
            runs[-1] = (begin, last, opener, events[n]) if last > until else (begin, until, opener, closer)
        else:
            runs.append((first, last, events[n], events[n]))
    for first, last, opener, closer in runs:
        if closed is not None and first >= closed:
            continue
        record.book("leg.contracted", opener, day=first)
        if closed is not None and closed <= last:
            record.facts["leg.contracted", closed, "", opener.office, "self"] -= 1
        else:
            record.book("leg.contracted", closer, -1, day=last + 1)


def tell_counsel(record: Record, events: list[Event]) -> None:
    """The months in which a village's counsel was on duty on two days, or on one where the last word is that it is remote."""
    asked = 1 if events[-1].data.get("remote", False) else 2
    days: dict[int, list[Event]] = {}
    for event in events:
        found = days.setdefault(first_day("month", event.day), [])
        if event.data["activity"] == "duty" and event.day not in [one.day for one in found]:
            found.append(event)
    for found in days.values():
        if len(found) >= asked:
            record.book("leg.duty_met", found[asked - 1])


def tell_review(record: Record, events: list[Event]) -> None:
    """A matter that was asked about, and the answers."""
    answers = [event for event in events if event.type == "gov.review.issued"]
    for answer in answers:
        record.book("gov.review_issued", answer)
        record.book("gov.opinion_items", answer, answer.data.get("opinion_items", 0))
        record.book("gov.adopted_items", answer, answer.data.get("adopted_items", 0))
    asked = next((event for event in events if event.type == "gov.review.requested"), None)
    if asked:
        record.book("gov.review_requested", asked)
        record.book("gov.reviewed", asked, int(bool(answers)))


def tell_publicity(record: Record, event: Event) -> None:
    """An activity or a survey."""
    data = event.data
    if event.type == "pub.activity.held":
        record.book("pub.activity", event)
        record.book("pub.audience", event, data["audience_est"])
        record.book("pub.image", event, int(data["purpose"] == "office_image"))
        for village in set(data.get("village_ref", ())):
            record.book("pub.village", event, dimension=f"village={village}")
    elif data["instrument"] in ("awareness", "satisfaction"):
        for dimension in ("", f"asked_of={data['asked_of']}"):
            record.book(f"pub.{data['instrument']}_sample", event, data["sample"], dimension=dimension)
            record.book(f"pub.{data['instrument']}_positive", event, data["positive"], dimension=dimension)
