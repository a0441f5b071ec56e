"""Binary mode: attributes in headers, data as the value."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.badness.case import PLAIN, Case, raw
from tests.factories import encoded, event

Headers = tuple[tuple[str, bytes], ...]


def binary(content: Mapping[str, Any]) -> tuple[bytes, Headers]:
    """An event in binary mode: value and headers."""
    headers = tuple((f"ce_{name}", str(value).encode()) for name, value in content.items() if name != "data")
    return encoded(content["data"]), (*headers, ("content-type", b"application/json"))


def cases() -> Iterator[Case]:
    """All of the class."""
    value, headers = binary(event(PLAIN, sequence="1"))
    yield from _values(value, headers)
    yield from _headers(value, headers)
    yield raw("binary/structured value", encoded(event(PLAIN)), "STRUCT_UNKNOWN_FIELD", "STRUCT_MISSING", headers=headers)
    yield raw("binary/value without headers", value, "STRUCT_MISSING", "STRUCT_UNKNOWN_FIELD")
    yield raw("binary/foreign key", value, "ENV_KEY_MISMATCH", headers=headers, key=b"990108")


def _values(value: bytes, headers: Headers) -> Iterator[Case]:
    for name, text, code in (
        ("null", None, "BYTES_EMPTY"),
        ("empty", b"", "BYTES_EMPTY"),
        ("no JSON", b"{", "JSON_SYNTAX"),
        ("two documents", value + value, "JSON_SYNTAX"),
        ("attributes smuggled in", value + b',"op":"amend"', "JSON_SYNTAX"),
        ("an envelope closed early", value + b"}", "JSON_SYNTAX"),
        ("a surrogate", b'{"topic":"\\ud800"}', "JSON_SYNTAX"),
        ("BOM", b"\xef\xbb\xbf" + value, "BYTES_ENCODING"),
        ("no UTF-8", b'{"topic":"\xff"}', "BYTES_ENCODING"),
        ("NaN", value.replace(b":1", b":NaN"), "JSON_SYNTAX"),
        ("a field twice", value.replace(b'"persons":1', b'"persons":1,"persons":1'), "JSON_DUPLICATE_KEY"),
        ("list", b"[]", "STRUCT_TYPE"),
        ("null value", b"null", "STRUCT_TYPE"),
        ("deep", b"[" * 5_000 + b"]" * 5_000, "JSON_DEPTH"),
        ("too large", value + b" " * 16_384, "BYTES_TOO_LARGE"),
        ("too large with the headers", value + b" " * (16_384 - len(value)), "BYTES_TOO_LARGE"),
        ("an unknown field", b'{"channel":"visit","persons":1,"note":"x"}', "STRUCT_UNKNOWN_FIELD"),
        ("a mobile number", b'{"channel":"visit","persons":1,"topic":"13812345678"}', "TEXT_PRIVATE"),
    ):
        yield raw(f"binary/value {name}", text, code, headers=headers)


def _headers(value: bytes, headers: Headers) -> Iterator[Case]:
    for name in ("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_district", "ce_office"):
        without = tuple(one for one in headers if one[0] != name)
        yield raw(f"binary/no {name}", value, "STRUCT_MISSING", headers=without)
        again = next(one for one in headers if one[0] == name)
        yield raw(f"binary/{name} twice", value, "JSON_DUPLICATE_KEY", headers=(*headers, again))
        yield raw(f"binary/{name} empty", value, "STRUCT_VALUE", "TYPE_UNKNOWN", "TIME_FORMAT", headers=(*without, (name, b"")))
        yield raw(f"binary/{name} no UTF-8", value, "BYTES_ENCODING", headers=(*without, (name, b"\xff")))
    for name, text, code in (
        ("ce_comment", b"x", "STRUCT_UNKNOWN_FIELD"),
        ("ce_data", b"{}", "STRUCT_UNKNOWN_FIELD"),
        ("ce_", b"x", "STRUCT_UNKNOWN_FIELD"),
        ("ce_Office", b"x", "STRUCT_UNKNOWN_FIELD"),
        ("ce_subject", b"0123456789ABCDEFGHJKMNPQRS", "STRUCT_UNKNOWN_FIELD"),
        ("ce_dataschema", b"urn:suoheng:x:1", "SCHEMA_UNKNOWN"),
        ("ce_traceparent", b"x" * 20_000, "BYTES_TOO_LARGE"),
        ("ce_tracestate", b"x" * 16_300, "BYTES_TOO_LARGE"),
        ("ce_recordedtime", b"2025-03-05T09:00:00+08:00", "TIME_ORDER"),
        ("ce_revision", b"2", "STRUCT_UNKNOWN_FIELD"),
        ("ce_op", b"amend", "STRUCT_MISSING"),
    ):
        yield raw(f"binary/{name} {text[:10].decode()!r}", value, code, headers=(*headers, (name, text)))
    for media_type in (b"text/plain", b"application/xml", b"application/json; charset=gbk", b"application/jsonx", b"\xff"):
        other = (*headers[:-1], ("content-type", media_type))
        yield raw(f"binary/content-type {media_type!r}", value, "STRUCT_VALUE", headers=other)
    yield raw("binary/two content-types", value, "STRUCT_VALUE", headers=(*headers, ("Content-Type", b"text/plain")))
    amends = (*headers, ("ce_op", b"amend"), ("ce_target", b"e-1"))
    for revision, code in ((b"1", "NUM_RANGE"), (b"two", "STRUCT_TYPE"), (b"02", "STRUCT_TYPE"), (b"2.0", "STRUCT_TYPE"), (b"9" * 19, "NUM_RANGE"), (b"9" * 20, "STRUCT_TYPE"),
                           (b"9" * 9_000, "STRUCT_TYPE"), ("２".encode(), "STRUCT_TYPE")):  # fmt: skip
        yield raw(f"binary/revision {revision[:5]!r} of {len(revision)}", value, code, headers=(*amends, ("ce_revision", revision)))
