"""From an event to what became of it, its record, the record's facts, and every value that they touch now."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from consumers.clickhouse.client import Client
from deploy.dead_letters import Entry, Letter, Selection, find, read
from deploy.errors import Finding, MissingDependency
from deploy.explain.records import RecordEvent, events_of, find_event
from schemas.settings import Settings
from streams.core.message import Message
from streams.core.modes import structured
from streams.core.refusal import Refusal

_MOST_LETTERS = 1_000
_PERSONS = ("cor:", "res:")

_FACTS = """
SELECT component, day, dimension, office, assigner, amount
FROM facts WHERE district = {district:String} AND record = {record:String} ORDER BY day, component, dimension
"""
_DEPENDENT = """
SELECT DISTINCT record FROM facts
WHERE district = {district:String} AND startsWith(record, 'cap.') AND has(splitByChar(':', record), {office:String}) ORDER BY record
"""
_TOUCHED = """
SELECT indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start,
    sumIf(amount * weight, part = 'numerator' AND kind != 'histogram'), sumIf(amount * weight, part = 'denominator'), count()
FROM {view}(district = {{district:String}}, indicator = '', record = {{record:String}}, window_kind = '',
    first_start = {{first:Date}}, last_start = {{last:Date}})
GROUP BY indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start
ORDER BY indicator, mode, dimension, subject_kind DESC, subject_id, window_kind, window_start
"""
_VALUES = """
SELECT indicator, mode, dimension, subject_id, window_kind, window_start, numerator, denominator, value
FROM indicator_value_rows FINAL
WHERE district = {district:String} AND window_kind IN {kinds:Array(String)} AND window_start IN {starts:Array(Date)}
    AND indicator IN {indicators:Array(String)} AND subject_id IN {subjects:Array(String)}
"""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a record stands for on a day."""

    component: str
    day: date
    dimension: str
    office: str
    assigner: str
    amount: int


@dataclass(frozen=True, slots=True)
class Touched:
    """A value that a record's facts touch, and what they give to its parts. `rows`: how many there are, which is all a quantile tells."""

    indicator: str
    mode: str
    dimension: str
    subject_kind: str
    subject_id: str
    window_kind: str
    window_start: date
    to_numerator: int
    to_denominator: int
    rows: int


@dataclass(frozen=True, slots=True)
class Behind:
    """A record: its events in order, its facts, and the values touched."""

    record: str
    events: list[RecordEvent]
    facts: list[Fact]
    values: list[Touched]


@dataclass(frozen=True, slots=True)
class ExplainedEvent:
    """What became of an event, and the records that it speaks of; `now`: the values touched as they stand, by key."""

    event: RecordEvent | None
    became: str
    note: str
    letter: Entry | None
    records: list[Behind]
    now: dict[tuple[Any, ...], tuple[int, int | None, float | None]]


def explain_event(client: Client, settings: Settings, district: str, source: str, id_: str) -> ExplainedEvent:
    """Explain an event by its identity. One that was never admitted is looked for among the dead letters, in Kafka."""
    event = find_event(client, district, source, id_)
    if event is None:
        return _not_admitted(settings, district, source, id_)
    names = [event.record] if event.record else []
    if event.type == "reg.office.closed":  # what an office has ends when it closes
        office = event.record.removeprefix("reg.office:")
        names += [name for (name,) in client.query(_DEPENDENT, {"district": district, "office": office}).result_rows]
    records = [_behind(client, district, name) for name in names]
    return ExplainedEvent(event, event.standing, _note(event), None, records, _now(client, district, records))


def explain_record(client: Client, district: str, record: str) -> ExplainedEvent:
    """Explain a record by its name. Raises Finding when the district has none of that name."""
    behind = _behind(client, district, record)
    if not behind.events:
        raise Finding(
            f"district {district} has no record {record!r}; records are named med:SUBJECT, cor:SUBJECT, res:SUBJECT, task:SUBJECT, "
            "cap.staff.snapshot:OFFICE, cap.premises.snapshot:OFFICE, cap.rating:OFFICE:PROGRAMME, reg.office:OFFICE or SOURCE#ID"
        )
    return ExplainedEvent(None, "", "", None, [behind], _now(client, district, [behind]))


