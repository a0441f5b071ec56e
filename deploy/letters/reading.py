"""Dead letters as they lie in Kafka: a letter's value and key are the refused event's own bytes, its headers the event's own and the worker's `dl-*`."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition

from deploy.asking_kafka import asking_kafka
from deploy.errors import Finding
from deploy.letters.index import Entry
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, topic_name

Headers = list[tuple[str, bytes]]

_READ_ON = 1_000
"""Letters nearer than this to the last one are reached by reading on, others by a seek, which costs a round trip."""
_READ_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter; `headers` are the event's own, `reason` the worker's."""

    key: bytes | None
    value: bytes | None
    headers: Headers
    reason: Headers


def read(settings: Settings, entries: Sequence[Entry]) -> Iterator[tuple[Entry, Letter]]:
    """The letters of the entries from Kafka, by place; of one that was deleted for its age the event as the log has it, without the worker's headers.

    Raises Finding when one is not where the index says, MissingDependency without Kafka.
    """
    wanted = sorted(entries, key=lambda e: (e.letter_topic, e.letter_partition, e.letter_offset))
    with asking_kafka(settings):
        consumer = KafkaConsumer(
            **kafka_options(settings),
            isolation_level="read_committed",
            enable_auto_commit=False,
            allow_auto_create_topics=False,
        )
        try:
            at: tuple[TopicPartition, int] | None = None
            first: dict[TopicPartition, int] = {}
            for entry in wanted:
                place, offset = (
                    TopicPartition(entry.letter_topic or topic_name(DEAD_LETTERS, settings), entry.letter_partition),
                    entry.letter_offset,
                )
                if place not in first:
                    first |= consumer.beginning_offsets([place])
                if offset < first[place]:
                    place, offset = TopicPartition(entry.topic, entry.partition), entry.offset
                if at is None or at[0] != place:
                    consumer.assign([place])
                if at is None or at[0] != place or not 0 <= offset - at[1] <= _READ_ON:
                    consumer.seek(place, offset)
                yield entry, _letter(consumer, place, offset, entry)
                at = place, offset
        finally:
            consumer.close(autocommit=False)


def _letter(consumer: KafkaConsumer, place: TopicPartition, wanted: int, entry: Entry) -> Letter:
    until = time.monotonic() + _READ_TIMEOUT_S
    while time.monotonic() < until:
        for message in consumer.poll(timeout_ms=500, max_records=1).get(place, []):
            if message.offset == wanted:
                own = [(name, value) for name, value in message.headers if not name.startswith("dl-")]
                return Letter(message.key, message.value, own, [h for h in message.headers if h[0].startswith("dl-")])
            if message.offset > wanted:
                break
    raise Finding(
        f"the dead letter of {entry.topic} {entry.place} is not at {place.topic} partition {place.partition} "
        f"offset {wanted}, where the index has it; the topic was made anew or is another installation's"
    )
