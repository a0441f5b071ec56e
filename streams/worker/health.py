"""`/health` and `/metrics` on loopback, in a thread of their own: they answer while the core folds a large slice."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Health = Callable[[], tuple[bool, dict[str, Any]]]
"""Whether the process is ready, and what there is to know about it."""


def serve(port: int, health: Health) -> ThreadingHTTPServer:
    """Start serving on 127.0.0.1; `/health` answers 200 when ready, 503 before. Port 0: any free one (`server_address` tells)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                ready, details = health()
                self._answer(200 if ready else 503, "application/json", orjson.dumps({"ready": ready, **details}))
            elif self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
            else:
                self._answer(404, "text/plain", b"there is /health and /metrics\n")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Probes are not worth a line."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
