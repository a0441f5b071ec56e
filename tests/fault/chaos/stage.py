"""A whole stack of its own under continuous load: broker, ClickHouse, two workers, sink. What ends is started again at once, as the
supervisor does, and how it ended must be known: killed by a fault, or by itself with 70 (restart) or 78 (halt, left alone)."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, NamedTuple

from deploy.local.child import as_environment, last_line, start_child, stop_children
from deploy.local.kafka import kafka_answers, kafka_node
from schemas.settings import Settings
from tests.fault.chaos.proxy import Proxy
from tests.fault.workers import REAL, until
from tests.ports import free_port_base

WORKERS = ("worker-1", "worker-2")
SINK = (sys.executable, "-m", "consumers.clickhouse")
EXPECTED = {0, 70, -signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGTERM}


class Start(NamedTuple):
    """How a process is started: what, and which settings differ."""

    command: Sequence[str]
    changed: Mapping[str, Any] = {}


class Stage:
    """The processes by name. `once` is how the next start of one differs from its usual start."""

    def __init__(self, folder: Path) -> None:
        self.settings = Settings(
            port_base=free_port_base(), data=folder, partitions=4, micro_batch_events=100, snapshot_events=200, snapshot_minutes=0,
            session_timeout_ms=6_000, transaction_timeout_ms=10_000, dead_letter_percent=0, stall_timeout_s=60, log_level="info",
        )  # fmt: skip
        self.proxy = Proxy(self.settings.clickhouse_url)
        self.usual: dict[str, Start] = {}
        self.once: dict[str, Start] = {}
        self.held: set[str] = set()
        self.halted: set[str] = set()
        self.ends: Counter[str] = Counter()
        self.trouble: list[str] = []
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._lock, self._stop = Lock(), Event()
        self._keeper = Thread(target=self._keep, name="keeper")

    def open(self) -> None:
        """Start everything. The keeper starts all processes: they end with the thread that started them."""
        from deploy.migrate import migrate
        from deploy.topics import create_topics

        node = kafka_node(self.settings)
        self.usual = {"kafka": Start(node.command), "clickhouse": Start((sys.executable, "-m", "deploy.local.clickhouse"))}
        self._keeper.start()
        until(lambda: kafka_answers(self.settings.kafka), "Kafka", 90)
        create_topics(self.settings)
        until(self.clickhouse_answers, "ClickHouse", 90)
        migrate(self.settings)
        for n, name in enumerate(WORKERS):
            self.usual[name] = self.worker(n)
        sink = {"clickhouse_url": self.proxy.url, "health_port": self.settings.port_base + 5}
        self.usual["sink"] = Start(SINK, sink)

    def worker(self, number: int, **changed: Any) -> Start:
        """A worker's usual start, with changes."""
        return Start(REAL, {"health_port": self.settings.port_base + 10 + number, **changed})

    def close(self) -> None:
        """Stop everything."""
        self._stop.set()
        self._keeper.join()
        self.proxy.close()

    def tails(self) -> str:
        """The last lines of every process's log, for whoever must find out why a run failed."""
        logs = sorted((self.settings.data / "logs").glob("*.log"))
        return "\n".join(f"== {log.name}\n" + "\n".join(log.read_text("utf-8", "replace").splitlines()[-40:]) for log in logs)

    def pid(self, name: str) -> int:
        """Of the running process; waits until it runs."""
        return int(until(lambda: self.alive(name), f"{name} runs"))

    def alive(self, name: str) -> int:
        """The pid of the process; 0 while it does not run."""
        with self._lock:
            process = self._running.get(name)
            return process.pid if process and process.poll() is None else 0

    def signal(self, name: str, number: signal.Signals) -> int:
        """Send a signal; to which pid. A process that is just ending is not meant: the next one is."""
        while True:
            pid = self.pid(name)
            with suppress(ProcessLookupError):
                os.kill(pid, number)
                return pid

    def frozen(self, name: str, seconds: float) -> None:
        """SIGSTOP, wait, SIGCONT."""
        pid = self.signal(name, signal.SIGSTOP)
        try:
            time.sleep(seconds)
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def answers(self) -> bool:
        """Whether broker and ClickHouse do."""
        return kafka_answers(self.settings.kafka) and self.clickhouse_answers()

    def clickhouse_answers(self) -> bool:
        """Whether it takes queries."""
        from consumers.clickhouse.client import CLICKHOUSE_ERRORS, connect

        try:
            connect(self.settings, database=False, timeout_s=5).close()
        except CLICKHOUSE_ERRORS:
            return False
        return True

    # -- the keeper's thread
    def _keep(self) -> None:
        while not self._stop.wait(0.05):
            with self._lock:
                for name, process in list(self._running.items()):
                    if process.poll() is not None:
                        self._note(name, process)
                for name in self.usual.keys() - self._running.keys() - self.held - self.halted:
                    self._running[name] = self._start(name)
        self._close()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        start = self.once.pop(name, self.usual[name])
        environment = as_environment(self.settings.model_copy(update=dict(start.changed)))
        return start_child(start.command, environment, self._log(name))

    def _log(self, name: str) -> Path:
        return self.settings.data / "logs" / f"{name}.log"

    def _note(self, name: str, process: subprocess.Popen[bytes]) -> None:
        del self._running[name]
        code = process.returncode
        self.ends[f"{name.split('-', maxsplit=1)[0]} {code}"] += 1
        if code == 78:
            self.halted.add(name)
        elif code not in EXPECTED and name != "kafka":
            self.trouble.append(f"{name} ended with {code}: {last_line(self._log(name))}")

    def _close(self) -> None:
        order = ["sink", *(name for name in self._running if name.startswith("worker")), "clickhouse", "kafka"]
        for name in order:
            if process := self._running.get(name):
                stop_children([process], patience_s=20)
