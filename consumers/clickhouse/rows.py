"""From the messages of the output topics to columns of ClickHouse's tables: which table a row belongs to and where each column comes from.

A message that does not have exactly the known fields was written by a newer build; it is refused, not half understood.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from consumers.clickhouse import formats
from consumers.clickhouse.columns import (
    DATE,
    DATE32,
    DATE32_TEXT,
    DATE_TEXT,
    Column,
    Field,
    day,
    days,
    instant_ms,
    int64,
    microseconds,
    milliseconds,
    plain,
    repeated,
)
from consumers.clickhouse.letters import Letter, letter
from consumers.loop import Message
from schemas import topics


class UnreadableRow(Exception):
    """A message of an output topic that this build does not understand; the text names the message and says what to do."""


class Dated(NamedTuple):
    """A day that is part of a table's key, and the first and last that its column can hold. Rows of other days are not stored.

    Moved to the nearest day that fits they would take each other's place: an office opened in 1956 has windows that no Date can name.
    """

    of: Callable[[Any], str]
    first: str
    last: str

    def held(self, rows: list[Any]) -> list[Any]:
        """The rows whose day fits."""
        of, first, last = self
        return [row for row in rows if first <= of(row) <= last]


class Table(NamedTuple):
    """A table and its columns. Where only the newest row of a key counts, the table itself sees to it, by version."""

    name: str
    columns: Mapping[str, Column]
    dated: Dated | None = None


def _each(column: Callable[[Field], Column], names: str, of: str = "") -> dict[str, Column]:
    """Columns that are made alike of fields of their own names, which stand in the part `of` of a row."""
    return {name: column(f"{of}{name}") for name in names.split()}


def _part_of_id(index: int) -> Callable[[Any], Any]:
    """A part of a registry row's `…:…` id; a row that is gone need not carry more than its key."""
    return lambda row: row.id.split(":")[index]


VALUES = Table(
    "indicator_value_versions",
    _each(repeated, "district indicator mode dimension subject_kind subject_id window_kind")
    | _each(plain, "scale empty version")
    | {"numerator": int64("numerator"), "denominator": int64("denominator")}
    | {"window_start": day("window_start", DATE), "computed_at": milliseconds("computed_at")},
    dated=Dated(attrgetter("window_start"), *DATE_TEXT),
)
FACTS = Table(
    "fact_rows",
    _each(repeated, "district component dimension office assigner")
    | _each(plain, "record amount gone version")
    | {"day": day("day", DATE32)},
    dated=Dated(attrgetter("day"), *DATE32_TEXT),
)
EVENTS = Table(
    "event_rows",
    _each(repeated, "source specversion type office op dataschema", of="event.")
    | _each(plain, "id subject target targetsource revision datacontenttype partitionkey traceparent tracestate", of="event.")
    | _each(repeated, "district")
    | _each(plain, "partition offset version")
    | {
        "time": microseconds("event.time"),
        "recordedtime": microseconds("event.recordedtime"),
        "sequence": plain(lambda row: None if row.event.sequence is None else int(row.event.sequence)),
        "data": plain(lambda row: bytes(row.event.data)),
        "appended_at": milliseconds("appended_at"),
    },
)
ALERTS = Table(
    "alert_rows",
    _each(
        plain, "district rule subject_kind subject_id start state severity indicator mode dimension window_kind value threshold why version"
    )
    | {"title_zh": plain("titles.zh"), "title_en": plain("titles.en")}
    | {"window_start": day("window_start", DATE), "computed_at": milliseconds("computed_at")},
)
SOURCES = Table(
    "source_rows",
    _each(plain, "district source high_water gaps version")
    | {"gaps_first_seen": plain(lambda row: list(map(instant_ms, row.gaps_first_seen))), "last_seen": milliseconds("last_seen")},
)
CONSERVATION = Table("conservation_rows", _each(plain, "district partition read admitted duplicates dead_letters pending version"))
DEAD_LETTERS = Table("dead_letter_rows", _each(plain, " ".join(Letter._fields)))
OFFICES = Table(
    "office_rows",
    _each(plain, "district name merged_into split_from gone version")
    | {"office": plain("id"), "opened_on": day("opened_on", DATE32), "closed_on": day("closed_on", DATE32)},
)
AUTHORITIES = Table(
    "authority_rows",
    _each(plain, "district name gone version") | {"authority": plain("id"), "kind": plain("authority_kind")},
)
SPLITS = Table(
    "split_rows",
    _each(plain, "district doc_no gone version")
    | {"office": plain(_part_of_id(0)), "role": plain(_part_of_id(1)), "cost_category": plain(_part_of_id(2))}
    | {"valid_from": day(_part_of_id(3), DATE32), "decided_at": milliseconds("decided_at")}
    | {"shares": plain(lambda row: [(share.authority, share.bp) for share in row.shares])},
)
PERIODS = Table(
    "period_rows",
    _each(plain, "district closed_version gone version")
    | {"window_kind": plain(_part_of_id(0)), "window_start": day(_part_of_id(1), DATE)},
    dated=Dated(_part_of_id(1), *DATE_TEXT),
)
CALENDARS = Table(
    "calendar_rows",
    _each(plain, "district doc_no gone version")
    | {"year": plain(lambda row: int(row.id)), "off": days("off", DATE32), "worked": days("worked", DATE32)}
    | {"decided_at": milliseconds("decided_at")},
)
SWITCHES = Table("switch_rows", _each(plain, "switch epoch previous build") | {"decided_at": milliseconds("decided_at")})
DISTRICTS = Table("district_rows", _each(plain, "district gone version") | {"today": day("today", DATE)})

