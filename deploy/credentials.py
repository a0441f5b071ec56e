"""The credentials file, edited: one change at a time, whole or not at all, comments kept, and each told in the audit log."""

import fcntl
import getpass
import os
import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from deploy.errors import MissingDependency, Usage
from schemas.audit import Audit
from schemas.settings import Settings
from streams.ingest.gateway.credentials import Credential, CredentialsError, parse

_TITLE = " The gateway's credentials: `suoheng credentials add|list|rotate|revoke|import` edit this file, and so may you."
_SECRET_BYTES = 32
_NOTHING: tuple[object, ...] = (None, "", (), [], frozenset())
_AUDITED = ("offices", "publishers", "bureau", "roles")


@dataclass
class Registry:
    """The file as it is now, being edited. `told` is what the audit log will say once the file is written."""

    document: tomlkit.TOMLDocument
    credentials: dict[str, Credential]
    told: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def add(self, fields: Mapping[str, Any]) -> str:
        """A new credential; its id, made if none is given. Raises Usage for an id that is taken."""
        key = fields.get("id") or self.new_id(fields)
        if key in self.credentials or any(key == told for _, told, _ in self.told):
            raise Usage(f"there is already a key {key}; `suoheng credentials rotate {key}` replaces it")
        table = tomlkit.table()
        table["id"] = key
        for name, value in fields.items():
            if name != "id" and value not in _NOTHING:
                table[name] = sorted(value) if isinstance(value, set | frozenset) else value
        self._tables().append(table)
        self.told.append(("added", key, {name: table[name] for name in _AUDITED if name in table}))
        return key

    def new_id(self, fields: Mapping[str, Any]) -> str:
        """`<first office>-<n>` or `bureau-<district>-<n>`, n the first that no key has or had."""
        stem = f"bureau-{fields['bureau']}" if fields.get("bureau") else str(next(iter(fields.get("offices") or ("key",))))
        taken = self.credentials.keys() | {key for _, key, _ in self.told}
        return next(f"{stem}-{n}" for n in range(1, len(taken) + 2) if f"{stem}-{n}" not in taken)

    def set(self, key: str, what: str, **fields: Any) -> None:
        """Change a credential's fields. Raises Usage for an id that is not there."""
        table = next((one for one in self._tables() if one.get("id") == key), None)
        if table is None:
            raise Usage(f"there is no key {key}; `suoheng credentials list` shows those that are")
        table.update(fields)
        self.told.append((what, key, {}))

    def _tables(self) -> Any:
        if "credential" not in self.document:
            self.document["credential"] = tomlkit.aot()
        return self.document["credential"]


@contextmanager
def editing(settings: Settings) -> Iterator[Registry]:
    """Change the registry in the block; written when it ends without an error, if the result is valid. Raises Usage, MissingDependency."""
    path = settings.credentials_file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_name(f"{path.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            registry = _read(path)
            yield registry
            text = tomlkit.dumps(registry.document)
            _checked(text, path)
            _replace(path, text.encode())
            _tell(settings, registry)
    except OSError as error:
        raise MissingDependency(f"cannot write {error.filename or path}: {error.strerror or error}") from error


def read(settings: Settings) -> dict[str, Credential]:
    """The credentials by id; none when there is no file. Raises Usage for a file with a mistake, MissingDependency for one that is unreadable."""
    return _read(settings.credentials_file).credentials


def new_token(key: str) -> str:
    """What a caller sends as `Authorization: Bearer …`; only its secret's hash is kept."""
    return f"{key}.{secrets.token_urlsafe(_SECRET_BYTES)}"


def hash_of(token: str) -> str:
    """`secret_sha256` of a token."""
    return sha256(token.rpartition(".")[2].encode()).hexdigest()


def ends_in(days: float, now: datetime | None = None) -> datetime:
    """So many days from now, in whole seconds."""
    return (now or datetime.now(UTC)).replace(microsecond=0) + timedelta(days=days)


def certificate_hash(file: Path) -> str:
    """`certificate_sha256` of a PEM file. Raises Usage."""
    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        return x509.load_pem_x509_certificate(file.read_bytes()).fingerprint(SHA256()).hex()
    except (OSError, ValueError) as error:
        raise Usage(f"{file} is no certificate in PEM: {error}") from None


def public_key(file: Path) -> str:
    """`public_key` of a PEM file with an Ed25519 public key (`openssl pkey -pubout`). Raises Usage."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Usage(f"{file} is no public key in PEM: {error}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise Usage(f"{file} is no Ed25519 key; `openssl genpkey -algorithm ed25519` makes one")
    return b64encode(key.public_bytes_raw()).decode()


def _read(path: Path) -> Registry:
    if not path.exists():
        document = tomlkit.document()
        document.add(tomlkit.comment(_TITLE.strip()))
        return Registry(document, {})
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MissingDependency(f"cannot read {path}: {error}") from error
    credentials = _checked(text, path)
    try:
        return Registry(tomlkit.parse(text), credentials)
    except TOMLKitError as error:
        raise Usage(f"{path}: {error}") from None


def _checked(text: str, path: Path) -> dict[str, Credential]:
    try:
        return parse(text, path)
    except CredentialsError as error:
        raise Usage(str(error)) from None


def _replace(path: Path, content: bytes) -> None:
    """At once or not at all, and for its owner's eyes only: a gateway may read at any moment."""
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _tell(settings: Settings, registry: Registry) -> None:
    audit = Audit(settings.audit_folder, settings.audit_days)
    for what, key, facts in registry.told:
        audit.append(f"credential {what}", key=key, by=_user(), **facts)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
