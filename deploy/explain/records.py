"""The events of records: what each became, where it lies in the log, and which retraction took it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from consumers.clickhouse.client import Client

_COLUMNS = "record, source, id, type, time, office, op, stands_as_source, stands_as_id, standing, partition, offset, data"
_EVENTS = f"""
SELECT {_COLUMNS}
FROM record_events(district = {{district:String}}, records = {{records:Array(String)}}, family = '')
ORDER BY record, time, id, source
"""  # noqa: S608  column names of this module
_ONE = f"""
SELECT {_COLUMNS} FROM record_events(district = {{district:String}}, records = [], family = '')
WHERE source = {{source:String}} AND id = {{id:String}}
"""  # noqa: S608
_RETRACTIONS = """
SELECT if(targetsource = '', source, targetsource) AS of_source, JSONExtractString(data, 'target') AS of_id,
    source, id, type, time, office, op, source, id, 'retraction', partition, offset, data
FROM events
WHERE district = {district:String} AND type = 'dat.event.retracted' AND has({of:Array(Tuple(String, String))}, (of_source, of_id))
"""


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


def events_of(client: Client, district: str, records: Sequence[str]) -> dict[str, list[RecordEvent]]:
    """The events of each record in their order, retractions after what they took away."""
    if not records:
        return {}
    found: dict[str, list[RecordEvent]] = {record: [] for record in records}
    for row in client.query(_EVENTS, {"district": district, "records": list(records)}).result_rows:
        found[row[0]].append(RecordEvent(*row))
    gone = {(e.source, e.id): record for record, events in found.items() for e in events if e.standing == "retracted"}
    for retraction in _retractions(client, district, gone):
        found[retraction.record].append(retraction)
    return found


def find_event(client: Client, district: str, source: str, id_: str) -> RecordEvent | None:
    """An admitted event by its identity; a retraction is told with its target's record ('' while the target has not come)."""
    given = {"district": district, "source": source, "id": id_}
    for row in client.query(_ONE, given).result_rows:
        return RecordEvent(*row)
    query = "SELECT if(targetsource = '', source, targetsource), JSONExtractString(data, 'target') FROM events"
    where = "WHERE district = {district:String} AND source = {source:String} AND id = {id:String}"
    for of_source, of_id in client.query(f"{query} {where}", given).result_rows:
        target = find_event(client, district, of_source, of_id) if (of_source, of_id) != (source, id_) else None
        gone = {(of_source, of_id): target.record if target else ""}
        return next(e for e in _retractions(client, district, gone) if (e.source, e.id) == (source, id_))
    return None


def _retractions(client: Client, district: str, gone: dict[tuple[str, str], str]) -> list[RecordEvent]:
    """The retractions that name one of these identities, each under the record of what it names."""
    if not gone:
        return []
    rows = client.query(_RETRACTIONS, {"district": district, "of": list(gone)}).result_rows
    return [RecordEvent(gone[of_source, of_id], *rest) for of_source, of_id, *rest in rows]
