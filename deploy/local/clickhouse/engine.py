"""chDB as a service inside this process: one folder, many connections.

Every request gets a connection of its own (opening one costs a tenth of a millisecond), so that database, settings and open streams of one
never show in another. A request that names a session shares its session's connection.
"""

import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import chdb

from deploy.errors import MissingDependency
from deploy.local.clickhouse.statement import (
    ClickHouseError,
    Statement,
    refusal,
    without_format,
)
from deploy.local.clickhouse.wire import empty_block

SESSION_SECONDS = 60.0
"""A session that nobody used for so long is closed."""

_CONCATENABLE = frozenset(
    {
        "Native",
        "TabSeparated",
        "TSV",
        "TabSeparatedRaw",
        "TSVRaw",
        "CSV",
        "JSONEachRow",
        "RowBinary",
        "JSONCompactEachRow",
    }
)
"""Formats whose blocks can be sent one after the other while the query runs; the others are sent when it has ended."""


@dataclass(frozen=True, slots=True)
class Request:
    """A statement with what it is to be run under."""

    statement: Statement
    database: str | None
    settings: Mapping[str, str]
    parameters: Mapping[str, str]
    session: str | None = None
    session_must_exist: bool = False


@dataclass(slots=True)
class Answer:
    """A result that has begun: `chunks` runs the rest; `close` must be called, read to the end or not."""

    summary: dict[str, str]
    format: str | None
    chunks: Iterator[bytes]
    _lease: "_Lease"

    def close(self) -> None:
        """Stop what still runs and give the connection back."""
        self._lease.release()


@dataclass(slots=True)
class _Session:
    connection: Any
    lock: threading.Lock = field(default_factory=threading.Lock)
    used: float = field(default_factory=time.monotonic)


class Engine:
    """The engine on the folder `path`; raises MissingDependency when the folder cannot be used, for example because another process has it."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._sessions: dict[str, _Session] = {}
        self._lock = threading.Lock()
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._keeper = chdb.connect(self._path)  # the engine lives as long as one connection does
            row = self._keeper.query("SELECT version(), timezone()", "TabSeparated").bytes().decode().strip().split("\t")
        except (RuntimeError, OSError) as error:
            raise MissingDependency(
                f"the embedded ClickHouse cannot use {path}: {_reason(error)}; is another `suoheng up` running on it?"
            ) from error
        self.version, self.timezone = row

    def run(self, request: Request) -> Answer:
        """Start the request; raises ClickHouseError. Blocks until the first part of the result is there."""
        lease = self._lease(request)
        try:
            return _start(lease, request, time.perf_counter_ns())
        except BaseException as error:
            lease.release()
            if isinstance(error, ClickHouseError) or not isinstance(error, Exception):
                raise
            raise ClickHouseError(str(error)) from error

    def close(self) -> None:
        """Close all connections; the engine writes out what it has in memory."""
        with self._lock:
            for session in self._sessions.values():
                session.connection.close()
            self._sessions.clear()
        self._keeper.close()

    def _lease(self, request: Request) -> "_Lease":
        if request.session is None:
            return _Lease(chdb.connect(self._path), None)
        with self._lock:
            self._close_idle_sessions()
            session = self._sessions.get(request.session)
            if session is None:
                if request.session_must_exist:
                    raise refusal(372, "SESSION_NOT_FOUND", "Session not found")
                session = self._sessions[request.session] = _Session(chdb.connect(self._path))
            if not session.lock.acquire(blocking=False):
                raise refusal(373, "SESSION_IS_LOCKED", "Session is locked by a concurrent client")
        return _Lease(session.connection, session)

    def _close_idle_sessions(self) -> None:
        limit = time.monotonic() - SESSION_SECONDS
        idle = [name for name, session in self._sessions.items() if session.used < limit and not session.lock.locked()]
        for name in idle:
            self._sessions.pop(name).connection.close()


class _Lease:
    """A connection in the hands of one request."""

    def __init__(self, connection: Any, session: _Session | None) -> None:
        self.connection = connection
        self.stream: Any = None
        self.session_settings: list[str] = []
        self._session = session
        self._released = False

    def prepare(self, request: Request) -> None:
        """Set database and settings; in a session the settings hold for this request only."""
        if request.database is not None:
            self.connection.query("USE " + _identifier(request.database))
        elif self._session is None:
            self.connection.query("USE default")
        for name, value in request.settings.items():
            if not re.fullmatch(r"[A-Za-z_]\w*", name):
                raise refusal(115, "UNKNOWN_SETTING", f"Unknown setting {name!r}")
            self.connection.query(f"SET {name} = {_literal(value)}")
            if self._session is not None:
                self.session_settings.append(name)

    def close_stream(self) -> None:
        """End an open stream: it would make every later query of its connection return nothing."""
        if self.stream is not None:
            self.stream.close()
            self.stream = None

    def release(self) -> None:
        """Give the connection back: close it, or leave it to its session with the session's own settings."""
        if self._released:
            return
        self._released = True
        self.close_stream()
        if self._session is None:
            self.connection.close()
            return
        for name in self.session_settings:
            self.connection.query(f"SET {name} = DEFAULT")
        self._session.used = time.monotonic()
        self._session.lock.release()


