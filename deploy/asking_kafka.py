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
    if not kafka_answers(settings, _ANSWER_MS):
        raise MissingDependency(f"Kafka {not_answering(settings)}")
    try:
        yield
    except (KafkaError, OSError) as error:
        raise MissingDependency(f"Kafka at {settings.kafka} cannot be asked: {error or type(error).__name__}") from error


def not_answering(settings: Settings) -> str:
    """What may be wrong when nothing answers: brokers break a connection off without a word when TLS or the login does not fit."""
    if settings.kafka_security == "plaintext":
        return f"does not answer at {settings.kafka}; start it (`suoheng up`), set SUOHENG_KAFKA, or SUOHENG_KAFKA_SECURITY if it asks for TLS or a login"
    return (
        f"at {settings.kafka} does not answer or does not let us in over {settings.kafka_security}: is it up, is its certificate signed by "
        f"{settings.kafka_tls_ca or 'an authority of this machine'}, are user {settings.kafka_user!r} and password right (SUOHENG_KAFKA_…)?"
    )
