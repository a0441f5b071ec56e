"""The local stack: which processes there are, on which ports, in which order they start and stop. `suoheng up` and `suoheng demo` run it.

Kafka, ClickHouse  →  topics, tables  →  workers, sink, alerts, gateway, dashboard
"""

import fcntl
import os
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import IO

from deploy.errors import MissingDependency
from deploy.local.address import gateway_url, reachable
from deploy.local.asking import can_work
from deploy.local.child import as_environment
from deploy.local.jars import Progress
from deploy.local.supervisor import Program, Supervisor
from deploy.stopping import asked_to_stop
from schemas.settings import Settings

LEAST_FREE_BYTES = 128 * 1024 * 1024
"""Free space below which the stack does not start: Kafka would stop in the middle of its first segment."""

Tell = Callable[[str], None]
"""Gets one line about what happens."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack."""

    settings: Settings
    supervisor: Supervisor

    @property
    def gateway_url(self) -> str:
        """Where events are taken over HTTP."""
        return gateway_url(self.settings)

    @property
    def dashboard_url(self) -> str:
        """Where the page is."""
        return f"http://{reachable(self.settings.dashboard_host)}:{self.settings.dashboard_port}"

    def description(self) -> dict[str, object]:
        """What `suoheng up` prints when all is ready."""
        return {
            "ready": True,
            "kafka": self.settings.kafka,
            "clickhouse": self.settings.clickhouse_url,
            "gateway": self.gateway_url,
            "dashboard": self.dashboard_url,
            "data": str(self.settings.data),
            "pids": self.supervisor.pids,
        }


def local_settings(data: Path | None = None, port_base: int | None = None) -> Settings:
    """This process's settings, with the addresses of the local stack whatever addresses the environment names."""
    given: dict[str, object] = {"kafka": "", "kafka_security": "plaintext", "clickhouse_url": ""}
    if data is not None:
        given["data"] = data
    if port_base is not None:
        given["port_base"] = port_base
    settings = Settings(**given)  # type: ignore[arg-type]
    return settings.model_copy(update={"data": settings.data.resolve(), "cache": settings.cache.resolve()})


@contextmanager
def local_stack(
    settings: Settings, workers: int = 1, tell: Tell | None = None, fetched: Progress | None = None, *, from_topics: bool = False
) -> Iterator[Stack]:
    """Run the stack around a block of code: all is ready when it begins, nothing is left when it ends.

    `settings` from `local_settings`; `from_topics`: the sink reads all of its topics again. In the main thread SIGTERM, SIGHUP and Ctrl-C leave
    the block by KeyboardInterrupt; a second one, while all is being stopped, kills what is left. Raises MissingDependency, in one line, when
    something cannot start.
    """
    tell = tell or _tell
    with _supervised(settings, needed_ports(settings, workers), tell) as supervisor:
        tell("starting Kafka and ClickHouse")
        supervisor.start(services(settings, fetched))
        _prepare(settings, from_topics=from_topics)
        tell(f"starting {workers} worker{'s' * (workers > 1)}, sink, alerts, gateway, dashboard")
        supervisor.start(processes(settings, workers))
        yield Stack(settings, supervisor)


@contextmanager
def local_services(settings: Settings, tell: Tell | None = None, fetched: Progress | None = None) -> Iterator[None]:
    """Kafka and ClickHouse of the stack alone, for work that nobody may see half done; otherwise as `local_stack`."""
    with _supervised(settings, needed_ports(settings, 0)[:3], tell or _tell) as supervisor:
        supervisor.start(services(settings, fetched))
        yield


@contextmanager
def _supervised(settings: Settings, ports: list[tuple[str, int, str]], tell: Tell) -> Iterator[Supervisor]:
    supervisor = Supervisor(settings.data, tell)
    with _only_one(settings.data), _signals(supervisor) as closing:
        try:
            _check_ports(ports)
            yield supervisor
        finally:
            closing.set()
            supervisor.stop()


def _prepare(settings: Settings, *, from_topics: bool) -> None:
    from deploy.from_topics import read_again
    from deploy.migrate import migrate
    from deploy.topics import create_topics

    create_topics(settings)
    migrate(settings)
    if from_topics:
        read_again(settings)


