"""Events on disk until they have arrived: an outbox in one SQLite file, every write of it synced before it counts.

What was written survives `kill -9` and a power cut at any point; numbers of a source have no gaps, because event and number are written
together. One process holds a spool at a time. SQLite is the library for exactly this, and comes with Python.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

FILE = "outbox.sqlite"
MOST_BYTES = 256 << 20
"""So much may wait, about half a million events; then nothing more is taken."""
_TABLES = """\
CREATE TABLE IF NOT EXISTS waiting (number INTEGER PRIMARY KEY AUTOINCREMENT, event BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS sequences (source TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS followed (file TEXT PRIMARY KEY, identity TEXT NOT NULL, position INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (number INTEGER PRIMARY KEY, event BLOB NOT NULL, code TEXT NOT NULL, detail TEXT NOT NULL);
"""


class SpoolError(Exception):
    """The spool takes nothing: it is full, another process holds it, or the disk refuses. The text says what to do."""


class Refused(NamedTuple):
    """An event that the other side will not take, however often it is sent."""

    event: bytes
    code: str
    detail: str


class Place(NamedTuple):
    """How far a file has been followed: which file it was, and the position after the last line taken."""

    identity: str
    position: int


class Spool:
    """The outbox of a folder. Safe to use from several threads."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._file = _opened(folder)
        self._bytes: int = self._one("SELECT coalesce(sum(length(event)), 0) FROM waiting")
        self._events: int = self._one("SELECT count(*) FROM waiting")

    @property
    def waiting(self) -> int:
        """Events that have not arrived yet."""
        return self._events

    def say(self, source: str, build: Callable[[int], bytes]) -> None:
        """Write the source's next event; `build` makes it from its number. Raises `SpoolError`; whatever `build` raises changes nothing."""
        with self._writing() as file:
            file.execute("INSERT INTO sequences VALUES (?, 1) ON CONFLICT DO UPDATE SET last = last + 1", (source,))
            event = build(file.execute("SELECT last FROM sequences WHERE source = ?", (source,)).fetchone()[0])
            self._put(file, [event])

    def copy(self, events: Sequence[bytes], file_name: str, place: Place) -> None:
        """Write events as they stand, and how far their file has been followed."""
        with self._writing() as file:
            file.execute("INSERT OR REPLACE INTO followed VALUES (?, ?, ?)", (file_name, *place))
            self._put(file, events)

    def place(self, file_name: str) -> Place | None:
        """How far a file has been followed; None: not yet."""
        with self._lock:
            found = self._file.execute("SELECT identity, position FROM followed WHERE file = ?", (file_name,)).fetchone()
        return Place(*found) if found else None

    def head(self, most: int) -> list[tuple[int, bytes]]:
        """The events that have waited longest, in order, with their numbers."""
        with self._lock:
            return self._file.execute("SELECT number, event FROM waiting ORDER BY number LIMIT ?", (most,)).fetchall()

    def arrived(self, head: Sequence[tuple[int, bytes]], verdicts: Sequence[Refused | None]) -> None:
        """Let go of the first events: they have arrived, or were refused and are kept aside."""
        with self._writing() as file:
            refused = [(number, *one) for (number, _), one in zip(head, verdicts, strict=True) if one is not None]
            file.executemany("INSERT OR REPLACE INTO refused VALUES (?, ?, ?, ?)", refused)
            file.execute("DELETE FROM waiting WHERE number <= ?", (head[-1][0],))
        self._events -= len(head)
        self._bytes -= sum(len(event) for _, event in head)

    def refused(self) -> list[Refused]:
        """The events that were refused, in order; they stay until `forget`."""
        with self._lock:
            return [Refused(*row) for row in self._file.execute("SELECT event, code, detail FROM refused ORDER BY number")]

    def forget(self) -> None:
        """Let go of the refused events."""
        with self._writing() as file:
            file.execute("DELETE FROM refused")

    def close(self) -> None:
        """Close the file; another process may hold it then."""
        with self._lock:
            self._file.close()

    def _put(self, file: sqlite3.Connection, events: Sequence[bytes]) -> None:
        size = sum(map(len, events))
        if self._bytes + size > self._most_bytes:
            raise SpoolError(f"the spool is full: {self._events:,} events wait, {self._bytes >> 20} MiB; is the other side reachable?")
        file.executemany("INSERT INTO waiting (event) VALUES (?)", [(event,) for event in events])
        self._bytes += size
        self._events += len(events)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: on disk when it ends, undone when something in it fails."""
        with self._lock:
            before = self._bytes, self._events
            try:
                self._file.execute("BEGIN IMMEDIATE")
                yield self._file
                self._file.execute("COMMIT")
            except BaseException as error:
                self._bytes, self._events = before
                if self._file.in_transaction:
                    self._file.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise SpoolError(f"the spool cannot be written: {error}") from error
                raise

    def _one(self, query: str) -> int:
        return int(self._file.execute(query).fetchone()[0])


def _opened(folder: Path) -> sqlite3.Connection:
    """The file, held by this process alone, with its tables. Raises `SpoolError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = sqlite3.connect(folder / FILE, timeout=0.5, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise SpoolError(f"{folder} cannot be used: {error}") from error
    try:
        file.execute("PRAGMA locking_mode = EXCLUSIVE")
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = FULL")
        file.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
    except sqlite3.Error as error:
        file.close()
        held = "locked" in str(error)
        raise SpoolError(f"{folder} is in use by another process" if held else f"{folder} cannot be used: {error}") from error
    return file
