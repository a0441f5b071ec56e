"""The credentials in force, read again whenever their file changes, and how a caller is known by them."""

import hmac
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from re import compile as pattern
from typing import NamedTuple

from streams.ingest.gateway.credentials import Credential, CredentialsError, read
from streams.ingest.gateway.refusal import Refusal, Refused

_BEARER = pattern(r"(?i:bearer) ([a-z0-9._-]{1,64})\.([A-Za-z0-9_=+/~-]{16,256})")
_NOBODY = "0" * 64


class Shown(NamedTuple):
    """What a caller shows before its body is read."""

    authorization: str | None = None
    certificate_sha256: str | None = None
    """Of the client certificate of this TLS connection, which its handshake has proven."""
    signing_key: str | None = None
    """Id of the key with which the body is said to be signed."""


class Keyring:
    """A file that was there and has gone or become unreadable closes the door: a revocation must not be lost in a typing mistake."""

    def __init__(self, path: Path) -> None:
        """A file that is not there (yet): nobody has credentials. Raises `CredentialsError` if there is one that cannot be used."""
        self._path = path
        self._stamp = self._look()
        self._credentials = read(path) if self._stamp else {}
        self.exists = self._stamp is not None
        self.problem = ""

    def refresh(self) -> bool:
        """Read the file again if it has changed; whether it has."""
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp, self.exists = stamp, True
        try:
            self._credentials, self.problem = read(self._path), ""
        except CredentialsError as error:
            self.problem = str(error)
        return True

    def __len__(self) -> int:
        return len(self._credentials)

    def caller(self, shown: Shown) -> Credential:
        """The credential behind what was shown, all its proofs given but a signature; whether it is in force is asked next. Raises `Refused`."""
        self.refresh()
        if self.problem:
            raise Refused(Refusal("AUTH_UNAVAILABLE", "the gateway cannot check credentials at the moment; try again later"))
        credential = self._claimed(shown)
        lacking = _lacking(credential, shown)
        if lacking is not None:
            raise Refused(lacking, credential.id)
        return credential

    def _claimed(self, shown: Shown) -> Credential:
        """By the bearer token if there is one, else by the certificate, else by the id of the signing key."""
        if shown.authorization:
            return self._of_token(shown.authorization)
        if shown.certificate_sha256:
            found = next((one for one in self._credentials.values() if one.certificate_sha256 == shown.certificate_sha256), None)
        elif shown.signing_key:
            found = self._credentials.get(shown.signing_key)
            # Without a key of its own to sign with, an id proves nothing: its owner is not to be told apart from a stranger.
            found = found if found and found.public_key else None
        else:
            raise Refused(Refusal("AUTH_MISSING", "send Authorization: Bearer <key id>.<secret>, a client certificate or a signature"))
        if found is None:
            raise Refused(Refusal("AUTH_UNKNOWN", "this key is not known here"))
        return found

    def _of_token(self, authorization: str) -> Credential:
        parts = _BEARER.fullmatch(authorization)
        credential = self._credentials.get(parts[1]) if parts else None
        given = sha256((parts[2] if parts else "").encode()).hexdigest()
        held = credential.secret_sha256 if credential and credential.secret_sha256 else _NOBODY
        known = hmac.compare_digest(given, held)
        if credential is None or not known:
            raise Refused(Refusal("AUTH_UNKNOWN", "this key is not known here"))
        return credential

    def _look(self) -> tuple[int, int, int] | None:
        """What changes when the file does; None when it is not there."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _lacking(credential: Credential, shown: Shown) -> Refusal | None:
    """The first proof that the credential asks for and that was not shown."""
    if credential.certificate_sha256 and credential.certificate_sha256 != shown.certificate_sha256:
        return Refusal("AUTH_MISSING", f"key {credential.id} needs its client certificate")
    if credential.secret_sha256 and not shown.authorization:
        return Refusal("AUTH_MISSING", "send Authorization: Bearer <key id>.<secret>")
    if credential.public_key and credential.id != shown.signing_key:
        return Refusal("AUTH_SIGNATURE", f"key {credential.id} signs its requests: send the headers Suoheng-*")
    if shown.signing_key and not credential.public_key:
        return Refusal("AUTH_SIGNATURE", f"key {credential.id} has no public key here with which the signature could be checked")
    return None


def require_in_force(credential: Credential, now: datetime) -> None:
    """Raises `Refused` for a key that is revoked, expired or not valid yet. To be asked last: only who holds a key may learn that."""
    match credential.state(now):
        case "revoked":
            raise Refused(Refusal("AUTH_REVOKED", f"key {credential.id} is revoked"), credential.id)
        case "future":
            raise Refused(Refusal("AUTH_EXPIRED", f"key {credential.id} is not valid yet"), credential.id)
        case "expired":
            raise Refused(Refusal("AUTH_EXPIRED", f"key {credential.id} is not valid any more"), credential.id)
        case "live":
            return
