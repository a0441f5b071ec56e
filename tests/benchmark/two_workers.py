"""Two workers against one on the same log, each on a core of its own, although the machine has too few of them.

Every worker gets a core that is five times slower: all are pinned to one, and by turns each may run for a fifth of the time, nobody else
meanwhile. One worker takes one of the turns, two take two; the broker has the rest of the machine, as it would where two more cores are free.
"""

import os
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

from kafka import KafkaAdminClient

from schemas.settings import Settings
from streams.worker.app import belongs_to
from tests.benchmark import backlog
from tests.benchmark.broker import kafka, publish
from tests.benchmark.machine import cpu_seconds
from tests.benchmark.worker_speed import CORE, committed
from tests.fault.workers import Worker, ending, until

EVENTS = int(os.environ.get("BENCH_EVENTS", "200000"))
PARTITIONS = 2
TURNS = 5
TURN_S = 0.02


def run() -> dict[str, Any]:
    """The same events with one worker and with two; the core indicators."""
    one, two = _measure(1), _measure(2)
    result = {"events": EVENTS, "one": one, "two": two, "two_are_times_one": round(two["events_per_s"] / one["events_per_s"], 2)}
    print(f"two workers are {result['two_are_times_one']} times one", flush=True)
    return result


def _measure(number: int) -> dict[str, Any]:
    with kafka(partitions=PARTITIONS) as settings, ending([]) as workers:
        for name in range(number):
            command = ("taskset", "-c", "1", *CORE)
            workers.append(Worker(settings, Path(settings.data), f"worker-{name}", command=command, session_timeout_ms=60_000))
        until(lambda: all(worker.ready(PARTITIONS // number) for worker in workers), "each has its partitions", 120)
        pids = [worker.process.pid for worker in workers]
        with _standing(pids):
            publish(settings, backlog.records(EVENTS, list(_districts())))
        cpu, began = sum(map(cpu_seconds, pids)), time.monotonic()
        with _by_turns(pids):
            _wait(settings, workers)
            wall = time.monotonic() - began
        cpu = sum(map(cpu_seconds, pids)) - cpu
    result = {"events_per_s": round(EVENTS / wall), "wall_s": round(wall, 1), "cpu_us_per_event": round(cpu / EVENTS * 1e6, 1)}
    print(f"{number} of {TURNS} turns: {result}", flush=True)
    return result


def _districts() -> Iterator[int]:
    """Three districts on each partition, that all have as much to do."""
    for partition in range(PARTITIONS):
        at_home = belongs_to(partition, PARTITIONS)
        yield from [code for code in range(990_200, 990_240) if at_home(str(code).encode())][:3]


def _wait(settings: Settings, workers: Sequence[Worker]) -> None:
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        until(lambda: committed(admin, settings, workers) == EVENTS, "all events are committed", 900)
    finally:
        admin.close()


@contextmanager
def _standing(pids: Sequence[int]) -> Iterator[None]:
    """Nobody runs."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    yield
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def _by_turns(pids: Sequence[int]) -> Iterator[None]:
    """Each runs for one of `TURNS` turns."""
    done = Event()

    def turn() -> None:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        while not done.is_set():
            for pid in pids:
                os.kill(pid, signal.SIGCONT)
                time.sleep(TURN_S)
                os.kill(pid, signal.SIGSTOP)
            time.sleep((TURNS - len(pids)) * TURN_S)
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    turning = Thread(target=turn)
    turning.start()
    try:
        yield
    finally:
        done.set()
        turning.join()
