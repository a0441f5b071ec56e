"""Today's verdict on an event that was refused: by the worker's own check of bytes and schema, then by what ClickHouse knows of identities and offices.

Whether an event is admitted is decided when a worker reads it; what has been read but is not visible yet is not known here.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from deploy.asking_clickhouse import asking_clickhouse
from schemas.settings import Settings
from streams.core.identity import Identity, digest
from streams.core.instants import local_day
from streams.core.outcome import Rejected
from streams.core.seal import Recheck
from streams.core.validate import validate
from streams.core.windows import to_date

DUPLICATE = "DUPLICATE"
"""No refusal: the event with this identity and content has been admitted already, and would count no second time."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVER = 1 << 62
_SCHEMA_OF_EVENTS = ("office", "subject", "op", "target", "targetsource", "dataschema")


class Record(NamedTuple):
    """What would be sent, or was."""

    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class Verdict(NamedTuple):
    """`code` is '' when the event would be admitted, `DUPLICATE` when it has been; else a refusal's. `detail` names the place first."""

    code: str = ""
    detail: str = ""

    @property
    def passes(self) -> bool:
        """Whether sending it would change anything for the better."""
        return not self.code

    @property
    def place(self) -> str:
        """The attribute or field that is refused."""
        return self.detail.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Valid:
    """An event that the check of bytes and schema lets pass."""

    content: dict[str, Any]
    day: date

    @property
    def identity(self) -> Identity:
        """Its source and id."""
        return self.content["source"], self.content["id"]


def by_schema(record: Record, recheck: Recheck | None = None) -> Valid | Verdict:
    """The check of bytes and schema, and of the seal where one is asked for, as if the event arrived now."""
    message = (0, int(time.time() * 1000), record.key, record.value, record.headers)
    outcome = validate(message)
    if recheck is not None and not isinstance(outcome, Rejected):
        outcome = recheck(message, outcome[0]) or outcome
    if isinstance(outcome, Rejected):
        return Verdict(outcome.code, outcome.detail)
    content, time_us, _ = outcome
    return Valid(content, to_date(local_day(time_us)))


class Registry:
    """What ClickHouse knows of the identities and offices of some events. Events judged one after the other also know each other."""

    def __init__(self, settings: Settings, events: Iterable[Valid]) -> None:
        """Raises MissingDependency when ClickHouse does not answer."""
        asked = list(events)
        self._known: dict[Identity, bytes] = {}
        self._offices: dict[str, tuple[date, date | None]] = {}
        if asked:
            self._ask(settings, asked)

    def judge(self, event: Valid, *, only_look: bool = False) -> Verdict:
        """The verdict on an event that is valid; those judged before it are taken as sent if they passed, unless one only looked."""
        mark, was = digest(event.content), self._known.get(event.identity)
        if was is not None:
            if was == mark:
                return Verdict(DUPLICATE, "an event with this source, id and content has been admitted, or comes before it here")
            return Verdict("ID_CONFLICT", "id: another event of this source has this id and another content")
        refused = self._by_office(event)
        if not refused.code and not only_look:
            self._known[event.identity] = mark
        return refused

    def _by_office(self, event: Valid) -> Verdict:
        office = event.content.get("office")
        if office is None:
            return Verdict()
        if office not in self._offices:
            return Verdict("DOMAIN_UNKNOWN_OFFICE", f"office: {office} is not registered")
        opened, closed = self._offices[office]
        if event.day < opened or (closed is not None and event.day >= closed):
            return Verdict("DOMAIN_OFFICE_CLOSED", f"office: {office} is not open on the event's day")
        return Verdict()

    def _ask(self, settings: Settings, events: Sequence[Valid]) -> None:
        identities = sorted({event.identity for event in events})
        offices = sorted({str(event.content["office"]) for event in events if "office" in event.content})
        districts = sorted({str(event.content["district"]) for event in events})
        with asking_clickhouse(settings) as client:
            rows = client.query(
                "SELECT district, source, id, type, toUnixTimestamp64Micro(time), if(isNull(recordedtime), NULL, "
                "toUnixTimestamp64Micro(assumeNotNull(recordedtime))), office, subject, op, target, targetsource, dataschema, revision, sequence, data "
                "FROM events WHERE district IN {districts:Array(String)} AND id IN {ids:Array(String)} "
                "AND (source, id) IN {identities:Array(Tuple(String, String))}",
                {"districts": districts, "ids": [id_ for _, id_ in identities], "identities": identities},
            ).result_rows
            self._known = {(row[1], row[2]): _mark(*row) for row in rows}
            known = client.query(
                "SELECT office, opened_on, closed_on FROM offices WHERE office IN {offices:Array(String)}", {"offices": offices}
            )
            self._offices = {office: (opened, closed) for office, opened, closed in known.result_rows}


def _mark(*row: Any) -> bytes:
    """The digest of the content of an admitted event, from its row."""
    district, source, id_, type_, time_us, recorded_us, *texts, revision, sequence, data = row
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": id_,
        "source": source,
        "type": type_,
        "district": district,
        "time": _instant(time_us),
    }
    event |= {name: text for name, text in zip(_SCHEMA_OF_EVENTS, texts, strict=True) if text}
    if recorded_us is not None:
        event["recordedtime"] = _instant(recorded_us)
    if revision is not None:
        event["revision"] = revision
    if sequence is not None:
        event["sequence"] = str(sequence)
    outcome = validate((0, _EVER, district.encode(), orjson.dumps(event | {"data": orjson.loads(data)}), ()))
    return b"" if isinstance(outcome, Rejected) else digest(outcome[0])


def _instant(time_us: int) -> str:
    return (_EPOCH + timedelta(microseconds=time_us)).isoformat(timespec="microseconds")
