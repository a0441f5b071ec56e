"""Columns into tables: one columnar insert a table over HTTP, with clickhouse-connect.

Every insert may be repeated: the tables replace by version. Hence no deduplication tokens, and block deduplication is off: it would drop a
repeated block before the materialized view sees it, and with it the rows of a view whose first turn had failed.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from clickhouse_connect.driver.exceptions import DatabaseError, DataError, OperationalError, ProgrammingError
from clickhouse_connect.driver.insert import InsertContext

from consumers.clickhouse.client import Client, connect, in_short
from consumers.clickhouse.rows import TABLES, Table
from consumers.loop import Unavailable
from schemas.settings import Settings

_SETTINGS: Mapping[str, Any] = {"async_insert": 0, "insert_deduplicate": 0, "wait_end_of_query": 1}

_OUR_DEFECT = frozenset({6, 16, 20, 26, 27, 33, 36, 41, 43, 47, 50, 53, 62, 69, 70, 117, 349})
"""ClickHouse error codes that say "this insert is wrong" (cannot parse, type mismatch, no such column, …): trying again cannot help."""

_NOT_MIGRATED = frozenset({60, 81})
"""No such table, no such database."""


class Writer:
    """Inserts columns; reconnects when the connection broke. Not for two threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client | None = None
        self._contexts: dict[str, InsertContext] = {}

    def open(self) -> None:
        """Connect and look up the types of every table's columns. Raises Unavailable when ClickHouse or a table is not there."""
        with _translated(self._settings):
            self.close()
            self._client = connect(self._settings, compress=not self._is_near(), timeout_s=120.0)
            quorum = {"insert_quorum": "auto"} if self._settings.clickhouse_cluster else {}
            try:
                self._contexts = {table.name: self._context(self._client, table, quorum) for table in TABLES}
            except ProgrammingError as error:
                raise Unavailable(
                    f"the tables of database {self._settings.clickhouse_database} do not fit this build: {error}; run `suoheng migrate`"
                ) from error

    @staticmethod
    def _context(client: Client, table: Table, more: Mapping[str, Any]) -> InsertContext:
        return client.create_insert_context(table.name, list(table.columns), column_oriented=True, settings={**_SETTINGS, **more})

    def insert(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """Insert all rows of a table, or raise Unavailable: then some of them may be stored and all of them must be sent again."""
        if self._client is None:
            self.open()
        assert self._client is not None
        context = self._contexts[table.name]
        context.data = columns
        try:
            with _translated(self._settings):
                self._client.insert(context=context)
        except Unavailable:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; the next insert opens a new one."""
        self._contexts.clear()
        if self._client is not None:
            self._client.close()
            self._client = None

    def _is_near(self) -> bool:
        """Whether ClickHouse runs on this machine, where compressing costs more than it saves."""
        return urlsplit(self._settings.clickhouse_url).hostname in {"127.0.0.1", "localhost", "::1"}


@contextmanager
def _translated(settings: Settings) -> Iterator[None]:
    """Turn what another attempt can mend into Unavailable; a defect of ours passes through."""
    try:
        yield
    except (OperationalError, OSError) as error:
        raise Unavailable(f"ClickHouse at {settings.clickhouse_url} does not answer: {in_short(error)}") from error
    except (DataError, ProgrammingError):
        raise
    except DatabaseError as error:
        if error.code in _OUR_DEFECT:
            raise
        hint = "; run `suoheng migrate`" if error.code in _NOT_MIGRATED else ""
        raise Unavailable(f"ClickHouse at {settings.clickhouse_url} refuses: {in_short(error)}{hint}") from error
