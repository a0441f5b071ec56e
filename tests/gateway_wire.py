"""HTTP by hand, byte for byte: what no client library would send can be sent, and thousands of requests go over one connection."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

from aiohttp import web

from streams.core.message import Headers
from streams.ingest.gateway.app import Gateway
from streams.ingest.gateway.listening import HEADER_BYTES, Runner
from streams.ingest.publisher import key_of

EVENT = "application/cloudevents+json"
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)")
_PLAIN = re.compile(rb"[!#-$&-~]")


class Reply(NamedTuple):
    """Status and JSON of an answer."""

    status: int
    body: Any

    @property
    def code(self) -> str:
        """The refusal's code; empty for a receipt."""
        return str(self.body.get("code", ""))


def request(value: bytes | None, headers: Headers = (), content_type: str = EVENT, more: Iterable[tuple[str, str]] = ()) -> bytes:
    """`POST /events` of one record: of a media type without headers, else binary."""
    body = value or b""
    lines = [b"POST /events HTTP/1.1", b"Host: 127.0.0.1", b"Content-Length: %d" % len(body)]
    if not headers:
        lines.append(f"Content-Type: {content_type}".encode())
    lines += [_header(name, text or b"") for name, text in headers]
    lines += [f"{name}: {text}".encode() for name, text in more]
    return b"\r\n".join([*lines, b"", body])


def _header(name: str, text: bytes) -> bytes:
    """An attribute as CloudEvents' HTTP binding has it; a media type as it is."""
    if not name.startswith("ce_"):
        return name.encode() + b": " + text
    encoded = b"".join(octet if _PLAIN.fullmatch(octet) else b"%%%02X" % octet[0] for octet in (bytes([n]) for n in text))
    return b"ce-" + name.removeprefix("ce_").encode() + b": " + encoded


def recorded(value: bytes | None, headers: Headers) -> tuple[bytes, bytes, Headers]:
    """Key, value and headers of the record that such a request stands for in the log, if it were let in."""
    lower = tuple((name.lower(), text or b"") for name, text in headers)
    district = next((text for name, text in lower if name == "ce_district"), b"")
    key = (district if len(district) == 6 and district.isdigit() else b"") if headers else key_of(value or b"")
    return key, value or b"", lower


@asynccontextmanager
async def serving(gateway: Gateway) -> AsyncIterator[int]:
    """The gateway on a free port, in the server that it really runs in."""
    runner = Runner(gateway.application(), auto_decompress=False, access_log=None, max_field_size=HEADER_BYTES)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


class Wire:
    """A connection that is opened anew after the gateway has hung up."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, one: bytes) -> Reply:
        """One request and its answer. Raises ConnectionError when the gateway hangs up before it was read."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(one)
        head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), 60)
        status, length = _STATUS.match(head), _LENGTH.search(head)
        assert status is not None, head
        assert length is not None, head
        reply = Reply(int(status[1]), json.loads(await self._reader.readexactly(int(length[1]))))
        if b"connection: close" in head.lower() or head.startswith(b"HTTP/1.0"):
            await self.close()
        return reply

    async def close(self) -> None:
        """Hang up."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def send_all(port: int, requests: Sequence[bytes]) -> list[Reply]:
    """One after the other."""
    wire = Wire(port)
    try:
        return [await wire.send(one) for one in requests]
    finally:
        await wire.close()
