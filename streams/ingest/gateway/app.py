"""The HTTP side of the gateway: routes, what becomes of refusals, health and metrics."""

import asyncio
import re
import time
import uuid
from typing import Any, NamedTuple, Protocol

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from schemas.operation.health import Condition, Health
from schemas.operation.instruments import counter, gauge, histogram
from schemas.operation.metrics import gateway
from streams.ingest.gateway import answers, documentation
from streams.ingest.gateway.auditor import Auditor, Refusals
from streams.ingest.gateway.door import Door, is_local
from streams.ingest.gateway.gate import Gate
from streams.ingest.gateway.intake import Intake, Log
from streams.ingest.gateway.quota import Quotas
from streams.ingest.gateway.receipts import LogReader, Receipts
from streams.ingest.gateway.refusal import Refused
from streams.ingest.gateway.room import Room

log = structlog.get_logger(__name__)

_HEADERS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Server": "suoheng"}
_REQUEST, _REQUEST_ID = "X-Request-Id", re.compile(r"[A-Za-z0-9._-]{1,64}")
_RECEIPT = "/receipts/{partition:[0-9]{1,6}}/{offset:[0-9]{1,18}}/{sha256:[0-9a-f]{64}}"
IN_HAND = gauge(gateway.IN_HAND)
KEYS = gauge(gateway.KEYS)
ANSWERS = counter(gateway.ANSWERS)
ANSWER_SECONDS = histogram(gateway.ANSWER_SECONDS)


class Connected(Log, Protocol):
    """A log that can be connected to and left."""

    def connect(self) -> None:
        """Begin to connect."""

    async def close(self) -> None:
        """Stop."""


class Limits(NamedTuple):
    """Of one request and of all at once."""

    body_bytes: int
    in_hand_bytes: int
    events_per_minute: int


class Gateway:
    """The handlers and what they share."""

    def __init__(self, broker: Connected, reader: LogReader, door: Door, auditor: Auditor, gate: Gate, limits: Limits) -> None:
        self._broker, self._reader, self._door, self._auditor, self._limits = broker, reader, door, auditor, limits
        room, quotas = Room(limits.in_hand_bytes), Quotas()
        self._intake = Intake(broker, door, auditor, gate, limits.body_bytes, room, quotas)
        self._receipts = Receipts(reader, door, quotas, gate.validate)
        IN_HAND.set_function(lambda: room.taken)
        KEYS.set_function(lambda: len(door.keyring))

    def application(self) -> web.Application:
        """The aiohttp application; connects to Kafka when it starts."""
        app = web.Application(middlewares=[_counted, self._refusals])
        app.add_routes([web.post("/events", self._events), web.get(_RECEIPT, self._receipt), *documentation.ROUTES])
        app.add_routes([web.get("/health", self._health), web.get("/ready", self._health), web.get("/metrics", self._metrics)])
        app.on_response_prepare.append(_add_headers)
        app.cleanup_ctx.append(self._running)
        return app

    async def _events(self, request: web.Request) -> web.Response:
        return await self._intake.take(request, self._limits.events_per_minute)

    async def _receipt(self, request: web.Request) -> web.Response:
        return await self._receipts.confirm(request, self._limits.events_per_minute)

    def health(self) -> Health:
        """As it is now; whatever is wrong here, a new start would not mend it."""
        needs = (
            Condition("kafka", "" if self._broker.ready else "Kafka or its topic does not answer; is it up, is SUOHENG_KAFKA right?"),
            Condition("keys", self._door.keyring.problem),
            Condition("audit", self._auditor.problem),
        )
        return Health("gateway", (), needs)

    async def _health(self, request: web.Request) -> web.Response:
        """`/health`: the process answers. `/ready`: 200 when events can be taken, 503 with the reason when not; the reason is for this machine only."""
        status, told = self.health().answer(request.path) or (404, {})
        if not is_local(request.remote):
            told = {name: told[name] for name in ("process", "alive", "ready") if name in told}
        return answers.json(status, told)

    async def _metrics(self, request: web.Request) -> web.Response:
        """Prometheus' text format, for callers on this machine."""
        if not is_local(request.remote):
            raise web.HTTPNotFound
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    @web.middleware
    async def _refusals(self, request: web.Request, handler: Any) -> web.StreamResponse:
        """Whole requests that are refused, as JSON; of the request nothing is repeated."""
        try:
            response: web.StreamResponse = await handler(request)
        except Refused as error:
            # At level debug, for a stranger must not fill the log; `/metrics` counts them, and the audit log tells whose keys were refused.
            log.debug("request refused", code=error.refusal.code, peer=request.remote)
            if error.refusal.code.startswith("AUTH_"):
                await self._auditor.refused(Refusals(error.key, error.refusal.code, request.remote or ""), 1)
            return answers.refusal(error.refusal)
        return response

    async def _running(self, _: web.Application) -> Any:
        self._intake.begin()
        self._broker.connect()
        beside = asyncio.create_task(self._auditor.run(), name="gateway-audit")
        yield
        beside.cancel()
        await self._auditor.settle(float("inf"))
        await self._reader.close()
        await self._broker.close()


@web.middleware
async def _counted(request: web.Request, handler: Any) -> web.StreamResponse:
    """Name the request, in its answer and in the log; count the answer and its time, by the route and never by the address: what strangers ask
    for must not become labels."""
    began, status = time.perf_counter(), 500
    name = _request_id(request.headers.get(_REQUEST, ""))
    try:
        with structlog.contextvars.bound_contextvars(request=name):
            response: web.StreamResponse = await handler(request)
        status = response.status
        response.headers[_REQUEST] = name
    except web.HTTPException as error:
        status = error.status
        error.headers[_REQUEST] = name
        raise
    else:
        return response
    finally:
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "none"
        ANSWERS.labels(route, str(status)).inc()
        ANSWER_SECONDS.labels(route).observe(time.perf_counter() - began)


def _request_id(given: str) -> str:
    """The caller's own name for the request, if it is one that may stand in a log; else a new one."""
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