def _start(lease: _Lease, request: Request, began_ns: int) -> Answer:
    lease.prepare(request)
    statement, parameters = request.statement, dict(request.parameters)
    if statement.data is not None:
        written = _insert(lease.connection, statement)
        return Answer(written | _elapsed(began_ns), None, iter(()), lease)
    if not statement.answers:
        result = lease.connection.query(statement.sql, "TabSeparated", params=parameters)
        return Answer(
            {"written_rows": str(result.rows_read())} | _elapsed(began_ns),
            None,
            iter((result.bytes(),)),
            lease,
        )
    if statement.format in _CONCATENABLE and statement.streams:
        lease.stream = lease.connection.send_query(statement.sql, statement.format, params=parameters)
        first = next(lease.stream, None)
        if first is not None:
            return Answer(_elapsed(began_ns), statement.format, _blocks(first, lease.stream), lease)
        lease.close_stream()
        body = b""
    else:
        result = lease.connection.query(statement.sql, statement.format, params=parameters)
        body = result.bytes()
    if not body and statement.format == "Native":
        body = _header(lease.connection, statement, parameters)
    return Answer(_elapsed(began_ns), statement.format, iter((body,)), lease)


def _insert(connection: Any, statement: Statement) -> dict[str, str]:
    with connection.send_insert(statement.sql.decode(), statement.format) as insert:
        insert.append(statement.data)  # in one piece: what arrives in one request goes into one block, as at a server
        result = insert.finish()
    return {
        "written_rows": str(result.rows_written),
        "written_bytes": str(result.bytes_written),
    }


def _blocks(first: Any, stream: Any) -> Iterator[bytes]:
    yield first.bytes()
    for block in stream:
        yield block.bytes()


def _header(connection: Any, statement: Statement, parameters: dict[str, str]) -> bytes:
    """Names and types of a result without rows, for which the engine sends nothing and a server sends an empty block."""
    try:
        # Left to itself the engine breaks the names of nested types over several lines.
        described = b"DESCRIBE (" + without_format(statement.sql) + b"\n) SETTINGS print_pretty_type_names = 0"
        rows = connection.query(described, "TabSeparatedRaw", params=parameters).bytes().decode().splitlines()
        columns = [(row.split("\t")[0], row.split("\t")[1]) for row in rows]
    except RuntimeError:  # SHOW and its like are no sub-queries: they are run once more
        again = connection.query(
            without_format(statement.sql),
            "TabSeparatedRawWithNamesAndTypes",
            params=parameters,
        )
        names, kinds = (line.split("\t") for line in again.bytes().decode().splitlines()[:2])
        columns = list(zip(names, kinds, strict=True))
    return empty_block(columns)


def _elapsed(began_ns: int) -> dict[str, str]:
    return {"elapsed_ns": str(time.perf_counter_ns() - began_ns)}


def _identifier(name: str) -> str:
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _literal(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())
