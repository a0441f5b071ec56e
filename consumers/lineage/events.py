"""The events of records: what each became, where it lies in the log, and which retraction took it away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from consumers.clickhouse.store import Query, Rows

RECORDS_AT_ONCE = 1_000
"""Names in one question; more would not fit into one field of a form."""

_COLUMNS = "record, source, id, type, time, office, op, stands_as_source, stands_as_id, standing, partition, offset, data"
_OF_RECORDS = f"""
SELECT {_COLUMNS}
FROM record_events(district = {{district:String}}, records = {{records:Array(String)}}, family = '')
ORDER BY record, time, id, source
"""  # noqa: S608  column names of this module
_OF_TYPE = f"""
SELECT {_COLUMNS}
FROM record_events(district = {{district:String}}, records = [], family = {{type:String}})
ORDER BY time, id, source
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class RecordEvent:
    """An admitted event. `standing`: live, amended, superseded, retracted, retraction; `stands_as`: source and id under which it counts."""

    record: str
    source: str
    id: str
    type: str
    time: datetime
    office: str
    op: str
    stands_as_source: str
    stands_as_id: str
    standing: str
    partition: int
    offset: int
    data: str


class Found(NamedTuple):
    """An admitted event's record ('' of a retraction) and what it retracts: source and id, both '' when it is none."""

    record: str
    of_source: str
    of_id: str


def of_records(district: str, records: Sequence[str]) -> Query:
    """Every assertion and amendment of the records, in their order."""
    return Query(_OF_RECORDS, {"district": district, "records": list(records)})


def of_type(district: str, type_: str) -> Query:
    """Every assertion and amendment of a type, in their order."""
    return Query(_OF_TYPE, {"district": district, "type": type_})


def retractions(district: str, of: Sequence[tuple[str, str]]) -> Query:
    """The retractions that name one of these identities, each with the identity that it names in the place of its record."""
    return Query(
        "SELECT (if(targetsource = '', source, targetsource), retracts) AS of, "
        "source, id, type, time, office, op, source, id, 'retraction', partition, offset, data FROM event_rows FINAL "
        "WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND type = 'dat.event.retracted' AND has({of:Array(Tuple(String, String))}, of)",
        {"district": district, "of": list(of)},
    )


def one(district: str, source: str, id_: str) -> Query:
    """Where an event belongs, by its identity."""
    return Query(
        "SELECT record, if(retracts = '', '', if(targetsource = '', source, targetsource)), retracts FROM event_rows "
        "WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND source = {source:String} AND id = {id:String} LIMIT 1",
        {"district": district, "source": source, "id": id_},
    )


async def events_of(store: Rows, district: str, records: Sequence[str]) -> dict[str, list[RecordEvent]]:
    """The events of each record in their order, retractions after what they took away. Raises Unavailable."""
    found: dict[str, list[RecordEvent]] = {record: [] for record in records}
    for at in range(0, len(records), RECORDS_AT_ONCE):
        for row in await store.rows(of_records(district, records[at : at + RECORDS_AT_ONCE])):
            found[row[0]].append(RecordEvent(*row))
    gone = {(e.source, e.id): record for record, events in found.items() for e in events if e.standing == "retracted"}
    for retraction in await _retractions(store, district, gone):
        found[gone[retraction[0]]].append(replace(retraction[1], record=gone[retraction[0]]))
    return found


async def find_record(store: Rows, district: str, source: str, id_: str) -> str | None:
    """The record that an admitted event speaks of, a retraction's being its target's; '' while the target has not come; None: not admitted."""
    for row in await store.rows(one(district, source, id_)):
        found = Found(*row)
        if not found.of_id:
            return found.record
        for target in await store.rows(one(district, found.of_source, found.of_id)):
            return Found(*target).record
        return ""
    return None


async def find_retraction(store: Rows, district: str, source: str, id_: str) -> RecordEvent | None:
    """A retraction by its own identity, whether or not its target has come."""
    for row in await store.rows(one(district, source, id_)):
        found = Found(*row)
        told = await _retractions(store, district, [(found.of_source, found.of_id)])
        return next((event for _, event in told if (event.source, event.id) == (source, id_)), None)
    return None


async def _retractions(store: Rows, district: str, of: Iterable[tuple[str, str]]) -> list[tuple[tuple[str, str], RecordEvent]]:
    wanted = list(of)
    rows = await store.rows(retractions(district, wanted)) if wanted else []
    return [(tuple(named), RecordEvent("", *rest)) for named, *rest in rows]
