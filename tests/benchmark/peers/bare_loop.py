"""The floor: a loop over confluent-kafka with dictionaries for state and no durability at all; a crash loses everything.

Reads up to 20,000 events at once, as our worker's micro-batch does, and never waits for an acknowledgement.
"""

from confluent_kafka import OFFSET_BEGINNING, Consumer, Producer, TopicPartition

from tests.benchmark.peers.job import Sums, arguments, fold
from tests.benchmark.peers.librdkafka import CONSUMER, PRODUCER

BATCH = 20_000


def main() -> None:
    """Until killed."""
    given = arguments()
    consumer = Consumer({**CONSUMER, "bootstrap.servers": given.kafka, "group.id": "unused", "enable.auto.commit": False})
    consumer.assign([TopicPartition(given.source, 0, OFFSET_BEGINNING)])
    producer = Producer({**PRODUCER, "bootstrap.servers": given.kafka})
    seen: dict[str, bool] = {}
    sums: dict[bytes, Sums] = {}
    while True:
        messages = consumer.consume(BATCH, 0.1)
        if not messages:
            continue
        for message in messages:
            if message.error():
                raise RuntimeError(message.error())
        for key, value in fold(seen, sums, (message.value() for message in messages), messages[-1].offset()):
            producer.produce(given.sink, value, key)
        producer.poll(0)


if __name__ == "__main__":
    main()
