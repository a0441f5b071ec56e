"""The HTTP side of the gateway: `POST /events`, `GET /health`, `GET /metrics`.

* One event: 202 and its receipt, or the status of its refusal with `code` and `detail`.
* A list (JSON array or lines): 202 and a list of receipts when all were taken, else 207 and one entry an event, each with its own
  `status`. Lists are not atomic: what is valid is taken. Sending a list again is harmless, the worker recognises what it has.
* 503: Kafka did not acknowledge in time; the outcome is unknown, send again.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, Protocol

import orjson
import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Counter, generate_latest

from streams.ingest.gateway.bodies import Body, split
from streams.ingest.gateway.broker import Away, Position
from streams.ingest.gateway.credentials import Credential, Keyring
from streams.ingest.gateway.gate import Admissible, Validate, judge
from streams.ingest.gateway.refusal import Refusal, Refused

log = structlog.get_logger(__name__)

BODY_WITHIN_S = 30.0
_JUDGED_AT_A_STRETCH = 200

taken = Counter("suoheng_gateway_events_taken_total", "Events that Kafka has acknowledged to the gateway.")
refused = Counter("suoheng_gateway_refused_total", "Events and requests that were refused, by code.", ["code"])
away = Counter(
    "suoheng_gateway_unacknowledged_total", "Events that Kafka did not acknowledge in time; their callers were told to send again."
)


class Log(Protocol):
    """Where events go; `broker.Broker` is the real one."""

    @property
    def ready(self) -> bool:
        """Whether events can be taken now."""

    def connect(self) -> None:
        """Begin to connect."""

    async def close(self) -> None:
        """Stop."""

    async def append(self, events: Sequence[Admissible]) -> list[Position | Away]:
        """One outcome an event."""


class Gateway:
    """The handlers and what they share."""

    def __init__(self, broker: Log, keyring: Keyring | None, validate: Validate, body_bytes: int) -> None:
        """`keyring` None: only callers on this machine, for any office."""
        self._broker = broker
        self._keyring = keyring
        self._validate = validate
        self._body_bytes = body_bytes

    def application(self) -> web.Application:
        """The aiohttp application; connects to Kafka when it starts."""
        app = web.Application(client_max_size=self._body_bytes, middlewares=[_refusals])
        app.add_routes([web.post("/events", self.take), web.get("/health", self.health), web.get("/metrics", self.metrics)])
        app.on_startup.append(self._connect)
        app.on_cleanup.append(self._close)
        return app

    async def take(self, request: web.Request) -> web.Response:
        """`POST /events`."""
        caller = self._caller(request)
        if not self._broker.ready:
            raise Refused(Refusal("UNAVAILABLE", "Kafka does not answer; send again later", 503))
        body = split(request.content_type, request.charset, await _read(request))
        verdicts = await self._judge(body.events, caller)
        answers = await self._append(verdicts)
        _record(request, caller, answers)
        return _answer(body, answers)

    async def health(self, request: web.Request) -> web.Response:
        """200 when events can be taken, 503 with the reason when not."""
        problem = "" if self._broker.ready else "Kafka or its topic does not answer"
        problem = problem or (self._keyring.problem if self._keyring else "")
        if problem and not is_local(request.remote):
            problem = "not ready"
        return _json(200 if not problem else 503, {"ready": not problem} | ({"problem": problem} if problem else {}))

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus' text format, for callers on this machine."""
        if not is_local(request.remote):
            raise web.HTTPNotFound
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _caller(self, request: web.Request) -> Credential | None:
        if self._keyring is not None:
            return self._keyring.caller(request.headers.get("Authorization"), datetime.now(UTC))
        # A page in a browser on this machine, or a name that was turned to loopback, must not write into the log either.
        if not is_local(request.remote) or not is_local(request.url.host) or "Origin" in request.headers:
            raise Refused(Refusal("AUTH_MISSING", "without credentials only programs on the gateway's own machine may hand in events", 403))
        return None

    async def _judge(self, events: Sequence[bytes], caller: Credential | None) -> list[Admissible | Refusal]:
        now_ms = int(datetime.now(UTC).timestamp() * 1000)
        verdicts: list[Admissible | Refusal] = []
        for start in range(0, len(events), _JUDGED_AT_A_STRETCH):
            verdicts += [judge(self._validate, event, now_ms, caller) for event in events[start : start + _JUDGED_AT_A_STRETCH]]
            await asyncio.sleep(0)
        return verdicts

    async def _append(self, verdicts: Sequence[Admissible | Refusal]) -> list[dict[str, Any]]:
        admissible = [one for one in verdicts if isinstance(one, Admissible)]
        placed = iter(await self._broker.append(admissible) if admissible else [])
        return [_refusal(one) if isinstance(one, Refusal) else _receipt(one, next(placed)) for one in verdicts]

    async def _connect(self, _: web.Application) -> None:
        self._broker.connect()

    async def _close(self, _: web.Application) -> None:
        await self._broker.close()


@web.middleware
async def _refusals(request: web.Request, handler: Any) -> web.StreamResponse:
    """Whole requests that are refused, as JSON; nothing of ours is told about an unexpected error but that there was one."""
    try:
        response: web.StreamResponse = await handler(request)
    except Refused as error:
        refusal = error.refusal
        refused.labels(code=refusal.code).inc()
        log.warning("request refused", code=refusal.code, peer=request.remote)
        headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}.get(refusal.status, {})
        response = _json(refusal.status, {"code": refusal.code, "detail": refusal.detail}, headers)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


async def _read(request: web.Request) -> bytes:
    """The body: bounded in bytes and time, never decompressed (a few kilobytes can hold gigabytes of zeros)."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused(Refusal("BYTES_ENCODING", "compressed bodies are not taken; send it plain", 415))
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Refused(
            Refusal("BYTES_TOO_LARGE", f"the body is larger than {request.client_max_size} bytes; send fewer events at once")
        ) from error
    except TimeoutError:
        raise Refused(Refusal("BYTES_EMPTY", f"the body did not arrive within {BODY_WITHIN_S:g} s", 408)) from None


def _receipt(event: Admissible, placed: Position | Away) -> dict[str, Any]:
    if isinstance(placed, Away):
        away.inc()
        return {"status": 503, "id": event.id, "code": "UNAVAILABLE", "detail": f"{placed}: outcome unknown, send the event again"}
    taken.inc()
    return {
        "status": 202,
        "id": event.id,
        "partition": placed.partition,
        "offset": placed.offset,
        "sha256": sha256(event.value).hexdigest(),
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    refused.labels(code=refusal.code).inc()
    return {"status": refusal.status, "code": refusal.code, "detail": refusal.detail}


def _answer(body: Body, answers: list[dict[str, Any]]) -> web.Response:
    """An entry's own status goes into the HTTP status when there is one event, and stays in the entry when there is a list."""
    if body.is_list:
        return _json(202 if all(one["status"] == 202 for one in answers) else 207, answers)
    only = dict(answers[0])
    status = only.pop("status")
    return _json(status, only, {"Retry-After": "5"} if status == 503 else {})


def _record(request: web.Request, caller: Credential | None, answers: Sequence[dict[str, Any]]) -> None:
    """Foreign offices are for the audit: who tried, from where, how often."""
    foreign = sum(one.get("code") == "AUTH_OFFICE_MISMATCH" for one in answers)
    if foreign and caller is not None:
        log.warning("events of others refused", key=caller.id, events=foreign, peer=request.remote)


def _json(status: int, document: object, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(document), content_type="application/json", headers=headers)


def is_local(host: str | None) -> bool:
    """Whether a peer address or the name in a request is this machine's loopback."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
