"""What the sink's tests share: output rows written as a worker writes them, the sink as a process, and ClickHouse's answers."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import urlsplit

import structlog
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from consumers.clickhouse.__main__ import run
from consumers.clickhouse.client import connect
from consumers.clickhouse.metrics import Metrics
from deploy.waiting import wait
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, Topic, topic_name
from tests.ports import free_port

DISTRICT = "990101"
OFFICE = "sfs-990101-001"
STREET = "au-990101-street"
ROOT = Path(__file__).parents[2]


def value(version: int, **changed: Any) -> dict[str, Any]:
    """A row of `indicator-values`."""
    base = {
        "district": DISTRICT,
        "indicator": "med_accepted_cnt",
        "mode": "none",
        "dimension": "",
        "subject_kind": "office",
        "subject_id": OFFICE,
        "window_kind": "month",
        "window_start": "2026-02-01",
        "numerator": version,
        "denominator": None,
        "scale": 1,
        "version": version,
        "computed_at": "2026-03-01T00:00:00.000Z",
    }
    return base | changed


def fact(version: int, **changed: Any) -> dict[str, Any]:
    """A row of `facts`."""
    base = {
        "district": DISTRICT,
        "record": "med:01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "component": "med.accepted",
        "day": "2026-02-03",
        "dimension": "",
        "office": OFFICE,
        "assigner": "self",
        "amount": 1,
        "gone": False,
        "version": version,
    }
    return base | changed


def registered(kind: str, identity: str, version: int, **fields: Any) -> dict[str, Any]:
    """A row of `registry`."""
    return {"district": DISTRICT, "kind": kind, "id": identity, "gone": False, "version": version} | fields


def today(day: str, version: int = 1) -> dict[str, Any]:
    return registered("district", DISTRICT, version, today=day)


def closed(window_start: str, closed_version: int, **changed: Any) -> dict[str, Any]:
    fields = {"window_kind": "month", "window_start": window_start, "closed_version": closed_version}
    return registered("period", f"month:{window_start}", closed_version, **fields) | changed


class Worker:
    """Writes to the output topics as a worker does: transactions on one partition, with the consumed offset inside."""

    def __init__(self, settings: Settings, partition: int = 1) -> None:
        self.settings = settings
        self.partition = partition
        self._group = f"{settings.app_id}-e{settings.epoch}"
        self._producer = KafkaProducer(
            bootstrap_servers=settings.kafka,
            transactional_id=f"{settings.app_id}-{partition}",
            acks="all",
            compression_type="zstd",
            linger_ms=20,
        )
        self._producer.init_transactions()

    def write(self, topic: Topic, *rows: dict[str, Any], read_to: int | None = None, abort: bool = False) -> None:
        """One transaction; `read_to` is the consumed offset that it moves."""
        self.begin()
        for row in rows:
            self.send(topic, topic.key_of(row), json.dumps(row, ensure_ascii=False).encode())
        self.end(read_to, abort=abort)

    def bury(self, key: bytes | None, text: bytes | None, offset: int, code: str, headers: Sequence[tuple[str, bytes]] = ()) -> None:
        """A dead letter of the event at `offset`, in a transaction of its own."""
        reason = {
            "code": code,
            "detail": "data.form: not a listed value",
            "stage": "schema",
            "topic": topic_name(OFFICE_EVENTS, self.settings),
        }
        reason |= {"partition": str(self.partition), "offset": str(offset), "sha256": "ab" * 32, "build": "suoheng-test"}
        self.begin()
        self.send(DEAD_LETTERS, key, text, [*headers, *((f"dl-{name}", said.encode()) for name, said in reason.items())])
        self.end(offset + 1)

    def begin(self) -> None:
        self._producer.begin_transaction()

    def send(self, topic: Topic, key: bytes | None, text: bytes | None, headers: Sequence[tuple[str, bytes]] = ()) -> None:
        self._producer.send(topic_name(topic, self.settings), text, key, headers=list(headers), partition=self.partition)

    def end(self, read_to: int | None = None, *, abort: bool = False) -> None:
        self._producer.flush()
        if read_to is not None:
            from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

            tp = TopicPartition(topic_name(OFFICE_EVENTS, self.settings), self.partition)
            member = ConsumerGroupMetadata(self._group, -1, "", None)
            self._producer.send_offsets_to_transaction({tp: OffsetAndMetadata(read_to, "", -1)}, member)
        self._producer.abort_transaction() if abort else self._producer.commit_transaction()

    def close(self) -> None:
        self._producer.close()


Settle = Callable[[], None]
"""Wait until everything that was written is in ClickHouse."""


def output_writer(installation: Settings) -> Iterator[Worker]:
    """Fixture: a worker's place in the installation."""
    worker = Worker(installation)
    yield worker
    worker.close()


