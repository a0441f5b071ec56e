"""How a scenario is told: events in log order, and the rows that a person computed from them by hand.

Neutral on purpose: nothing here knows the workers' core or the oracle; both are run through the same scenarios.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

D = "990107"
BUREAU_SOURCE = f"/districts/{D}/bureau"
OFFICE_SOURCE = f"/districts/{D}/office-1"
O1, O2, O3 = (f"sfs-{D}-00{n}" for n in (1, 2, 3))
BUREAU, STREET, TOWN, FINANCE = (f"au-{D}-sfj", f"au-{D}-jd-001", f"au-{D}-xz-002", f"au-{D}-czj")
UNKNOWN = f"au-{D}-unknown"
KINDS = {BUREAU: "district_bureau", STREET: "street_office", TOWN: "town_government", FINANCE: "district_finance"}

APPENDED_MS = 1_900_000_000_000
"""Append time of every message unless the event says otherwise: in 2030, later than every event of every scenario."""

Event = dict[str, Any]
ValueKey = tuple[str, str, str, str, str, str, str, str]
Row = tuple[int, int | None, int]
FactKey = tuple[str, str, str, str, str, str]
LogMessage = tuple[int, int, int, bytes | None, bytes | None, Sequence[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Events in log order and what must follow from them.

    `values`: row by key (district, indicator, mode, dimension, subject kind, subject id, window kind, window start) -> (numerator,
    denominator, scale); None: no such row, or a row of zeros. Keys that are not named are not judged.
    `facts`: amount by (record, component, day, dimension, office, assigner), complete for every component that occurs in it or in
    `no_facts`. `counts`: read, admitted, duplicates, dead_letters, pending. `dead`: positions in `events` of the dead letters.
    `sources`: high-water mark and gaps by source.
    """

    name: str
    events: Sequence[Event]
    values: Mapping[ValueKey, Row | None] = field(default_factory=dict)
    facts: Mapping[FactKey, int] = field(default_factory=dict)
    no_facts: frozenset[str] = frozenset()
    counts: Mapping[str, int] | None = None
    dead: tuple[int, ...] | None = None
    sources: Mapping[str, tuple[int, Sequence[tuple[int, int]]]] = field(default_factory=dict)
    today: str | None = None


def case(number: int) -> str:
    """Pseudonym of a mediation case."""
    return f"CASE{number:022d}"


def person(number: int) -> str:
    """Pseudonym of a person."""
    return f"PERS{number:022d}"


def task(number: int) -> str:
    """Pseudonym of a task."""
    return f"TASK{number:022d}"


def instant(when: str) -> str:
    """A day alone means nine in the morning in China; anything longer is an instant as it stands."""
    return f"{when}T09:00:00+08:00" if len(when) == len("2024-01-01") else when


