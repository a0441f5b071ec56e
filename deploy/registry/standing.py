"""What is in force of a district's registry, as ClickHouse knows it."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from deploy.asking_clickhouse import asking_clickhouse
from deploy.registry.entries import Authority, Office, Registry, Split, WorkingYear
from deploy.rules.in_force import in_force_now
from schemas.settings import Settings

_OFFICES = (
    "SELECT office, name, opened_on, closed_on, merged_into, split_from FROM offices WHERE district = {district:String} ORDER BY office"
)
_AUTHORITIES = "SELECT authority, name, kind FROM authorities WHERE district = {district:String} ORDER BY authority"
_SPLITS = """\
SELECT office, role, cost_category, valid_from, doc_no, arraySort(groupArray((authority, bp))) AS shares
FROM splits
WHERE district = {district:String}
GROUP BY office, role, cost_category, valid_from, doc_no
ORDER BY office, role, cost_category, valid_from
"""
_CALENDAR = """\
SELECT year, doc_no, off, worked
FROM working_years
WHERE district = {district:String} AND state = 'decided'
ORDER BY year
"""
_EVENTS = """\
SELECT source, id, type, op, targetsource, data
FROM events
WHERE district = {district:String} AND (startsWith(type, 'reg.') OR type = 'dat.event.retracted')
"""
_VILLAGES = """\
SELECT stands_as_source AS source, stands_as_id AS id, office, local_day AS day, toInt64(JSONExtractUInt(data, 'villages')) AS villages
FROM record_events(district = {district:String}, records = [], family = 'cap.village.snapshot')
WHERE standing = 'live'
ORDER BY office, time, stands_as_id, stands_as_source
"""


class Said(NamedTuple):
    """An event by which the bureau said something of the registry, and that nobody has retracted."""

    source: str
    id: str
    type: str
    data: dict[str, Any]


class Counted(NamedTuple):
    """A live snapshot of an office's villages, the office's own or the bureau's word for it; `source` and `id` are those it stands under."""

    source: str
    id: str
    office: str
    day: date
    villages: int


class Standing(NamedTuple):
    """The registry in force, and the events that it stands on."""

    registry: Registry
    said: tuple[Said, ...]
    villages: tuple[Counted, ...] = ()
    """In the order in which they came to hold."""


def ask(settings: Settings, district: str) -> Standing:
    """The registry of a district; an empty one where nothing is known of it. Raises MissingDependency."""
    given = {"district": district}
    queries = {"offices": _OFFICES, "authorities": _AUTHORITIES, "splits": _SPLITS, "calendar": _CALENDAR, "events": _EVENTS}
    with asking_clickhouse(settings) as client:
        rows = {name: list(client.query(query, given).named_results()) for name, query in queries.items()}
        counted = client.query(_VILLAGES, given).named_results()
        villages = _before_closing([Counted(**row) for row in counted], rows["offices"])
    rules = in_force_now().get(district)
    registry = Registry(
        district=district,
        offices=[Office(**row | {name: row[name] or None for name in ("merged_into", "split_from")}) for row in rows["offices"]],
        authorities=[Authority(**row) for row in rows["authorities"]],
        splits=[Split(**row | {"shares": dict(row["shares"])}) for row in rows["splits"]],
        villages=steps_of(villages),
        calendar={
            row["year"]: WorkingYear(doc_no=row["doc_no"], days_off=row["off"], days_worked=row["worked"]) for row in rows["calendar"]
        },
        rules=rules.rules if rules else (),
    )
    return Standing(registry, tuple(_live(rows["events"])), villages)


def _before_closing(counted: Iterable[Counted], offices: Iterable[Mapping[str, Any]]) -> tuple[Counted, ...]:
    """Without snapshots of or after the day on which their office closed: they count nothing."""
    closed = {row["office"]: row["closed_on"] for row in offices}
    return tuple(one for one in counted if closed.get(one.office) is None or one.day < closed[one.office])


def steps_of(counted: Iterable[Counted]) -> dict[str, dict[date, int]]:
    """By office, the days on which its number became another one; of several snapshots on a day the last counts."""
    last: dict[str, dict[date, int]] = {}
    for one in counted:
        last.setdefault(one.office, {})[one.day] = one.villages
    return {office: steps for office, days in last.items() if (steps := steps_in(days))}


def steps_in(days: Mapping[date, int]) -> dict[date, int]:
    """Without the days that say what holds already; before the first it is 0."""
    steps: dict[date, int] = {}
    level = 0
    for day, number in sorted(days.items()):
        if number != level:
            steps[day] = level = number
    return steps


def _live(rows: Iterable[Mapping[str, Any]]) -> list[Said]:
    """Assertions that nobody has retracted; whether they were amended does not matter here."""
    rows = [{**row, "data": json.loads(row["data"])} for row in rows]
    gone = {(row["targetsource"] or row["source"], row["data"]["target"]) for row in rows if row["type"] == "dat.event.retracted"}
    return [
        Said(row["source"], row["id"], row["type"], row["data"])
        for row in rows
        if row["type"] != "dat.event.retracted" and row["op"] != "amend" and (row["source"], row["id"]) not in gone
    ]
