"""The switches between epochs, as commands read them: topic `epochs`, one record each, all on partition 0."""

from kafka import KafkaConsumer, TopicPartition

from deploy.errors import MissingDependency
from schemas.outputs import Switch
from schemas.settings import Settings
from schemas.topics import EPOCHS, topic_name

_PARTITION = 0


def switches(consumer: KafkaConsumer, settings: Settings) -> list[Switch]:
    """All switches so far, the one that holds last; `consumer` may be assigned to anything. Raises MissingDependency without the topic."""
    at = TopicPartition(topic_name(EPOCHS, settings), _PARTITION)
    if not consumer.partitions_for_topic(at.topic):
        raise MissingDependency(f"topic {at.topic} is not there; make the topics with `suoheng topics`")
    found: dict[int, Switch] = {}
    consumer.assign([at])
    consumer.seek_to_beginning(at)
    end = consumer.end_offsets([at])[at]
    while consumer.position(at) < end:
        for message in consumer.poll(timeout_ms=500).get(at, []):
            switch = Switch.model_validate_json(message.value)
            found[switch.switch] = switch
    return [found[number] for number in sorted(found)]


def served_epoch(told: list[Switch], settings: Settings) -> int:
    """The epoch that is served after these switches; where there was none, the one that the installation begins with."""
    return told[-1].epoch if told else settings.epoch