class Story:
    """A log in the making. Offices named at the start are open since 2020-01-01 and the four authorities are registered that day."""

    def __init__(self, *offices: str) -> None:
        self.events: list[Event] = []
        for authority, kind in KINDS.items():
            self.bureau("reg.authority.registered", "2020-01-01", authority=authority, name=f"name of {kind}", kind=kind)
        for office in offices or (O1,):
            self.opened(office)

    def add(self, type_: str, when: str, office: str | None = None, subject: str | None = None, *, id_: str = "", source: str = OFFICE_SOURCE,
            more: Mapping[str, Any] | None = None, **data: Any) -> str:  # fmt: skip
        """Append one event; `more` are further attributes, the rest is its data (`class_` is the field `class`).

        The id: told, or made from the position.
        """
        event: Event = {
            "specversion": "1.0",
            "id": id_ or f"e{len(self.events):04d}",
            "source": source,
            "type": type_,
            "time": instant(when),
            "district": D,
        }
        event |= {"office": office} if office else {}
        event |= {"subject": subject} if subject else {}
        self.events.append(event | dict(more or {}) | {"data": {name.removesuffix("_"): value for name, value in data.items()}})
        return str(event["id"])

    def bureau(self, type_: str, when: str, *, id_: str = "", more: Mapping[str, Any] | None = None, **data: Any) -> str:
        """Append an event of the registry, the clock or a retraction, signed by the bureau; what is told by name is its data."""
        event_id = self.add(type_, when, id_=id_, source=BUREAU_SOURCE, more=more)
        self.events[-1]["data"] = data
        return event_id

    def opened(self, office: str, on: str = "2020-01-01", **kwargs: Any) -> str:
        """Register an office."""
        return self.bureau("reg.office.opened", kwargs.pop("when", on), office=office, name=f"office {office[-3:]}", opened_on=on, **kwargs)

    def closed(self, office: str, on: str, when: str = "", **kwargs: Any) -> str:
        """Close an office from the day `on`."""
        return self.bureau("reg.office.closed", when or on, office=office, closed_on=on, **kwargs)

    def split(self, office: str, valid_from: str, shares: Mapping[str, int], role: str = "funding", category: str = "operating", when: str = "",
              **kwargs: Any) -> str:  # fmt: skip
        """Decide who pays which share of an office from a day on."""
        parts = [{"authority": authority, "bp": bp} for authority, bp in shares.items()]
        return self.bureau("reg.split.decided", when or valid_from, office=office, role=role, cost_category=category, valid_from=valid_from,
                           shares=parts, doc_no="99-1", **kwargs)  # fmt: skip

    def tick(self, day: str) -> str:
        """Let today be at least this day."""
        return self.bureau("clk.ticked", day)

    def accepted(self, when: str, subject: str, office: str = O1, *, id_: str = "", by: str = "applied", more: Mapping[str, Any] | None = None,
                 **data: Any) -> str:  # fmt: skip
        """Append the acceptance of a case; a quarrel between neighbours that was applied for unless told otherwise."""
        given = {"dispute_type": "neighbour", "source": by, "is_collective": False} | data
        event_id = self.add("med.case.accepted", when, office, subject, id_=id_, more=more)
        self.events[-1]["data"] = given
        return event_id

    def agreed(self, when: str, subject: str, office: str = O1, form: str = "oral", **kwargs: Any) -> str:
        """Append the agreement of a case."""
        return self.add("med.case.agreed", when, office, subject, form=form, **kwargs)

    def failed(self, when: str, subject: str, office: str = O1, **kwargs: Any) -> str:
        """Append the failure of a case."""
        return self.add("med.case.failed", when, office, subject, **kwargs)

    def amend(self, target: str, revision: int, type_: str, when: str, office: str | None = None, subject: str | None = None, *, id_: str = "",
              source: str = OFFICE_SOURCE, targetsource: str = "", **data: Any) -> str:  # fmt: skip
        """Append an amendment of the event `target`; of a registry event `office` is data, of others an attribute."""
        more = {"op": "amend", "target": target, "revision": revision} | ({"targetsource": targetsource} if targetsource else {})
        if type_.startswith("reg.") and office:
            data["office"] = office
            office = None
        event_id = self.add(type_, when, office, subject, id_=id_, source=source, more=more)
        self.events[-1]["data"] = data
        return event_id

    def retract(self, target: str, when: str, *, id_: str = "", source: str = OFFICE_SOURCE, targetsource: str = "") -> str:
        """Append the retraction of the event `target`."""
        more = {"targetsource": targetsource} if targetsource else {}
        return self.add("dat.event.retracted", when, id_=id_, source=source, more=more, target=target, reason="test")


def row(indicator: str, subject: str, window: str, mode: str = "none", dimension: str = "") -> ValueKey:
    """Key of a value; the kind of subject is told by its id, `window` is kind and first day: `month 2024-01-01`."""
    kind, start = window.split(" ")
    subject_kind = "office" if subject.startswith("sfs-") else "authority" if subject.startswith("au-") else "district"
    return (D, indicator, mode, dimension, subject_kind, subject, kind, start)


def log(events: Iterable[Event], partition: int = 0) -> list[LogMessage]:
    """The events as messages of one partition: (partition, offset, append time in ms, key, value, headers), offsets from 0.

    Attributes with a leading underscore steer the message and are not part of the event: `_append_ms`, `_key`, `_headers`, `_value`.
    """
    messages: list[LogMessage] = []
    for offset, event in enumerate(events):
        body = {name: value for name, value in event.items() if not name.startswith("_")}
        value = event["_value"] if "_value" in event else json.dumps(body, ensure_ascii=False).encode()
        key = event["_key"] if "_key" in event else str(event["district"]).encode()
        messages.append((partition, offset, event.get("_append_ms", APPENDED_MS), key, value, event.get("_headers", ())))
    return messages


def is_nothing(found: Row | None) -> bool:
    """Whether a row says the same as no row: numerator 0 and denominator 0 or null."""
    return found is None or (found[0] == 0 and not found[1])


def differences(scenario: Scenario, values: Mapping[ValueKey, Row], facts: Mapping[FactKey, int]) -> list[str]:
    """What is not as the scenario says, one line each; facts are judged completely for the components that it names."""
    told = [
        f"value {'|'.join(key[1:])}: expected {expected}, found {values.get(key)}"
        for key, expected in scenario.values.items()
        if values.get(key) != expected and not (is_nothing(values.get(key)) and is_nothing(expected))
    ]
    components = {key[1] for key in scenario.facts} | scenario.no_facts
    told += [
        f"fact {'|'.join(fact)}: expected {scenario.facts.get(fact)}, found {facts.get(fact)}"
        for fact in sorted({key for key in facts if key[1] in components} | set(scenario.facts))
        if facts.get(fact) != scenario.facts.get(fact)
    ]
    return told
