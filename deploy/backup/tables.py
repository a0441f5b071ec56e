"""What stands in ClickHouse and does not follow from the log.

* What people and commands have written there: all tables but those that the sink fills from topics and `suoheng migrate` from the catalogue, so
  that what a later build writes itself is kept as well.
* What was published on the way (`history.py`): the last state follows from the log, the steps depend on where batches ended.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from consumers.clickhouse.client import Client
from consumers.clickhouse.rows import ALERTS, TABLES, VALUES
from deploy.backup.manifest import Table
from deploy.backup.parts import PART_BYTES, Parts, fetched
from deploy.backup.place import Place
from deploy.errors import Finding

HISTORY = (VALUES.name, ALERTS.name)
"""Tables that keep every version of a row."""
NEWEST = "indicator_value_rows"
"""Filled by ClickHouse itself from the history of values."""
_FOLLOWING = {table.name for table in TABLES} | {
    NEWEST,
    "migrations",
    "indicator_rows",
    "formula_rows",
    "component_rows",
    "shipped_calendar_rows",
}
_BEGUN = {"definition_rows"}
"""Kept, and yet the migration has put rows there before anything is brought back."""
_FORMAT = "TabSeparated"


def own_tables(client: Client) -> list[str]:
    """Names of the tables that people and commands write."""
    query = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name"
    return [name for (name,) in client.query(query).result_rows if name not in _FOLLOWING]


def filled(client: Client) -> list[str]:
    """Tables that a restore would fill and that have rows."""
    return [name for name in (*own_tables(client), *HISTORY) if name not in _BEGUN and has_rows(client, name)]


def kept(client: Client, parts: Parts) -> tuple[Table, ...]:
    """Put all rows of people's tables into a place."""
    return tuple(selected(client, parts, name, "1") for name in own_tables(client) if has_rows(client, name))


def selected(client: Client, parts: Parts, name: str, condition: str, parameters: Mapping[str, Any] | None = None) -> Table:
    """Put those rows of a table into a place for which a condition holds."""
    columns = _columns(client, name)
    rows, stored = 0, []
    query = f"SELECT {', '.join(columns)} FROM {name} WHERE {condition} FORMAT {_FORMAT}"  # noqa: S608 - names from system tables
    with client.raw_stream(query, parameters=dict(parameters or {})) as stream:
        for piece in _pieces(stream):
            rows += piece.count(b"\n")
            stored.append(parts.put(piece))
    return Table(name, columns, rows, tuple(stored))


def _pieces(stream: Any) -> Iterator[bytes]:
    """Lines of a stream, in pieces that end with a line."""
    held: list[bytes] = []
    size = 0
    for chunk in stream:
        held.append(chunk)
        size += len(chunk)
        if size >= PART_BYTES:
            whole, _, rest = b"".join(held).rpartition(b"\n")
            yield whole + b"\n"
            held, size = [rest], len(rest)
    if last := b"".join(held):
        yield last


def empty(client: Client, names: Sequence[str]) -> None:
    """Forget all rows of tables: a run that was cut off may have put some."""
    for name in names:
        client.command(f"TRUNCATE TABLE {name} SYNC")


def bring_back(client: Client, place: Place, tables: Sequence[Table], topics: tuple[str, str]) -> int:
    """Put rows into tables; how many. `topics`: the log's name then and now, for rows that name it.

    Raises Finding where this build has no such table or column, Damaged.
    """
    for table in tables:
        if lacking := set(table.columns) - set(_columns(client, table.name)):
            raise Finding(
                f"this build's table {table.name} lacks {', '.join(sorted(lacking))}: the backup is of another build; restore it with that one, then "
                "upgrade"
            )
        at = table.columns.index("topic") if "topic" in table.columns and topics[0] != topics[1] else None
        for part in table.parts:
            lines = fetched(place, part)
            block = lines if at is None else _renamed(lines, at, topics[0].encode(), topics[1].encode())
            client.raw_insert(table.name, column_names=list(table.columns), insert_block=block, fmt=_FORMAT)
    return sum(table.rows for table in tables)


def _renamed(lines: bytes, at: int, before: bytes, now: bytes) -> bytes:
    """Rows that name the log by its topic in a column name it as it is called now."""
    rows = [line.split(b"\t") for line in lines.splitlines()]
    return b"".join(b"\t".join([*row[:at], now if row[at] == before else row[at], *row[at + 1 :]]) + b"\n" for row in rows)


def _columns(client: Client, name: str) -> tuple[str, ...]:
    query = (
        "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {name:String} "
        "AND default_kind NOT IN ('ALIAS', 'MATERIALIZED') ORDER BY position"
    )
    return tuple(column for (column,) in client.query(query, {"name": name}).result_rows)


def has_rows(client: Client, name: str) -> bool:
    """Whether there is any in a table."""
    return bool(client.query(f"SELECT count() FROM {name}").result_rows[0][0])  # noqa: S608 - from system.tables


def replaces(client: Client, name: str) -> bool:
    """Whether a table takes a row that it has already without a trace; False where there is no such table."""
    query = "SELECT engine FROM system.tables WHERE database = currentDatabase() AND name = {name:String}"
    return any("Replacing" in engine for (engine,) in client.query(query, {"name": name}).result_rows)
