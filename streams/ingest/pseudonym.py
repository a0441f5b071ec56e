"""Pseudonyms, made at the source: HMAC-SHA256 of the number under which an office keeps a case or person, with a key that stays here.

Whoever holds the key can find the pseudonym of a number, nobody can find the number of a pseudonym; neither key nor number is ever sent.
Domains are kept apart, so that a person's mediation and correction cannot be joined, and so are series: the numbers that one office or ledger
counts by itself.

* **One key for one series.** The same number under another key is another pseudonym, so a case would fall into two records. Whoever else enters
  events of the same series needs a copy of the key file, handed over in person, never by mail or chat.
* **Made once**, readable by its owner only (0600); a file that others can read is refused. Back it up: without it old cases cannot be continued.
* **Rotation** adds a key. New numbers get the newest, numbers that are known under an older one keep theirs, so a file holds all keys whose
  cases are still open. When the last of them is closed and its retention is over, taking a key out of the file erases the link between its
  pseudonyms and numbers for good.
* A key's **id** is a fingerprint of it, safe to show, and told in the ids of ledger events, so that a missing or wrong key is noticed.
"""

import base64
import fcntl
import hmac
import os
import secrets
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

_SECRET_BYTES = 32
_LARGEST_BYTES = 64 * 1024
_CROCKFORD = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LENGTH = 26
"""Characters of five bits: 130 of the digest's 256 bits."""


class PseudonymError(Exception):
    """The key file cannot be used; the text says why and what to do."""


class Key(NamedTuple):
    """A key; `id` is a fingerprint of it."""

    id: str
    made_at: datetime
    secret: bytes

    def subject(self, district: str, domain: str, series: str, number: str) -> str:
        """The pseudonym (`subject` of an event) of a case, person or task: 26 of Crockford's base 32."""
        return self._pseudonym("subject", district, domain, series, number)

    def worker(self, district: str, name: str) -> str:
        """The pseudonym (`worker`) of somebody who works in a district: `w-` and 12 characters."""
        return f"w-{self._pseudonym('worker', district, name)[:12].lower()}"

    def reference(self, source: str, type_: str, number: str) -> str:
        """What names a line of a ledger in the ids of its events without telling its number."""
        return self._pseudonym("reference", source, type_, number)

    def _pseudonym(self, *parts: str) -> str:
        """Each part with its length before it: no two lists of parts are the same text."""
        told = [part.encode() for part in ("suoheng-1", *parts)]
        digest = hmac.digest(self.secret, b"".join(len(part).to_bytes(4) + part for part in told), "sha256")
        return base64.b32encode(digest[:20]).translate(_CROCKFORD)[:_LENGTH].decode()


class Keyring(NamedTuple):
    """The keys of a file, the oldest first."""

    keys: tuple[Key, ...]

    @property
    def newest(self) -> Key:
        """The one for numbers that are not known yet."""
        return self.keys[-1]


def load(path: Path) -> Keyring:
    """The keys of a file. Raises `PseudonymError` when it is not there, others may read it, or it is damaged."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(_LARGEST_BYTES)
    except OSError as error:
        raise PseudonymError(f"key file {path} cannot be read: {error.strerror}") from error
    if mode & 0o077:
        raise PseudonymError(f"others may read key file {path}; run: chmod 600 {path}")
    try:
        keys = [_key(entry) for entry in tomllib.loads(text.decode())["key"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PseudonymError(f"key file {path} is damaged ({_in_short(error)}); take it from the backup") from error
    if not keys:
        raise PseudonymError(f"key file {path} holds no key; take it from the backup")
    return Keyring(tuple(keys))


def create(path: Path) -> Keyring:
    """Make a file with a first key. Raises `PseudonymError` when there is one already: it is never written over."""
    keyring = Keyring((_new_key(),))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _draft(path, keyring) as draft:
            path.hardlink_to(draft)
    except FileExistsError:
        raise PseudonymError(f"key file {path} is there already") from None
    except OSError as error:
        raise PseudonymError(f"key file {path} cannot be written: {error.strerror}") from error
    return keyring


def throwaway() -> Keyring:
    """A key that is kept nowhere, to try things with."""
    return Keyring((_new_key(),))


def rotate(path: Path) -> Keyring:
    """Add a key to a file, in one step: after a crash there is the old file or the new one."""
    load(path)
    try:
        with path.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            keyring = Keyring((*load(path).keys, _new_key()))
            with _draft(path, keyring) as draft:
                draft.replace(path)
    except OSError as error:
        raise PseudonymError(f"key file {path} cannot be written: {error.strerror}") from error
    return keyring


def _new_key() -> Key:
    secret = secrets.token_bytes(_SECRET_BYTES)
    return Key(_fingerprint(secret), datetime.now(UTC).replace(microsecond=0), secret)


def _fingerprint(secret: bytes) -> str:
    return sha256(b"suoheng key id" + secret).hexdigest()[:8]


def _key(entry: dict[str, object]) -> Key:
    """A key as it stands in the file; a secret that does not go with its id has been damaged."""
    id_, made_at, secret = entry["id"], entry["made_at"], base64.b64decode(str(entry["secret"]), validate=True)
    if not isinstance(made_at, datetime) or len(secret) != _SECRET_BYTES or id_ != _fingerprint(secret):
        raise ValueError(f"key {str(id_)[:8]!r} is not what it was")
    return Key(_fingerprint(secret), made_at, secret)


@contextmanager
def _draft(path: Path, keyring: Keyring) -> Iterator[Path]:
    """A whole file beside the one meant, on disk, which only its owner may read; gone at the end unless it took the other's place."""
    lines = ["# Suoheng 化名密钥 pseudonym keys: secret. Back this file up; never send it, never take a key out while its cases are open."]
    for key in keyring.keys:
        secret = base64.b64encode(key.secret).decode()
        lines += ["", "[[key]]", f'id = "{key.id}"', f"made_at = {key.made_at:%Y-%m-%dT%H:%M:%SZ}", f'secret = "{secret}"']
    draft = path.with_name(f".{path.name}.{keyring.newest.id}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _in_short(error: Exception) -> str:
    """Without anything of the file's own text but ids."""
    return str(error) if str(error).startswith("key ") else type(error).__name__
