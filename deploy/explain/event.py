"""From an event to what became of it and the records that it speaks of; one that was refused is looked for among the dead letters, in Kafka."""

from dataclasses import dataclass
from typing import Any

from consumers.clickhouse.store import Rows
from consumers.lineage import (
    ExplainedRecord,
    RecordEvent,
    ended_by_closing,
    explain_record,
    find_record,
    find_retraction,
    read_basis,
    stand,
)
from consumers.lineage.record import Now
from deploy.errors import Finding, MissingDependency
from deploy.letters.index import Entry, find
from deploy.letters.reading import Letter, read
from deploy.letters.selection import Selection
from schemas.settings import Settings
from streams.core.message import Message
from streams.core.modes import structured
from streams.core.refusal import Refusal

_MOST_LETTERS = 1_000


@dataclass(frozen=True, slots=True)
class ExplainedEvent:
    """What became of an event, and the records that it speaks of."""

    event: RecordEvent | None
    became: str
    note: str
    letter: Entry | None
    records: list[ExplainedRecord]
    now: dict[tuple[Any, ...], Now]
    """How the values stand that were to be shown of each record, by `Touched.key`."""


async def explain_event(store: Rows, district: str, source: str, id_: str, limit: int | None) -> ExplainedEvent | None:
    """Explain an admitted event by its identity; None when there is none. `limit`: how many values of a record are shown."""
    name = await find_record(store, district, source, id_)
    if name is None:
        return None
    records = await _records(store, district, name) if name else []
    told = (event for behind in records for event in behind.events if (event.source, event.id) == (source, id_))
    event = next(told, None) or await find_retraction(store, district, source, id_)
    assert event is not None, "an event that has a record is among its events"
    return ExplainedEvent(event, event.standing, _note(event), None, records, await _now(store, district, records, limit))


async def explain_name(store: Rows, district: str, record: str, limit: int | None) -> ExplainedEvent:
    """Explain a record by its name. Raises Finding when the district has none of that name."""
    records = await _records(store, district, record)
    if not records[0].events:
        raise Finding(
            f"district {district} has no record {record!r}; records are named med:SUBJECT, cor:SUBJECT, res:SUBJECT, task:SUBJECT, "
            "soc.instruction:SUBJECT, cap.staff.snapshot:OFFICE, cap.rating:OFFICE:PROGRAMME, reg.office:OFFICE, reg.roles:OFFICE or SOURCE#ID"
        )
    return ExplainedEvent(None, "", "", None, records, await _now(store, district, records, limit))


async def _records(store: Rows, district: str, name: str) -> list[ExplainedRecord]:
    """The record, and after an office's those that end with it."""
    rest_on = await read_basis(store, district)
    first = await explain_record(store, rest_on, name)
    ended = await ended_by_closing(store, district, first.events, name)
    return [first, *[await explain_record(store, rest_on, other) for other in ended]]


async def _now(store: Rows, district: str, records: list[ExplainedRecord], limit: int | None) -> dict[tuple[Any, ...], Now]:
    return await stand(store, district, [value for behind in records for value in behind.values[:limit]])


def _note(event: RecordEvent) -> str:
    """What an event does beside its record's facts."""
    if event.type == "reg.split.decided":
        return "a split tells who has a role towards its office; one of the funding also weighs its office's facts for the authorities (view splits)"
    if event.type == "reg.calendar.decided":
        return "limits in working days, of legal aid and of findings, are counted by it (`suoheng calendar`)"
    if event.type == "reg.authority.registered":
        return "an authority's kind decides for which side the work counts that it assigned"
    if event.type == "dat.event.retracted" and not event.record:
        return "the event that it names has not been admitted"
    return ""


def not_admitted(settings: Settings, district: str, source: str, id_: str) -> ExplainedEvent:
    """What is known of an event that was not admitted: its dead letter, or nothing."""
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
