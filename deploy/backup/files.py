"""The files of an installation that do not follow from the log: everything in SUOHENG_DATA but what can be made anew, and what settings name elsewhere.

What a later build keeps there is so kept as well. A file is secret by its setting or its name; secrets are left out unless asked for.
"""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from deploy.errors import Finding, MissingDependency, Usage
from schemas.settings import Settings

DATA, CONFIG, SECRETS = "data", "config", "secrets"
MADE_ANEW = frozenset({"kafka", "clickhouse", "logs", "snapshots", "cache", "rebuild", "demo", "lock", "pids.json"})
"""Names in SUOHENG_DATA: the log is kept record by record, the rest follows from it or is fetched."""
_PASSING = re.compile(r"lock|.*\.part|.*\.(sqlite|db)-(wal|shm|journal)")
_SECRET = re.compile(r"(?i).*(credential|secret|token|password|keys?\b).*|.*\.(pem|key|p12)")
_SECRET_PLACE = re.compile(r".*(credentials|keys?|certificate)|config|secrets")
"""Settings that name secrets. A certificate's file may hold its key; the configuration may hold passwords."""
_SECRET_FILE = re.compile(r"\b\w+_file:\s*([^\s,}#]+)")
_SQLITE = b"SQLite format 3\0"


class Found(NamedTuple):
    """A file of the installation, as `manifest.File` names it, and where it lies."""

    place: str
    path: str
    at: Path
    secret: bool

    @property
    def mode(self) -> int:
        """Its permissions."""
        return self.at.stat().st_mode & 0o777

    def content(self) -> bytes:
        """All of it; of a database in use, one consistent state. Raises MissingDependency."""
        try:
            data = self.at.read_bytes()
            if not data.startswith(_SQLITE):
                return data
            with closing(sqlite3.connect(f"{self.at.resolve().as_uri()}?mode=ro", uri=True, timeout=5)) as database:
                return database.serialize()
        except (OSError, sqlite3.Error) as error:
            raise MissingDependency(f"{self.at} cannot be read: {error}") from error


def files(settings: Settings) -> list[Found]:
    """All of them, in the order of their names."""
    data, named = settings.data.resolve(), _named_by(settings.alerting_file)
    found = [Found(DATA, str(path.relative_to(data)), path, path in named or _is_secret(path)) for path in _below(data) if path.is_file()]
    for name, root in _elsewhere(settings).items():
        if not root.resolve().is_relative_to(data):
            found += [
                Found(name, _within(path, root), path, _SECRET_PLACE.fullmatch(name) is not None or _is_secret(path)) for path in _all(root)
            ]
    return sorted(found)


def target(settings: Settings, place: str, path: str) -> Path:
    """Where a file of a backup belongs under these settings. Raises Finding for a path that leads elsewhere."""
    named = _elsewhere(settings)
    root = settings.data.resolve() if place == DATA else named.get(place) or settings.data.resolve() / "restored" / place
    found = root / path if path else root
    if not found.resolve().is_relative_to(root.resolve()):
        raise Finding(f"the backup has a file {path!r}, which leads out of its folder: it is not one that Suoheng made")
    return found


def require_outside(settings: Settings, url: str) -> None:
    """Raises Usage for a backup inside the folder that it keeps: it would keep itself, and go with the disk."""
    inside = "://" not in url and Path(url).resolve().is_relative_to(settings.data.resolve())
    if inside:
        raise Usage(f"{url} lies in {settings.data}, which it would keep: name a place on another disk")


def write(path: Path, pieces: Iterator[bytes], mode: int) -> None:
    """Write a file whole or not at all. Raises MissingDependency."""
    beside = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
            os.fchmod(file.fileno(), mode)
        beside.replace(path)
    except OSError as error:
        raise MissingDependency(f"{path} cannot be written: {error}") from error


def _elsewhere(settings: Settings) -> dict[str, Path]:
    """Files and folders that settings name, by the setting."""
    named = {name: value for name, value in settings if isinstance(value, Path) and name not in {"data", "cache"}}
    told = {CONFIG: os.environ.get("SUOHENG_CONFIG", "suoheng.toml"), SECRETS: os.environ.get("SUOHENG_SECRETS", "")}
    return named | {name: Path(path) for name, path in told.items() if path and Path(path).exists()}


def _named_by(plan: Path) -> set[Path]:
    """The files in which a plan of alerting has its secrets, one each."""
    text = plan.read_text("utf-8", "replace") if plan.is_file() else ""
    return {(plan.parent / name.strip("'\"")).resolve() for name in _SECRET_FILE.findall(text)}


def _below(data: Path) -> Iterator[Path]:
    for path in data.glob("*"):
        if path.name not in MADE_ANEW:
            yield from _all(path)


def _all(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
    elif root.is_dir():
        yield from (path for path in root.rglob("*") if path.is_file() and not _PASSING.fullmatch(path.name))


def _within(path: Path, root: Path) -> str:
    return "" if path == root else str(path.relative_to(root))


def _is_secret(path: Path) -> bool:
    return _SECRET.fullmatch(path.name) is not None
