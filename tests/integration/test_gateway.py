"""`python -m streams.ingest.gateway` against real Kafka: receipts are true, order is kept, Kafka may come and go."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from socket import create_connection, socket
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
from aiokafka.errors import RequestTimedOutError

from schemas.topics import OFFICE_EVENTS, topic_name
from streams.core.outcome import Rejected
from streams.core.validate import validate
from streams.ingest.gateway.broker import Broker
from streams.ingest.gateway.gate import Admissible
from streams.ingest.gateway.lane import Away, Position
from tests.integration.asking import logged
from tests.ports import free_port

SECRET = "correct-horse-battery-staple"


def event(event_id: str, district: str = "990101", **changed: Any) -> dict[str, Any]:
    base = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/districts/{district}/office-001",
        "type": "leg.consultation.given",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "district": district,
        "office": f"sfs-{district}-001",
        "data": {"channel": "visit", "persons": 1},
    }
    return base | changed


class Door:
    """The process under test and how it is asked."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self._environment = environment | {"SUOHENG_GATEWAY_PORT": str(self.port)}
        self._log = log

    @contextmanager
    def running(self, *, ready: bool = True, **changed: str) -> Iterator["Door"]:
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "streams.ingest.gateway"]
            self.process = subprocess.Popen(command, env=self._environment | changed, stdout=log, stderr=log)
        try:
            until(lambda: not ready or self.get("/ready")[0] == 200, "the gateway is ready")
            yield self
        finally:
            self.process.terminate()
            self.process.wait(30)

    def post(self, body: bytes, content_type: str = "application/json", **headers: str) -> tuple[int, Any]:
        return self._ask(Request(f"http://127.0.0.1:{self.port}/events", body, {"Content-Type": content_type} | headers))

    def get(self, path: str, **headers: str) -> tuple[int, Any]:
        return self._ask(Request(f"http://127.0.0.1:{self.port}{path}", headers=headers))

    def log(self) -> str:
        return self._log.read_text()

    def _ask(self, request: Request) -> tuple[int, Any]:
        try:
            with urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read())
        except HTTPError as error:
            return error.code, json.loads(error.read())
        except (URLError, ConnectionError):
            return 0, None


def until(condition: Callable[[], object], what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds} s: {what}")
        time.sleep(0.05)


@pytest.fixture
def door(installation: Any, tmp_path: Path) -> Door:
    return Door(dict(installation.environment) | {"SUOHENG_DATA": str(tmp_path / "data")}, tmp_path / "gateway.log")


@pytest.fixture
def log(installation: Any) -> Callable[[], dict[tuple[int, int], Any]]:
    """Everything in the input topic: (partition, offset) -> record."""
    return lambda: {(record.partition, record.offset): record for record in logged(installation)}


def test_a_receipt_names_the_place_and_the_bytes_in_the_log(door: Door, log: Any) -> None:
    text = json.dumps(event("e1"), indent=2).encode()
    with door.running():
        status, receipt = door.post(text, "application/cloudevents+json")
    assert status == 202
    record = log()[receipt["partition"], receipt["offset"]]
    assert (record.key, record.value) == (b"990101", text)
    assert receipt["sha256"] == sha256(record.value).hexdigest()


def test_a_receipt_is_confirmed_by_the_log(door: Door, log: Any) -> None:
    with door.running():
        _, receipts = door.post(json.dumps([event(f"e{n}") for n in range(50)]).encode())
        path = "/receipts/{partition}/{offset}/{sha256}".format
        confirmed = [door.get(path(**receipts[n]))[1] for n in (0, 49, 25)]
        assert [one.pop("appended_at")[:10] for one in confirmed] == [f"{datetime.now(UTC):%Y-%m-%d}"] * 3
        assert [one | {"status": 202} for one in confirmed] == [receipts[n] for n in (0, 49, 25)]
        other = receipts[0] | {"offset": receipts[1]["offset"]}
        beyond = receipts[0] | {"offset": 10**12}
        nowhere = receipts[0] | {"partition": 999}
        assert [door.get(path(**one))[0] for one in (other, beyond, nowhere)] == [404, 404, 404]
    assert len(log()) == 50


