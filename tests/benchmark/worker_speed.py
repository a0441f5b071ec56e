"""Through the whole worker, pinned to one core: Kafka in, transaction out, the events already in the log.

The rate is taken between the first and the last commit, so that starting the process does not count; cost is CPU seconds of the
worker. The broker runs on the other core. Memory per 100,000 events is what the state grows by, from the second fifth of the log on: until
then it is also the room of the first full batches, which does not grow.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from kafka import KafkaAdminClient
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError

from schemas.settings import Settings
from tests.benchmark import backlog
from tests.benchmark.broker import kafka, publish
from tests.benchmark.machine import cpu_seconds, resident_mib
from tests.benchmark.restricted import restricted_records
from tests.fault.workers import REAL, Worker, ending, until

EVENTS = int(os.environ.get("BENCH_EVENTS", "500000"))
LONG = int(os.environ.get("BENCH_LONG", "10000000"))
PERCENT = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
CORE = (sys.executable, "-m", "tests.benchmark.core_indicators")
RESTRICTED = (sys.executable, "-m", "tests.benchmark.restricted")


class Sample(NamedTuple):
    """How far a worker is."""

    at: float
    cpu: float
    done: int
    mib: float


def run() -> dict[str, Any]:
    """The whole catalogue in all modes; six districts on one partition."""
    return _measure(backlog.records(EVENTS), REAL, "all indicators")


def run_core() -> dict[str, Any]:
    """The core indicators of the contract in all modes, the same events."""
    return _measure(backlog.records(EVENTS), CORE, "core indicators")


def run_restricted() -> dict[str, Any]:
    """Three sums, two payers, five windows."""
    return _measure(restricted_records(EVENTS), RESTRICTED, "restricted job")


def run_long() -> dict[str, Any]:
    """Core indicators, a log twenty times as long: four years of fourteen districts with sixty offices each, on one partition."""
    return _measure(backlog.records(LONG, range(990_200, 990_214), offices=60), CORE, "long log", LONG)


def _measure(records: Iterator[backlog.Record], command: tuple[str, ...], what: str, events: int = EVENTS) -> dict[str, Any]:
    with kafka(partitions=1) as settings:
        print(f"{what}: publishing {events:,} events", flush=True)
        publish(settings, islice(records, events))
        with ending([]) as workers:
            worker = Worker(settings, Path(settings.data), "worker", command=("taskset", "-c", "1", *command))
            workers.append(worker)
            samples = list(_watch(settings, worker, events))
    return _report(samples, what, events)


def _watch(settings: Settings, worker: Worker, events: int) -> Iterator[Sample]:
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        done = 0
        while done < events:
            offsets = until(lambda: committed(admin, settings, [worker]), "a commit", 120)
            if offsets != done:
                done = offsets
                yield Sample(time.monotonic(), cpu_seconds(worker.process.pid), done, resident_mib(worker.process.pid))
            time.sleep(0.05)
    finally:
        admin.close()


def committed(admin: KafkaAdminClient, settings: Settings, workers: Iterable[Worker]) -> int:
    """How many events the workers have committed, over all partitions."""
    for worker in workers:
        assert worker.process.poll() is None, f"a worker ended with {worker.process.returncode}; see {worker.log}"
    group = f"{settings.app_id}-e{settings.epoch}"
    try:
        offsets = admin.list_group_offsets([group]).get(group, {})
    except (CoordinatorNotAvailableError, NotCoordinatorError, CoordinatorLoadInProgressError):  # a broker that has just started
        return 0
    return sum(int(found.offset) for tp, found in offsets.items() if tp.topic.endswith("office-events") and found.offset > 0)


def _report(samples: list[Sample], what: str, length: int) -> dict[str, Any]:
    first, last = samples[0], samples[-1]
    events, wall, cpu = last.done - first.done, last.at - first.at, last.cpu - first.cpu
    marks = [min(samples, key=lambda s: abs(s.done - length * percent // 100)) for percent in PERCENT]
    marks = sorted({mark.done: mark for mark in [first, *marks]}.values())
    growth = {f"to {b.done:,}": round((b.cpu - a.cpu) / (b.done - a.done) * 1e6, 1) for a, b in pairwise(marks)}
    full = min(samples, key=lambda s: abs(s.done - length // 5))
    result = {
        "events": events,
        "events_per_s": round(events / wall),
        "events_per_cpu_s": round(events / cpu),
        "cpu_us_per_event": round(cpu / events * 1e6, 1),
        "cpu_us_per_event_as_the_log_grows": growth,
        "mib": round(last.mib),
        "mib_per_100000_events": round((last.mib - full.mib) / (last.done - full.done) * 100_000, 1),
    }
    for name, value in result.items():
        print(f"{what}: {name} {value}", flush=True)
    return result
