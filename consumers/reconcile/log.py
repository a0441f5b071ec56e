"""The log as it was published: topic `office-events`, read with kafka-python from the beginning, committed messages only."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from consumers.reconcile.event import Message
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name

_PATIENCE_S = 60.0
"""Seconds without a single message after which a read gives up; a broker that restarts needs about ten."""


class Unreachable(Exception):
    """Kafka or ClickHouse does not answer, or does not hold what is needed."""


@dataclass(slots=True)
class Log:
    """The partitions of the topic and what they hold."""

    topic: str
    consumer: KafkaConsumer

    def partitions(self) -> list[int]:
        """Numbers of the topic's partitions. Raises Unreachable when there is no such topic."""
        found = self.consumer.partitions_for_topic(self.topic)
        if not found:
            raise Unreachable(f"there is no topic {self.topic}; make the topics with `suoheng topics`")
        return sorted(found)

    def end(self, partition: int) -> int:
        """The offset before which everything committed lies now."""
        at = TopicPartition(self.topic, partition)
        return int(self.consumer.end_offsets([at])[at])

    def read(self, partition: int, start: int, stop: int) -> Iterator[Message]:
        """The messages at offsets in [start, stop), ascending; some offsets hold no message. Raises Unreachable when they do not come."""
        at = TopicPartition(self.topic, partition)
        self.consumer.assign([at])
        first = int(self.consumer.beginning_offsets([at])[at])
        if start < first and start == 0 and first > 0:
            raise Unreachable(f"{self.topic}/{partition} begins at offset {first}: the log is not whole, its retention must be unlimited")
        self.consumer.seek(at, start)
        heard = time.monotonic()
        while self.consumer.position(at) < stop:
            polled = self.consumer.poll(timeout_ms=1000, max_records=5000)
            for record in polled.get(at, ()):
                if record.offset >= stop:
                    return
                yield partition, record.offset, record.timestamp, record.key, record.value, record.headers
            if polled:
                heard = time.monotonic()
            elif time.monotonic() > heard + _PATIENCE_S:
                raise Unreachable(
                    f"{self.topic}/{partition} gives no message from offset {self.consumer.position(at)} on, though it ends at {stop}"
                )


@contextmanager
def opened(settings: Settings) -> Iterator[Log]:
    """The installation's log. Raises Unreachable when Kafka does not answer, then or later."""
    consumer = None
    try:
        consumer = KafkaConsumer(
            **kafka_options(settings),
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            max_partition_fetch_bytes=8 << 20,
            bootstrap_timeout_ms=10_000,
        )
        yield Log(topic_name(OFFICE_EVENTS, settings), consumer)
    except (KafkaError, OSError) as error:
        raise Unreachable(
            f"Kafka at {settings.kafka} does not answer: {error or type(error).__name__}; start it or set SUOHENG_KAFKA"
        ) from error
    finally:
        if consumer:
            consumer.close(autocommit=False)
