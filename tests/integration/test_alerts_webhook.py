"""The webhook channel against receivers of every temper on this machine: down, slow, failing, redirecting, endless."""

import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from threading import Thread
from typing import Any

import pytest

from consumers.alerts import posting
from consumers.alerts.channels import Webhook
from consumers.alerts.outcome import Delivered, Later, Outcome, Refused
from consumers.alerts.policy import Notice
from schemas.outputs import Alert

LOOPBACK = [ip_network("127.0.0.0/8")]
ALERT = Alert.model_validate(
    {
        "district": "990101",
        "rule": "lost",
        "subject_kind": "office",
        "subject_id": "sfs-990101-001",
        "start": date(2026, 8, 1),
        "state": "firing",
        "severity": "high",
        "indicator": "cor_lost_cnt",
        "mode": "none",
        "dimension": "",
        "window_kind": "month",
        "window_start": date(2026, 8, 1),
        "value": 1.0,
        "threshold": 0.0,
        "why": "1 > 0 in month 2026-08",
        "titles": {"zh": "脱管", "en": "Lost from control"},
        "version": 7,
        "computed_at": datetime(2026, 8, 7, tzinfo=UTC),
    }
)
NOTICE = Notice(ALERT, "firing")
Answer = Callable[[BaseHTTPRequestHandler], None]


class Requests:
    """What a receiver got."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.headers: list[Any] = []
        self.bodies: list[bytes] = []


@contextmanager
def receiver(answer: Answer) -> Iterator[Requests]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.headers.append(self.headers)
            got.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            answer(self)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    got = Requests(f"http://127.0.0.1:{server.server_address[1]}/hook")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def status(code: int, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def deliver(url: str) -> Outcome:
    return Webhook(url, "http://127.0.0.1:29094/", LOOPBACK).deliver(NOTICE)


def test_a_receiver_gets_the_payload_under_its_key() -> None:
    with receiver(status(200)) as got:
        assert deliver(got.url) == Delivered()
    assert json.loads(got.bodies[0])["alerts"][0]["labels"]["alertname"] == "lost"
    assert got.headers[0]["Idempotency-Key"] == NOTICE.idempotency_key
    assert got.headers[0]["Content-Type"] == "application/json"


def test_every_attempt_has_the_same_key_and_body() -> None:
    with receiver(status(503, Retry_After="7")) as got:
        webhook = Webhook(got.url, "", LOOPBACK)
        assert [webhook.deliver(NOTICE) for _ in range(3)] == [Later("HTTP 503", 7.0)] * 3
    assert len({headers["Idempotency-Key"] for headers in got.headers}) == 1
    assert len(set(got.bodies)) == 1


def test_redirects_are_not_followed() -> None:
    with receiver(status(200)) as inner, receiver(status(307, Location=inner.url)) as got:
        outcome = deliver(got.url)
    assert isinstance(outcome, Refused)
    assert "redirect" in outcome.reason
    assert inner.bodies == []


def test_a_receiver_that_is_down_is_tried_again() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        outcome = deliver(f"http://127.0.0.1:{unused.getsockname()[1]}/")
    assert isinstance(outcome, Later)


def test_a_silent_receiver_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.3)
    with receiver(lambda _: time.sleep(1)) as got:
        assert deliver(got.url) == Later("no answer within 0.3 s")


def test_a_dripping_receiver_does_not_hold_us(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes within any timeout for a single read; the whole answer does not."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100:
            handler.wfile.write(bytes([byte]))
            time.sleep(0.05)

    monkeypatch.setattr(posting, "TIMEOUT_S", 0.5)
    with receiver(drip) as got:
        assert isinstance(deliver(got.url), Later)


def test_an_endless_answer_is_not_read() -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65_536)
        except OSError:
            pass

    began = time.monotonic()
    with receiver(endless) as got:
        assert deliver(got.url) == Delivered()
    assert time.monotonic() - began < posting.TIMEOUT_S


@pytest.mark.parametrize("nonsense", [b"", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: " + b"b" * 70_000 + b"\r\n\r\n"])
def test_what_does_not_speak_http_is_tried_again(nonsense: bytes) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(nonsense)
        handler.close_connection = True

    with receiver(answer) as got:
        assert isinstance(deliver(got.url), Later)


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f.1"])
def test_names_of_this_machine_are_refused_when_it_is_not_listed(host: str) -> None:
    with receiver(status(200)) as got:
        outcome = Webhook(got.url.replace("127.0.0.1", host), "", []).deliver(NOTICE)
    assert not isinstance(outcome, Delivered)
    assert got.bodies == []
