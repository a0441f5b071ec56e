"""A request's body as the records of its events, cut out byte for byte and not yet judged.

A CloudEvent comes in one of three modes: structured (the body is the event), batched (a list of events), binary (the body is `data`, the
attributes are headers `ce-*`, which become the headers `ce_*` of the record in the log).
"""

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec
from aiohttp import web

from streams.core.message import Headers
from streams.ingest.gateway.refusal import Refusal, Refused

MOST_EVENTS = 5_000
"""Of one request: at about 50 µs an event, a quarter of a second of this core."""

JSON = "application/json"
EVENT = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
_WHITESPACE = b" \t\r\n"
_PREFIX = "ce-"
_TELLTALE = ("ce-specversion", "ce-id", "ce-type")
"""The same headers by which the worker tells a binary record."""
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(rb"\\(.)")
_array = msgspec.json.Decoder(list[msgspec.Raw])


class Body(NamedTuple):
    """The events of a request, in order, and whether they came as a list (then the answer is one)."""

    events: list[bytes]
    is_list: bool
    headers: Headers = ()
    """Of the one record of a binary event; else empty."""


def is_binary(request: web.Request) -> bool:
    """Whether the attributes are headers."""
    return not request.content_type.startswith("application/cloudevents") and any(name in request.headers for name in _TELLTALE)


def cut(request: web.Request, body: bytes) -> Body:
    """The events of a request; raises `Refused` for another media type, a broken list and too many events."""
    if is_binary(request):
        return Body([body], is_list=False, headers=tuple(_record_headers(request)))
    return split(request.content_type, request.charset, body)


def split(content_type: str, charset: str | None, body: bytes) -> Body:
    """Cut a body by its media type. `application/json` is an event or a list of events, by its first character."""
    if charset is not None and charset.lower() not in ("utf-8", "utf8"):
        raise Refused(Refusal("BYTES_ENCODING", "events are UTF-8, not of another charset", 415))
    if content_type == LINES:
        return _lines(body)
    if content_type == BATCH or (content_type == JSON and body.lstrip(_WHITESPACE)[:1] == b"["):
        return _bounded(_elements(body))
    if content_type in (JSON, EVENT):
        return Body([body], is_list=False)
    raise Refused(Refusal("STRUCT_TYPE", f"send {EVENT}, {BATCH}, {JSON} or {LINES}", 415))


def _lines(body: bytes) -> Body:
    if body.count(b"\n") > 2 * MOST_EVENTS:
        raise _too_many()
    return _bounded([line for line in body.split(b"\n") if line.strip(_WHITESPACE)])


def _elements(body: bytes) -> list[bytes]:
    try:
        found = _array.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Refused(Refusal("JSON_SYNTAX", f"the body is no JSON list: {error}")) from None
    if len(found) > MOST_EVENTS:
        raise _too_many()
    return [bytes(one) for one in found]


def _bounded(events: list[bytes]) -> Body:
    if len(events) > MOST_EVENTS:
        raise _too_many()
    if not events:
        raise Refused(Refusal("BYTES_EMPTY", "there is no event in the body"))
    return Body(events, is_list=True)


def _too_many() -> Refused:
    return Refused(Refusal("BYTES_TOO_LARGE", f"more than {MOST_EVENTS} events in one request"))


def _record_headers(request: web.Request) -> list[tuple[str, bytes]]:
    """HTTP's headers as Kafka's: names `ce_*` in lower case, values decoded as CloudEvents' HTTP binding, 3.1.3.2, has them encoded."""
    found: list[tuple[str, bytes]] = []
    for name, value in request.headers.items():
        lower, octets = name.lower(), value.encode("utf-8", "surrogateescape")
        if lower.startswith(_PREFIX):
            found.append((f"ce_{lower.removeprefix(_PREFIX)}", _decoded(octets)))
        elif lower == "content-type":
            found.append(("content-type", octets))
    return found


def _decoded(value: bytes) -> bytes:
    """Without double quotes around the whole, then without percent signs."""
    quoted = _QUOTED.fullmatch(value)
    return unquote_to_bytes(_ESCAPE.sub(rb"\1", quoted[1]) if quoted else value)
