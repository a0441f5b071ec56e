"""Make the topics of an installation as `schemas.topics` describes them, and say what is wrong with those that are there already.

Nothing that exists is ever altered here: a partition count cannot be taken back, and a broker's operator may have reasons for a setting. But for how
long dead letters are kept, which `SUOHENG_DEAD_LETTER_DAYS` says and nothing else.
"""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, NoError, TopicAlreadyExistsError, for_code

from deploy.asking_kafka import not_answering
from deploy.errors import Finding, MissingDependency
from deploy.local.kafka import kafka_answers
from schemas.connecting import kafka_options
from schemas.settings import Settings
from schemas.topics import CONSERVATION, DEAD_LETTERS, OUTPUT_TOPICS, TOPICS, Topic, config_of, topic_name

_AT_LEAST = frozenset({"max.message.bytes"})
"""Topic settings of which more is as good; everything else must be equal."""


_SETTLES_S = 30.0
_FILLING = ("message.timestamp.type", "CreateTime")
"""What the log says of itself while a restore fills it (`deploy.backup.refill`)."""
_BESIDE = re.compile(r"-e(\d{1,5})")
"""What follows a topic's name in the name of an epoch's topic beside it."""


@dataclass(frozen=True, slots=True)
class Created:
    """What `create_topics` did: names of the topics made now, and of those that were there."""

    created: tuple[str, ...]
    present: tuple[str, ...]
    partitions: int


def create_topics(settings: Settings) -> Created:
    """Create the topics that are missing and check all; harmless to repeat, also by several at once.

    Raises MissingDependency when Kafka does not answer or refuses to create a topic, Finding (with every complaint) when a topic
    that exists does not fit.
    """
    return _created(settings, {topic_name(topic, settings): topic for topic in TOPICS})


def create_beside(settings: Settings, epoch: int) -> None:
    """Create the topics that hold the rows of an epoch while another one is served, where they are missing. Raises as `create_topics`."""
    _created(settings, {topic_name(topic, settings, epoch): topic for topic in OUTPUT_TOPICS})


def _created(settings: Settings, wanted: Mapping[str, Topic]) -> Created:
    with administration(settings) as admin:
        there = set(admin.list_topics())
        missing = {name: topic for name, topic in wanted.items() if name not in there}
        if missing:
            _create(admin, missing, settings)
        _keep_letters(admin, wanted, settings)
        complaints = _complaints(admin, wanted, settings)
    if complaints:
        raise Finding("; ".join(complaints))
    return Created(tuple(missing), tuple(wanted.keys() - missing.keys()), settings.partitions)


def epochs_beside(settings: Settings) -> list[int]:
    """The epochs of which there are such topics."""
    with administration(settings) as admin:
        found = (_BESIDE.fullmatch(name.removeprefix(topic_name(CONSERVATION, settings))) for name in admin.list_topics())
        return sorted(int(match[1]) for match in found if match)


def delete_beside(settings: Settings, epoch: int, *, letters: bool) -> None:
    """Delete an epoch's topics beside, with everything in them; `letters`: that of its dead letters too."""
    with administration(settings) as admin:
        there = set(admin.list_topics())
        wanted = [topic_name(topic, settings, epoch) for topic in OUTPUT_TOPICS if letters or topic is not DEAD_LETTERS]
        if names := [name for name in wanted if name in there]:
            admin.delete_topics(names, timeout_ms=30_000)


def check_topics(settings: Settings) -> list[str]:
    """What is wrong with the topics, one sentence each; empty when all are there and fit. Raises MissingDependency."""
    with administration(settings) as admin:
        there = set(admin.list_topics())
        wanted = {topic_name(topic, settings): topic for topic in TOPICS}
        absent = [f"topic {name} is missing: run `suoheng topics`" for name in wanted if name not in there]
        return absent + _complaints(
            admin,
            {name: topic for name, topic in wanted.items() if name in there},
            settings,
        )


@contextmanager
def administration(settings: Settings) -> Iterator[KafkaAdminClient]:
    """A connection for looking after the cluster; what goes wrong on it is told as MissingDependency."""
    if not kafka_answers(settings, 10_000):
        raise MissingDependency(f"Kafka {not_answering(settings)}")
    admin = KafkaAdminClient(**kafka_options(settings), bootstrap_timeout_ms=10_000)
    try:
        yield admin
    except KafkaError as error:
        raise MissingDependency(f"Kafka at {settings.kafka} refused: {error}") from error
    finally:
        admin.close()


