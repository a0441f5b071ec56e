"""A thousand planted identity numbers and phones: by HTTP in every place of a request, and by Kafka directly. Afterwards they are in the
dead letters (and in the log where they were written directly), and nowhere else: not in answers, logs, the audit log, receipts, ClickHouse.
"""

import socket
from collections.abc import Iterator
from pathlib import Path
from random import Random

from kafka import KafkaConsumer, TopicPartition

from consumers.clickhouse.client import connect
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, TOPICS, topic_name
from tests.conftest import Installation
from tests.factories import DISTRICT, OFFICE, encoded, event
from tests.gateway_door import BATCH, EVENT, LINES
from tests.integration.test_gateway import Door
from tests.integration.whole_way import publish, visible, whole_way

CANARIES = 1_000
DIRECT = 400
KEY = DISTRICT.encode()
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def canaries() -> list[str]:
    """Identity numbers with right check digits and mobile numbers, all different, of no real person."""
    chance, found = Random(7), set[str]()
    while len(found) < CANARIES // 2:
        digits = f"990107{chance.randrange(1950, 2005)}{chance.randrange(1, 13):02}{chance.randrange(1, 29):02}{chance.randrange(1000):03}"
        found.add(digits + "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11])
    while len(found) < CANARIES:
        found.add(f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09}")
    return sorted(found)


def texts(canary: str) -> list[bytes]:
    """Events with a canary in any place that takes a text, and in places that do not."""
    plain = "leg.consultation.given"
    good = event(plain)
    return [
        encoded(event(plain, data={"topic": canary})),
        encoded(event(plain, data={"channel": canary})),
        encoded(event(plain, data={"remark": canary})),
        encoded(event(plain, data={canary: "x"})),
        encoded(event(plain, id=canary)),
        encoded(event(plain, id=f"case-{canary}")),
        encoded(event(plain, subject=canary)),
        encoded(event(plain, office=canary)),
        encoded(event(plain, source=f"/districts/{DISTRICT}/{canary}")),
        encoded(event(plain, time=canary)),
        encoded(event(plain, dataschema=canary)),
        encoded(event(plain, op="amend", target=canary, revision=2)),
        encoded(event(plain, data={"worker": f"w-{canary}"})),
        encoded(event(plain, data={"co_handlers": ["a", canary]})),
        encoded(event("reg.office.opened", data={"name": f"城关所{canary}电话"})),
        encoded(event("reg.authority.registered", data={"kind": canary})),
        encoded(event("soc.task.assigned", data={"due_at": canary})),
        encoded(event("cap.fund.disbursed", data={"amount_yuan": canary})),
        encoded(good)[:-1] + f',"{canary}":1}}'.encode(),
        encoded(good)[:40] + canary.encode(),
        f'{{"district":"{DISTRICT}","note":"{canary}"'.encode(),
        canary.encode(),
        f"[{canary}]".encode(),
        encoded(good | {"type": canary}),
        encoded(good | {"specversion": canary}),
        encoded(good | {"district": canary}),
    ]


def requests(canary: str) -> list[bytes]:
    """Requests with a canary somewhere in them."""
    text = b"{}"
    in_events = [
        _request("/events", content_type, b"[" + one + b"]" if content_type == BATCH else one)
        for one in texts(canary)
        for content_type in (EVENT, BATCH, LINES)
    ]
    return [
        *in_events,
        _request(f"/{canary}", EVENT, text),
        _request(f"/events?name={canary}", EVENT, text),
        _request("/events", f"text/{canary}", text),
        _request("/events", f"{EVENT}; charset={canary}", text),
        _request("/events", EVENT, text, f"Authorization: Bearer {canary}.{canary}{canary}", f"Suoheng-Key: {canary}"),
        _request("/events", EVENT, text, f"Content-Encoding: {canary}"),
        _request("/events", "application/json", text, f"ce-id: {canary}", f"ce-{canary}: x", "ce-specversion: 1.0"),
        f"POST /events HTTP/1.1\r\nHost: {canary}\r\nno header {canary}\r\n\r\n".encode(),
        f"GET /receipts/{canary}/0/{canary} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode(),
    ]


def _request(path: str, content_type: str, body: bytes, *more: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def answer(port: int, request: bytes) -> bytes:
    """All that comes back."""
    with socket.create_connection(("127.0.0.1", port), 10) as caller:
        caller.sendall(request)
        return b"".join(iter(lambda: caller.recv(65_536), b""))


def records(settings: Settings, topic: str) -> Iterator[bytes]:
    """Everything in a topic, keys, values and headers as one text a record."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, n) for n in range(settings.partitions)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        while any(consumer.position(p) < ends[p] for p in partitions):
            for some in consumer.poll(timeout_ms=500).values():
                for one in some:
                    yield b"|".join([one.key or b"", one.value or b"", *(name.encode() + b"=" + value for name, value in one.headers)])
    finally:
        consumer.close()


def stored(settings: Settings) -> bytes:
    """Everything that ClickHouse holds of the installation."""
    with connect(settings) as client:
        names = [
            name
            for (name,) in client.query(
                "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'"
            ).result_rows
        ]
        assert len(names) > 5
        return b"\n".join(client.raw_query(f"SELECT * FROM `{name}`", fmt="JSONEachRow") for name in names)


def found(where: bytes, planted: list[str]) -> list[str]:
    return [one for one in planted if one.encode() in where]


def test_canaries_are_found_nowhere_but_in_dead_letters(installation: Installation, tmp_path: Path) -> None:
    planted = canaries()
    by_kafka, by_http = planted[::2][:DIRECT], [one for one in planted if one not in set(planted[::2][:DIRECT])]
    direct = [texts(one)[n % len(texts(one))] for n, one in enumerate(by_kafka)]
    opened = encoded(event("reg.office.opened", id="o1", data={"office": OFFICE}))
    good = encoded(event("leg.consultation.given", id="good-1"))
    folder = tmp_path / "data"
    door = Door(dict(installation.environment) | {"SUOHENG_DATA": str(folder), "SUOHENG_LOG_LEVEL": "debug"}, tmp_path / "gateway.log")
    with whole_way(installation, tmp_path, dead_letter_streak=0, dead_letter_percent=0), door.running():
        receipts = [answer(door.port, _request("/events", EVENT, one)) for one in (opened, good)]
        assert all(one.startswith(b"HTTP/1.1 202") for one in receipts)
        answers = [answer(door.port, requests(one)[n % len(requests(one))]) for n, one in enumerate(by_http)]
        publish(installation, [(KEY, one, ()) for one in direct])
        visible(installation)
        in_clickhouse = stored(installation)
    assert not [one for one in answers if b" 202 " in one[:30]], "nothing with a canary is taken"
    assert all(one.startswith(b"HTTP/1.") for one in answers)
    assert found(b"".join(answers + receipts), planted) == []
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert any("audit" in path.parts for path in files)
    assert {path.name: found(content, planted) for path, content in files.items() if found(content, planted)} == {}
    assert b"good-1" in in_clickhouse
    assert found(in_clickhouse, planted) == []
    topics = {topic.name: b"\n".join(records(installation, topic_name(topic, installation))) for topic in TOPICS}
    assert found(topics[OFFICE_EVENTS.name], by_http) == []
    assert found(topics[DEAD_LETTERS.name], by_kafka) == sorted(by_kafka)
    assert found(topics[DEAD_LETTERS.name], by_http) == []
    others = {name: found(content, planted) for name, content in topics.items() if name not in (OFFICE_EVENTS.name, DEAD_LETTERS.name)}
    assert not any(others.values()), others
    assert len(planted) == CANARIES
