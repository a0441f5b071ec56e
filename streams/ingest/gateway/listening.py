"""aiohttp's server, but silent about what it was sent: where a request cannot even be read, aiohttp repeats the line at fault to the caller
and in the log, and people paste identity numbers into the strangest places.

It also hangs up on callers who say nothing. Both hang on a few private names; tests with malformed and silent callers notice a change.
"""

import asyncio
import traceback

import structlog
from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler
from typing_extensions import override

from streams.ingest.gateway import answers
from streams.ingest.gateway.refusal import Refusal

log = structlog.get_logger(__name__)

FIRST_REQUEST_WITHIN_S = 20.0
HEADER_BYTES = 64 * 1024
"""Of one header, so that an attribute of 16 KiB that is encoded with percent signs is still judged as an event's."""
_NO_HTTP = Refusal("BYTES_ENCODING", "this is not HTTP as it should be", 400)
_TOO_LONG = Refusal("BYTES_TOO_LARGE", f"a header is longer than {HEADER_BYTES} bytes", 431)


class _Handler(RequestHandler):
    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._loop.call_later(FIRST_REQUEST_WITHIN_S, self._hang_up_on_silence)

    def _hang_up_on_silence(self) -> None:
        """Whoever connects and never gets to the end of a head would hold a connection for ever; later ones end by the keep-alive time."""
        if self._request_count == 0:
            self.force_close()

    @override
    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        kind = type(exc).__name__
        if status == web.HTTPInternalServerError.status_code:
            where = traceback.extract_tb(exc.__traceback__)[-1] if exc is not None and exc.__traceback__ else None
            log.error("a defect: a request failed", kind=kind, file=where and where.filename, line=where and where.lineno)
            answer = answers.json(status, {"code": "UNAVAILABLE", "detail": "a defect of the gateway: outcome unknown, send again later"})
        else:
            refusal = _TOO_LONG if isinstance(exc, LineTooLong) else _NO_HTTP
            log.debug("request refused", code=refusal.code, kind=kind, peer=request.remote)
            answer = answers.refusal(refusal)
        if request.writer.output_size > 0:
            raise ConnectionError("a part of the answer is sent already")
        answer.headers["Server"] = "suoheng"
        answer.force_close()
        return answer


class _Server(web.Server):
    @override
    def __call__(self) -> RequestHandler:
        return _Handler(self, loop=self._loop, **self._kwargs)


class Runner(web.AppRunner):
    """Runs the application in a server that repeats nothing."""

    @override
    async def _make_server(self) -> web.Server:
        usual = await super()._make_server()
        return _Server(usual.request_handler, request_factory=usual.request_factory, loop=usual._loop, **usual._kwargs)  # noqa: SLF001
