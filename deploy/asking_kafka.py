"""One way to say that Kafka is not there, for the commands that ask it."""

from collections.abc import Iterator
from contextlib import contextmanager

from kafka.errors import KafkaError

from deploy.errors import MissingDependency
from deploy.local.kafka import kafka_answers
from schemas.settings import Settings

_ANSWER_MS = 8_000


@contextmanager
def asking_kafka(settings: Settings) -> Iterator[None]:
    """Look whether a broker answers before clients are made (those that cannot connect leave sockets behind), and translate their errors.

    Raises MissingDependency for both.
    """
    if not kafka_answers(settings.kafka, _ANSWER_MS):
        raise MissingDependency(f"Kafka at {settings.kafka} does not answer; start it (`suoheng up`) or set SUOHENG_KAFKA")
    try:
        yield
    except (KafkaError, OSError) as error:
        raise MissingDependency(f"Kafka at {settings.kafka} cannot be asked: {error or type(error).__name__}") from error
