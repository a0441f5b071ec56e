"""Everything that lies in some topics, as one run of bytes."""

from collections.abc import Sequence

from kafka import KafkaConsumer, TopicPartition

from schemas.settings import Settings


def everything(settings: Settings, topics: Sequence[str]) -> bytes:
    """Keys, values and headers of all records."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, isolation_level="read_committed", enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, number) for topic in topics for number in range(settings.partitions)]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        found: list[bytes] = []
        while any(consumer.position(one) < ends[one] for one in partitions):
            for records in consumer.poll(timeout_ms=500).values():
                for record in records:
                    headers = [part for name, value in record.headers for part in (name.encode(), value or b"")]
                    found += [record.key or b"", record.value or b"", *headers]
        return b"\n".join(found)
    finally:
        consumer.close()
