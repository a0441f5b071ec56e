"""`python -m consumers.alerts` against real Kafka and a receiver on this machine: what arrives, in which order, and after which failures."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from schemas.topics import ALERTS, topic_name

pytestmark = pytest.mark.topics_only

PARTITION = 2


def row(state: str, offset: int, **changed: Any) -> dict[str, Any]:
    base = {
        "district": "990101",
        "rule": "lost",
        "subject_kind": "office",
        "subject_id": "sfs-990101-001",
        "start": "2026-08-01",
        "state": state,
        "severity": "high",
        "indicator": "cor_lost_cnt",
        "mode": "none",
        "dimension": "",
        "window_kind": "month",
        "window_start": "2026-08-01",
        "value": 1,
        "threshold": 0,
        "why": "1 > 0 in month 2026-08",
        "titles": {"zh": "脱管", "en": "Lost from control"},
        "version": offset,
        "computed_at": "2026-08-07T00:00:00.000Z",
    }
    return base | changed


class Receiver:
    """A webhook receiver whose answers a test chooses; `got` is what it has taken (2xx), in order."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.attempts: list[tuple[str, int]] = []
        self.got: list[tuple[str, str]] = []
        self.keys: list[str] = []

    def answer(self, body: dict[str, Any], key: str) -> int:
        status = self.statuses.pop(0) if self.statuses else 200
        self.attempts.append((key, status))
        if 200 <= status < 300:
            self.got.append((body["alerts"][0]["labels"]["subject"][-3:], body["status"]))
            self.keys.append(key)
        return status


