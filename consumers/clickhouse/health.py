"""`GET /health` and `GET /metrics` of the sink, on loopback, in a thread of their own."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from prometheus_client import CONTENT_TYPE_LATEST

from consumers.clickhouse.metrics import Metrics


def serve(metrics: Metrics, port: int) -> ThreadingHTTPServer:
    """Begin to serve; `/health` answers 200 when the sink is ready and 503 with the reason when it is not.

    Raises OSError when the port is taken. `shutdown()` of the returned server ends it.
    """
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(metrics))
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def _handler(metrics: Metrics) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, metrics.exposition())
            elif self.path == "/health":
                trouble = metrics.trouble()
                self._answer(503 if trouble else 200, "text/plain; charset=utf-8", f"{trouble or 'ready'}\n".encode())
            else:
                self._answer(404, "text/plain", b"there are /health and /metrics\n")

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: a probe every second is no news."""

    return Handler
