"""Retention at a real broker: `suoheng topics` applies it, and a letter that has gone is read from the log."""

from datetime import UTC, datetime

import pytest
from kafka import KafkaProducer, TopicPartition

from deploy.letters.index import Entry
from deploy.letters.reading import read
from deploy.topics import administration, check_topics, create_topics
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, topic_name
from tests.conftest import Installation
from tests.integration.whole_way import publish

pytestmark = pytest.mark.topics_only


def test_the_days_of_dead_letters_are_applied_and_taken_back(installation: Installation) -> None:
    shorter = installation.model_copy(update={"dead_letter_days": 40})
    assert check_topics(installation) == []
    assert "retention.ms=-1, needed is 3456000000" in " ".join(check_topics(shorter))
    create_topics(shorter)
    assert check_topics(shorter) == []
    create_topics(installation)
    assert check_topics(installation) == []


def test_a_letter_that_has_gone_is_read_from_the_log(installation: Installation) -> None:
    ((partition, offset),) = publish(installation, [(b"990107", b'{"half":', (("traceparent", b"x"),))], partition=2)
    letters, log = topic_name(DEAD_LETTERS, installation), topic_name(OFFICE_EVENTS, installation)
    producer = KafkaProducer(bootstrap_servers=installation.kafka)
    for headers in ([("dl-code", b"JSON_SYNTAX")], []):
        producer.send(letters, b'{"half":', b"990107", headers=headers, partition=partition)
    producer.flush()
    producer.close()
    entry = Entry("JSON_SYNTAX", "", "bytes", "990107", "", log, partition, offset, "", datetime.now(UTC), letters, partition, 0)
    assert [letter.reason for _, letter in read(installation, [entry])] == [[("dl-code", b"JSON_SYNTAX")]]
    with administration(installation) as admin:
        admin.delete_records({TopicPartition(letters, partition): 1})
    ((_, letter),) = read(installation, [entry])
    assert (letter.key, letter.value, letter.headers, letter.reason) == (b"990107", b'{"half":', [("traceparent", b"x")], [])
