"""Who may hand in events, for which offices, and how they prove it: one TOML file, the registry of credentials.

```toml
[[credential]]
id = "sfs-990101-001-1"          # a-z 0-9 - . _; several live keys of one office allow rotation
offices = ["sfs-990101-001"]     # an office key: these offices …
publishers = ["office-001"]      # … and sources /districts/990101/office-001; who shares a publisher may correct each other's events
secret_sha256 = "…"              # of a bearer token's secret; the secret itself is kept nowhere
not_before = 2026-01-01T00:00:00+08:00
not_after = 2027-01-01T00:00:00+08:00
revoked = false

[[credential]]
id = "bureau-990101-1"
bureau = "990101"                # a bureau key: every office and source of this district …
roles = ["registry", "rules"]    # … and, of registry events, those of its roles
certificate_sha256 = "…"         # of the client certificate's DER: mutual TLS
public_key = "…"                 # Base64 of the raw key: every request is signed
algorithm = "ed25519"
```
Of `secret_sha256`, `certificate_sha256` and `public_key` at least one is there, and all that are there are asked for.

A file, not a topic: it answers while Kafka does not, is handed out by whatever hands out an operator's secrets, and is not writable for who
can write to Kafka. `suoheng credentials` edits it; a gateway sees the change with its next request.
"""

import tomllib
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from streams.core.scope import Role, Scope

OfficeId = Annotated[str, Field(pattern=r"^sfs-[0-9]{6}-[0-9]{3}$")]
Publisher = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
KeyId = Annotated[str, Field(pattern=r"^[a-z0-9._-]{1,64}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Algorithm = Literal["ed25519"]
"""Signature algorithms; a further one (SM2 with SM3) is a further value here and a further branch in `signature.py`."""

_PUBLIC_KEY_BYTES = {"ed25519": 32}


class Credential(BaseModel):
    """One key: of some offices of one district, or of a district's bureau."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: KeyId
    offices: tuple[OfficeId, ...] = ()
    publishers: tuple[Publisher, ...] = ()
    bureau: Annotated[str, Field(pattern=r"^([0-9]{6})?$")] = ""
    roles: frozenset[Role] = frozenset()
    secret_sha256: Sha256 | None = None
    certificate_sha256: Sha256 | None = None
    public_key: str | None = None
    algorithm: Algorithm = "ed25519"
    events_per_minute: Annotated[int, Field(ge=0)] | None = None
    """None: as the settings say. 0: no quota."""
    not_before: AwareDatetime | None = None
    not_after: AwareDatetime | None = None
    revoked: bool = False

    @property
    def district(self) -> str:
        """The one district whose events this key may hand in."""
        return self.bureau or self.offices[0][4:10]

    @property
    def scope(self) -> Scope:
        """Whom the key speaks for."""
        return Scope(self.id, self.district, frozenset(self.offices), frozenset(self.publishers), self.roles)

    @property
    def raw_public_key(self) -> bytes:
        """The key that signatures are checked with; empty where none are asked for."""
        return b64decode(self.public_key or "")

    def state(self, now: datetime) -> Literal["live", "revoked", "future", "expired"]:
        """Whether the key opens the door at a moment, or why not."""
        if self.revoked:
            return "revoked"
        if self.not_before and now < self.not_before:
            return "future"
        return "expired" if self.not_after and now >= self.not_after else "live"

    @field_validator("public_key")
    @classmethod
    def _is_base64(cls, value: str | None) -> str | None:
        try:
            if value is not None and len(b64decode(value, validate=True)) not in _PUBLIC_KEY_BYTES.values():
                raise ValueError
        except ValueError:
            raise ValueError("must be Base64 of the raw 32 bytes of an Ed25519 public key") from None
        return value

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if bool(self.bureau) == bool(self.offices):
            raise ValueError("names either offices or a bureau's district")
        if self.offices and (not self.publishers or "bureau" in self.publishers):
            raise ValueError("an office key needs publishers, the last part of its sources, and `bureau` is not one of them")
        if self.offices and self.roles:
            raise ValueError("an office key has no roles: registry events are the bureau's")
        if self.bureau and self.publishers:
            raise ValueError("a bureau key has no publishers: it may use every source of its district")
        if len({office[4:10] for office in self.offices}) > 1:
            raise ValueError("all offices of a key are of one district")
        if not (self.secret_sha256 or self.certificate_sha256 or self.public_key):
            raise ValueError("a key needs a proof: secret_sha256, certificate_sha256 or public_key")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    credential: list[Credential] = []


class CredentialsError(Exception):
    """The credentials file cannot be used; the text says where and why."""


def read(path: Path) -> dict[str, Credential]:
    """The credentials of a file by id; raises `CredentialsError`."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CredentialsError(f"cannot read the credentials file {path}: {error}") from None
    return parse(text, path)


def parse(text: str, path: Path) -> dict[str, Credential]:
    """The credentials of a text, told by its file's name; raises `CredentialsError`."""
    try:
        found = _File.model_validate(tomllib.loads(text)).credential
    except tomllib.TOMLDecodeError as error:
        raise CredentialsError(f"cannot read the credentials file {path}: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise CredentialsError(f"credentials file {path}, {place}: {first['msg'].removeprefix('Value error, ')}") from None
    by_id = {one.id: one for one in found}
    if len(by_id) < len(found):
        raise CredentialsError(f"credentials file {path}: ids are not unique")
    certificates = [one.certificate_sha256 for one in found if one.certificate_sha256]
    if len(set(certificates)) < len(certificates):
        raise CredentialsError(f"credentials file {path}: two keys have the same certificate_sha256")
    return by_id
