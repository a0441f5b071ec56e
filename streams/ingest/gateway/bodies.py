"""A request body as the texts of its events, cut out byte for byte and not yet judged."""

from typing import NamedTuple

import msgspec

from streams.ingest.gateway.refusal import Refusal, Refused

MOST_EVENTS = 5_000
"""Of one request: at about 50 µs an event to validate, a quarter of a second in which nobody else is served."""

_JSON = "application/json"
_EVENT = "application/cloudevents+json"
_BATCH = "application/cloudevents-batch+json"
_LINES = "application/x-ndjson"
_WHITESPACE = b" \t\r\n"
_array = msgspec.json.Decoder(list[msgspec.Raw])


class Body(NamedTuple):
    """The events of a request, in order, and whether they came as a list (then the answer is one)."""

    events: list[bytes]
    is_list: bool


def split(content_type: str, charset: str | None, body: bytes) -> Body:
    """Cut a body by its media type; raises `Refused` for another type, a broken list and too many events.

    `application/json` is an event or a list of events, by its first character.
    """
    if charset is not None and charset.lower() not in ("utf-8", "utf8"):
        raise Refused(Refusal("BYTES_ENCODING", f"events are UTF-8, not {charset[:32]!r}", 415))
    if content_type == _LINES:
        return _bounded([line for line in body.split(b"\n") if line.strip(_WHITESPACE)])
    if content_type == _BATCH or (content_type == _JSON and body.lstrip(_WHITESPACE)[:1] == b"["):
        return _bounded(_elements(body))
    if content_type in (_JSON, _EVENT):
        return Body([body], is_list=False)
    raise Refused(Refusal("STRUCT_TYPE", f"send {_EVENT}, {_BATCH}, {_JSON} or {_LINES}", 415))


def _elements(body: bytes) -> list[bytes]:
    try:
        return [bytes(one) for one in _array.decode(body)]
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(Refusal("JSON_SYNTAX", f"the body is no JSON list: {error}")) from None


def _bounded(events: list[bytes]) -> Body:
    if len(events) > MOST_EVENTS:
        raise Refused(Refusal("BYTES_TOO_LARGE", f"{len(events)} events in one request; at most {MOST_EVENTS}"))
    if not events:
        raise Refused(Refusal("BYTES_EMPTY", "there is no event in the body"))
    return Body(events, is_list=True)
