"""A sink's consumer sees through its compiled decoder exactly what kafka-python's own consumer sees, and stands where it stands."""

from collections.abc import Iterator
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from consumers.group import subscriber
from schemas.topics import DEAD_LETTERS, topic_name
from tests.conftest import Installation
from tests.fault.workers import until

CODECS = (None, "gzip", "lz4", "snappy", "zstd")
MESSAGES = 40
Seen = list[tuple[Any, ...]]


@pytest.fixture
def written(installation: Installation) -> TopicPartition:
    """A partition with committed and aborted transactions under every codec, empty keys and values, headers, and an open transaction's end."""
    tp = TopicPartition(topic_name(DEAD_LETTERS, installation), 0)
    for codec in CODECS:
        producer = KafkaProducer(
            bootstrap_servers=installation.kafka, compression_type=codec, transactional_id=f"{tp.topic}-{codec}", linger_ms=50
        )
        producer.init_transactions()
        for keep in (True, False, True):
            producer.begin_transaction()
            for n in range(MESSAGES):
                value = None if n == 1 else f"{codec} {keep} {n} 所".encode() * (n + 1)
                producer.send(
                    tp.topic, value=value, key=None if n == 2 else b"%d" % n, headers=[("h", b"\x00"), ("所", b"")][: n % 3], partition=0
                )
            producer.flush()
            (producer.commit_transaction if keep else producer.abort_transaction)()
        producer.close()
    return tp


def test_the_same_messages_and_positions(installation: Installation, written: TopicPartition) -> None:
    plain = KafkaConsumer(bootstrap_servers=installation.kafka, isolation_level="read_committed", enable_auto_commit=False)
    ours = subscriber(installation, f"{installation.app_id}-records")
    try:
        expected, found = list(_polls(plain, written)), list(_polls(ours, written))
    finally:
        plain.close()
        ours.close(autocommit=False)
    assert sum(len(seen) for seen, _ in expected) == 2 * MESSAGES * len(CODECS)
    assert found == expected


def _polls(consumer: Any, tp: TopicPartition) -> Iterator[tuple[Seen, int]]:
    """Messages of each poll of seven, so that batches are cut anywhere, and the position after it; to the end of the partition."""
    consumer.assign([tp])
    consumer.seek(tp, 5)
    consumer.seek(tp, 0)
    end = consumer.end_offsets([tp])[tp]
    while consumer.position(tp) < end:
        messages = until(lambda: consumer.poll(timeout_ms=500, max_records=7) or consumer.position(tp) >= end, "messages")
        for seen in messages.values() if isinstance(messages, dict) else ():
            yield [(m.topic, m.partition, m.offset, m.timestamp, m.key, m.value, list(m.headers)) for m in seen], consumer.position(tp)
