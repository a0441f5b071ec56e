"""`/health`, `/ready` and `/metrics` of a process, in a thread of their own: they answer while the work keeps its thread busy or waiting."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from schemas.operation.health import Health, body


def serve(host: str, port: int, health: Callable[[], Health], registry: CollectorRegistry = REGISTRY) -> ThreadingHTTPServer:
    """Begin to serve; port 0: any free one (`server_address` tells). `health` is called from other threads.

    Raises OSError, with the settings to change, when the port is taken. `shutdown()` of the returned server ends it.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
            elif told := health().answer(self.path):
                self._answer(told[0], "application/json; charset=utf-8", body(told[1]))
            else:
                self._answer(404, "text/plain", b"there are /health, /ready and /metrics\n")

        def _answer(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing: a probe every second is no news."""

    try:
        server = ThreadingHTTPServer((host, port), Handler)
    except OSError as error:
        where = f"cannot serve health on {host}:{port} (SUOHENG_HEALTH_HOST, SUOHENG_HEALTH_PORT)"
        raise OSError(error.errno, f"{where}: {error.strerror}") from error
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
