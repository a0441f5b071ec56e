"""One event at the door: valid by the same check as the worker's, and of someone whom this key speaks for."""

from collections.abc import Callable
from typing import Any, NamedTuple

from streams.core.message import Message
from streams.core.outcome import Rejected
from streams.ingest.gateway.credentials import Credential
from streams.ingest.gateway.refusal import Refusal
from streams.ingest.publisher import key_of

Validate = Callable[[Message], tuple[dict[str, Any], int, int] | Rejected]

_NOT_YET_IN_THE_LOG = -1


class Admissible(NamedTuple):
    """An event that may go into the log."""

    id: str
    key: bytes
    value: bytes


def judge(validate: Validate, value: bytes, now_ms: int, caller: Credential | None) -> Admissible | Refusal:
    """The event's verdict at this moment; `caller` None: no credentials are set up, everything valid may pass.

    Identity and registry are checked in the worker, where the log's order decides.
    """
    key = _key(value)
    outcome = validate((_NOT_YET_IN_THE_LOG, now_ms, key, value, ()))
    if isinstance(outcome, Rejected):
        return Refusal(outcome.code, outcome.detail)
    content = outcome[0]
    if caller is not None and (objection := _objection(caller, content)):
        return Refusal("AUTH_OFFICE_MISMATCH", objection)
    return Admissible(content["id"], key, value)


def _objection(caller: Credential, content: dict[str, Any]) -> str:
    """Why this key may not hand in this valid event; empty if it may.

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


def _key(value: bytes) -> bytes:
    """The district as the message's key; empty where none can be read, then validation says why."""
    try:
        return key_of(value)
    except RecursionError:
        return b""
