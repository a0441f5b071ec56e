"""What an office's snapshots, ratings and its being open stand for (section 6): stocks, told as differences on dated days."""

from consumers.reconcile.event import Event
from consumers.reconcile.reading import area_hundredths
from consumers.reconcile.records import Record
from consumers.reconcile.registry import Registry

RATED = {"prov_standard": "cap.standard", "prov_excellent": "cap.excellent", "city_star": "cap.star"}


def tell_snapshots(record: Record, events: list[Event], closed: int | None) -> None:
    """Book the steps between the last snapshots of the days; all is given back on the day the office closes, and nothing counts from then on."""
    component = "cap.area" if events[0].type == "cap.premises.snapshot" else "cap.staff"
    held = 0
    last_of_day = {event.day: event for event in events if closed is None or event.day < closed}
    for event in last_of_day.values():
        size = area_hundredths(event.data["area_m2"]) if component == "cap.area" else int(event.data["staff"])
        record.book(component, event, size - held)
        held = size
    if closed is not None:
        record.facts[component, closed, "", events[0].office, "self"] -= held


def tell_ratings(record: Record, events: list[Event], closed: int | None) -> None:
    """Book what an office holds of one programme: an award replaces what is held, a withdrawal or the closing ends it."""
    component = RATED.get(events[0].data["programme"])
    if component is None:
        return
    held: str | None = None
    for event in events:
        if closed is not None and event.day >= closed:
            continue
        if held is not None:
            record.book(component, event, -1, dimension=held)
        held = None
        if event.type == "cap.rating.awarded":
            held = f"level={event.data['level']}" if component == "cap.star" else ""
            record.book(component, event, dimension=held)
    if closed is not None and held is not None:
        record.facts[component, closed, held, events[0].office, "self"] -= 1


def tell_open_offices(registry: Registry) -> list[Record]:
    """Each registered office is open from `opened_on` until `closed_on`; one that closes before it opens never was."""
    records = []
    for office, opened in registry.opened.items():
        record = Record(f"reg.office:{office}")
        closed = registry.closed.get(office)
        if closed is None or closed > opened:
            record.facts["cap.offices", opened, "", office, "self"] = 1
            if closed is not None:
                record.facts["cap.offices", closed, "", office, "self"] = -1
            records.append(record)
    return records
