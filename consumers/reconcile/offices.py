"""What an office's snapshots, ratings and its being open stand for (section 6): stocks, told as differences on dated days."""

from consumers.reconcile.event import Event
from consumers.reconcile.reading import area_hundredths
from consumers.reconcile.records import Record
from consumers.reconcile.registry import Registry

RATED = {"prov_standard": "cap.standard", "prov_excellent": "cap.excellent", "city_star": "cap.star"}


def tell_snapshots(record: Record, events: list[Event], closed: int | None) -> None:
    """Book the steps between the last snapshots of the days; all is given back on the day the office closes, and nothing counts from then on."""
    held: dict[str, int] = {}
    last_of_day = {event.day: event for event in events if closed is None or event.day < closed}
    for event in last_of_day.values():
        says = _levels(event)
        for component in {*held, *says}:
            record.book(component, event, says.get(component, 0) - held.get(component, 0))
        held = says
    if closed is not None:
        for component, size in held.items():
            record.facts[component, closed, "", events[0].office, "self"] -= size


def _levels(event: Event) -> dict[str, int]:
    """What a snapshot says of each stock."""
    data = event.data
    match event.type:
        case "cap.premises.snapshot":
            return {"cap.area": area_hundredths(data["area_m2"])}
        case "cap.staff.snapshot":
            return {"cap.staff": data["staff"]}
        case "cap.village.snapshot":
            return {"cap.villages": data["villages"]}
    return {}


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
