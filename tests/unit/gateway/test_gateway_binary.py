"""Binary mode over HTTP: attributes in `ce-*` headers become the record's `ce_*` headers, the body is its value, byte for byte."""

import json
from pathlib import Path

import pytest

from streams.core.outcome import Rejected
from streams.core.validate import validate
from tests.gateway_door import BATCH, EVENT, JSON, MINE, Answer, Ask, Door, entry, event

DATA = b'{"channel" : "visit","persons":1}'


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def attributes(**changed: str | None) -> list[tuple[str, str]]:
    told = {name: value for name, value in event().items() if name != "data"} | changed
    return [(f"ce-{name}", value) for name, value in told.items() if value is not None]


def send(door: Door, headers: list[tuple[str, str]], content_type: str = JSON, body: bytes = DATA) -> Answer:
    return door.ask([Ask(body, [*headers, ("Content-Type", content_type)])])[0]


def test_headers_and_bytes_go_into_the_log_as_they_are(door: Door) -> None:
    answer = send(door, attributes(sequence="7"))
    assert (answer.status, answer.body["id"]) == (202, "e1")
    key, value, headers = door.log.records[0]
    assert (key, value) == (b"990101", DATA)
    assert dict(headers)["ce_sequence"] == b"7"
    assert dict(headers)["content-type"] == b"application/json"
    assert {name for name, _ in headers} == {f"ce_{name}" for name in event() if name != "data"} | {"ce_sequence", "content-type"}
    assert not isinstance(validate((0, 2**42, key, value, headers)), Rejected)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("a%20b", b"a b"), ('"a b"', b"a b"), (r'"a\"b"', b'a"b'), ("%E6%89%80", "所".encode()), ("50%", b"50%"), ("%zz", b"%zz")],
)
def test_values_are_decoded_as_the_http_binding_says(door: Door, sent: str, kept: bytes) -> None:
    assert send(door, attributes(tracestate=sent)).status == 202
    assert dict(door.log.records[0][2])["ce_tracestate"] == kept


@pytest.mark.parametrize(
    ("headers", "content_type", "code"),
    [
        (attributes(office=None), JSON, "STRUCT_MISSING"),
        (attributes(comment="x"), JSON, "STRUCT_UNKNOWN_FIELD"),
        ([*attributes(), ("ce-id", "again")], JSON, "JSON_DUPLICATE_KEY"),
        (attributes(tracestate="%ff"), JSON, "BYTES_ENCODING"),
        (attributes(), "text/plain", "STRUCT_VALUE"),
        (attributes(), f"{JSON}; charset=gbk", "STRUCT_VALUE"),
        (attributes(district="990102"), JSON, "ENV_DISTRICT_MISMATCH"),
        (attributes(district=None), JSON, "STRUCT_MISSING"),
    ],
)
def test_what_is_wrong_is_refused_as_in_the_topic(door: Door, headers: list[tuple[str, str]], content_type: str, code: str) -> None:
    assert send(door, headers, content_type).body["code"] == code
    assert door.log.values == []


@pytest.mark.parametrize("body", [b"[]", b"", b"{", b'{"channel":"visit","persons":0}'])
def test_a_bad_body_is_refused(door: Door, body: bytes) -> None:
    assert send(door, attributes(), body=body).status in (400, 422)


@pytest.mark.parametrize("content_type", [EVENT, BATCH])
def test_a_structured_body_stays_structured_whatever_headers_say(door: Door, content_type: str) -> None:
    body = json.dumps(event("other") if content_type == EVENT else [event("other")]).encode()
    assert send(door, attributes(), content_type, body).status == 202
    assert door.log.records == [(b"990101", json.dumps(event("other")).encode(), ())]


def test_a_forged_office_in_the_headers_is_refused_like_one_in_the_body(tmp_path: Path) -> None:
    locked = Door(tmp_path, entry("office"))
    bearer = locked.headers(JSON, "office")[1:]
    assert send(locked, [*bearer, *attributes()]).status == 202
    for forged in ({"office": "sfs-990101-002"}, {"source": "/districts/990101/office-002"}, {"source": "/districts/990101/bureau"}):
        answer = send(locked, [*bearer, *attributes(**forged)])
        assert (answer.status, answer.body["code"]) == (403, "AUTH_OFFICE_MISMATCH")
    assert [dict(headers)["ce_office"] for _, _, headers in locked.log.records] == [MINE.encode()]
