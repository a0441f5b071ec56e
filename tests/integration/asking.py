"""What several tests ask of an installation: what stands in its log, and what a command says under its settings."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition

from deploy import cli
from schemas import settings as in_force
from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.core.message import Message

Told = tuple[int, Any, str]
"""Exit code; the JSON document, or the text where none was asked for; stderr."""


def logged(settings: Settings) -> list[Any]:
    """The records of the input topic, in order within a partition."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    partitions = [TopicPartition(topic_name(OFFICE_EVENTS, settings), number) for number in range(settings.partitions)]
    consumer.assign(partitions)
    consumer.seek_to_beginning()
    ends = consumer.end_offsets(partitions)
    found: list[Any] = []
    while any(consumer.position(tp) < end for tp, end in ends.items()):
        found += [record for records in consumer.poll(500).values() for record in records]
    consumer.close()
    return found


def messages(settings: Settings, after: int = 0) -> list[Message]:
    """The same as the core takes them, so many offsets further on."""
    return [(after + one.offset, one.timestamp, one.key, one.value, tuple(one.headers)) for one in logged(settings)]


def command(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *before: str) -> Callable[..., Told]:
    """Runs a command, whose words are followed by what each call adds, under these settings."""
    monkeypatch.setattr(in_force, "settings", lambda: settings)

    def run(*arguments: str) -> Told:
        code = cli.run([*before, *arguments])
        said = capsys.readouterr()
        return code, json.loads(said.out) if "--json" in arguments and said.out else said.out, said.err

    return run
