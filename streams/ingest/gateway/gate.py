"""One event at the door: valid by the same check as the worker's, and of someone whom this key speaks for."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from streams.core.message import Headers, Message
from streams.core.outcome import Rejected
from streams.core.scope import Scope, lacking, needed_roles, objection
from streams.core.seal import OPERATOR, Claims, SealKeys, Stamp
from streams.ingest.gateway.credentials import Credential
from streams.ingest.gateway.refusal import Refusal
from streams.ingest.publisher import key_of

Validate = Callable[[Message], tuple[dict[str, Any], int, int] | Rejected]

Judge = Callable[[bytes, Headers, int], "Admissible | Refusal"]
"""Verdict on an event, its binary headers, at a time in milliseconds since 1970 UTC."""

_NOT_YET_IN_THE_LOG = -1


class Admissible(NamedTuple):
    """An event that may go into the log."""

    id: str
    key: bytes
    value: bytes
    headers: Headers = ()
    is_registry: bool = False
    """Whether it changes what others stand on; such events are audited."""


class Gate:
    """Judges events. With `seal_keys`, what is let in is sealed."""

    def __init__(self, validate: Validate, seal_keys: SealKeys | None = None) -> None:
        self.validate, self._seal_keys = validate, seal_keys

    def of(self, caller: Credential | None) -> Judge:
        """The verdicts on what one caller hands in; None: no credentials are set up, everything valid may pass."""
        scope = caller.scope if caller else None
        claims = Claims.of(scope) if scope else OPERATOR
        return partial(_judge, self.validate, scope, Stamp(self._seal_keys, claims) if self._seal_keys else None)


def _judge(
    validate: Validate, scope: Scope | None, stamp: Stamp | None, value: bytes, headers: Headers, now_ms: int
) -> Admissible | Refusal:
    """An event's verdict at a moment. Identity and registry are checked in the worker, where the log's order decides."""
    key = _key(value, headers)
    outcome = validate((_NOT_YET_IN_THE_LOG, now_ms, key, value, headers))
    if isinstance(outcome, Rejected):
        return Refusal(outcome.code, outcome.detail)
    content = outcome[0]
    if scope is not None:
        if told := objection(scope, content):
            return Refusal("AUTH_OFFICE_MISMATCH", told)
        if told := lacking(scope, content):
            return Refusal("AUTH_ROLE", told)
    if stamp is not None:
        headers = (*headers, stamp.header(key, value, headers))
    return Admissible(content["id"], key, value, headers, is_registry=bool(needed_roles(content)))


def _key(value: bytes, headers: Headers) -> bytes:
    """The district as the message's key; empty where none can be read, then validation says why."""
    if headers:
        told = next((text for name, text in headers if name == "ce_district"), b"")
        return told if len(told) == 6 and told.isdigit() else b""
    return key_of(value)