def value_key(touched: Touched) -> tuple[Any, ...]:
    """The key under which `ExplainedEvent.now` holds a value."""
    return touched.indicator, touched.mode, touched.dimension, touched.subject_id, touched.window_kind, touched.window_start


def _behind(client: Client, district: str, record: str) -> Behind:
    given: dict[str, Any] = {"district": district, "record": record}
    events = events_of(client, district, [record])[record]
    facts = [Fact(*row) for row in client.query(_FACTS, given).result_rows]
    days = [fact.day for fact in facts] + [event.time.date() for event in events]
    values: list[Touched] = []
    if days:
        # From the first window that can hold a fact: the year's. The view ends with today.
        given |= {"first": date(max(min(days).year, 1970), 1, 1), "last": _today(client, district)}
        views = ["lineage_of_facts"] + ["lineage_of_persons"] * record.startswith(_PERSONS)
        values = [Touched(*row) for view in views for row in client.query(_TOUCHED.format(view=view), given).result_rows]
    return Behind(record, events, facts, values)


def _today(client: Client, district: str) -> date:
    ((today,),) = client.query("SELECT max(today) FROM districts WHERE district = {district:String}", {"district": district}).result_rows
    return date.fromisoformat(str(today))


def _now(client: Client, district: str, records: list[Behind]) -> dict[tuple[Any, ...], tuple[int, int | None, float | None]]:
    keys = {value_key(value): value for behind in records for value in behind.values}
    if not keys:
        return {}
    given = {
        "district": district,
        "kinds": sorted({v.window_kind for v in keys.values()}),
        "starts": sorted({v.window_start for v in keys.values()}),
        "indicators": sorted({v.indicator for v in keys.values()}),
        "subjects": sorted({v.subject_id for v in keys.values()}),
    }
    rows = client.query(_VALUES, given).result_rows
    return {tuple(row[:6]): (row[6], row[7], row[8]) for row in rows if tuple(row[:6]) in keys}


def _note(event: RecordEvent) -> str:
    """What an event does beside its record's facts."""
    if event.type == "reg.split.decided":
        return "a split has no facts of its own: it weighs the facts of its office for the authorities, from valid_from on (view splits)"
    if event.type == "reg.authority.registered":
        return "an authority's kind decides for which side the tasks count that it assigned"
    if event.type == "dat.event.retracted" and not event.record:
        return "the event that it names has not been admitted"
    return ""


def _not_admitted(settings: Settings, district: str, source: str, id_: str) -> ExplainedEvent:
    note = (
        "not admitted and no dead letter of it found: it never arrived, was not read yet (`suoheng wait`), or is an amendment that waits for its target "
        "(view conservation counts those as pending). Sent again after it was admitted it would be a duplicate, which leaves no trace but a count"
    )
    entries = find(settings, Selection(districts=(district,)), _MOST_LETTERS)
    try:
        for entry, letter in read(settings, entries) if entries else ():
            if _identity(entry, letter) == (source, id_):
                return ExplainedEvent(None, "dead letter", f"{entry.code}: {entry.detail}", entry, [], {})
    except MissingDependency as error:
        note = f"not admitted; the dead letters could not be read: {error}"
    return ExplainedEvent(None, "unknown", note, None, [], {})


def _identity(entry: Entry, letter: Letter) -> tuple[str, str] | None:
    """Source and id of a refused event, where they can be read."""
    from json import loads

    message: Message = (entry.offset, 0, letter.key, letter.value, letter.headers)
    try:
        event = loads(structured(message[3] or b"", message[4]))
        return event["source"], event["id"]
    except (Refusal, ValueError, KeyError, TypeError):
        return None
