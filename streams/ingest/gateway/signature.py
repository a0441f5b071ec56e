"""Signed requests: a detached signature over the body's hash, the key's id, a number that rises, and the time.

The signed text is six lines, each ended by a line feed:

```
suoheng-batch-v1
ed25519                          # header Suoheng-Algorithm
sfs-990101-001-1                 # header Suoheng-Key
1764950400123                    # header Suoheng-Batch: higher than any before of this key, e.g. milliseconds since 1970
2026-12-05T16:00:00Z             # header Suoheng-Time: within five minutes of the gateway's clock
<SHA-256 of the body as it is sent, compressed or not, in hex>
```
Header Suoheng-Signature is the Base64 of its signature. A request that is sent again is signed again, under a higher number.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from streams.ingest.gateway.credentials import Credential
from streams.ingest.gateway.refusal import Refusal, Refused

KEY, BATCH, TIME, ALGORITHM, SIGNATURE = "Suoheng-Key", "Suoheng-Batch", "Suoheng-Time", "Suoheng-Algorithm", "Suoheng-Signature"
HEADERS = (KEY, BATCH, TIME, ALGORITHM, SIGNATURE)
TOLERANCE = timedelta(minutes=5)
_TITLE = "suoheng-batch-v1"
_NUMBER = re.compile("[1-9][0-9]{0,17}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")


class Signed(NamedTuple):
    """What the headers of a signed request say, well formed and in time; not yet verified."""

    key: str
    number: int
    time: str
    algorithm: str
    signature: bytes

    def text(self, body: bytes) -> bytes:
        """What was signed."""
        lines = (_TITLE, self.algorithm, self.key, str(self.number), self.time, sha256(body).hexdigest())
        return "".join(f"{line}\n" for line in lines).encode()


def read_headers(headers: Mapping[str, str], now: datetime) -> Signed | None:
    """The signature of a request; None when it bears none. Raises `Refused` for half a signature, another algorithm, another time."""
    told = [headers.get(name, "") for name in HEADERS]
    if not any(told):
        return None
    key, number, time, algorithm, signature = told
    if not (all(told) and _NUMBER.fullmatch(number) and _TIME.fullmatch(time)):
        raise Refused(Refusal("AUTH_SIGNATURE", f"a signed request has the headers {', '.join(HEADERS)}, in the documented form"))
    if algorithm != "ed25519":
        raise Refused(Refusal("AUTH_ALGORITHM", "Suoheng-Algorithm: ed25519 is the only one so far"))
    try:
        signed = Signed(key, int(number), time, algorithm, b64decode(signature, validate=True))
        apart = abs(datetime.fromisoformat(time) - now)
    except ValueError:
        raise Refused(Refusal("AUTH_SIGNATURE", "Suoheng-Signature is no Base64, or Suoheng-Time no time")) from None
    if apart > TOLERANCE:
        raise Refused(Refusal("AUTH_TIME", "Suoheng-Time: more than five minutes from the gateway's clock"))
    return signed


def verify(signed: Signed, body: bytes, credential: Credential) -> None:
    """Raises `Refused` unless the key's owner signed exactly this body, number and time."""
    try:
        match credential.algorithm:
            case "ed25519":
                Ed25519PublicKey.from_public_bytes(credential.raw_public_key).verify(signed.signature, signed.text(body))
    except InvalidSignature:
        told = "the signature does not fit the body, the number, the time and the key"
        raise Refused(Refusal("AUTH_SIGNATURE", told), credential.id) from None


def sign(private_key: Ed25519PrivateKey, key: str, number: int, time: str, body: bytes) -> dict[str, str]:
    """The headers of a signed request."""
    signed = Signed(key, number, time, "ed25519", b"")
    signature = b64encode(private_key.sign(signed.text(body))).decode()
    return {KEY: key, BATCH: str(number), TIME: time, ALGORITHM: signed.algorithm, SIGNATURE: signature}