def test_a_binary_event_is_one_for_every_reader_of_the_log(door: Door, log: Any) -> None:
    attributes = {f"ce-{name}": value for name, value in event("b1").items() if name != "data"}
    with door.running():
        status, receipt = door.post(b'{"channel":"visit", "persons":1}', **attributes)
    assert status == 202
    record = log()[receipt["partition"], receipt["offset"]]
    assert record.value == b'{"channel":"visit", "persons":1}'
    assert dict(record.headers)["ce_id"] == b"b1"
    assert not isinstance(validate((record.offset, record.timestamp, record.key, record.value, tuple(record.headers))), Rejected)


def test_lists_keep_their_order_and_districts_their_partition(door: Door, log: Any) -> None:
    events = [event(f"e{n}", "990101" if n % 3 else "990102") for n in range(900)]
    with door.running():
        status, receipts = door.post("\n".join(map(json.dumps, events)).encode(), "application/x-ndjson")
    assert status == 202
    held = log()
    assert len(held) == 900
    assert [json.loads(held[one["partition"], one["offset"]].value)["id"] for one in receipts] == [f"e{n}" for n in range(900)]
    for district in (b"990101", b"990102"):
        mine = [(one["partition"], one["offset"]) for one in receipts if held[one["partition"], one["offset"]].key == district]
        assert len({partition for partition, _ in mine}) == 1
        assert mine == sorted(mine)


def test_refused_events_are_not_in_the_log(door: Door, log: Any) -> None:
    with door.running():
        status, answers = door.post(json.dumps([event("e1"), event("e2", colour="red"), event("e3")]).encode())
        assert door.post(b"[" * 100_000)[0] == 400
        assert door.post(b"\x1f\x8b\x08", **{"Content-Encoding": "gzip"})[0] == 400
        assert door.get("/ready")[0] == 200
    assert (status, [one["status"] for one in answers]) == (207, [202, 422, 202])
    assert sorted(json.loads(record.value)["id"] for record in log().values()) == ["e1", "e3"]


def test_keys_are_asked_for_and_revoked_while_it_runs(door: Door, log: Any, tmp_path: Path) -> None:
    file = tmp_path / "credentials.toml"
    key = f'[[credential]]\nid = "k"\nsecret_sha256 = "{sha256(SECRET.encode()).hexdigest()}"\n'
    key += 'offices = ["sfs-990101-001"]\npublishers = ["office-001"]\n'
    file.write_text(key)
    authorization = {"Authorization": f"Bearer k.{SECRET}"}
    with door.running(SUOHENG_GATEWAY_CREDENTIALS=str(file), SUOHENG_GATEWAY_HOST="0.0.0.0"):
        body = json.dumps(event("e1")).encode()
        assert door.post(body)[1]["code"] == "AUTH_MISSING"
        assert door.post(body, **authorization)[0] == 202
        assert door.post(json.dumps(event("e2", office="sfs-990101-002")).encode(), **authorization)[1]["code"] == "AUTH_OFFICE_MISMATCH"
        file.write_text(key + "revoked = true\n")
        assert door.post(body, **authorization)[1]["code"] == "AUTH_REVOKED"
    assert len(log()) == 1
    assert SECRET not in door.log()
    assert "unencrypted" in door.log()


@pytest.mark.parametrize("changed", [{"SUOHENG_GATEWAY_HOST": "0.0.0.0"}, {"SUOHENG_GATEWAY_CREDENTIALS": "/nowhere/credentials.toml"}])
def test_an_open_door_to_everyone_is_not_opened(door: Door, changed: dict[str, str]) -> None:
    with door.running(ready=False, **changed):
        assert door.process is not None
        assert door.process.wait(30) == 78
    assert "redentials" in door.log()


def test_a_busy_port_is_one_clear_line(door: Door) -> None:
    with socket() as busy:
        busy.bind(("127.0.0.1", door.port))
        busy.listen()
        with door.running(ready=False):
            assert door.process is not None
            assert door.process.wait(30) == 70
    assert "SUOHENG_GATEWAY_PORT" in door.log()


