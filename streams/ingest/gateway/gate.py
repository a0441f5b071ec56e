"""One event at the door: valid by the same check as the worker's, and of someone whom this key speaks for."""

from collections.abc import Callable
from typing import Any, NamedTuple

from schemas.events import TYPES
from streams.core.message import Headers, Message
from streams.core.outcome import Rejected
from streams.ingest.gateway.credentials import Credential, Role
from streams.ingest.gateway.refusal import Refusal
from streams.ingest.publisher import key_of

Validate = Callable[[Message], tuple[dict[str, Any], int, int] | Rejected]

_NOT_YET_IN_THE_LOG = -1
_NO_ROLE: frozenset[Role] = frozenset()
_EVERY_ROLE: frozenset[Role] = frozenset(("registry", "closing", "rules"))
_ROLE_OF: dict[str, Role] = {"reg.period.closed": "closing", "reg.rules.published": "rules", "clk.ticked": "clock"}
_ROLES = {kind: frozenset((_ROLE_OF.get(kind, "registry"),)) for kind in TYPES if kind.startswith(("reg.", "clk."))}
"""Every registry type to what it asks for; a type that is new is the role registry's until it is told otherwise."""


class Admissible(NamedTuple):
    """An event that may go into the log."""

    id: str
    key: bytes
    value: bytes
    headers: Headers = ()
    is_registry: bool = False
    """Whether it changes what others stand on; such events are audited."""


def judge(validate: Validate, value: bytes, headers: Headers, now_ms: int, caller: Credential | None) -> Admissible | Refusal:
    """The event's verdict at this moment; `caller` None: no credentials are set up, everything valid may pass.

    Identity and registry are checked in the worker, where the log's order decides.
    """
    key = _key(value, headers)
    outcome = validate((_NOT_YET_IN_THE_LOG, now_ms, key, value, headers))
    if isinstance(outcome, Rejected):
        return Refusal(outcome.code, outcome.detail)
    content = outcome[0]
    needed = needed_roles(content)
    if caller is not None:
        if objection := objection_to(caller, content):
            return Refusal("AUTH_OFFICE_MISMATCH", objection)
        if lacking := needed - caller.roles:
            return Refusal("AUTH_ROLE", f"key {caller.id} lacks the role {', '.join(sorted(lacking))}")
    return Admissible(content["id"], key, value, headers, is_registry=bool(needed))


def objection_to(caller: Credential, content: dict[str, Any]) -> str:
    """Why this key may not hand in this valid event; empty if it may, roles aside.

    The source matters as much as the office: corrections name events by their source, so a foreign source would correct foreign events.
    """
    source: str = content["source"]
    district, publisher = source.split("/")[2:4]
    if content["district"] != caller.district or district != caller.district:
        return f"key {caller.id} speaks for district {caller.district} only"
    if caller.bureau:
        return ""
    if publisher not in caller.publishers:
        return f"key {caller.id} does not speak for source {source}"
    # Valid events without an office are retractions, which reach only their own source, or the bureau's, whose source is refused above.
    office = content.get("office")
    return "" if office is None or office in caller.offices else f"key {caller.id} does not speak for office {office}"


def needed_roles(content: dict[str, Any]) -> frozenset[Role]:
    """The roles without which a bureau key may not publish this valid event; none for what offices publish.

    An amendment may turn any registry event into another, and a retraction under the bureau's source may name any of its events: neither
    tells here what it removes, so both ask for all.
    """
    kind: str = content["type"]
    if kind in _ROLES:
        return _EVERY_ROLE if content.get("op") == "amend" and kind.startswith("reg.") else _ROLES[kind]
    own = kind == "dat.event.retracted" and content["source"].endswith("/bureau") and "targetsource" not in content
    return _EVERY_ROLE if own else _NO_ROLE


def _key(value: bytes, headers: Headers) -> bytes:
    """The district as the message's key; empty where none can be read, then validation says why."""
    if headers:
        told = next((text for name, text in headers if name == "ce_district"), b"")
        return told if len(told) == 6 and told.isdigit() else b""
    try:
        return key_of(value)
    except RecursionError:
        return b""