TABLES = (
    DISTRICTS, OFFICES, AUTHORITIES, SPLITS, PERIODS, CALENDARS, EVENTS, FACTS, VALUES, ALERTS, SOURCES, CONSERVATION, DEAD_LETTERS, SWITCHES,
)  # fmt: skip
"""In the order of insertion: what a page needs to read a value stands there before the value does."""

_REGISTERED: Mapping[type, Table] = {
    formats.Office: OFFICES,
    formats.Authority: AUTHORITIES,
    formats.Split: SPLITS,
    formats.Period: PERIODS,
    formats.Calendar: CALENDARS,
    formats.District: DISTRICTS,
}


class Reader(NamedTuple):
    """How a topic's messages become rows, and whose rows they are: one table's, or by the row's class."""

    row: Callable[[Message], Any]
    table: Table | Mapping[type, Table]


def _json(row_type: Any, table: Table | Mapping[type, Table]) -> Reader:
    decode = msgspec.json.Decoder(row_type).decode
    return Reader(lambda message: decode(message.value or b""), table)


READERS: Mapping[str, Reader] = {
    topics.INDICATOR_VALUES.name: _json(formats.Value, VALUES),
    topics.FACTS.name: _json(formats.Fact, FACTS),
    topics.ADMITTED_EVENTS.name: _json(formats.Admitted, EVENTS),
    topics.ALERTS.name: _json(formats.Alert, ALERTS),
    topics.SOURCES.name: _json(formats.Source, SOURCES),
    topics.CONSERVATION.name: _json(formats.Conservation, CONSERVATION),
    topics.REGISTRY.name: _json(formats.Registered, _REGISTERED),
    topics.DEAD_LETTERS.name: Reader(letter, DEAD_LETTERS),
    topics.EPOCHS.name: _json(formats.Switch, SWITCHES),
}
"""Every topic that the sink reads, by its name without the prefix."""


BLOCK = 256
"""Messages that become columns at a time: their rows stay in the processor's cache meanwhile."""


class Batch:
    """Columns that wait for one flush, by table.

    Rows become columns as soon as they are decoded, block by block; kept as rows until the flush they cost twice.
    """

    def __init__(self) -> None:
        self._columns: dict[str, list[list[Any]]] = {}
        self.clear(*TABLES)

    def __len__(self) -> int:
        """Rows that wait."""
        return sum(len(columns[0]) for columns in self._columns.values())

    def add(self, reader: Reader, messages: Sequence[Message]) -> None:
        """Decode messages of one partition and keep their rows. Raises UnreadableRow for one that this build does not understand.

        A deleted key of a compacted topic is no row: the rows that another epoch had of it are not served any more.
        """
        if reader.row is not letter:
            messages = [message for message in messages if message.value is not None]
        for start in range(0, len(messages), BLOCK):
            self._add(reader, messages[start : start + BLOCK])

    def _add(self, reader: Reader, messages: Sequence[Message]) -> None:
        rows = _decoded(reader, messages)
        if isinstance(reader.table, Table):
            self._keep(reader.table, rows)
        else:
            for row in rows:
                self._keep(reader.table[type(row)], [row])

    def _keep(self, table: Table, rows: list[Any]) -> None:
        if table.dated:
            rows = table.dated.held(rows)
        for waiting, column in zip(self._columns[table.name], table.columns.values(), strict=True):
            waiting.extend(column(rows))

    def tables(self) -> Iterator[tuple[Table, list[list[Any]]]]:
        """The columns of each table that has rows, in the order of insertion."""
        for table in TABLES:
            columns = self._columns[table.name]
            if columns[0]:
                yield table, columns

    def clear(self, *tables: Table) -> None:
        """Forget the tables' rows: they are stored."""
        for table in tables:
            self._columns[table.name] = [[] for _ in table.columns]


def _decoded(reader: Reader, messages: Sequence[Message]) -> list[Any]:
    read = reader.row
    done: list[Any] = []
    try:
        for message in messages:
            # One by one: a comprehension would not tell which message it was.
            done.append(read(message))  # noqa: PERF401
    except (msgspec.DecodeError, ValueError) as error:
        bad = messages[len(done)]
        raise UnreadableRow(
            f"topic {bad.topic} partition {bad.partition} offset {bad.offset} is not a row of the format that this build knows: {error}. "
            "A newer build wrote it: upgrade the sink; it has stored nothing of it and goes on from there"
        ) from error
    return done
