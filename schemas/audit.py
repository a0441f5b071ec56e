"""The audit log: who was let in or turned away, and who changed credentials; a file a day, every line chained to the one before by its hash.

`SUOHENG_AUDIT_PATH/2026-12-05.jsonl` (days of +08:00), one JSON object a line: `n` counts on for ever, `at`, `what`, then facts, and last
`prev`, the SHA-256 of the line before, in hex. Whoever alters, drops or inserts a line must rewrite all that follow; a head (`suoheng audit
verify` prints it, and the gateway logs it daily) that is noted elsewhere tells even that, and a tail that was cut off.
Several processes may write: a lock file orders them.
"""

import errno
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

LOCAL = timezone(timedelta(hours=8))
NOTHING = "0" * 64
"""`prev` of the very first line."""
_SUFFIX = ".jsonl"
_PIECE_BYTES = 64 * 1024


class Head(NamedTuple):
    """The end of the chain: the last line's number and hash."""

    n: int
    hash: str


class Audit:
    """Appends to the log of a folder, which is made when it is needed. Files older than `keep_days` go when a day begins."""

    def __init__(self, folder: Path, keep_days: int) -> None:
        self._folder, self._keep = folder, timedelta(days=keep_days)

    def append(self, what: str, **facts: Any) -> Head:
        """One line, on disk when this returns; the new head. Raises OSError when it cannot be kept. Never hand in a text of a stranger's."""
        with self._locked():
            files = days(self._folder)
            torn = _mend(files[-1]) if files else 0
            if torn:
                self._write("torn line removed", {"bytes": torn})
            return self._write(what, facts)

    def _write(self, what: str, facts: dict[str, Any]) -> Head:
        now = datetime.now(UTC).astimezone(LOCAL)
        files = days(self._folder)
        head = _head(files)
        # A clock that was set back must not break the order of the files.
        day = max(now.date(), _day(files[-1])) if files else now.date()
        path = self._folder / f"{day.isoformat()}{_SUFFIX}"
        line = _line({"n": head.n + 1, "at": now.isoformat(timespec="milliseconds"), "what": what, **facts, "prev": head.hash})
        _append(path, line)
        if not files or path != files[-1]:
            self._forget(files, day)
        return Head(head.n + 1, sha256(line).hexdigest())

    def _forget(self, files: list[Path], today: date) -> None:
        for path in files:
            if _day(path) < today - self._keep:
                path.unlink()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Problem(NamedTuple):
    """Where the chain does not hold, and why."""

    file: str
    line: int
    what: str


class Verdict(NamedTuple):
    """What a look at the whole log found."""

    days: int
    entries: int
    first: str
    """Time of the first line."""
    head: Head
    problems: list[Problem]


def verify(folder: Path, expected: str | None = None) -> Verdict:
    """Follow the chain from the oldest file to the newest. `expected`: a head noted earlier, which must be a line's hash. Raises OSError."""
    problems: list[Problem] = []
    head, first, entries = Head(0, NOTHING), "", 0
    met = expected is None
    files = days(folder)
    for path in files:
        for number, line in enumerate(path.read_bytes().split(b"\n")[:-1] or [b""], 1):
            entry = _entry(line)
            if found := _fault(entry, head, is_first=not entries):
                problems.append(Problem(path.name, number, found))
            entries += 1
            first = first or str(entry.get("at", ""))
            n = entry.get("n")
            head = Head(n if isinstance(n, int) else head.n + 1, sha256(line).hexdigest())
            met = met or head.hash == expected
        if path.read_bytes()[-1:] not in (b"\n", b""):
            problems.append(Problem(path.name, entries, "the last line is torn: a process or the machine died while writing it"))
    if not met:
        problems.append(Problem("", 0, "no line has the expected head: the log was cut off, rewritten, or is another one"))
    return Verdict(len(files), entries, first, head, problems)


def entries(folder: Path) -> Iterator[dict[str, Any]]:
    """All entries, the oldest first; lines that are none are left out."""
    for path in days(folder):
        for line in path.read_bytes().split(b"\n"):
            if entry := _entry(line):
                yield entry


def days(folder: Path) -> list[Path]:
    """The files, the oldest first."""
    return sorted(path for path in folder.glob(f"????-??-??{_SUFFIX}"))


def _fault(entry: dict[str, Any], head: Head, *, is_first: bool) -> str:
    if not entry:
        return "no JSON object"
    if is_first:
        # Older files may have been forgotten in time; then the chain begins with a hash that nobody can check.
        return "" if entry.get("n") != 1 or entry.get("prev") == NOTHING else "the first line of all has one before it"
    if entry.get("prev") != head.hash:
        return "does not follow from the line before: one of both was changed, or lines are missing or inserted here"
    return "" if entry.get("n") == head.n + 1 else "its number does not follow the one before"


def _entry(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _head(files: list[Path]) -> Head:
    for path in reversed(files):
        if line := _last_line(path)[0]:
            number = _entry(line).get("n")
            return Head(number if isinstance(number, int) else 0, sha256(line).hexdigest())
    return Head(0, NOTHING)


def _last_line(path: Path) -> tuple[bytes, int]:
    """The last whole line, and how many bytes of a torn one follow it. Reads backwards: a day may be long."""
    size = path.stat().st_size
    with path.open("rb") as file:
        back = _PIECE_BYTES
        while True:
            start = max(size - back, 0)
            file.seek(start)
            piece = file.read()
            *whole, torn = piece.split(b"\n")
            if start == 0 or len(whole) > 1:
                return (whole[-1] if whole else b""), len(torn)
            back *= 2


def _mend(path: Path) -> int:
    """Cut off a line that was not written to its end; how many bytes."""
    torn = _last_line(path)[1]
    if torn:
        os.truncate(path, path.stat().st_size - torn)
    return torn


def _append(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
    try:
        if os.write(descriptor, line + b"\n") <= len(line):
            raise OSError(errno.ENOSPC, "the audit log cannot be written", str(path))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line(entry: dict[str, Any]) -> bytes:
    """Escaped throughout: no name can begin a line of its own."""
    return json.dumps(entry, separators=(",", ":")).encode()


def _day(path: Path) -> date:
    return date.fromisoformat(path.stem)
