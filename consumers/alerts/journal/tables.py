"""The file's tables, and connections to it. Several processes use it at once: each act is one transaction, readers never wait."""

import sqlite3
from pathlib import Path

_FORMAT = 1
_BUSY_S = 30

_TABLES = """
CREATE TABLE positions (
    partition INTEGER PRIMARY KEY, offset INTEGER NOT NULL,  -- of the next row that is read
    border INTEGER NOT NULL                                  -- rows before it are history
);
CREATE TABLE spells (
    key TEXT PRIMARY KEY, identity TEXT NOT NULL, fired INTEGER NOT NULL, fingerprint TEXT NOT NULL, district TEXT NOT NULL,
    alert TEXT NOT NULL, seen_at TEXT NOT NULL, over_at TEXT, held TEXT NOT NULL, settled INTEGER NOT NULL
);
CREATE INDEX spells_identity ON spells (identity, fired);
CREATE INDEX spells_open ON spells (settled, over_at);
CREATE TABLE told (
    spell TEXT NOT NULL, receiver TEXT NOT NULL, grouped TEXT NOT NULL, made_at TEXT NOT NULL, message TEXT NOT NULL,
    delivered INTEGER, delivered_at TEXT, over_message TEXT, over_delivered_at TEXT, PRIMARY KEY (spell, receiver)
);
CREATE TABLE groups (receiver TEXT NOT NULL, name TEXT NOT NULL, last_at TEXT NOT NULL, thread TEXT NOT NULL, PRIMARY KEY (receiver, name));
CREATE TABLE messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, receiver TEXT NOT NULL, grouped TEXT NOT NULL, kind TEXT NOT NULL,
    body TEXT NOT NULL, made_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0,
    next_at TEXT NOT NULL, ended_at TEXT, delivered INTEGER, reason TEXT NOT NULL DEFAULT ''
);
CREATE INDEX messages_waiting ON messages (receiver, number) WHERE ended_at IS NULL;
CREATE TABLE attempts (receiver TEXT NOT NULL, at TEXT NOT NULL);
CREATE INDEX attempts_at ON attempts (receiver, at);
CREATE TABLE acknowledged (spell TEXT PRIMARY KEY, by TEXT NOT NULL, at TEXT NOT NULL, note TEXT NOT NULL);
CREATE TABLE silences (
    id INTEGER PRIMARY KEY AUTOINCREMENT, matchers TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL, starts TEXT NOT NULL, ends TEXT NOT NULL
);
CREATE TABLE digests (receiver TEXT PRIMARY KEY, due TEXT NOT NULL);
CREATE TABLE directories (district TEXT PRIMARY KEY, body TEXT NOT NULL);
"""


class JournalError(Exception):
    """The file cannot be used; the text says why and what to do."""


def opened(path: Path, *, make: bool = False) -> sqlite3.Connection:
    """A connection for one thread at a time, in autocommit. Raises `JournalError`; without `make` also when there is no file."""
    if not make and not path.exists():
        raise JournalError(f"there is no {path}: alerts are told by plan only where alerting.yaml is, and the deliverer has run once")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        prepare(connection)
        path.chmod(0o600)
    except (sqlite3.Error, OSError) as error:
        raise JournalError(f"{path} cannot be used: {error}; mend it, or move it away: then what fires is told anew") from error
    return connection


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables where there are none. Raises `JournalError` for those of another build."""
    if connection.execute("PRAGMA user_version").fetchone() == (_FORMAT,):
        return
    with acting(connection):
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found == 0:
            for statement in _TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_FORMAT}")
        elif found != _FORMAT:
            raise JournalError(
                f"the journal of alerts has format {found}, this build knows {_FORMAT}: use the build that wrote it, or move it away"
            )


class acting:  # noqa: N801 - used like a function
    """One transaction: all of it is on disk when the block ends, or none. Others wait their turn."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __enter__(self) -> sqlite3.Connection:
        self._connection.execute("BEGIN IMMEDIATE")
        return self._connection

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._connection.execute("ROLLBACK" if kind else "COMMIT")
