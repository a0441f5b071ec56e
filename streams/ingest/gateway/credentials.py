"""Who may hand in events, and for which offices: a TOML file, read again whenever it changes.

```toml
[[credential]]
id = "sfs-990101-001-a"          # a-z 0-9 - . _; two live keys of one office allow rotation
secret_sha256 = "…"              # of the secret; `printf %s "$SECRET" | sha256sum`; the secret itself is kept nowhere
offices = ["sfs-990101-001"]     # an office key: these offices …
publishers = ["office-001"]      # … and sources /districts/990101/office-001; who shares a publisher may correct each other's events
not_before = 2026-01-01T00:00:00+08:00
not_after = 2027-01-01T00:00:00+08:00
revoked = false

[[credential]]
id = "bureau-990101"
secret_sha256 = "…"
bureau = "990101"                # a bureau key: everything of this district, registry and rules included
```
A caller sends `Authorization: Bearer <id>.<secret>`.
"""

import hmac
import tomllib
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from re import compile as pattern
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from streams.ingest.gateway.refusal import Refusal, Refused

_BEARER = pattern(r"Bearer ([a-z0-9._-]{1,64})\.([A-Za-z0-9_=+/~-]{16,256})")
_NOBODY = "0" * 64

OfficeId = Annotated[str, Field(pattern=r"^sfs-[0-9]{6}-[0-9]{3}$")]
Publisher = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]


class Credential(BaseModel):
    """One key: of some offices of one district, or of a district's bureau."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9._-]{1,64}$")]
    secret_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    offices: tuple[OfficeId, ...] = ()
    publishers: tuple[Publisher, ...] = ()
    bureau: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = ""
    not_before: AwareDatetime | None = None
    not_after: AwareDatetime | None = None
    revoked: bool = False

    @property
    def district(self) -> str:
        """The one district whose events this key may hand in."""
        return self.bureau or self.offices[0][4:10]

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if bool(self.bureau) == bool(self.offices):
            raise ValueError("names either offices or a bureau's district")
        if self.offices and (not self.publishers or "bureau" in self.publishers):
            raise ValueError("an office key needs publishers, the last part of its sources, and `bureau` is not one of them")
        if self.bureau and self.publishers:
            raise ValueError("a bureau key has no publishers: it may use every source of its district")
        if len({office[4:10] for office in self.offices}) > 1:
            raise ValueError("all offices of a key are of one district")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    credential: list[Credential] = []


class CredentialsError(Exception):
    """The credentials file cannot be used; the text says where and why."""


def read(path: Path) -> dict[str, Credential]:
    """The credentials of a file by id; raises `CredentialsError`."""
    try:
        found = _File.model_validate(tomllib.loads(path.read_text("utf-8"))).credential
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CredentialsError(f"cannot read the credentials file {path}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CredentialsError(f"credentials file {path}, {place}: {first['msg'].removeprefix('Value error, ')}") from None
    by_id = {one.id: one for one in found}
    if len(by_id) < len(found):
        raise CredentialsError(f"credentials file {path}: ids are not unique")
    return by_id


class Keyring:
    """The credentials in force. A file that has become unreadable closes the door: a revocation must not be lost in a typing mistake."""

    def __init__(self, path: Path) -> None:
        """Raises `CredentialsError` if the file cannot be used."""
        self._path = path
        self._stamp = self._look()
        self._credentials = read(path)
        self.problem = ""

    def caller(self, authorization: str | None, now: datetime) -> Credential:
        """The credential behind an `Authorization` header; raises `Refused`. Only who knows the secret learns that a key is revoked or expired."""
        self._refresh()
        if self.problem:
            raise Refused(Refusal("AUTH_UNAVAILABLE", "the gateway cannot check credentials at the moment; try again later"))
        if not authorization:
            raise Refused(Refusal("AUTH_MISSING", "send Authorization: Bearer <key id>.<secret>"))
        parts = _BEARER.fullmatch(authorization)
        credential = self._credentials.get(parts[1]) if parts else None
        given = sha256((parts[2] if parts else "").encode()).hexdigest()
        known = hmac.compare_digest(given, credential.secret_sha256 if credential else _NOBODY)
        if credential is None or not known:
            raise Refused(Refusal("AUTH_UNKNOWN", "this key is not known here"))
        return _in_force(credential, now)

    def _refresh(self) -> None:
        stamp = self._look()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._credentials, self.problem = read(self._path), ""
        except CredentialsError as error:
            self.problem = str(error)

    def _look(self) -> tuple[int, int, int] | None:
        """What changes when the file does; None when it is not there."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _in_force(credential: Credential, now: datetime) -> Credential:
    if credential.revoked:
        raise Refused(Refusal("AUTH_REVOKED", f"key {credential.id} is revoked"))
    if credential.not_before and now < credential.not_before:
        raise Refused(Refusal("AUTH_EXPIRED", f"key {credential.id} is not valid before {credential.not_before.isoformat()}"))
    if credential.not_after and now >= credential.not_after:
        raise Refused(Refusal("AUTH_EXPIRED", f"key {credential.id} was valid until {credential.not_after.isoformat()}"))
    return credential
