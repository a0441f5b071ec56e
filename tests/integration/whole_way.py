"""The whole way as processes: a real worker and the real sink on an installation of the test's own."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from deploy.local.child import as_environment, last_line, start_child, stop_children
from deploy.waiting import wait
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, topic_name
from tests.fault.workers import REAL, Worker

SINK = (sys.executable, "-m", "consumers.clickhouse")
Headers = Sequence[tuple[str, bytes]]
Record = tuple[bytes | None, bytes | None, Headers]
"""Key, value, headers."""


@contextmanager
def whole_way(settings: Settings, folder: Path, **changes: object) -> Iterator[Worker]:
    """A worker and the sink, ended afterwards."""
    running = settings.model_copy(update=changes)
    worker = Worker(running, folder, "worker", command=REAL)
    sink = start_child(SINK, as_environment(running), folder / "sink.log")
    try:
        worker.wait_ready()
        yield worker
    finally:
        stop_children([worker.process, sink], patience_s=20)


def publish(settings: Settings, records: Sequence[Record], partition: int | None = None) -> list[tuple[int, int]]:
    """Send records as they are; (partition, offset) of each."""
    producer = KafkaProducer(bootstrap_servers=settings.kafka, acks="all", linger_ms=5)
    try:
        sent = [producer.send(topic_name(OFFICE_EVENTS, settings), v, key=k, headers=list(h), partition=partition) for k, v, h in records]
        return [(done.partition, done.offset) for done in (future.get(30) for future in sent)]
    finally:
        producer.close()


def visible(settings: Settings, seconds: float = 120) -> None:
    """Wait until all of the log is in ClickHouse."""
    wait(settings, seconds)


def dead_letters(settings: Settings) -> list[Record]:
    """All records of the dead-letter topic."""
    topic = topic_name(DEAD_LETTERS, settings)
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, isolation_level="read_committed", enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, n) for n in range(settings.partitions)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        found: list[Record] = []
        while any(consumer.position(p) < ends[p] for p in partitions):
            for records in consumer.poll(timeout_ms=500).values():
                found += [(r.key, r.value, tuple(r.headers)) for r in records]
        return found
    finally:
        consumer.close()


def command(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`suoheng …` with these settings."""
    return subprocess.run(
        [sys.executable, "-m", "deploy", *arguments], env=as_environment(settings), capture_output=True, text=True, check=False, timeout=180
    )


__all__ = ["command", "dead_letters", "last_line", "publish", "visible", "whole_way"]
