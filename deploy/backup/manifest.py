"""What one backup consists of: a JSON document, written when all else is in its place, so that half a backup is never taken for one.

Its name ends in a digest of itself. Each manifest names every segment of the log from the beginning on, also those that earlier backups brought.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec

from deploy.backup.place import Place
from deploy.errors import Finding, Usage

FOLDER = "backups"
FORMAT = 1
"""Raised when an older build could not read a newer backup any more."""
_DIGITS = 16


class Stored(msgspec.Struct, frozen=True):
    """A file in the place: its name, SHA-256 and length there, and the length of what it unpacks to."""

    name: str
    sha256: str
    stored_bytes: int
    bytes: int


class Segment(msgspec.Struct, frozen=True):
    """A stretch `[start, end)` of a partition with so many records; the other offsets are those of transaction markers and aborted records."""

    start: int
    end: int
    records: int
    file: Stored


class Last(msgspec.Struct, frozen=True):
    """The last record of a partition, by which the log is known again."""

    offset: int
    digest: str


class Partition(msgspec.Struct, frozen=True):
    """A partition from offset 0 to `end`, in segments without gaps between them."""

    number: int
    end: int
    last: Last | None
    segments: tuple[Segment, ...]

    @property
    def records(self) -> int:
        """How many it has."""
        return sum(one.records for one in self.segments)


class File(msgspec.Struct, frozen=True):
    """A file of the installation. `place`: `data` for one in SUOHENG_DATA, else the setting that names it; `path`: below that, '' for itself."""

    place: str
    path: str
    mode: int
    secret: bool
    parts: tuple[Stored, ...]


class Table(msgspec.Struct, frozen=True):
    """Rows of a table of ClickHouse, in its format TabSeparated, in the order of these columns."""

    name: str
    columns: tuple[str, ...]
    rows: int
    parts: tuple[Stored, ...]


class Epoch(msgspec.Struct, frozen=True):
    """What was published of an epoch. `counts`: how many rows each table of history had of it."""

    number: int
    counts: tuple[int, ...]
    tables: tuple[Table, ...]


class History(msgspec.Struct, frozen=True):
    """What was published up to offsets of the log, by partition, while this epoch was served."""

    served: int
    ends: tuple[int, ...]
    epochs: tuple[Epoch, ...]


class Manifest(msgspec.Struct, frozen=True):
    """One backup."""

    format: int
    id: str
    build: str
    topic: str
    settings: dict[str, str | int | None]
    """Settings that a restored installation needs alike, as they were."""
    partitions: tuple[Partition, ...]
    epochs: Stored
    files: tuple[File, ...]
    left_out: tuple[str, ...]
    """Secret files that were there and are not in the backup."""
    tables: tuple[Table, ...]
    history: History | None
    """None: ClickHouse was left out, or has never been up to date at a backup."""

    @property
    def records(self) -> int:
        """Events of the log, over all partitions."""
        return sum(one.records for one in self.partitions)

    def all_tables(self) -> tuple[Table, ...]:
        """Those that people write, then what was published."""
        return (*self.tables, *(table for one in (self.history.epochs if self.history else ()) for table in one.tables))

    def stored(self) -> Iterator[tuple[str, Stored]]:
        """Every file in the place that is not a segment, and what it belongs to."""
        yield "topic epochs", self.epochs
        yield from ((f"file {one.place}/{one.path}", part) for one in self.files for part in one.parts)
        yield from ((f"table {one.name}", part) for one in self.all_tables() for part in one.parts)


def save(place: Place, manifest: Manifest) -> str:
    """Write it; its name. With that the backup is one."""
    data = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    name = f"{manifest.id}-{sha256(data).hexdigest()[:_DIGITS]}"
    place.write(f"{FOLDER}/{name}.json", data)
    return name


def names(place: Place) -> list[str]:
    """The backups in a place, the newest last."""
    return [name.removesuffix(".json") for name in place.names(FOLDER) if name.endswith(".json")]


def load(place: Place, name: str) -> Manifest:
    """Raises Finding for one that is damaged or of a newer build."""
    file = f"{FOLDER}/{name}.json"
    data = place.read(file)
    if data is None:
        raise Usage(f"there is no backup {name} in {place.url}; `suoheng backup list {place.url}` lists them")
    if sha256(data).hexdigest()[:_DIGITS] != name.rsplit("-", 1)[-1]:
        raise Finding(
            f"{file} in {place.url} is damaged: its digest is not the one in its name; take another backup (`suoheng backup list`)"
        )
    document: dict[str, Any] = msgspec.json.decode(data)
    if document["format"] > FORMAT:
        raise Finding(
            f"{file} in {place.url} was written by a newer build ({document['build']}) in format {document['format']}; this build reads up to "
            f"{FORMAT}: use the newer one"
        )
    return msgspec.convert(document, Manifest)


def chosen(place: Place, name: str | None = None) -> tuple[str, Manifest]:
    """The backup of a name, or of the beginning of one; the newest where none is given. Raises Usage when it is not there, Finding as `load`."""
    known = names(place)
    found = [one for one in known if one.startswith(name or "")]
    if not found:
        raise Usage(f"there is no {'backup' if name is None else f'backup {name}'} in {place.url}; `suoheng backup create` makes one")
    return found[-1], load(place, found[-1])
