"""What tasks, single activities, money and minutes stand for (section 6)."""

from collections.abc import Callable

from consumers.reconcile.event import Event
from consumers.reconcile.governance import tell_police_help
from consumers.reconcile.offices import tell_people
from consumers.reconcile.reading import fen, local_day
from consumers.reconcile.records import Record
from consumers.reconcile.services import tell_publicity

CORE_FAMILIES = frozenset(("med", "cor", "res", "leg", "pub", "gov", "ppl"))
COSTS = frozenset(("mediation", "correction", "publicity"))
CORE_FUNCTIONS = frozenset((1, 2, 3, 4, 5, 6, 8))


def tell_task(record: Record, events: list[Event]) -> None:
    """Book the first assignment of a task, and whether it was done in time; who assigned it is the fact's assigner."""
    t = first_assignment(events)
    if t is None:
        return
    due_at = int(t.data["due_at"])
    record.book("soc.assigned", t)
    record.book("soc.outside", t, int(t.data["function_number"] == "outside_list"))
    record.book("soc.shared", t, int(any(event.data.get("co_handlers") for event in events)))
    record.book("soc.due", t, day=local_day(due_at))
    if any(event.type == "soc.task.completed" and event.time <= due_at for event in events):
        record.book("soc.done", t, day=local_day(due_at))


def first_assignment(events: list[Event]) -> Event | None:
    """The first `soc.task.assigned` of a record."""
    return next((event for event in events if event.type == "soc.task.assigned"), None)


def tell_activity(record: Record, event: Event) -> None:
    """Book an event that is a record of its own."""
    data = event.data
    match event.type:
        case "leg.consultation.given":
            record.book("leg.persons", event, data["persons"])
        case "pub.activity.held" | "pub.survey.completed":
            tell_publicity(record, event)
        case "pub.legal_person.trained":
            record.book("pub.legal_persons", event, data["count"])
        case "cap.staff.joined" | "cap.staff.left" | "cap.volunteer.served" | "cap.training.attended" | "cap.complaint.received":
            tell_people(record, event)
        case "soc.police_help.requested":
            tell_police_help(record, event)
        case "dat.ledger.inspected" | "gov.meeting.attended" | "gov.litigation.closed" | "soc.oncall.checked":
            _tell_counts(record, event)
        case "cap.fund.disbursed" | "cap.fund.budgeted" | "cap.fund.spent":
            _tell_money(record, event)


def _tell_counts(record: Record, event: Event) -> None:
    """What is looked at or closed, and of it what is as it should be, or not."""
    data = event.data
    told: dict[str, Callable[[], dict[str, int]]] = {
        "dat.ledger.inspected": lambda: {"dq.sampled": data["sampled"], "dq.matched": data["sampled"] - data["mismatched"]},
        "soc.oncall.checked": lambda: {"soc.checked": 1, "soc.reached": int(data["reached"])},
        "gov.meeting.attended": lambda: {"gov.meeting": 1, "gov.meeting_attended": int(data.get("attended", True))},
        "gov.litigation.closed": lambda: {
            "gov.suit": 1,
            "gov.suit_lost": int(data["result"] == "lost"),
            "gov.suit_attended": int(data["official_attended"]),
        },
    }
    for component, amount in told[event.type]().items():
        record.book(component, event, amount)


def _tell_money(record: Record, event: Event) -> None:
    """Fen by the authority whose they are; what is budgeted or spent on purchased services and legal aid also apart."""
    data, component = event.data, event.type.removeprefix("cap.")
    dimensions = [""]
    if event.type != "cap.fund.disbursed" and data["category"] in ("purchased_service", "legal_aid"):
        dimensions.append(f"category={data['category']}")
    for dimension in dimensions:
        record.facts[component, event.day, dimension, event.office, data["authority"]] += fen(data["amount_yuan"])
    also = ""
    if event.type == "cap.fund.disbursed" and data["category"] == "operating":
        also = "fund.operating"
    elif event.type == "cap.fund.spent" and data.get("domain") in COSTS:
        also = f"cost.{data['domain']}"
    if also:
        record.facts[also, event.day, "", event.office, data["authority"]] += fen(data["amount_yuan"])


def tell_minutes(record: Record, events: list[Event]) -> None:
    """Book the minutes of every event, and those spent on core functions."""
    t = first_assignment(events)
    for event in events:
        minutes = int(event.data.get("minutes", 0))
        record.book("work.minutes", event, minutes)
        on_core_task = event.type.startswith("soc.task.") and t is not None and t.data["function_number"] in CORE_FUNCTIONS
        if on_core_task or event.type[:3] in CORE_FAMILIES:
            record.book("work.core_minutes", event, minutes)
