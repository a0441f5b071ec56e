"""Live events grouped by record, and the facts that a record stands for (sections 3 and 4).

Here is what all records share; what each kind of record stands for is in `cases`, `persons`, `offices` and `activities`.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from consumers.reconcile.event import Event

DISTINCT = frozenset(("cor.reoffender", "cor.lost", "res.helped"))
"""Components of which records are counted, not amounts."""

DURATIONS = frozenset(("med.duration", "cor.regain_hours", "soc.ack_minutes", "cap.police_minutes"))
"""Components whose amounts are durations, of which quantiles are taken."""

FactKey = tuple[str, int, str, str, str]
"""component, day, dimension, office, assigner."""


class Sighting(NamedTuple):
    """A fact of a distinct component: where it stands, and the order among those of its record: day, time, id, source."""

    component: str
    day: int
    time: int
    id: str
    source: str
    office: str


class Stay(NamedTuple):
    """A person's stay: local days of its first and last event (None: not over), and the entry's place and order."""

    component: str
    first: int
    last: int | None
    time: int
    id: str
    source: str
    office: str


@dataclass(slots=True)
class Record:
    """One record and what it stands for."""

    name: str
    facts: dict[FactKey, int] = field(default_factory=lambda: defaultdict(int))
    sightings: list[Sighting] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)

    def book(
        self, component: str, event: Event, amount: int = 1, *, day: int | None = None, office: str | None = None, dimension: str = ""
    ) -> None:
        """Book an amount: on the event's day, at its office, with its assigner, unless another day or office is told."""
        self.facts[component, event.day if day is None else day, dimension, office or event.office, event.assigner] += amount

    def sight(self, component: str, event: Event, office: str | None = None, day: int | None = None) -> None:
        """Book a fact of a distinct component, on the event's day unless another is told."""
        place, on = office or event.office, event.day if day is None else day
        self.facts[component, on, "", place, event.assigner] = 1
        self.sightings.append(Sighting(component, on, event.time, event.id, event.source, place))

    def stay(self, component: str, entry: Event, last: Event | None) -> None:
        """Book a stay from its entry to the event that ends it (None: it lasts)."""
        self.stays.append(Stay(component, entry.day, last.day if last else None, entry.time, entry.id, entry.source, entry.office))

    def told(self) -> dict[FactKey, int]:
        """The facts without those of amount 0, except of durations: a duration of nothing is one."""
        return {key: amount for key, amount in self.facts.items() if amount or key[0] in DURATIONS}


BY_SUBJECT = {
    "med.": "med",
    "cor.": "cor",
    "res.": "res",
    "soc.task.": "task",
    "leg.aid.": "leg.aid",
    "gov.review.": "gov.review",
    "cap.service.": "cap.service",
} | {f"soc.{kind}.": f"soc.{kind}" for kind in ("instruction", "secondment", "transfer", "joint")}
"""How types begin whose records are those of their subject, and how the names of these records begin."""
BY_NAME = {
    "cap.rating.awarded": ("cap.rating", "programme"),
    "cap.rating.withdrawn": ("cap.rating", "programme"),
    "cap.rating.applied": ("cap.rating", "programme"),
    "cap.rating.renewed": ("cap.rating", "programme"),
    "leg.contract.signed": ("leg.contract", "village_ref"),
    "leg.counsel.visited": ("leg.counsel", "village_ref"),
}
"""Types whose records are an office's, one for each value of a field."""


def record_name(event: Event) -> str:
    """The record to which a live event of an office belongs."""
    if event.type.endswith(".snapshot") or event.type == "med.screening.held":
        return f"{event.type}:{event.office}"
    if event.type in BY_NAME:
        beginning, field = BY_NAME[event.type]
        return f"{beginning}:{event.office}:{event.data[field]}"
    if event.type.startswith("dat.report."):
        return f"dat.report:{event.office}:{event.data['report_code']}:{event.data['period']}"
    for types, beginning in BY_SUBJECT.items():
        if event.type.startswith(types) and event.subject:
            return f"{beginning}:{event.subject}"
    return f"{event.source}#{event.id}"


def grouped(live: Iterable[Event]) -> dict[str, list[Event]]:
    """Live events of offices by record, ordered by (time, id, source)."""
    records: dict[str, list[Event]] = defaultdict(list)
    for event in live:
        if event.family in ("business", "dat"):
            records[record_name(event)].append(event)
    for events in records.values():
        events.sort(key=lambda event: event.order)
    return records
