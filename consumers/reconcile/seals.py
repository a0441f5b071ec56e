"""The re-check of sealed records, the oracle's own (`suoheng settings`: SUOHENG_SEAL_REQUIRED_FROM; the format stands in deploy/docs/operator.en.md).

Records appended from the instant on need exactly one header `suoheng-seal`, `v1 <name> <hex> <claims>`: the hex is HMAC-SHA256, with the
secret of that name, over claims, key, value and every other header's name and value in order, each as `<length>:<bytes>`.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac_of
from typing import Any

from consumers.reconcile.event import Event, Message
from consumers.reconcile.reading import Refused
from schemas.settings import Settings

_ALL = {"registry", "closing", "rules"}


@dataclass(frozen=True, slots=True)
class Seals:
    """What is needed to judge seals."""

    secrets: dict[str, bytes]
    from_ms: float

    def check(self, message: Message, event: Event) -> None:
        """Raises `Refused` for a record that must be sealed and is not, or that its key may not publish."""
        _, _, appended_ms, key, value, headers = message
        if appended_ms < self.from_ms:
            return
        claims = self._claims(key or b"", value or b"", headers or ())
        if claims is None:
            raise Refused("AUTH_SEAL")
        if claims.get("operator"):
            return
        who = claims["key"]
        _, _, district, publisher = event.source.split("/")
        if {event.district, district} != {claims["district"]}:
            raise Refused("AUTH_OFFICE_MISMATCH", f"{who} is of district {claims['district']}")
        if claims.get("offices"):
            if publisher not in claims.get("publishers", ()) or (event.office and event.office not in claims["offices"]):
                raise Refused("AUTH_OFFICE_MISMATCH", f"{who} does not speak for {event.source} {event.office}")
            return
        if missing := _asked(event) - set(claims.get("roles", ())):
            raise Refused("AUTH_ROLE", ", ".join(sorted(missing)))

    def _claims(self, key: bytes, value: bytes, headers: Any) -> dict[str, Any] | None:
        seals = [text or b"" for name, text in headers if name == "suoheng-seal"]
        if len(seals) != 1 or seals[0].count(b" ") < 3:
            return None
        version, name, mac, claims = seals[0].split(b" ", 3)
        secret = self.secrets.get(name.decode("ascii", "replace"))
        if version != b"v1" or secret is None:
            return None
        digest = hmac_of(secret, digestmod=sha256)
        others = [part for name, text in headers if name != "suoheng-seal" for part in (name.encode(), text or b"")]
        for part in (claims, key, value, *others):
            digest.update(str(len(part)).encode() + b":" + part)
        if not compare_digest(digest.hexdigest().encode(), mac):
            return None
        found: dict[str, Any] = json.loads(claims)
        return found


def seals_of(settings: Settings) -> Seals | None:
    """From the settings; None: seals are not asked for. Raises OSError or ValueError for a key file that cannot be read."""
    if settings.seal_required_from is None or settings.seal_keys is None:
        return None
    lines = (line.partition("#")[0].split() for line in settings.seal_keys.read_text("utf-8").splitlines())
    return Seals({line[0]: bytes.fromhex(line[1]) for line in lines if line}, settings.seal_required_from.timestamp() * 1000)


def _asked(event: Event) -> set[str]:
    """The roles that an event of the bureau's asks for. Whatever may remove any registry event asks for all."""
    if event.family == "reg":
        return _ALL if event.op == "amend" else {_role(event.type)}
    if event.type == "clk.ticked":
        return {"clock"}
    target = event.target
    removes_own = (
        event.type == "dat.event.retracted" and event.source.endswith("/bureau") and target is not None and target[0] == event.source
    )
    return _ALL if removes_own else set()


def _role(type_: str) -> str:
    return {"reg.period.closed": "closing", "reg.rules.published": "rules"}.get(type_, "registry")