def services(settings: Settings, fetched: Progress | None = None) -> list[Program]:
    """Kafka and the embedded ClickHouse; fetches and prepares what Kafka needs."""
    from deploy.local.kafka import kafka_answers, kafka_node

    node = kafka_node(settings, fetched)
    environment = as_environment(settings)
    clickhouse = [sys.executable, "-m", "deploy.local.clickhouse"]
    return [
        Program("kafka", node.command, environment, partial(kafka_answers, node.address, 1_000), stop_rank=4, patience_s=30),
        Program("clickhouse", clickhouse, environment, partial(can_work, "127.0.0.1", settings.port_base + 2), stop_rank=3, patience_s=30),
    ]


def processes(settings: Settings, workers: int) -> list[Program]:
    """The product's own processes."""
    base = settings.port_base
    ours = [_program(settings, f"worker-{n}", "streams.worker", base + 9 + n, 1) for n in range(1, workers + 1)]
    ours.append(_program(settings, "sink", "consumers.clickhouse", base + 5, 2))
    ours.append(_program(settings, "alerts", "consumers.alerts", base + 6, 2))
    gateway, dashboard = (settings.gateway_host, settings.gateway_port), (settings.dashboard_host, settings.dashboard_port)
    ours.append(_program(settings, "gateway", "streams.ingest.gateway", 0, 0, gateway))
    ours.append(_program(settings, "dashboard", "consumers.dashboard", 0, 2, dashboard))
    return ours


def _program(settings: Settings, name: str, module: str, health_port: int, rank: int, address: tuple[str, int] | None = None) -> Program:
    host, port = address or ("127.0.0.1", health_port)
    environment = as_environment(settings) | {"SUOHENG_HEALTH_PORT": str(health_port)}
    tls = name == "gateway" and settings.gateway_tls_certificate is not None
    return Program(name, [sys.executable, "-m", module], environment, partial(can_work, reachable(host), port, tls=tls), stop_rank=rank)


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the data folder; raises MissingDependency when another stack has it, or when it cannot hold one."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(data).free
        if free < LEAST_FREE_BYTES:
            raise MissingDependency(
                f"only {free >> 20} MiB are free in {data}: make room or choose another folder (--data or SUOHENG_DATA)"
            )
        lock = (data / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise MissingDependency(f"cannot use {data}: {error.strerror}; choose another folder (--data or SUOHENG_DATA)") from error
    with lock:
        _take(lock, data)
        yield


def _take(lock: IO[str], data: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        raise MissingDependency(
            f"{data} is in use by another stack (pid {lock.read().strip() or 'unknown'}): stop it, or choose another folder "
            "(--data or SUOHENG_DATA) and other ports (--port-base or SUOHENG_PORT_BASE)"
        ) from error
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()}\n")
    lock.flush()


def needed_ports(settings: Settings, workers: int) -> list[tuple[str, int, str]]:
    """Host, port and owner of everything that the stack listens on."""
    base, own = settings.port_base, "127.0.0.1"
    return [
        (own, base, "Kafka"),
        (own, base + 1, "Kafka's controller"),
        (own, base + 2, "ClickHouse"),
        (settings.gateway_host, settings.gateway_port, "gateway"),
        (settings.dashboard_host, settings.dashboard_port, "dashboard"),
        (own, base + 5, "sink"),
        (own, base + 6, "alerts"),
        *((own, base + 9 + n, f"worker-{n}") for n in range(1, workers + 1)),
    ]


def is_free(host: str, port: int) -> bool:
    """Whether a process could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections that linger do not count
        try:
            probe.bind((host.strip("[]"), port))
        except OSError:
            return False
    return True


def _check_ports(ports: list[tuple[str, int, str]]) -> None:
    for host, port, what in ports:
        if not is_free(host, port):
            raise MissingDependency(
                f"port {port} ({what}) is in use: choose other ports (--port-base or SUOHENG_PORT_BASE), or stop what uses it"
            )


@contextmanager
def _signals(supervisor: Supervisor) -> Iterator[threading.Event]:
    """Turn what asks to stop into KeyboardInterrupt, and into haste once the event is set; only the main thread can."""
    closing = threading.Event()

    def asked(number: int, _: FrameType | None) -> None:
        if closing.is_set():
            if number != signal.SIGHUP:  # a closed terminal says it twice: by the shell, and by the system when the shell is gone
                supervisor.hurry()
        else:
            closing.set()
            raise KeyboardInterrupt(signal.Signals(number).name)

    if threading.current_thread() is not threading.main_thread():
        yield closing
        return
    with asked_to_stop(asked):
        yield closing


def _tell(line: str) -> None:
    print(f"suoheng: {line}", file=sys.stderr, flush=True)