def running_sink(installation: Settings) -> Iterator[Settle]:
    """Fixture: the sink in a thread of this process, which spares every test the start of an interpreter."""
    stop, failed = Event(), list[BaseException]()

    def carry() -> None:
        try:
            run(installation, Metrics(), stop)
        except BaseException as error:  # noqa: BLE001  told by the test's thread
            failed.append(error)

    before = structlog.get_config()
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.__stderr__)
    )  # not among what a command prints that is tested beside it
    thread = Thread(target=carry)
    thread.start()
    yield lambda: visible(installation)
    stop.set()
    thread.join(30)
    structlog.configure(**before)
    assert not thread.is_alive()
    assert failed == []


class Line:
    """A TCP line to ClickHouse that a test can cut: connections through it break, and new ones are refused, until it is mended."""

    def __init__(self, url: str) -> None:
        far = urlsplit(url)
        self._far = (far.hostname, far.port)
        self._port = free_port()
        self._open: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.url = f"http://127.0.0.1:{self._port}"
        self.mend()

    def mend(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        assert self._listener
        self._listener.close()
        for end in self._open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def _accept(self, listener: socket.socket) -> None:
        listener.settimeout(0.05)
        while listener.fileno() >= 0:
            try:
                near = listener.accept()[0]
            except TimeoutError:
                continue
            except OSError:
                return
            far = socket.create_connection(self._far)
            self._open += [near, far]
            for source, target in ((near, far), (far, near)):
                Thread(target=self._pass, args=(source, target), daemon=True).start()

    @staticmethod
    def _pass(source: socket.socket, target: socket.socket) -> None:
        source.settimeout(None)
        with suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def sink(
    environment: Mapping[str, str], log: Path, changed: Mapping[str, str], *, code: str | None = None, ready: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    """The sink's process, or a program that runs it (`code`), stopped at the end. Of `changed` settings the health port must be one."""
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "consumers.clickhouse"]
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, env={**environment, **changed}, stdout=out, stderr=out)
    port = int(changed["SUOHENG_HEALTH_PORT"])
    try:
        if ready:
            until(lambda: health(port)[0] == 200, "the sink to be ready", log.read_text)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def health(port: int) -> tuple[int, str]:
    """Status and text of the sink's `/ready`; status 0 when nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=2) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError as error:
        return 0, str(error)


def until(condition: Callable[[], bool], what: str, told: Callable[[], str] = lambda: "", seconds: float = 40.0) -> None:
    """Wait for a condition; a test that waits in vain says for what."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain for {what}\n{told()}"
        time.sleep(0.05)


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query."""
    with connect(settings) as client:
        return [tuple(row) for row in client.query(query).result_rows]


def visible(settings: Settings) -> None:
    """Everything that was written is in ClickHouse."""
    wait(settings, timeout=60)


def committed(settings: Settings, topic: Topic, partition: int = 1) -> int | None:
    """The sink's committed offset."""
    consumer = KafkaConsumer(
        bootstrap_servers=settings.kafka, group_id=f"{settings.app_id}-sink-e{settings.epoch}", enable_auto_commit=False
    )
    try:
        at: int | None = consumer.committed(TopicPartition(topic_name(topic, settings), partition))
        return at
    finally:
        consumer.close(autocommit=False)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL, and wait for the end."""
    os.kill(process.pid, 9)
    process.wait()
