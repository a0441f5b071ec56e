"""ClickHouse's HTTP interface over the embedded engine, as far as its clients use it: POST and GET `/`, `/ping`, and `/health` (the same as `/ready`).

It listens on loopback only. Web pages in a browser on the same machine could reach it too, hence requests that a page of another origin makes
are refused; ClickHouse's own server leaves that to a password.
"""

import asyncio
import base64
import binascii
import hmac
import json
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import parse_qsl

from aiohttp import web

from deploy.local.clickhouse.engine import Answer, Engine, Request
from deploy.local.clickhouse.statement import ClickHouseError, parse, refusal
from deploy.local.clickhouse.wire import (
    HELLO,
    decode,
    encoder,
    error_in_stream,
    hello_block,
)

BODY_BYTES = 1 << 30
"""Largest request taken."""
STATEMENTS_AT_ONCE = 16
"""Statements that run at the same time; more wait in line."""

_NOT_SETTINGS = frozenset(
    {
        *(
            "query",
            "database",
            "user",
            "password",
            "session_id",
            "session_timeout",
            "session_check",
            "query_id",
            "quota_key",
            "role",
        ),
        *(
            "compress",
            "decompress",
            "enable_http_compression",
            "wait_end_of_query",
            "buffer_size",
            "client_protocol_version",
        ),
        *(
            "default_format",
            "send_progress_in_http_headers",
            "http_headers_progress_interval_ms",
            "stacktrace",
            "close_session",
        ),
        *(
            "cancel_http_readonly_queries_on_client_close",
            "http_write_exception_in_output_format",
            "add_http_cors_header",
        ),
    }
)
"""Parameters of a request that concern the transport; every other one is a setting of the engine."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Credentials:
    """The one user that is let in."""

    user: str
    password: str

    def admit(self, user: str, password: str) -> bool:
        """Whether these are the right ones; compared in constant time."""
        return hmac.compare_digest(
            user.encode() + b"\0" + password.encode(),
            self.user.encode() + b"\0" + self.password.encode(),
        )


def application(engine: Engine, credentials: Credentials) -> web.Application:
    """The web application; it closes the engine when it ends."""
    endpoint = _Endpoint(engine, credentials)
    app = web.Application(client_max_size=BODY_BYTES)
    app.add_routes(
        [
            web.get("/ping", _ping),
            web.get("/replicas_status", _ping),
            web.get("/health", endpoint.health),
            web.get("/ready", endpoint.health),
            web.post("/", endpoint.query),
            web.get("/", endpoint.query),
        ]
    )
    app.on_cleanup.append(endpoint.close)
    return app


async def _ping(_: web.Request) -> web.Response:
    return web.Response(text="Ok.\n")


class _Endpoint:
    def __init__(self, engine: Engine, credentials: Credentials) -> None:
        self._engine = engine
        self._credentials = credentials
        self._threads = ThreadPoolExecutor(STATEMENTS_AT_ONCE, "statement")

    async def close(self, _: web.Application) -> None:
        """Wait for the statements that run, then close the engine."""
        await asyncio.to_thread(self._threads.shutdown, wait=True)
        await asyncio.to_thread(self._engine.close)

    async def health(self, _: web.Request) -> web.Response:
        """200 when the engine answers."""
        request = Request(parse(b"SELECT 1", b"", "TabSeparated"), None, {}, {})
        answer = await self._in_thread(self._engine.run, request)
        answer.close()
        return web.json_response({"ready": True, "version": self._engine.version})

    async def query(self, request: web.Request) -> web.StreamResponse:
        """One statement."""
        headers = self._headers(request)
        try:
            wanted, encoding = await self._wanted(request)
            if wanted is None:
                return web.Response(text="Ok.\n", headers=headers)
            if wanted.statement.sql.strip() == HELLO and "client_protocol_version" in request.query:
                body = hello_block(self._engine.version, self._engine.timezone)
                return web.Response(body=body, headers=headers | {"X-ClickHouse-Format": "Native"})
            answer = await self._in_thread(self._engine.run, wanted)
        except ClickHouseError as error:
            body = f"{error.text} (version {self._engine.version})\n".encode()
            return web.Response(
                status=error.status,
                body=body,
                headers=headers | {"X-ClickHouse-Exception-Code": str(error.code)},
            )
        try:
            return await self._send(request, answer, headers, encoding)
        finally:
            await asyncio.shield(self._in_thread(answer.close))

    def _headers(self, request: web.Request) -> dict[str, str]:
        return {
            "X-ClickHouse-Query-Id": request.query.get("query_id") or str(uuid.uuid4()),
            "X-ClickHouse-Timezone": self._engine.timezone,
            "X-ClickHouse-Server-Display-Name": "chdb",
        }

    async def _wanted(self, request: web.Request) -> tuple[Request | None, str]:
        """What the request asks for and which compressions of the answer it takes; None: nothing."""
        _same_origin(request.headers)
        parameters = dict(parse_qsl(request.query_string, keep_blank_values=True))
        self._authenticate(request.headers, parameters)
        body = b""
        if request.content_type == "multipart/form-data":
            parameters |= await _form(request)
        else:
            body = decode(await request.read(), request.headers.get("Content-Encoding", ""))
        default_format = parameters.get("default_format") or request.headers.get("X-ClickHouse-Format") or "TabSeparated"
        statement = parse(parameters.get("query", "").encode(), body, default_format)
        if not statement.sql.strip():
            return None, ""
        if request.method == "GET" and not statement.answers:
            raise refusal(
                164,
                "READONLY",
                "Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly",
            )
        wanted = Request(
            statement,
            parameters.get("database") or request.headers.get("X-ClickHouse-Database"),
            {k: v for k, v in parameters.items() if k not in _NOT_SETTINGS and not k.startswith("param_")},
            {k.removeprefix("param_"): v for k, v in parameters.items() if k.startswith("param_")},
            parameters.get("session_id"),
            parameters.get("session_check") == "1",
        )
        compressed = parameters.get("enable_http_compression") == "1"
        return wanted, request.headers.get("Accept-Encoding", "") if compressed else ""

    def _authenticate(self, headers: Mapping[str, str], parameters: Mapping[str, str]) -> None:
        user = headers.get("X-ClickHouse-User") or parameters.get("user") or "default"
        password = headers.get("X-ClickHouse-Key") or parameters.get("password") or ""
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme == "Basic":
            try:
                user, _, password = base64.b64decode(token).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                user = ""
        if not self._credentials.admit(user, password):
            raise refusal(
                516,
                "AUTHENTICATION_FAILED",
                f"{user}: Authentication failed: password is incorrect, or there is no user with such name",
            )

    async def _send(
        self,
        request: web.Request,
        answer: Answer,
        headers: dict[str, str],
        accepted: str,
    ) -> web.StreamResponse:
        """Send the answer as it comes; an error after its beginning is told inside the stream."""
        tag = uuid.uuid4().hex[:16]
        encode = encoder(accepted)
        headers |= {
            "X-ClickHouse-Summary": json.dumps(answer.summary),
            "X-ClickHouse-Exception-Tag": tag,
        }
        if answer.format:
            headers["X-ClickHouse-Format"] = answer.format
        if encode.name:
            headers["Content-Encoding"] = encode.name
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        await response.write(encode.begin)
        while (chunk := await self._in_thread(partial(_next_chunk, answer, tag))) is not None:
            await response.write(encode.chunk(chunk))
        await response.write(encode.end())
        await response.write_eof()
        return response

    async def _in_thread(self, function: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)


def _next_chunk(answer: Answer, tag: str) -> bytes | None:
    try:
        return next(answer.chunks, None)
    except RuntimeError as error:
        answer.chunks = iter(())
        return error_in_stream(ClickHouseError(str(error)), tag)


async def _form(request: web.Request) -> dict[str, str]:
    """The fields of a form: the statement and its parameters; files would be external tables."""
    fields = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            raise refusal(
                48,
                "NOT_IMPLEMENTED",
                "the embedded ClickHouse has no external tables; use a server",
            )
        fields[name] = value if isinstance(value, str) else bytes(value).decode()
    return fields


def _same_origin(headers: Mapping[str, str]) -> None:
    if headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"} or "Origin" in headers:
        raise refusal(497, "ACCESS_DENIED", "requests made by web pages are refused")
    host = headers.get("Host", "").rsplit(":", 1)[0]
    if host not in {"127.0.0.1", "localhost", "[::1]"}:
        raise refusal(
            497,
            "ACCESS_DENIED",
            f"host {host!r} is not this endpoint's; it answers on loopback only",
        )
