"""Through the gateway, pinned to one core: events by HTTP, a receipt each, the log on a broker on the other core.

Bodies are made beforehand, so that the sender costs little. The rate is wall clock; CPU seconds of the gateway's process stand beside it,
because sender and broker share what the gateway does not use with whoever else works on the machine.
"""

import asyncio
import os
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from gzip import compress
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

import orjson
from aiohttp import ClientSession
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from kafka import KafkaConsumer, TopicPartition

from deploy.local.child import as_environment
from schemas.settings import Settings
from streams.ingest.gateway.signature import sign
from tests.benchmark import backlog
from tests.benchmark.broker import PYTHON, kafka
from tests.benchmark.machine import cpu_seconds, resident_mib
from tests.fault.workers import until

EVENTS = int(os.environ.get("BENCH_EVENTS", "200000"))
SINGLE = EVENTS // 20
IN_A_BATCH = 1_000
SECRET = "a-secret-of-the-benchmark-0123456789"
EVENT = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}
GZIP = BATCH | {"Content-Encoding": "gzip"}


class Body(NamedTuple):
    """A request's body: events of one district."""

    district: str
    events: int
    octets: bytes


class Way(NamedTuple):
    """One way of handing events in."""

    name: str
    bodies: Sequence[Body]
    headers: dict[str, str]
    at_once: int
    key: Ed25519PrivateKey | None = None
    """With it requests are signed, else they bear a token."""


def run() -> dict[str, Any]:
    """Batches plain, compressed and signed, and single events; every event gets its receipt, and the log holds as many."""
    singles, batches = _bodies()
    key = Ed25519PrivateKey.generate()
    ways = [
        Way("batches of 1,000", batches, BATCH, 4),
        Way("batches of 1,000, gzip", [one._replace(octets=compress(one.octets, 6)) for one in batches], GZIP, 4),
        Way("batches of 1,000, signed", batches, BATCH, 1, key),
        Way("single events, 32 at once", singles[:SINGLE], EVENT, 32),
    ]
    with kafka() as settings, _gateway(settings, key) as process:
        result: dict[str, Any] = {way.name: asyncio.run(_measure(settings, way, process.pid)) for way in ways}
        handed_in, held = sum(body.events for way in ways for body in way.bodies), _in_the_log(settings)
    assert held == handed_in, f"the log holds {held:,} of {handed_in:,} events"
    return result | {"receipts": handed_in, "in_the_log": held}


def _bodies() -> tuple[list[Body], list[Body]]:
    """The same events one by one and in batches."""
    by_district: dict[str, list[bytes]] = {}
    singles = []
    for key, value in islice(backlog.records(EVENTS), EVENTS):
        by_district.setdefault(key.decode(), []).append(value)
        singles.append(Body(key.decode(), 1, value))
    batches = []
    for district, values in by_district.items():
        for start in range(0, len(values), IN_A_BATCH):
            some = values[start : start + IN_A_BATCH]
            batches.append((start, Body(district, len(some), b"[" + b",".join(some) + b"]")))
    return singles, [body for _, body in sorted(batches)]


@contextmanager
def _gateway(settings: Settings, key: Ed25519PrivateKey) -> Iterator[subprocess.Popen[bytes]]:
    """The gateway's process on core 0, with a token and a signing key of each district, both without quota."""
    public = b64encode(key.public_key().public_bytes_raw()).decode()
    proofs = {"token": f'secret_sha256 = "{sha256(SECRET.encode()).hexdigest()}"', "signing": f'public_key = "{public}"'}
    keys = [
        f'[[credential]]\nid = "{name}-{district}"\nbureau = "{district}"\nroles = ["registry", "closing", "rules", "clock"]\nevents_per_minute = 0\n{proof}\n'
        for name, proof in proofs.items()
        for district in range(990_200, 990_206)
    ]
    settings.credentials_file.write_text("".join(keys), "utf-8")
    log = settings.data / "gateway.log"
    with log.open("wb") as output:
        command = ["taskset", "-c", "0", PYTHON, "-m", "streams.ingest.gateway"]
        process = subprocess.Popen(command, env=as_environment(settings), stdout=output, stderr=output)
    try:
        until(lambda: b"connected" in log.read_bytes(), "the gateway is ready", 60)
        yield process
    finally:
        process.terminate()
        process.wait(30)


async def _measure(settings: Settings, way: Way, pid: int) -> dict[str, float]:
    url = f"http://127.0.0.1:{settings.gateway_port}/events"
    bodies = iter(way.bodies)
    seconds: list[float] = []

    async def sender(session: ClientSession) -> None:
        for body in bodies:
            began = time.perf_counter()
            async with session.post(url, data=body.octets, headers=way.headers | _proof(way, body)) as answer:
                receipts = orjson.loads(await answer.read())
                assert answer.status == 202, [one for one in receipts if one["status"] != 202][:3]
                assert body.events == (len(receipts) if isinstance(receipts, list) else 1)
            seconds.append(time.perf_counter() - began)

    cpu, began = cpu_seconds(pid), time.perf_counter()
    async with ClientSession() as session:
        await asyncio.gather(*(sender(session) for _ in range(way.at_once)))
    wall, cpu = time.perf_counter() - began, cpu_seconds(pid) - cpu
    events = sum(body.events for body in way.bodies)
    seconds.sort()
    result = {
        "events": events,
        "events_per_s": round(events / wall),
        "events_per_cpu_s": round(events / cpu),
        "cpu_us_per_event": round(cpu / events * 1e6, 1),
        "request_p50_ms": round(seconds[len(seconds) // 2] * 1e3, 1),
        "request_p99_ms": round(seconds[len(seconds) * 99 // 100] * 1e3, 1),
        "mib": round(resident_mib(pid)),
    }
    for name, value in result.items():
        print(f"{way.name}: {name} {value}", flush=True)
    return result


def _proof(way: Way, body: Body) -> dict[str, str]:
    if way.key is None:
        return {"Authorization": f"Bearer token-{body.district}.{SECRET}"}
    moment = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return sign(way.key, f"signing-{body.district}", time.time_ns() // 1_000, moment, body.octets)


def _in_the_log(settings: Settings) -> int:
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    try:
        partitions = [TopicPartition(f"{settings.topic_prefix}office-events", n) for n in range(settings.partitions)]
        return sum(consumer.end_offsets(partitions).values())
    finally:
        consumer.close()
