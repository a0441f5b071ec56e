"""`python -m tests.benchmark.worker_shell`: the shell of the worker alone, with a core that only counts.

Through Kafka, Faust and one transaction per micro-batch, pinned to one core, the events already in the log; and how long after its
publishing a lone event is visible to a read_committed reader. What the real core costs comes on top (`worker_speed.py`).
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition

from tests.benchmark.backlog import Record
from tests.benchmark.broker import kafka, publish
from tests.benchmark.machine import cpu_seconds
from tests.fault.workers import COUNTING, Feed, Worker, ending, until

EVENTS = int(os.environ.get("BENCH_EVENTS", "500000"))
DONE = "suoheng_worker_events_total"
PAD = b" " + b"x" * 400
PROBES = int(os.environ.get("BENCH_PROBES", "60"))


def main() -> None:
    """Both figures."""
    _throughput()
    _latency()


def _throughput() -> None:
    with kafka(partitions=4) as settings, ending([]) as workers:
        publish(settings, _numbered())
        worker = Worker(settings, Path(settings.data), "worker", command=("taskset", "-c", "1", *COUNTING))
        workers.append(worker)
        first = until(lambda: worker.health() and worker.metric(DONE), "the first commit")
        at, cpu = time.monotonic(), cpu_seconds(worker.process.pid)
        until(lambda: worker.metric(DONE) == EVENTS, "all events", 600)
        wall_s, cpu_s = time.monotonic() - at, cpu_seconds(worker.process.pid) - cpu
        batches = worker.metric("suoheng_worker_batch_events_count")
    events = EVENTS - first
    print(
        f"{EVENTS:,} events: {events / wall_s:,.0f} a second, {events / cpu_s:,.0f} a CPU second, {EVENTS / batches:,.0f} a transaction",
        flush=True,
    )


def _latency() -> None:
    with kafka(partitions=4) as settings, ending([]) as workers:
        workers.append(Worker(settings, Path(settings.data), "worker"))
        workers[0].wait_ready(4)
        reader = KafkaConsumer(bootstrap_servers=settings.kafka, isolation_level="read_committed", enable_auto_commit=False)
        tps = [TopicPartition("admitted-events", number) for number in range(4)]
        reader.assign(tps)
        reader.seek_to_end(*tps)
        until(lambda: all(reader.position(tp) is not None for tp in tps), "the reader's positions")
        feed = Feed(settings)
        ms = sorted(_probe(feed, reader) for _ in range(PROBES))
        feed.close()
        reader.close()
    found = {f"p{p}": round(ms[min(PROBES - 1, PROBES * p // 100)], 1) for p in (50, 95, 99)}
    print(f"published to read_committed, one event a second, ms: {found}")


def _numbered() -> Iterator[Record]:
    for number in range(EVENTS):
        yield b"99%04d" % (number % 40), b"%012d" % number + PAD


def _probe(feed: Feed, reader: KafkaConsumer) -> float:
    """Milliseconds from handing an event to the producer until its row is read."""
    time.sleep(1)
    began = time.perf_counter()
    feed.numbers(1)
    while not reader.poll(5):
        pass
    return (time.perf_counter() - began) * 1_000


if __name__ == "__main__":
    main()
