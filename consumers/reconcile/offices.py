"""What an office's snapshots, ratings and its being open stand for (section 6): stocks, told as differences on dated days."""

from collections.abc import Mapping
from typing import Any

from consumers.reconcile.event import Event
from consumers.reconcile.reading import area_hundredths
from consumers.reconcile.records import Record
from consumers.reconcile.registry import Registry

AREA_OK = 120_00
STATED = {"bureau_supplied", "political_posts", "law_degree", "legal_qualification"}
RATED = {"prov_standard": "cap.standard", "prov_excellent": "cap.excellent", "city_star": "cap.star"}


def tell_snapshots(record: Record, events: list[Event], closed: int | None) -> None:
    """Book the steps between the last snapshots of the days; all is given back on the day the office closes, and nothing counts from then on."""
    held: dict[tuple[str, str], int] = {}
    last_of_day = {event.day: event for event in events if closed is None or event.day < closed}
    for event in last_of_day.values():
        says = _levels(event)
        for what in {*held, *says}:
            record.book(what[0], event, says.get(what, 0) - held.get(what, 0), dimension=what[1])
        held = says
    if closed is not None:
        for (component, dimension), size in held.items():
            record.facts[component, closed, dimension, events[0].office, "self"] -= size


def _levels(event: Event) -> dict[tuple[str, str], int]:
    """What a snapshot says of each stock and dimension."""
    data = event.data
    match event.type:
        case "cap.premises.snapshot":
            area = area_hundredths(data["area_m2"])
            said = {"cap.area": area, "cap.area_ok": int(area >= AREA_OK), "cap.independent": int(data["independent"])}
            said["cap.uniform_sign"] = int(data.get("uniform_sign", False))
        case "cap.staff.snapshot":
            return _staff_levels(data)
        case "cap.village.snapshot":
            said = {"cap.villages": data["villages"]}
        case "cap.mediator.snapshot":
            said = {"cap.mediators": data["mediators"]}
        case "cap.volunteer.snapshot":
            said = {"cap.volunteers": data["active"]}
        case _:
            said = {}
    return {(component, ""): size for component, size in said.items()}


def _staff_levels(data: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """Nobody has more people with something than people; a share is formed with those who state it."""
    staff = data["staff"]
    said = {("cap.staff", ""): staff}
    for stated in STATED & data.keys():
        said["cap.staff_with", f"of={stated}"] = min(data[stated], staff)
        said["cap.staff_stating", f"of={stated}"] = staff
    for stated in {"correction_staff", "resettlement_staff"} & data.keys():
        said[f"cap.{stated}", ""] = min(data[stated], staff)
    if "functions" in data:
        said["cap.staff_with", "of=functions"] = data["functions"]
        said["cap.staff_stating", "of=functions"] = staff
    if "established" in data:
        said["cap.single", ""] = int(data["established"] <= 1)
    if {"established", "enforcement_card"} <= data.keys():
        said["cap.established", ""] = data["established"]
        said["cap.cards", ""] = min(data["enforcement_card"], data["established"])
    return said


def tell_ratings(record: Record, events: list[Event], closed: int | None) -> None:
    """Book what an office holds of one programme: an award replaces what is held, a withdrawal or the closing ends it."""
    programme = events[0].data["programme"]
    component = RATED.get(programme, "cap.title")
    held: str | None = None
    for event in events:
        if (closed is not None and event.day >= closed) or event.type not in ("cap.rating.awarded", "cap.rating.withdrawn"):
            continue
        if held is not None:
            record.book(component, event, -1, dimension=held)
        held = None
        if event.type == "cap.rating.awarded":
            held = {"cap.star": f"level={event.data.get('level')}", "cap.title": f"programme={programme}"}.get(component, "")
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


def tell_people(record: Record, event: Event) -> None:
    """Somebody who joins, screened or not, or leaves; people who are trained; complaints; services of volunteers."""
    match event.type:
        case "cap.staff.joined":
            record.book("cap.joined", event)
            record.book("cap.joined_screened", event, int(event.data["professional_screened"]))
        case "cap.staff.left":
            record.book("cap.left", event)
        case "cap.training.attended":
            trained = event.data["hours"] * event.data.get("persons", 1)
            record.book("cap.training_hours", event, trained if event.data["audience"] == "staff" else 0)
        case "cap.complaint.received":
            record.book("cap.complaint", event, int(event.data["upheld"]))
        case "cap.volunteer.served":
            _tell_volunteers(record, event)


def _tell_volunteers(record: Record, event: Event) -> None:
    """The hours, in all and by field, whether it was under guidance, and who it was."""
    for who in set(event.data.get("volunteer_ref", ())):
        record.book("cap.volunteer", event, dimension=f"volunteer={who}")
    for dimension in ("", f"domain={event.data['domain']}"):
        record.book("cap.volunteer_hours", event, event.data["hours"], dimension=dimension)
    record.book("cap.volunteer_served", event)
    record.book("cap.volunteer_supervised", event, int(event.data["supervisor_present"]))
