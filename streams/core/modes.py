"""The two ways in which CloudEvents travel in Kafka: structured (the whole event is the value) and binary (attributes in headers `ce_*`)."""

import re

from orjson import dumps
from pydantic_core import from_json

from schemas.envelope import MAX_EVENT_BYTES, Envelope
from streams.core.message import Headers
from streams.core.refusal import Refusal
from streams.core.strict_json import examine

_PREFIX = "ce_"
_TELLTALE = frozenset(("ce_specversion", "ce_id", "ce_type"))
_ATTRIBUTES = frozenset((*Envelope.__annotations__, "type", "office", "subject"))
_STRUCTURED = re.compile(r"\s*application/cloudevents\+json\s*(;.*)?", re.IGNORECASE | re.DOTALL)
_JSON = re.compile(r'\s*application/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?', re.IGNORECASE)
_WHOLE_NUMBER = re.compile("(0|[1-9][0-9]{0,18})")


def structured(value: bytes, headers: Headers) -> bytes:
    """The event as one structured JSON text: `value` itself, or in binary mode headers and value brought together.

    A record is in binary mode if it has a header ce_specversion, ce_id or ce_type, unless its content-type says structured. Raises `Refusal`
    for a binary record that cannot be brought together; never for an admitted one.
    """
    return _merged(value, headers) if _is_binary(headers) else value


def _is_binary(headers: Headers) -> bool:
    return any(name in _TELLTALE for name, _ in headers) and not any(map(_STRUCTURED.fullmatch, _media_types(headers)))


def _media_types(headers: Headers) -> list[str]:
    return [(value or b"").decode("utf-8", "replace") for name, value in headers if name.lower() == "content-type"]


def _merged(value: bytes, headers: Headers) -> bytes:
    attributes = _attributes(headers)
    # Before they are put together: a value such as `{},"op":"amend"` would otherwise become attributes.
    try:
        from_json(value)
    except ValueError:
        examine(value)
        raise Refusal("JSON_SYNTAX", "half of a surrogate pair, which no UTF-8 text can hold") from None
    examine(value)
    text = b'%s,"data":%s}' % (dumps(attributes)[:-1], value)
    if len(text) > MAX_EVENT_BYTES:
        raise Refusal("BYTES_TOO_LARGE", f"headers and value together have more than {MAX_EVENT_BYTES} bytes")
    return text


def _attributes(headers: Headers) -> dict[str, str | int]:
    """The attributes that the headers state. `revision`, the only one that is no text in JSON, becomes a number."""
    found: dict[str, str | int] = {}
    for header, value in headers:
        if not header.startswith(_PREFIX):
            continue
        name = header.removeprefix(_PREFIX)
        if name not in _ATTRIBUTES:
            raise Refusal("STRUCT_UNKNOWN_FIELD", "a header ce_… that is no attribute")
        if name in found:
            raise Refusal("JSON_DUPLICATE_KEY", f"header ce_{name} occurs twice")
        found[name] = _text(value, f"header ce_{name}")
    if "revision" in found and _WHOLE_NUMBER.fullmatch(str(found["revision"])):
        found["revision"] = int(found["revision"])
    for media_type in filter(None, _media_types(headers)):
        if not _JSON.fullmatch(media_type):
            raise Refusal("STRUCT_VALUE", "header content-type: must be application/json")
        found.setdefault("datacontenttype", "application/json")
    return found


def _text(value: bytes | None, where: str) -> str:
    value = value or b""
    if len(value) > MAX_EVENT_BYTES:
        raise Refusal("BYTES_TOO_LARGE", f"{where} has more than {MAX_EVENT_BYTES} bytes")
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Refusal("BYTES_ENCODING", f"{where} is not UTF-8") from None
