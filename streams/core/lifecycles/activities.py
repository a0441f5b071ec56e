"""What single activities tell: one entry a type, from an event's data to the flow facts of its day.

A component may carry a dimension in brackets: `pub.surveyed[asked_of=public]`. An amount of 0 tells nothing.
"""

from collections.abc import Callable, Iterable
from typing import Any

Told = Iterable[tuple[str, int]]
"""Components and amounts."""


def _activity(d: dict[str, Any]) -> Told:
    told = [("pub.activity", 1), ("pub.audience", d["audience_est"]), ("pub.image", int(d["purpose"] == "office_image"))]
    return told + [(f"pub.village[village={village}]", 1) for village in dict.fromkeys(d.get("village_ref", ()))]


def _survey(d: dict[str, Any]) -> Told:
    """In all and by who was asked."""
    if d["instrument"] not in ("awareness", "satisfaction"):
        return ()
    what, asked_of, positive = d["instrument"], d["asked_of"], d["positive"]
    return (
        (f"pub.{what}_sample", d["sample"]),
        (f"pub.{what}_positive", positive),
        (f"pub.{what}_sample[asked_of={asked_of}]", d["sample"]),
        (f"pub.{what}_positive[asked_of={asked_of}]", positive),
    )


def _volunteers(d: dict[str, Any]) -> Told:
    told = [
        ("cap.volunteer_hours", d["hours"]),
        (f"cap.volunteer_hours[domain={d['domain']}]", d["hours"]),
        ("cap.volunteer_served", 1),
        ("cap.volunteer_supervised", int(d["supervisor_present"])),
    ]
    return told + [(f"cap.volunteer[volunteer={who}]", 1) for who in dict.fromkeys(d.get("volunteer_ref", ()))]


def _training(d: dict[str, Any]) -> Told:
    """Hours times persons, of the office's own staff."""
    return (("cap.training_hours", d["hours"] * d.get("persons", 1)),) if d["audience"] == "staff" else ()


TELLS: dict[str, Callable[[dict[str, Any]], Told]] = {
    "leg.consultation.given": lambda d: (("leg.persons", d["persons"]),),
    "pub.activity.held": _activity,
    "pub.survey.completed": _survey,
    "pub.legal_person.trained": lambda d: (("pub.legal_persons", d["count"]),),
    "soc.oncall.checked": lambda d: (("soc.checked", 1), ("soc.reached", int(d["reached"]))),
    "cap.staff.joined": lambda d: (("cap.joined", 1), ("cap.joined_screened", int(d["professional_screened"]))),
    "cap.staff.left": lambda _d: (("cap.left", 1),),
    "cap.volunteer.served": _volunteers,
    "cap.training.attended": _training,
    "cap.complaint.received": lambda d: (("cap.complaint", int(d["upheld"])),),
    "dat.ledger.inspected": lambda d: (("dq.sampled", d["sampled"]), ("dq.matched", d["sampled"] - d["mismatched"])),
    "gov.meeting.attended": lambda d: (("gov.meeting", 1), ("gov.meeting_attended", int(d.get("attended", True)))),
    "gov.litigation.closed": lambda d: (
        ("gov.suit", 1),
        ("gov.suit_lost", int(d["result"] == "lost")),
        ("gov.suit_attended", int(d["official_attended"])),
    ),
}
