"""The first step: bytes of a record to an event's content, or the reason why not. Whatever bytes can contain ends in one of the two."""

from typing import Any

from pydantic import ValidationError

from schemas.envelope import MAX_EVENT_BYTES
from schemas.events import EVENT
from streams.core.envelope_rules import settle
from streams.core.message import Message
from streams.core.modes import structured
from streams.core.outcome import Rejected
from streams.core.privacy import may_be_private, private_place
from streams.core.refusal import Refusal
from streams.core.shapes import refusal_of
from streams.core.strict_json import examine

__all__ = ["structured", "validate"]

_validate_json = EVENT.validator.validate_json
_MASK = bytes.maketrans(b"123456789\\\n\r\t ", b"000000000@::::")
"""Every digit a 0, every backslash an @, all white space colons: on a text so masked few searches prove most events clean."""


def validate(message: Message) -> tuple[dict[str, Any], int, int] | Rejected:
    """An event's content, its time in microseconds since 1970 UTC, and its kind (index into `schemas.events.TYPES`); or the refusal.

    Checks all that needs no registry and no other event: bytes, JSON, shape, values, times against the append time, personal data, key.
    Content: defaults and transport attributes removed, instants as microseconds, fields in the order of the shape, so that two events have
    the same content exactly if their contents are equal, also as JSON texts.
    """
    _, appended_ms, key, value, headers = message
    text = value or b""
    try:
        if not 0 < len(text) <= MAX_EVENT_BYTES:
            raise _out_of_bounds(text)
        if headers:
            text = structured(text, headers)
        event = _validate_json(text)
        _check_text(text, event)
        time_us, kind = settle(event, key, appended_ms)
    except ValidationError as error:
        return _misshapen(text, error)
    except Refusal as refusal:
        return Rejected(refusal.code, refusal.detail)
    return event, time_us, kind


def _out_of_bounds(text: bytes) -> Refusal:
    if not text:
        return Refusal("BYTES_EMPTY", "the record has no value")
    return Refusal("BYTES_TOO_LARGE", f"more than {MAX_EVENT_BYTES} bytes")


def _check_text(text: bytes, event: dict[str, Any]) -> None:
    """What the shape cannot tell about the text it was read from; exact tests only where a cheap proof fails.

    No field twice: the shape is closed, so every distinct field of the text is in `event`. Each field of the text has its `":` in the masked
    text, where white space is a colon; so if there are no more `":` than fields in `event` and `data`, none came twice. (More of them prove
    nothing: a text may begin with a colon, and fields deeper down are not counted.) No -0: it would be read as 0, and stand after a colon.
    """
    data, masked = event["data"], text.translate(_MASK)
    if masked.count(b'":') != len(event) + len(data) or (not all(data.values()) and b":-" in masked):
        examine(text)
    if may_be_private(text, masked) and (place := private_place(event)) is not None:
        raise Refusal("TEXT_PRIVATE", f"{place}: personal data")


def _misshapen(text: bytes, error: ValidationError) -> Rejected:
    """Bytes before JSON before shape: a text that is no JSON is not blamed for a field."""
    try:
        examine(text)
    except Refusal as refusal:
        return Rejected(refusal.code, refusal.detail)
    return refusal_of(error)