def _create(admin: KafkaAdminClient, missing: Mapping[str, Topic], settings: Settings) -> None:
    request = {
        name: {
            "num_partitions": settings.partitions,
            "replication_factor": settings.replication,
            "configs": config_of(topic, settings),
        }
        for name, topic in missing.items()
    }
    answer = admin.create_topics(request, timeout_ms=30_000, raise_errors=False)
    for topic in answer["topics"]:
        # Somebody else may have made it between our look and our request; the check that follows judges it like any other.
        if for_code(topic["error_code"]) not in (NoError, TopicAlreadyExistsError):
            reason = topic.get("error_message") or for_code(topic["error_code"]).__name__
            raise MissingDependency(f"Kafka at {settings.kafka} does not create topic {topic['name']}: {reason}")
    admin.wait_for_topics(list(missing), timeout_ms=30_000)


def alter(admin: KafkaAdminClient, topic: str, configs: Mapping[str, Any]) -> None:
    """Alter settings of a topic; returns when the broker that is asked has them, which is a moment after it has said that they are altered.

    A value, or a pair of an operation and a value. Raises MissingDependency when that is refused, or they are not there after a while.
    """
    answer = admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=dict(configs))])["topic"][topic]
    if answer != "OK":
        raise MissingDependency(
            f"Kafka does not alter topic {topic}: {answer}; where there are access lists an administrator's login is needed"
        )
    deadline = time.monotonic() + _SETTLES_S
    while any(isinstance(value, str) and config_at(admin, topic).get(key) != value for key, value in configs.items()):
        if time.monotonic() > deadline:
            raise MissingDependency(f"topic {topic} does not take {dict(configs)}: is the cluster well?")
        time.sleep(0.02)


def config_at(admin: KafkaAdminClient, topic: str) -> dict[str, str]:
    """The settings of a topic at the broker."""
    found = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")["topic"][topic]
    return {key: str(one["value"]) for key, one in found.items()}


def _keep_letters(admin: KafkaAdminClient, wanted: Mapping[str, Topic], settings: Settings) -> None:
    for name in [name for name, topic in wanted.items() if topic is DEAD_LETTERS]:
        wanted_ms = config_of(DEAD_LETTERS, settings)["retention.ms"]
        if config_at(admin, name)["retention.ms"] != wanted_ms:
            alter(admin, name, {"retention.ms": wanted_ms})


def _complaints(admin: KafkaAdminClient, wanted: Mapping[str, Topic], settings: Settings) -> list[str]:
    if not wanted:
        return []
    counts = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(list(wanted))}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in wanted]
    configs = admin.describe_configs(resources, config_filter="all")["topic"]
    return [
        *_count_complaints(counts, settings.partitions),
        *(c for name in wanted for c in _config_complaints(name, config_of(wanted[name], settings), configs[name])),
    ]


def _count_complaints(counts: Mapping[str, int], expected: int) -> Iterator[str]:
    for count in sorted(set(counts.values()) - {expected}):
        names = ", ".join(name for name in counts if counts[name] == count)
        yield (
            f"{names}: {count} partitions, the settings say {expected}; set SUOHENG_PARTITIONS={count}, or give this installation its own "
            "SUOHENG_TOPIC_PREFIX"
        )


def _config_complaints(name: str, wanted: Mapping[str, str], config: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for key, expected in wanted.items():
        actual = str(config[key]["value"]) if key in config else "unset"
        fits = actual.isdigit() and int(actual) >= int(expected) if key in _AT_LEAST else actual == expected
        if not fits:
            begun = (
                "; a restore has begun and not ended: run the same `suoheng restore` again. If there was none, "
                if (key, actual) == _FILLING
                else ": "
            )
            yield f"topic {name} has {key}={actual}, needed is {expected}{begun}alter it with Kafka's own tools (kafka-configs --alter)"


def delete_topics(settings: Settings) -> None:
    """Delete the installation's topics that exist, with everything in them: for tests and for taking an installation down."""
    with administration(settings) as admin:
        there = set(admin.list_topics())
        ours = [topic_name(topic, settings) for topic in TOPICS]
        names = [name for name in there if name in ours or any(_BESIDE.fullmatch(name.removeprefix(one)) for one in ours)]
        if names:
            admin.delete_topics(names, timeout_ms=30_000)
