"""What was decided about an office, decision by decision: who pays, supplies staff, appoints, owns and manages, and the events that say so."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from consumers.clickhouse.store import Store
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.reading import District, Office
from consumers.dashboard.registry import Share
from consumers.lineage import RecordEvent
from consumers.lineage.events import of_type

SPLIT = "reg.split.decided"


@dataclass(frozen=True, slots=True)
class Decision:
    """One split as its event says it."""

    role: str
    cost_category: str
    valid_from: date
    shares: tuple[Share, ...]
    doc_no: str
    event: RecordEvent


@dataclass(frozen=True, slots=True)
class Decisions:
    """All that the page prints; `state` '' for the frame."""

    state: str
    office: Office
    decisions: list[Decision]


async def decisions_page(store: Store, place: District, ask: Ask) -> Decisions:
    """The decisions about the office that the query names, by role, the newest first. Raises PageError, Unavailable."""
    office = place.offices.get(ask.query.get("office", ""))
    if office is None:
        raise PageError(404, "error.404.office", id=ask.query.get("office", ""))
    told = [RecordEvent(*row) for row in await store.rows(of_type(place.code, SPLIT))]
    decided = [_decision(event, said) for event in told if (said := orjson.loads(event.data))["office"] == office.id]
    decided.sort(key=lambda one: (one.valid_from, one.event.time, one.event.id), reverse=True)
    decided.sort(key=lambda one: (one.role != "funding", one.role, one.cost_category))
    return Decisions("", office, decided)


def _decision(event: RecordEvent, said: dict[str, Any]) -> Decision:
    shares = tuple(Share(share["authority"], share["bp"]) for share in said["shares"] if share["bp"])
    return Decision(said["role"], said["cost_category"], date.fromisoformat(said["valid_from"]), shares, said["doc_no"], event)
