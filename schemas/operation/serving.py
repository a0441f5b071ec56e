"""`/health`, `/ready` and `/metrics` of a process, in a thread of their own: they answer while the work keeps its thread busy or waiting."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from schemas.operation.health import Health, body


class Asked(NamedTuple):
    """A request for something of the process's own."""

    method: str
    path: str
    """With its query."""
    authorization: str
    body: bytes


Answer = tuple[int, bytes]
"""Status and JSON."""
_JSON = "application/json; charset=utf-8"
LONGEST_BODY = 1 << 16


def _nothing_else(_: Asked) -> Answer | None:
    return None


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() else 0


def serve(
    host: str,
    port: int,
    health: Callable[[], Health],
    registry: CollectorRegistry = REGISTRY,
    also: Callable[[Asked], Answer | None] = _nothing_else,
) -> ThreadingHTTPServer:
    """Begin to serve; port 0: any free one (`server_address` tells). `health`, and `also`, which answers what is neither, are called from other threads.

    Raises OSError, with the settings to change, when the port is taken. `shutdown()` of the returned server ends it.
    """

    try:
        server = ThreadingHTTPServer((host, port), _handler(health, registry, also))
    except OSError as error:
        where = f"cannot serve health on {host}:{port} (SUOHENG_HEALTH_HOST, SUOHENG_HEALTH_PORT)"
        raise OSError(error.errno, f"{where}: {error.strerror}") from error
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def _handler(
    health: Callable[[], Health], registry: CollectorRegistry, also: Callable[[Asked], Answer | None]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
            elif told := health().answer(self.path):
                self._answer(told[0], _JSON, body(told[1]))
            else:
                self._answer_else("GET", b"")

        def do_POST(self) -> None:
            length = _number(self.headers.get("Content-Length", ""))
            if length > LONGEST_BODY:
                self._answer(413, "text/plain", b"too long\n")
                self.close_connection = True
                return
            self._answer_else("POST", self.rfile.read(length))

        def _answer_else(self, method: str, content: bytes) -> None:
            found = also(Asked(method, self.path, self.headers.get("Authorization", ""), content))
            if found is None:
                self._answer(404, "text/plain", b"there are /health, /ready and /metrics\n")
            else:
                self._answer(found[0], _JSON, found[1])

        def _answer(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing: a probe every second is no news."""

    return Handler
