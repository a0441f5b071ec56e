"""`/health` and `/metrics` on loopback, in a thread of their own: they answer while a receiver keeps the deliverer waiting."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


def serve(port: int, ready: Event) -> None:
    """`/health` (200 once the topic is being read, 503 before) and `/metrics` on loopback; port 0: none."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/health":
                self._answer(
                    200 if ready.is_set() else 503, "application/json", b'{"ready":true}' if ready.is_set() else b'{"ready":false}'
                )
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

        def log_message(self, *_: object) -> None:
            """Probes are not worth a line."""

    if port:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, name="health", daemon=True).start()
