"""A Kafka of the benchmark's own, and a log in it."""

import asyncio
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from aiokafka import AIOKafkaProducer

from deploy.local.child import as_environment, start_child, stop_children
from deploy.local.kafka import kafka_answers, kafka_node
from deploy.topics import create_topics
from schemas.settings import Settings
from tests.benchmark.backlog import Record
from tests.fault.workers import until
from tests.ports import free_port_base

PYTHON = sys.executable


@contextmanager
def kafka(**changes: object) -> Iterator[Settings]:
    """A broker with empty topics; settings that point to it."""
    with tempfile.TemporaryDirectory(prefix="suoheng-bench-") as folder:
        settings = Settings(**{"port_base": free_port_base(), "data": Path(folder), **changes})  # type: ignore[arg-type]
        node = start_child(kafka_node(settings).command, as_environment(settings), settings.data / "kafka.out")
        try:
            until(lambda: kafka_answers(settings.kafka), "Kafka is up", 90)
            create_topics(settings)
            yield settings
        finally:
            stop_children([node], patience_s=20)


def publish(settings: Settings, records: Iterable[Record], partition: int | None = None) -> int:
    """Send the records in large batches; how many."""
    return asyncio.run(_publish(settings, records, partition))


async def _publish(settings: Settings, records: Iterable[Record], partition: int | None) -> int:
    topic = settings.topic_prefix + "office-events"
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, acks="all", max_batch_size=900_000, linger_ms=20)
    await producer.start()
    sent = 0
    try:
        for key, value in records:
            await producer.send(topic, value, key=key, partition=partition)
            sent += 1
            if sent % 2_000 == 0:
                await asyncio.sleep(0)
        await producer.flush()
    finally:
        await producer.stop()
    return sent
