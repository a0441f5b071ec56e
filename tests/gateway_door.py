"""A gateway for tests: real server, real validation, real credentials and audit; only the log is a list in memory."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from aiohttp.test_utils import TestClient, TestServer

from schemas.audit import Audit
from streams.core.message import Headers
from streams.core.seal import SealKeys
from streams.core.validate import validate
from streams.ingest.gateway.app import Gateway, Limits
from streams.ingest.gateway.auditor import Auditor
from streams.ingest.gateway.door import Door as FrontDoor
from streams.ingest.gateway.gate import Admissible, Gate
from streams.ingest.gateway.keyring import Keyring
from streams.ingest.gateway.lane import Away, Outcome, Position
from streams.ingest.gateway.numbers import Numbers
from streams.ingest.gateway.receipts import Held, LogReader

SECRET = "correct-horse-battery-staple"
DIGEST = sha256(SECRET.encode()).hexdigest()
MINE, OTHER = "sfs-990101-001", "sfs-990101-002"
BODY_BYTES = 64 * 1024
LIMITS = Limits(BODY_BYTES, 1 << 24, 0)
EVENT, BATCH, LINES, JSON = (
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "application/x-ndjson",
    "application/json",
)


def event(event_id: str = "e1", **changed: Any) -> dict[str, Any]:
    """A valid event of the first office; None leaves an attribute out."""
    base = {
        "specversion": "1.0",
        "id": event_id,
        "source": "/districts/990101/office-001",
        "type": "leg.consultation.given",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "district": "990101",
        "office": MINE,
        "data": {"channel": "visit", "persons": 1},
    }
    return {name: value for name, value in (base | changed).items() if value is not None}


def retraction(**changed: Any) -> dict[str, Any]:
    """A valid retraction by the first office."""
    return event(
        **({"event_id": "r1", "type": "dat.event.retracted", "office": None, "data": {"target": "e1", "reason": "duplicate"}} | changed)
    )


class MemoryLog:
    """A log in memory that can be away."""

    def __init__(self) -> None:
        self.ready = True
        self.acknowledges = True
        self.wait_s = 0.0
        self.records: list[tuple[bytes, bytes, Headers]] = []

    @property
    def values(self) -> list[bytes]:
        """The values of all records."""
        return [value for _, value, _ in self.records]

    def connect(self) -> None:
        """Always connected."""

    async def close(self) -> None:
        """Nothing is held."""

    async def append(self, events: Sequence[Admissible]) -> list[Outcome]:
        """All on partition 3."""
        outcomes: list[Outcome] = []
        await asyncio.sleep(self.wait_s)
        for one in events:
            self.records.append((one.key, one.value, one.headers))
            outcomes.append(Position(3, len(self.records) - 1) if self.acknowledges else Away("Kafka did not acknowledge"))
        return outcomes


class MemoryReader(LogReader):
    """Reads what the log in memory holds."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    async def at(self, partition: int, offset: int) -> Held | None:
        """A record of partition 3."""
        if partition != 3 or offset >= len(self._log.records):
            return None
        return Held(int(datetime.now(UTC).timestamp() * 1000), *self._log.records[offset])

    async def close(self) -> None:
        """Nothing is held."""


class Ask(NamedTuple):
    """A request."""

    body: bytes
    headers: Iterable[tuple[str, str]] = ()
    method: str = "POST"
    path: str = "/events"


class Answer(NamedTuple):
    """What came back; `body` is read as JSON if it is."""

    status: int
    headers: Any
    body: Any


class Door:
    """A gateway with its log. `folder` is for credentials, audit and batch numbers."""

    def __init__(self, folder: Path, credentials: str = "", limits: Limits = LIMITS, seal_keys: SealKeys | None = None) -> None:
        self.log = MemoryLog()
        self.file = folder / "credentials.toml"
        self.audit = folder / "audit"
        if credentials:
            self.file.write_text(credentials)
        self._numbers = Numbers(folder / "gateway" / "batches.sqlite")
        self._limits = limits
        self._seal_keys = seal_keys
        self.gateway: Gateway = self._new()

    def _new(self) -> Gateway:
        door = FrontDoor(Keyring(self.file), self._numbers)
        return Gateway(
            self.log, MemoryReader(self.log), door, Auditor(Audit(self.audit, 400)), Gate(validate, self._seal_keys), self._limits
        )

    def restart(self) -> None:
        """A new process over the same files and log."""
        self.gateway = self._new()

    def post(self, body: Any, content_type: str = JSON, key: str = "", **headers: str) -> Answer:
        """One request."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask([Ask(data, self.headers(content_type, key, headers))])[0]

    @staticmethod
    def headers(content_type: str = JSON, key: str = "", more: dict[str, str] | None = None) -> list[tuple[str, str]]:
        """The headers of a request with a bearer token."""
        return [("Content-Type", content_type), *(more or {}).items(), *([("Authorization", f"Bearer {key}.{SECRET}")] if key else [])]

    def get(self, path: str, key: str = "", **headers: str) -> Answer:
        """One question."""
        return self.ask([Ask(b"", [*headers.items(), *self.headers("", key)[1:]], "GET", path)])[0]

    def ask(self, requests: Iterable[Ask], at_once: int = 1) -> list[Answer]:
        """Many requests to one server, `at_once` of them side by side; the answers in their order."""
        return asyncio.run(self._ask(list(requests), at_once))

    async def _ask(self, requests: list[Ask], at_once: int) -> list[Answer]:
        server = TestServer(self.gateway.application())
        await server.start_server(auto_decompress=False)
        turn = asyncio.Semaphore(at_once)

        async def one(client: Any, ask: Ask) -> Answer:
            async with turn:
                skip = ["Content-Type"] if ask.method == "GET" else []
                answer = await client.request(
                    ask.method, ask.path, data=ask.body or None, headers=list(ask.headers), skip_auto_headers=skip
                )
                text = await answer.text()
                return Answer(answer.status, answer.headers, json.loads(text) if answer.content_type == JSON else text)

        async with TestClient(server) as client:
            return await asyncio.gather(*(one(client, ask) for ask in requests))


def entry(key: str = "office", body: str = "", **fields: str) -> str:
    """A credential in TOML; `body`: whom it speaks for, by default the first office."""
    whom = body or f'offices = ["{MINE}"]\npublishers = ["office-001"]\n'
    proof = "" if {"secret_sha256", "certificate_sha256", "public_key"} & fields.keys() else f'secret_sha256 = "{DIGEST}"\n'
    return f'[[credential]]\nid = "{key}"\n{whom}{proof}' + "".join(f"{name} = {value}\n" for name, value in fields.items())
