"""Files that were checked and wait to be published: each in a folder that only this account may read, for a quarter of an hour."""

import hmac
import secrets
import shutil
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from deploy.ledger.page.speaking import Speaker

KEPT_S = 900.0
_MOST = 8
_LONGEST_NAME_BYTES = 200
"""Of a name without its ending: with that of the marked copy it stays below the 255 bytes that file systems take."""
_SUFFIXES = (".xlsx", ".xls", ".ods", ".csv", ".xlsm")


@dataclass(slots=True)
class Upload:
    """A file as it was dropped; `key` is the digest of the key that it was checked with."""

    folder: Path
    file: Path
    key: bytes
    speaker: Speaker
    at: float = field(default_factory=time.monotonic)
    copy: Path | None = None

    def is_of(self, key: str) -> bool:
        """Whether this is the key that it was checked with."""
        return hmac.compare_digest(self.key, digest(key))


def digest(key: str) -> bytes:
    """What is kept of a key."""
    return sha256(key.encode()).digest()


def safe_name(name: str) -> str:
    """The last part of a file's name, for it names the sheet of a text file; nothing that could lead elsewhere."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem, dot, suffix = last.rpartition(".")
    plain = "".join(c for c in (stem if dot else last) if c.isprintable() and c not in '<>:"|?*').strip(". ")
    kept = plain.encode()[:_LONGEST_NAME_BYTES].decode("utf-8", "ignore").rstrip(". ")
    ending = f".{suffix.lower()}" if dot and f".{suffix.lower()}" in _SUFFIXES else ""
    return (kept or "ledger") + ending


class Uploads:
    """By a ticket that nobody can guess; the oldest go when there are too many."""

    def __init__(self) -> None:
        self._held: dict[str, Upload] = {}

    def new_folder(self) -> Path:
        """A folder for a file that is about to arrive."""
        return Path(mkdtemp(prefix="suoheng-ledger-"))

    def keep(self, upload: Upload) -> str:
        """Keep it; the ticket."""
        self.forget(older_than_s=KEPT_S)
        while len(self._held) >= _MOST:
            self._drop(min(self._held, key=lambda ticket: self._held[ticket].at))
        ticket = secrets.token_urlsafe(24)
        self._held[ticket] = upload
        return ticket

    def get(self, ticket: str) -> Upload | None:
        """The file of a ticket; None when it is unknown or too old."""
        self.forget(older_than_s=KEPT_S)
        return self._held.get(ticket)

    def forget(self, *, older_than_s: float = 0.0) -> None:
        """Delete what is that old; by default all."""
        now = time.monotonic()
        for ticket in [ticket for ticket, one in self._held.items() if now - one.at >= older_than_s]:
            self._drop(ticket)

    def _drop(self, ticket: str) -> None:
        shutil.rmtree(self._held.pop(ticket).folder, ignore_errors=True)