@contextmanager
def listening(receiver: Receiver, port: int = 0) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(receiver.answer(body, self.headers["Idempotency-Key"]))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Deliverer:
    """The process under test."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log

    @contextmanager
    def running(self, url: str, **changed: str) -> Iterator[subprocess.Popen[bytes]]:
        environment = self._environment | {"SUOHENG_WEBHOOK_URL": url, "SUOHENG_WEBHOOK_PRIVATE_NETWORKS": '["127.0.0.0/8"]'} | changed
        with self._log.open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", "consumers.alerts"], env=environment, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)

    def log(self) -> str:
        return self._log.read_text()


@pytest.fixture
def deliverer(installation: Any, tmp_path: Path) -> Deliverer:
    return Deliverer(dict(installation.environment), tmp_path / "alerts.log")


@pytest.fixture
def write(installation: Any) -> Iterator[Callable[..., None]]:
    """Write rows, as a worker does: in a transaction each call."""
    settings = installation
    producer = KafkaProducer(bootstrap_servers=settings.kafka, transactional_id=f"{settings.app_id}-test", acks="all")
    producer.init_transactions()

    def send(*rows: dict[str, Any], abort: bool = False) -> None:
        producer.begin_transaction()
        for one in rows:
            producer.send(topic_name(ALERTS, settings), json.dumps(one).encode(), ALERTS.key_of(one), partition=PARTITION)
        producer.flush()
        producer.abort_transaction() if abort else producer.commit_transaction()

    yield send
    producer.close()


@pytest.fixture
def committed(installation: Any) -> Iterator[Callable[[], int | None]]:
    """The deliverer's committed offset of the test's partition."""
    settings = installation
    consumer = KafkaConsumer(
        bootstrap_servers=settings.kafka, group_id=f"{settings.app_id}-alerts-e{settings.epoch}", enable_auto_commit=False
    )
    yield lambda: consumer.committed(TopicPartition(topic_name(ALERTS, settings), PARTITION))
    consumer.close()


def until(condition: Callable[[], object], what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def test_changes_of_state_arrive_once_and_in_order(deliverer: Deliverer, write: Any, committed: Any) -> None:
    receiver = Receiver()
    with listening(receiver) as port, deliverer.running(f"http://127.0.0.1:{port}/"):
        until(lambda: committed() == 0, "an empty topic is no history")
        write(row("firing", 1))
        write(row("firing", 2, value=2), row("firing", 3, subject_id="sfs-990101-002"))
        write(row("firing", 4, subject_id="sfs-990101-009"), abort=True)
        write(row("resolved", 5), row("resolved", 6, subject_id="sfs-990101-003"))
        until(lambda: len(receiver.got) >= 5, f"five notices, got {receiver.got}")
        time.sleep(0.5)
    assert receiver.got == [("001", "firing"), ("002", "firing"), ("001", "resolved"), ("003", "firing"), ("003", "resolved")]
    assert len(set(receiver.keys)) == 5


def test_a_restart_goes_on_where_delivery_ended(deliverer: Deliverer, write: Any, committed: Any) -> None:
    receiver = Receiver()
    with listening(receiver) as port:
        url = f"http://127.0.0.1:{port}/"
        with deliverer.running(url):
            until(lambda: committed() == 0, "first start")
            write(row("firing", 1))
            until(lambda: receiver.got, "the first notice")
            until(lambda: committed() > 0, "its offset is committed")
        write(row("firing", 2, value=2), row("firing", 3, subject_id="sfs-990101-002"), row("resolved", 4, subject_id="sfs-990101-002"))
        with deliverer.running(url):
            write(row("resolved", 5))
            until(lambda: len(receiver.got) >= 4, f"the rest, got {receiver.got}")
    assert receiver.got == [("001", "firing"), ("002", "firing"), ("002", "resolved"), ("001", "resolved")]


def test_a_first_start_tells_only_what_still_fires(deliverer: Deliverer, write: Any) -> None:
    receiver = Receiver()
    write(
        row("firing", 1),
        row("firing", 2, subject_id="sfs-990101-002"),
        row("resolved", 3),
        row("firing", 4, value=5, subject_id="sfs-990101-002"),
    )
    with listening(receiver) as port, deliverer.running(f"http://127.0.0.1:{port}/"):
        until(lambda: receiver.got, "the alert that still fires")
        write(row("resolved", 5, subject_id="sfs-990101-002"))
        until(lambda: len(receiver.got) >= 2, "its end")
    assert receiver.got == [("002", "firing"), ("002", "resolved")]


def test_a_failing_receiver_gets_it_when_it_recovers_under_one_key(deliverer: Deliverer, write: Any, committed: Any) -> None:
    receiver = Receiver()
    receiver.statuses = [500, 503, 302, 404, 429]
    with listening(receiver) as port, deliverer.running(f"http://127.0.0.1:{port}/"):
        until(lambda: committed() == 0, "first start")
        write(row("firing", 1), row("resolved", 2))
        until(lambda: len(receiver.got) >= 2, f"delivery after failures, attempts {receiver.attempts}", 90)
    assert receiver.got == [("001", "firing"), ("001", "resolved")]
    assert [status for _, status in receiver.attempts] == [500, 503, 302, 404, 429, 200, 200]
    assert len({key for key, _ in receiver.attempts[:6]}) == 1


def test_killed_before_the_receiver_is_back_it_is_told_by_the_next_run(deliverer: Deliverer, write: Any, committed: Any) -> None:
    receiver = Receiver()
    with listening(receiver) as port:
        url = f"http://127.0.0.1:{port}/"
        with deliverer.running(url):
            until(lambda: committed() == 0, "first start")
    with deliverer.running(url) as process:
        write(row("firing", 1))
        until(lambda: "alert not delivered yet" in deliverer.log(), "an attempt that fails")
        process.kill()
        process.wait(10)
    with listening(receiver, port), deliverer.running(url):
        until(lambda: receiver.got == [("001", "firing")], "delivery by the next run")


def test_a_receiver_that_refuses_is_given_up_loudly_and_does_not_stop_the_others(deliverer: Deliverer, write: Any, committed: Any) -> None:
    receiver = Receiver()
    receiver.statuses = [400] * 5
    with listening(receiver) as port, deliverer.running(f"http://127.0.0.1:{port}/"):
        until(lambda: committed() == 0, "first start")
        write(row("firing", 1), row("firing", 2, subject_id="sfs-990101-002"))
        until(lambda: receiver.got, f"the second alert, attempts {receiver.attempts}", 90)
    assert receiver.got == [("002", "firing")]
    assert "alert given up" in deliverer.log()


def test_without_a_webhook_alerts_are_logged_and_committed(deliverer: Deliverer, write: Any, committed: Any) -> None:
    with deliverer.running(""):
        until(lambda: committed() == 0, "first start")
        write(row("firing", 1))
        until(lambda: committed() > 0, "the offset is committed")
    assert "1 > 0 in month 2026-08" in deliverer.log()


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "http://169.254.169.254/", "ftp://example.org/"])
def test_a_destination_that_can_never_be_used_halts_with_a_reason(deliverer: Deliverer, url: str) -> None:
    with deliverer.running(url, SUOHENG_WEBHOOK_PRIVATE_NETWORKS="[]") as process:
        assert process.wait(30) == 78
    assert "webhook_url" in deliverer.log()
