"""Run one system on the log and watch, from outside, how far its output has come.

Every row says up to which offset events were folded before it was written. The rate is taken between the first row that is seen and the
last, so starting and joining do not count, and what the first batch held does not either. CPU seconds are the process's, all threads.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from kafka import KafkaConsumer, TopicPartition

from deploy.local.child import as_environment, start_child, stop_children
from schemas.settings import Settings
from tests.benchmark.machine import cpu_seconds
from tests.benchmark.peers.systems import System
from tests.ports import free_port_base

SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
"""A slow system is stopped so long after its first row; what it did until then counts. Shorter, and one batch of Faust's decides."""
START_SECONDS = 180.0
QUIET_SECONDS = 2.0
EVERY_SECONDS = 0.2
TAIL = 300
"""Records at the end of the output in which the newest version is looked for."""
NEAR_END = 100
"""Bytewax hands over a batch by district, so the row of the very last event need not be the last: from here on, quiet means all."""


class Sample(NamedTuple):
    """How far a system is."""

    at: float
    cpu: float
    done: int


class Run(NamedTuple):
    """What was seen of a run."""

    samples: list[Sample]
    whole: bool
    """Whether all events were done within the time."""

    @property
    def rates(self) -> tuple[float, float]:
        """Events a second of the wall clock, and of the process."""
        first, last = self.samples[0], self.samples[-1]
        assert last.done > first.done, "all was done before it could be measured: set BENCH_EVENTS higher"
        events = last.done - first.done
        return events / (last.at - first.at), events / (last.cpu - first.cpu)


def measure(system: System, settings: Settings, source: str, events: int) -> Run:
    """Start it on the second core, watch it until all is done or time is up, stop it."""
    folder = Path(settings.data, system.topic)
    folder.mkdir()
    log = folder.with_suffix(".log")
    environment = as_environment(settings.model_copy(update={"health_port": free_port_base()}))
    arguments = (settings.kafka, source, system.topic, str(folder), system.variant)
    tail = Tail(settings.kafka, system.topic)
    process = start_child(("taskset", "-c", "1", *system.command(settings), *arguments), environment, log)
    try:
        samples = list(_watch(process, tail, events - NEAR_END))
        assert process.poll() is None, f"{system.name} ended with {process.returncode}: {_end_of(log)}"
        assert samples, f"{system.name} wrote no row within {START_SECONDS:.0f} s: {_end_of(log)}"
        whole = samples[-1].done >= events - NEAR_END
        if whole:
            tail.wait_until_quiet()
    finally:
        stop_children([process], patience_s=15)
        tail.close()
    return Run(samples, whole)


def _watch(process: subprocess.Popen[bytes], tail: "Tail", enough: int) -> Iterator[Sample]:
    done, deadline = 0, time.monotonic() + START_SECONDS
    while done < enough and time.monotonic() < deadline and process.poll() is None:
        if (now := tail.done()) > done:
            if not done:
                deadline = time.monotonic() + SECONDS
            done = now
            yield Sample(time.monotonic(), cpu_seconds(process.pid), done)
        time.sleep(EVERY_SECONDS)


def _end_of(log: Path) -> str:
    return log.read_text("utf-8", "replace")[-1_500:]


class Tail:
    """The end of an output topic, as a reader of committed records sees it."""

    def __init__(self, kafka: str, topic: str) -> None:
        self._consumer = KafkaConsumer(bootstrap_servers=kafka, isolation_level="read_committed", enable_auto_commit=False)
        self._partition = TopicPartition(topic, 0)
        self._consumer.assign([self._partition])

    def done(self) -> int:
        """How many events are folded in what has been written; 0 for none yet."""
        end = self._end()
        return 1 + max((json.loads(value)["version"] for _, value in self._read(max(end - TAIL, 0), end)), default=-1)

    def rows(self) -> Iterator[tuple[bytes, bytes]]:
        """Key and value of everything written so far."""
        return self._read(0, self._end())

    def wait_until_quiet(self) -> None:
        """Until nothing more comes, for what is written after the row that told of the last event; at most half a minute."""
        before, deadline = -1, time.monotonic() + 30
        while (end := self._end()) != before and time.monotonic() < deadline:
            before = end
            time.sleep(QUIET_SECONDS)

    def close(self) -> None:
        self._consumer.close()

    def _end(self) -> int:
        return int(self._consumer.end_offsets([self._partition])[self._partition])

    def _read(self, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
        self._consumer.seek(self._partition, start)
        while self._consumer.position(self._partition) < end:
            for message in self._consumer.poll(1_000).get(self._partition, ()):
                yield message.key, message.value
