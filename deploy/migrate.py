"""Bring ClickHouse's tables and views to what this build expects: the numbered files of `deploy/clickhouse`, each applied once, in order;
then the views of `deploy/clickhouse/views`, as they are in this build.

ClickHouse has no transaction around DDL. Hence every statement of a migration can be repeated (`IF NOT EXISTS`, `OR REPLACE`), a migration is
recorded after its last statement, and one that was cut off is simply applied again.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from consumers.clickhouse.client import Client, OperationalError, connect, in_short
from deploy.catalogue import words
from deploy.definitions import define_served
from deploy.errors import Finding, MissingDependency
from deploy.formulas import components, formulas
from schemas.settings import Settings
from streams.core.windows import to_date
from streams.core.workdays import SHIPPED

_ENGINE = re.compile(r"ENGINE = ((?:Replacing|Summing|Aggregating)?MergeTree)\b")

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")

_RECORD = """
CREATE TABLE IF NOT EXISTS migrations
(
    number UInt16,
    name String,
    checksum String,
    applied_at DateTime64(3, 'Asia/Shanghai')
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY number
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, its name, its text and the SHA-256 of the text."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """The statements of the file."""
        return statements(self.text)


def statements(text: str) -> list[str]:
    """The statements of an SQL text; one ends with a semicolon at the end of a line, comments stand on lines of their own."""
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return [s.strip() for s in re.split(r";[ \t]*(?:\n|$)", code) if s.strip()]


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a run did: names of the migrations applied now, number of those in force, indicators in the catalogue."""

    database: str
    applied: tuple[str, ...]
    in_force: int
    indicators: int


def shipped() -> list[Migration]:
    """The migrations of this build, by number; they count from 1 without a gap."""
    found = [
        Migration(int(match[1]), entry.name, entry.read_text("utf-8"))
        for entry in resources.files("deploy").joinpath("clickhouse").iterdir()
        if (match := _NAME.fullmatch(entry.name))
    ]
    found.sort(key=lambda m: m.number)
    numbers = [m.number for m in found]
    if numbers != list(range(1, len(found) + 1)):
        raise Finding(f"the migrations of this build are not numbered 1, 2, 3, …: {numbers}; the installation is damaged, install it anew")
    return found


def migrate(
    settings: Settings,
    progress: Callable[[str], None] | None = None,
    migrations: Iterable[Migration] | None = None,
) -> Migrated:
    """Create the database if need be, apply the missing migrations in order, write the catalogue: definitions and formulas.

    `progress` is told each step in words. `migrations` stand in for the build's own, without the indicators. Running it again, or twice at once, changes nothing.
    Raises Finding when an applied migration was changed or is unknown to this build, MissingDependency when ClickHouse does not answer.
    """
    tell = progress or (lambda _: None)
    todo = list(migrations) if migrations is not None else shipped()
    try:
        with connect(settings, database=False) as server:
            server.command(create_database(settings))
        with connect(settings, **ddl_options(settings)) as client:
            client.command(as_kept(_RECORD, settings))
            applied = _recorded(client)
            _refuse_changed(todo, applied, settings.clickhouse_database)
            now = tuple(_apply(client, m, tell, settings) for m in todo if m.number not in applied)
            if migrations is None:
                _replace_views(client)
            described = _write_catalogue(client, tell) if migrations is None else 0
            return Migrated(settings.clickhouse_database, now, len(todo), described)
    except OperationalError as error:
        raise MissingDependency(
            f"ClickHouse at {settings.clickhouse_url} does not answer: {in_short(error)}; start it or set SUOHENG_CLICKHOUSE_URL"
        ) from error


def _recorded(client: Client) -> dict[int, tuple[str, str]]:
    rows = client.query("SELECT number, name, checksum FROM migrations FINAL").result_rows
    return {number: (name, checksum) for number, name, checksum in rows}


def _refuse_changed(todo: list[Migration], applied: Mapping[int, tuple[str, str]], database: str) -> None:
    known = {m.number: m for m in todo}
    for number, (name, checksum) in sorted(applied.items()):
        if number not in known:
            raise Finding(
                f"database {database} has migration {name}, which this build does not know: it belongs to a newer build; use that one"
            )
        if known[number].checksum != checksum:
            raise Finding(
                f"migration {name} was changed after it was applied to database {database} (recorded SHA-256 {checksum[:12]}…, "
                f"now {known[number].checksum[:12]}…); put the old text back and make the change in a new migration"
            )


def create_database(settings: Settings) -> str:
    """The statement that makes the database. A replicated one carries each later statement to all servers itself, in the same order."""
    statement = f"CREATE DATABASE IF NOT EXISTS {settings.clickhouse_database}"
    if not settings.clickhouse_cluster:
        return statement
    path = f"/clickhouse/databases/{settings.clickhouse_database}"
    return f"{statement} ON CLUSTER '{settings.clickhouse_cluster}' ENGINE = Replicated('{path}', '{{shard}}', '{{replica}}')"


def as_kept(statement: str, settings: Settings) -> str:
    """A statement of a migration as this installation runs it: on a cluster every table's engine is the replicated one of its kind.

    The texts, and with them the checksums, are the same everywhere. Where rows stand in the coordination service is the servers' default
    (`default_replica_path`), which holds the table's UUID, so a table that is made anew does not meet what is left of the old one.
    """
    return _ENGINE.sub(r"ENGINE = Replicated\1", statement) if settings.clickhouse_cluster else statement


def ddl_options(settings: Settings) -> dict[str, Any]:
    """What a connection that makes tables needs besides: a replicated database copies a table's rows (`CREATE … AS SELECT`) only if told to."""
    return {"settings": {"database_replicated_allow_heavy_create": 1}} if settings.clickhouse_cluster else {}


def _apply(client: Client, migration: Migration, tell: Callable[[str], None], settings: Settings) -> str:
    tell(f"applying {migration.name}")
    for statement in migration.statements:
        client.command(as_kept(statement, settings))
    client.insert(
        "migrations",
        [(migration.number, migration.name, migration.checksum, datetime.now(UTC))],
    )
    return migration.name


def _replace_views(client: Client) -> None:
    """Make the views of `views/` as this build has them; they hold nothing, so there is nothing to migrate."""
    for entry in sorted(resources.files("deploy").joinpath("clickhouse", "views").iterdir(), key=lambda one: one.name):
        for statement in statements(entry.read_text("utf-8")):
            client.command(statement)


def _write_catalogue(client: Client, tell: Callable[[str], None]) -> int:
    """Write the catalogue's names, definitions and formulas where they differ from what is there; how many indicators there are."""
    _replace(client, "indicator_rows", [_words(indicator) for indicator in words.ENTRIES.values()])
    _replace(client, "formula_rows", formulas())
    _replace(client, "shipped_calendar_rows", [_days(year, *days) for year, days in SHIPPED.items()])
    _replace(client, "component_rows", components())
    if others := define_served(client):
        tell(
            f"this build defines {', '.join(others)} by another version than the values that are served: `suoheng rebuild` computes them anew"
        )
    return len(words.ENTRIES)


def _words(indicator: words.Entry) -> dict[str, Any]:
    """An indicator as the table has it."""
    told, unit = words.describe(indicator), indicator.unit
    plain = ("id", "number", "zh", "en", "definition", "definition_zh", "version", "variant_of", "formula", "formula_zh", "formula_en",
             "example_zh", "example_en", "windows", "modes", "subjects", "dimensions", "better", "events", "absent_zh", "absent_en")  # fmt: skip
    return {
        **{name: told[name] for name in plain},
        "effective_from": indicator.effective_from,
        "unit": unit.id,
        "unit_zh": unit.zh,
        "unit_en": unit.en,
        "factor": unit.factor,
        "divisor": indicator.divisor,
        "shape": indicator.shape,
        "levels_zh": [words.level(indicator, one, "zh") for one in indicator.levels],
        "levels_en": [words.level(indicator, one, "en") for one in indicator.levels],
        "sources": list(told["sources"]),
    }


def _days(year: int, off: Sequence[int], worked: Sequence[int]) -> dict[str, Any]:
    """What the build knows of a year, as the table has it."""
    return {"id": str(year), "off": list(map(to_date, off)), "worked": list(map(to_date, worked))}


def _replace(client: Client, table: str, wanted: list[dict[str, Any]]) -> None:
    """Write the rows that differ from those of the same id."""
    columns = list(wanted[0])
    # Only names of this module go into the query.
    there = {row[0]: list(row) for row in client.query(f"SELECT {', '.join(columns)} FROM {table} FINAL").result_rows}  # noqa: S608
    now = datetime.now(UTC)
    if changed := [[*row.values(), now] for row in wanted if there.get(row["id"]) != list(row.values())]:
        client.insert(table, changed, column_names=[*columns, "written_at"])
