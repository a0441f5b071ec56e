"""Entries of an answer, and how they become HTTP: an entry's own status is the answer's when there is one event, and stays in it in a list."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
from aiohttp import web

from schemas.operation.instruments import counter
from schemas.operation.metrics import gateway
from streams.ingest.gateway.bodies import Body
from streams.ingest.gateway.gate import Admissible
from streams.ingest.gateway.lane import Away, Outcome
from streams.ingest.gateway.refusal import Refusal

Entry = dict[str, Any]

AGAIN_AFTER_S = 5
TAKEN = counter(gateway.TAKEN)
REFUSED = counter(gateway.REFUSED)
AWAY = counter(gateway.UNACKNOWLEDGED)


def entry_of(verdict: Admissible | Refusal, outcome: Outcome | None) -> Entry:
    """What is told of one event; `outcome` of the log for those that were admissible."""
    if isinstance(verdict, Refusal):
        REFUSED.labels(code=verdict.code).inc()
        return {"status": verdict.status, "code": verdict.code, "detail": verdict.detail}
    if outcome is None or isinstance(outcome, Away):
        AWAY.inc()
        detail = f"{outcome}: outcome unknown, send the event again"
        return {"status": 503, "id": verdict.id, "code": "UNAVAILABLE", "detail": detail}
    return {
        "status": 202,
        "id": verdict.id,
        "partition": outcome.partition,
        "offset": outcome.offset,
        "sha256": sha256(verdict.value).hexdigest(),
    }


def answer(body: Body, entries: list[Entry]) -> web.Response:
    """202 when all were taken; of a list else 207, of one event its own status."""
    headers = {"Retry-After": str(AGAIN_AFTER_S)} if any(one["status"] == 503 for one in entries) else {}
    if body.is_list:
        return json(202 if all(one["status"] == 202 for one in entries) else 207, entries, headers)
    only = dict(entries[0])
    return json(only.pop("status"), only, headers)


def refusal(of: Refusal) -> web.Response:
    """The answer to a whole request that is refused."""
    REFUSED.labels(code=of.code).inc()
    headers = {"WWW-Authenticate": "Bearer"} if of.status == 401 else {}
    if of.retry_after_s is not None:
        headers["Retry-After"] = str(of.retry_after_s)
    return json(of.status, {"code": of.code, "detail": of.detail}, headers)


def json(status: int, document: object, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer."""
    return web.Response(status=status, body=orjson.dumps(document), content_type="application/json", headers=headers)


def taken(entries: Sequence[Entry]) -> int:
    """How many of the entries are receipts."""
    return sum(one["status"] == 202 for one in entries)
