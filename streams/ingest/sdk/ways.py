"""The two ways out of a spool: to a gateway over HTTP, or to Kafka. Each takes a list of events in order and tells of each what became of it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import aiohttp

from schemas.topics import OFFICE_EVENTS, topic_name
from streams.ingest.publisher import LARGEST_LINE_BYTES, PublishError, connect
from streams.ingest.sdk.spool import Refused

BATCH_TYPE = "application/cloudevents-batch+json"
_ANSWERED, _UNAUTHORIZED, _TOO_LARGE = {202, 207}, {401, 403}, 413
_TIMEOUT_S = 60


class Unavailable(Exception):
    """Nothing is known to have arrived: send all of it again, at the earliest after so many seconds."""

    def __init__(self, why: str, after_s: float = 0) -> None:
        super().__init__(why)
        self.after_s = after_s


class Send(Protocol):
    """Hand in events; for each None (it arrived) or why it is refused for good. Raises `Unavailable`."""

    async def __call__(self, events: Sequence[bytes]) -> list[Refused | None]: ...


def way(to: str, key: str, ssl: Any = None) -> AbstractAsyncContextManager[Send]:
    """The way to an address. Raises ValueError for one that is neither http(s):// nor kafka://."""
    scheme, _, rest = to.partition("://")
    if scheme == "kafka" and rest:
        return _kafka(rest)
    if scheme in {"http", "https"} and rest:
        return _gateway(to.rstrip("/"), key, ssl)
    raise ValueError(f"{to!r} is no address: http://…, https://… (a gateway) or kafka://host:port")


@asynccontextmanager
async def _kafka(address: str) -> AsyncIterator[Send]:
    try:
        async with connect(address, topic_name(OFFICE_EVENTS)) as publisher:

            async def send(events: Sequence[bytes]) -> list[Refused | None]:
                for event in events:
                    await publisher.send(event)
                await publisher.flush()
                return [_too_large(event) if len(event) > LARGEST_LINE_BYTES else None for event in events]

            yield send
    except PublishError as error:
        raise Unavailable(str(error)) from error


def _too_large(event: bytes) -> Refused:
    return Refused(event, "BYTES_TOO_LARGE", "larger than Kafka takes; an event has at most 16 KiB")


@asynccontextmanager
async def _gateway(address: str, key: str, ssl: Any) -> AsyncIterator[Send]:
    headers = {"Content-Type": BATCH_TYPE} | ({"Authorization": f"Bearer {key}"} if key else {})
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=_TIMEOUT_S)) as session:

        async def send(events: Sequence[bytes]) -> list[Refused | None]:
            try:
                async with session.post(f"{address}/events", data=b"[" + b",".join(events) + b"]", ssl=ssl or True) as answer:
                    told = await answer.json(content_type=None)
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                raise Unavailable(f"{address} does not answer: {str(error) or type(error).__name__}") from error
            if answer.status in _ANSWERED:
                return _verdicts(events, told)
            if answer.status == _TOO_LARGE and len(events) > 1:
                half = len(events) // 2
                return await send(events[:half]) + await send(events[half:])
            raise Unavailable(f"{address} answers {answer.status}: {told.get('code')}: {told.get('detail')}", _retry_after(answer))

        yield send


def _verdicts(events: Sequence[bytes], told: Any) -> list[Refused | None]:
    """What a list's answer says of each event. Raises `Unavailable` if it leaves any of them open: all are sent again, in their order."""
    if not isinstance(told, list) or len(told) != len(events):
        raise Unavailable("the gateway's answer is not one entry an event")
    if waiting := next((one for one in told if one["status"] >= 500), None):
        raise Unavailable(str(waiting.get("detail")))
    return [None if one["status"] < 300 else Refused(event, one["code"], one["detail"]) for event, one in zip(events, told, strict=True)]


def _retry_after(answer: aiohttp.ClientResponse) -> float:
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else 0