def test_without_kafka_it_answers_503_and_says_so(door: Door) -> None:
    with door.running(ready=False, SUOHENG_KAFKA=f"127.0.0.1:{free_port()}"):
        until(lambda: door.get("/ready")[0] == 503, "it listens")
        status, answer = door.post(json.dumps(event("e1")).encode())
    assert (status, answer["code"]) == (503, "UNAVAILABLE")


def test_an_unacknowledged_event_is_told_so_and_the_broker_is_found_again(installation: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker as a class, its way to Kafka cut and mended: no receipt without acknowledgement, and no restart needed."""
    settings = installation
    topic = topic_name(OFFICE_EVENTS, settings)
    monkeypatch.setattr("streams.ingest.gateway.broker.ACKNOWLEDGED_WITHIN_S", 1.0)
    one = Admissible("e1", b"990101", b"{}")

    async def scenario() -> None:
        broker = Broker(settings.kafka, topic)
        assert isinstance((await broker.append([one]))[0], Away)
        broker.connect()
        await ready(broker)
        assert isinstance((await broker.append([one]))[0], Position)
        producer = broker._producer
        assert producer is not None
        with monkeypatch.context() as patch:
            patch.setattr(producer.client, "send", _unanswered)
            assert isinstance((await broker.append([one, one]))[1], Away)
        await ready(broker)
        assert broker._producer is not producer
        assert isinstance((await broker.append([one]))[0], Position)
        await broker.close()

    async def ready(broker: Broker) -> None:
        async with asyncio.timeout(20):
            while not broker.ready:  # noqa: ASYNC110 - the broker's own event is nobody else's business
                await asyncio.sleep(0.05)

    asyncio.run(scenario())


async def _unanswered(*_: object, **__: object) -> None:
    await asyncio.sleep(2)
    raise RequestTimedOutError


def test_a_stop_breaks_no_promise(door: Door, log: Any) -> None:
    """A caller in hand at the stop gets all receipts, and they are true, or no answer at all: never a part."""
    lines = "\n".join(json.dumps(event(f"e{n}")) for n in range(3000)).encode()
    head = f"POST /events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-ndjson\r\nContent-Length: {len(lines)}\r\n\r\n"
    with door.running(), create_connection(("127.0.0.1", door.port), 30) as caller:
        assert door.process is not None
        caller.sendall(head.encode() + lines)
        time.sleep(0.1)
        door.process.terminate()
        answer = b"".join(iter(lambda: caller.recv(65_536), b""))
        assert door.process.wait(30) == 0
    if answer:
        assert answer.startswith(b"HTTP/1.1 202")
        receipts = json.loads(answer.partition(b"\r\n\r\n")[2])
        held = log()
        assert [sha256(held[one["partition"], one["offset"]].value).hexdigest() for one in receipts] == [one["sha256"] for one in receipts]
        assert len(receipts) == 3000


MALFORMED = [
    b"GET /%b HTTX/9\r\nHost: x\r\n\r\n",
    b"POST /events HTTP/1.1\r\nHost: x\r\nbad header %b\r\n\r\n",
    b"POST /%b HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: %bx\r\n\r\n",
    b"G%b\x00 / HTTP/1.1\r\n\r\n",
    b"POST /events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz%b\r\n\r\n",
    b"POST /events HTTP/1.1\r\nHost: x\r\nX: " + b"%b" * 1_000 + b"\r\n\r\n",
    b"GET /receipts/1/%b/x HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /events?%b HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %b.%b%b\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: a/%b; charset=%b\r\nContent-Length: 2\r\n\r\n{}",
]


def test_what_is_no_http_is_repeated_to_nobody(door: Door) -> None:
    with door.running(SUOHENG_LOG_LEVEL="debug"):
        for request in MALFORMED:
            with create_connection(("127.0.0.1", door.port), 10) as caller:
                caller.sendall(request.replace(b"%b", b"13812345678"))
                answer = caller.recv(65_536)
            assert answer.startswith(b"HTTP/1.")
            assert b"13812345678" not in answer
            assert b"Python" not in answer
        assert door.get("/ready")[0] == 200
    assert "13812345678" not in door.log()
    assert door.log().count("BYTES_ENCODING") >= 5
