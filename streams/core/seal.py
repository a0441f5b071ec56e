"""The seal of a record: that somebody who was let in handed it over, and for whom that one speaks. For logs that others can write to.

By the contract whatever is in the log counts, whoever wrote it, and without a seal nothing here changes that. An installation in which only
gateways and operators may publish can say so from a moment on (`SUOHENG_SEAL_REQUIRED_FROM`): then its workers check every record appended
later, and one without a seal, with a broken one, or with an event that its key does not speak for is a dead letter.

The header `suoheng-seal` holds `v1 <seal key> <HMAC-SHA256, hex> <claims, JSON>`. Under the HMAC are claims, key, value and all other headers,
each with its length before it. The claims carry the scope itself: a fold may depend on nothing but the log, so it cannot ask a list of keys
that changes. HMAC rather than a signature: a worker verifies one in 2 µs, an Ed25519 signature in 100.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from streams.core.message import Headers, Message
from streams.core.outcome import Rejected
from streams.core.scope import Content, Role, Scope, lacking, objection

HEADER = "suoheng-seal"
_VERSION = b"v1"
_KEY_LINE = re.compile("([a-z0-9._-]{1,32})\\s+((?:[0-9a-f]{2}){32,128})")

Recheck = Callable[[Message, Content], Rejected | None]
"""Why a valid event of a message is refused all the same; None: it is not."""


class Claims(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who handed a record over. `operator`: a program of ours, for everybody."""

    key: str
    operator: bool = False
    district: str = ""
    offices: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()

    @classmethod
    def of(cls, scope: Scope) -> "Claims":
        """Those of a key."""
        return cls(scope.key, district=scope.district, offices=scope.offices, publishers=scope.publishers, roles=scope.roles)


OPERATOR = Claims("operator", operator=True)
_encode_claims = msgspec.json.Encoder(order="deterministic").encode
_claims = msgspec.json.Decoder(Claims).decode


class SealKeyError(ValueError):
    """A text is no list of seal keys; says why."""


class SealKeys(NamedTuple):
    """The secrets by name. `newest` seals; all verify, for a log is read again from its beginning for ever."""

    secrets: Mapping[str, bytes]
    newest: str


def parse_keys(text: str) -> SealKeys:
    """Lines `name secret`, the secret 32 bytes or more in hex, the newest first; `#` begins a comment. Raises `SealKeyError`."""
    secrets: dict[str, bytes] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not (told := line.partition("#")[0].strip()):
            continue
        found = _KEY_LINE.fullmatch(told)
        if not found or found[1] in secrets:
            raise SealKeyError(f"line {number}: write a new name and at least 64 hexadecimal digits (`openssl rand -hex 32`)")
        secrets[found[1]] = bytes.fromhex(found[2])
    if not secrets:
        raise SealKeyError("it holds no key")
    return SealKeys(secrets, next(iter(secrets)))


class Stamp:
    """Seals what one party hands over."""

    def __init__(self, keys: SealKeys, claims: Claims) -> None:
        self._name, self._secret = keys.newest.encode(), keys.secrets[keys.newest]
        self._claims = _encode_claims(claims)

    def header(self, key: bytes, value: bytes, headers: Headers = ()) -> tuple[str, bytes]:
        """The seal of a record with these further headers."""
        mac = _mac(self._secret, self._claims, key, value, headers)
        return HEADER, b" ".join((_VERSION, self._name, mac, self._claims))


def recheck(keys: SealKeys, from_ms: int) -> Recheck:
    """The check of messages appended at or after an instant, milliseconds since 1970 UTC."""

    def check(message: Message, content: Content) -> Rejected | None:
        _, appended_ms, key, value, headers = message
        if appended_ms < from_ms:
            return None
        claims = _opened(keys, key or b"", value or b"", headers)
        if claims is None:
            return Rejected("AUTH_SEAL", "header suoheng-seal: none, or not of this record")
        if claims.operator:
            return None
        scope = Scope(claims.key, claims.district, claims.offices, claims.publishers, claims.roles)
        if told := objection(scope, content):
            return Rejected("AUTH_OFFICE_MISMATCH", told)
        told = lacking(scope, content)
        return Rejected("AUTH_ROLE", told) if told else None

    return check


def _opened(keys: SealKeys, key: bytes, value: bytes, headers: Headers) -> Claims | None:
    """The claims of a record's one right seal; None if there is no such seal."""
    seals = [text or b"" for name, text in headers if name == HEADER]
    parts = seals[0].split(b" ", 3) if len(seals) == 1 else []
    if len(parts) != 4 or parts[0] != _VERSION:
        return None
    secret = keys.secrets.get(parts[1].decode("latin-1"))
    if secret is None or not hmac.compare_digest(parts[2], _mac(secret, parts[3], key, value, headers)):
        return None
    try:
        return _claims(parts[3])
    except msgspec.DecodeError:  # sealed by a newer version than ours, which says more than we understand
        return None


def _mac(secret: bytes, claims: bytes, key: bytes, value: bytes, headers: Headers) -> bytes:
    parts: list[Any] = [claims, key, value]
    for name, text in headers:
        if name != HEADER:
            parts += (name.encode(), text or b"")
    packed = b"".join(b"%d:%b" % (len(part), part) for part in parts)
    return hmac.digest(secret, packed, "sha256").hex().encode()
