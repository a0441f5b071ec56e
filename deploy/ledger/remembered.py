"""What ClickHouse knows: the registry of a district, and the events of a ledger's source."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from consumers.clickhouse.client import CLICKHOUSE_ERRORS, Client, connect, in_short
from deploy.errors import MissingDependency
from deploy.waiting import Lag, wait
from schemas.settings import Settings
from streams.ingest.ledger.cells import LOCAL
from streams.ingest.ledger.changes import Remembered
from streams.ingest.ledger.places import Office, Places

_WAIT_S = 120.0
_OFFLINE = "--offline checks the lines alone"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVENTS = """\
SELECT source, id, op, target, ifNull(revision, 0), type, toUnixTimestamp64Micro(time), office, subject, dataschema, data
FROM events
WHERE district = {district:String} AND (source = {source:String} OR targetsource = {source:String})
  AND (startsWith(id, 'led:') OR startsWith(target, 'led:') OR type = 'dat.event.retracted')
"""
"""Also what another source says of this one's events; the bureau may."""


_LEDGERS = """\
SELECT source, count() FROM events
WHERE district = {district:String} AND source != {source:String} AND startsWith(id, 'led:') AND op != 'amend' AND type != 'dat.event.retracted'
GROUP BY source ORDER BY source
"""


@contextmanager
def asking(settings: Settings) -> Iterator[Client]:
    """A connection to ClickHouse; what goes wrong with it becomes MissingDependency."""
    try:
        with connect(settings) as client:
            yield client
    except CLICKHOUSE_ERRORS as error:
        raise MissingDependency(
            f"ClickHouse at {settings.clickhouse_url} cannot be asked what earlier imports said: {in_short(error)}; "
            f"start the stack (`suoheng up`); {_OFFLINE}"
        ) from error


def all_visible(settings: Settings, progress: Callable[[Lag], None] | None = None) -> None:
    """Return when ClickHouse knows all that is in the log. Raises Finding when it does not come to know it, MissingDependency without Kafka."""
    try:
        wait(settings, _WAIT_S, progress)
    except MissingDependency as error:
        raise MissingDependency(f"{error}; {_OFFLINE}") from error


def places(client: Client, district: str) -> Places:
    """Offices and authorities of a district."""
    parameters = {"district": district}
    offices = client.query(
        "SELECT office, name, opened_on, closed_on FROM offices WHERE district = {district:String} ORDER BY office", parameters
    )
    authorities = client.query("SELECT authority, name FROM authorities WHERE district = {district:String} ORDER BY authority", parameters)
    return Places(
        known=True,
        offices={office: Office(name, opened, closed) for office, name, opened, closed in offices.result_rows},
        authorities={row[0]: row[1] for row in authorities.result_rows},
    )


def events(client: Client, source: str) -> list[Remembered]:
    """All that the log has admitted of a ledger's events and about them."""
    answer = client.query(_EVENTS, {"source": source, "district": source.split("/")[2]})
    return [_remembered(*row) for row in answer.result_rows]


def others(client: Client, source: str) -> dict[str, int]:
    """The other ledgers of the district, with how many events each has."""
    answer = client.query(_LEDGERS, {"source": source, "district": source.split("/")[2]})
    return {row[0]: row[1] for row in answer.result_rows}


def _remembered(*row: Any) -> Remembered:
    source, id_, op, target, revision, type_, time_us, office, subject, dataschema, data = row
    time = (_EPOCH + timedelta(microseconds=time_us)).astimezone(LOCAL).isoformat()
    event = {"type": type_, "time": time, "office": office, "subject": subject, "dataschema": dataschema, "data": orjson.loads(data)}
    return Remembered(source, id_, op, target, revision, event)
