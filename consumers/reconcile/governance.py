"""What instructions, secondments, transfers, joint matters and the roles of authorities stand for (domain.md 2.10 and 3.8)."""

from consumers.reconcile.event import Event
from consumers.reconcile.reading import local_day
from consumers.reconcile.records import Record
from consumers.reconcile.registry import Registry

TRANSFER_DAYS = 15
MINUTE_US = 60 * 1_000_000
ROLES = ("head_appointing", "staff_assigning", "funding", "premises_owner", "establishment")


def _first(events: list[Event], type_: str) -> Event | None:
    return next((event for event in events if event.type == type_), None)


def tell_instruction(record: Record, events: list[Event]) -> None:
    """The first issue: minutes until it was acknowledged, and whether it was answered by its limit."""
    issued = _first(events, "soc.instruction.issued")
    if not issued:
        return
    seen = next((event for event in events if event.type == "soc.instruction.acknowledged" and event.time >= issued.time), None)
    if seen:
        record.facts["soc.ack_minutes", seen.day, "", seen.office, seen.assigner] = (seen.time - issued.time) // MINUTE_US
    if "due_at" in issued.data:
        limit = int(issued.data["due_at"])
        record.book("soc.instruction_due", issued, day=local_day(limit))
        answered = any(event.type == "soc.instruction.answered" and event.time <= limit for event in events)
        record.book("soc.instruction_done", issued, int(answered), day=local_day(limit))


def tell_secondment(record: Record, events: list[Event]) -> None:
    """Away from a start to the next end; a start while away and an end while there say nothing."""
    start: Event | None = None
    for event in events:
        if event.type == "soc.secondment.started" and start is None:
            start, step = event, 1
        elif event.type == "soc.secondment.ended" and start is not None:
            step = -1
        else:
            continue
        for dimension in ("", f"to={start.data['to']}"):
            record.book("soc.seconded", event, step, office=start.office, dimension=dimension)
        if step < 0:
            start = None


def tell_transfer(record: Record, events: list[Event]) -> None:
    """The first order, and whether it was effected within its days."""
    ordered = _first(events, "soc.transfer.ordered")
    if ordered:
        limit = ordered.day + TRANSFER_DAYS
        record.book("soc.transfer_due", ordered, day=limit)
        effected = any(event.type == "soc.transfer.effected" and event.day <= limit for event in events)
        record.book("soc.transferred", ordered, int(effected), day=limit)


def tell_joint(record: Record, events: list[Event]) -> None:
    """A joint matter from its first opening to its first closing."""
    opened, closed = _first(events, "soc.joint.opened"), _first(events, "soc.joint.closed")
    if opened:
        record.book("soc.joint_opened", opened)
        record.book("soc.joint_shared", opened, int(any(event.data.get("info_shared", False) for event in events)))
    if closed:
        record.book("soc.joint_closed", closed)
        record.book("soc.joint_solved", closed, int(closed.data["result"] == "solved"))


def tell_police_help(record: Record, event: Event) -> None:
    """A request, and how long the police took, where it is told."""
    record.book("cap.police_help", event)
    if "minutes_to_arrive" in event.data:
        record.facts["cap.police_minutes", event.day, "", event.office, event.assigner] = event.data["minutes_to_arrive"]


def tell_roles(registry: Registry) -> list[Record]:
    """Who has which share of the roles towards each office, day by day while it is open."""
    records = []
    for office, opened in registry.opened.items():
        closed = registry.closed.get(office)
        if closed is not None and closed <= opened:
            continue
        record = Record(f"reg.roles:{office}")
        for role in ROLES:
            days = {max(day, opened) for day in registry.decision_days(office, role)}
            turns = sorted(day for day in days if closed is None or day < closed)
            ends: list[int | None] = [*turns[1:], closed]
            for day, until in zip(turns, ends, strict=False):
                for authority, bp in (registry.split(office, day, role) or {}).items():
                    record.facts["reg.role_held", day, "", office, authority] += bp
                    if until is not None:
                        record.facts["reg.role_held", until, "", office, authority] -= bp
        records.append(record)
    return records
