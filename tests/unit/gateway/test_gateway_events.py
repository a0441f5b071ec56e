"""`POST /events` from the request to the answer: real server, real validation, real credentials; only the log is a list in memory."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.gateway_door import BATCH, BODY_BYTES, EVENT, JSON, LINES, MINE, OTHER, Door, entry, event, retraction


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """Without credentials: for this machine only, for any office."""
    return Door(tmp_path)


@pytest.fixture
def locked(tmp_path: Path) -> Door:
    """With an office's key, the bureau's, and some that are not in force."""
    keys = [
        entry("office"),
        entry("bureau", 'bureau = "990101"\n', roles='["registry", "closing", "rules", "clock"]'),
        entry("clerk", 'bureau = "990101"\n'),
        entry("revoked", revoked="true"),
        entry("expired", not_after="2026-01-01T00:00:00Z"),
        entry("future", not_before="2999-01-01T00:00:00Z"),
    ]
    return Door(tmp_path, "".join(keys))


def test_an_event_gets_a_receipt(door: Door) -> None:
    text = json.dumps(event(), indent=1).encode()
    answer = door.post(text, EVENT)
    assert answer.status == 202
    assert answer.body == {"id": "e1", "partition": 3, "offset": 0, "sha256": sha256(text).hexdigest()}
    assert door.log.values == [text]
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("content_type", [JSON, BATCH, LINES])
def test_a_list_gets_a_list_in_its_order(door: Door, content_type: str) -> None:
    texts = [json.dumps(event(f"e{n}")) for n in range(3)]
    body = "\n".join(texts) if content_type == LINES else f"[{','.join(texts)}]"
    answer = door.post(body.encode(), content_type)
    assert answer.status == 202
    assert [(one["status"], one["id"], one["offset"]) for one in answer.body] == [(202, "e0", 0), (202, "e1", 1), (202, "e2", 2)]


def test_a_mixed_list_takes_what_is_valid(door: Door) -> None:
    answer = door.post([event("e1"), event("e2", colour="red"), 3, event("e3")])
    assert answer.status == 207
    assert [one["status"] for one in answer.body] == [202, 422, 422, 202]
    assert answer.body[1]["code"] == "STRUCT_UNKNOWN_FIELD"
    assert [one.get("offset") for one in answer.body] == [0, None, None, 1]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "BYTES_EMPTY"),
        (b"\xff\xfe", 400, "BYTES_ENCODING"),
        (b"{", 400, "JSON_SYNTAX"),
        (b'{"id":"a","id":"b"}', 400, "JSON_DUPLICATE_KEY"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, 400, "JSON_DEPTH"),
        (json.dumps(event(data={"channel": "x" * 20_000, "persons": 1})).encode(), 413, "BYTES_TOO_LARGE"),
        (b" " * (BODY_BYTES + 1), 413, "BYTES_TOO_LARGE"),
    ],
)
def test_bad_bytes(door: Door, body: bytes, status: int, code: str) -> None:
    answer = door.post(body)
    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.body["detail"]
    assert door.log.values == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"time": (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")}, "TIME_FUTURE"),
        ({"type": "med.case.invented"}, "TYPE_UNKNOWN"),
        ({"office": "sfs-990102-001"}, "ENV_DISTRICT_MISMATCH"),
        ({"district": None}, "STRUCT_MISSING"),
        ({"data": {"channel": "visit", "persons": 0}}, "NUM_RANGE"),
    ],
)
def test_bad_events(door: Door, changed: dict[str, Any], code: str) -> None:
    answer = door.post(event(**changed))
    assert answer.status == 422
    assert answer.body["code"] in (code, "ENV_KEY_MISMATCH", "STRUCT_VALUE")


@pytest.mark.parametrize("encoding", ["deflate", "br", "x", "gzip, gzip", "gzip, zstd"])
def test_other_encodings_are_not_opened(door: Door, encoding: str) -> None:
    answer = door.post(b"\x1f\x8b" + b"\x00" * 1000, **{"Content-Encoding": encoding})
    assert (answer.status, answer.body["code"]) == (415, "BYTES_ENCODING")


def test_bombs_of_nesting_and_numbers_are_refused(door: Door) -> None:
    for body in (b"[" * 30_000, b"[" * 30_000 + b"]" * 30_000, b'{"a":' * 5_000, b'{"a":' * 3_000, b"[" + b"9" * 5_000 + b"]", b"[1e400]"):
        assert door.post(body).status in (207, 400, 413)
    assert door.log.values == []


def test_kafka_away_is_told_before_and_after(door: Door) -> None:
    door.log.acknowledges = False
    late = door.post(event())
    assert (late.status, late.headers["Retry-After"]) == (503, "5")
    assert "outcome unknown" in late.body["detail"]
    assert [one["status"] for one in door.post([event(), 3]).body] == [503, 422]
    door.log.ready = False
    assert door.post(event()).status == 503


def test_a_request_has_a_name(door: Door) -> None:
    assert door.post(event(), **{"X-Request-Id": "office-1.42"}).headers["X-Request-Id"] == "office-1.42"
    named = [door.post(b"{", **given).headers["X-Request-Id"] for given in ({}, {}, {"X-Request-Id": "a b"}, {"X-Request-Id": "x" * 65})]
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in named)
    assert len(set(named)) == 4
    assert 'suoheng_gateway_answers_total{route="/events",status="202"}' in door.get("/metrics").body


def test_health_tells_what_is_wrong(door: Door) -> None:
    assert door.get("/ready").status == 200
    door.log.ready = False
    answer = door.get("/ready")
    assert (answer.status, answer.body["ready"]) == (503, False)
    assert "Kafka or its topic does not answer" in answer.body["why"]
    with peer("192.168.1.7"):
        assert door.get("/ready").body == {"process": "gateway", "ready": False}
    assert (door.get("/health").status, door.get("/health").body["alive"]) == (200, True), "a new start would not bring Kafka back"
    assert "suoheng_gateway_events_taken_total" in door.get("/metrics").body


@pytest.mark.parametrize(
    ("key", "code", "status"),
    [
        ("", "AUTH_MISSING", 401),
        ("nobody", "AUTH_UNKNOWN", 401),
        ("revoked", "AUTH_REVOKED", 401),
        ("expired", "AUTH_EXPIRED", 401),
        ("future", "AUTH_EXPIRED", 401),
    ],
)
def test_without_a_key_in_force_nothing_is_taken(locked: Door, key: str, code: str, status: int) -> None:
    answer = locked.post(event(), key=key)
    assert (answer.status, answer.body["code"]) == (status, code)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert locked.log.values == []


OPENED = {"office": OTHER, "name": "二所", "opened_on": "2026-01-01"}


@pytest.mark.parametrize(
    "forged",
    [
        event(office=OTHER),
        event(source="/districts/990101/office-002"),
        event(source="/districts/990101/bureau"),
        event(source="/districts/990102/office-001", district="990102", office="sfs-990102-001"),
        retraction(source="/districts/990101/office-002"),
        event(office=OTHER, op="amend", target="e1", revision=2),
        event(type="clk.ticked", office=None, source="/districts/990101/bureau", data={}),
        event(type="reg.office.opened", office=None, source="/districts/990101/bureau", data=OPENED),
    ],
)
def test_an_office_key_speaks_for_its_offices_and_sources_only(locked: Door, forged: dict[str, Any]) -> None:
    answer = locked.post(forged, key="office")
    assert (answer.status, answer.body["code"]) == (403, "AUTH_OFFICE_MISMATCH")
    assert locked.log.values == []


@pytest.mark.parametrize("own", [event(), retraction(), event(op="amend", target="e1", revision=2)])
def test_an_office_key_speaks_for_its_own(locked: Door, own: dict[str, Any]) -> None:
    assert locked.post(own, key="office").status == 202


def test_a_forged_office_in_header_or_key_changes_nothing(locked: Door) -> None:
    """Only body and credential count: CloudEvents headers, as binary mode has them, are not read."""
    headers = {"ce-office": MINE, "ce-source": "/districts/990101/office-001", "Office": MINE, "Kafka-Key": "990101"}
    assert locked.post(event(office=OTHER), key="office", **headers).body["code"] == "AUTH_OFFICE_MISMATCH"


def test_in_a_list_only_the_foreign_events_are_refused(locked: Door) -> None:
    answer = locked.post([event("e1"), event("e2", office=OTHER)], key="office")
    assert [one["status"] for one in answer.body] == [202, 403]


@pytest.mark.parametrize(
    "allowed", [event(office=OTHER), event(type="reg.office.opened", office=None, source="/districts/990101/bureau", data=OPENED)]
)
def test_the_bureaus_key_speaks_for_its_district(locked: Door, allowed: dict[str, Any]) -> None:
    assert locked.post(allowed, key="bureau").status == 202


def test_the_bureaus_key_speaks_for_no_other_district(locked: Door) -> None:
    foreign = event(source="/districts/990102/bureau", district="990102", office="sfs-990102-001")
    assert locked.post(foreign, key="bureau").body["code"] == "AUTH_OFFICE_MISMATCH"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://example.org"},
        {"Host": "example.org"},
        {"Host": "10.0.0.1:80"},
        {"X-Forwarded-For": "8.8.8.8"},
        {"Forwarded": "for=8.8.8.8"},
        {"Via": "1.1 proxy"},
    ],
)
def test_without_credentials_no_browser_and_no_other_name_gets_in(door: Door, headers: dict[str, str]) -> None:
    answer = door.post(event(), **headers)
    assert (answer.status, answer.body["code"]) == (403, "AUTH_MISSING")
    assert door.log.values == []


@contextmanager
def peer(address: str) -> Iterator[None]:
    """Let requests seem to come from an address; a test on one machine has no other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web.Request, "remote", address)
        yield


@pytest.mark.parametrize("address", ["192.168.1.7", "::ffff:10.0.0.1", "8.8.8.8", ""])
def test_without_credentials_no_other_machine_gets_in(door: Door, address: str) -> None:
    with peer(address):
        assert door.post(event()).body["code"] == "AUTH_MISSING"
        assert door.get("/metrics").status == 404
    with peer("127.0.0.9"):
        assert door.post(event()).status == 202
