"""`suoheng publish` on a real broker: untouched bytes, the default partitioner's place, every line accounted for."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition

from schemas.settings import Settings
from schemas.topics import OFFICE_EVENTS, topic_name
from streams.ingest.publisher import LARGEST_LINE_BYTES

pytestmark = pytest.mark.topics_only

Publish = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def publish(installation: Any) -> Publish:
    """Runs the command as a user does; ends with its outcome."""

    def run(*arguments: str, given: bytes = b"", **settings: str) -> "subprocess.CompletedProcess[bytes]":
        command = [sys.executable, "-m", "deploy", "publish", *arguments]
        environment = os.environ | installation.environment | settings
        return subprocess.run(command, input=given, capture_output=True, env=environment, timeout=120, check=False)

    return run


def log(config: Settings) -> list[tuple[int, bytes, bytes]]:
    """Everything in the log: partition, key, value."""
    topic = topic_name(OFFICE_EVENTS, config)
    consumer = KafkaConsumer(bootstrap_servers=config.kafka, auto_offset_reset="earliest", isolation_level="read_committed")
    try:
        partitions = [TopicPartition(topic, number) for number in range(config.partitions)]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        found: list[tuple[int, bytes, bytes]] = []
        while any(consumer.position(one) < ends[one] for one in partitions):
            for one, messages in consumer.poll(timeout_ms=1_000).items():
                found += [(one.partition, message.key, message.value) for message in messages]
        return found
    finally:
        consumer.close()


def test_lines_arrive_as_they_stand_in_order_on_one_partition_a_district(installation: Any, publish: Publish, tmp_path: Path) -> None:
    lines = [b'{"district":"99%04d", "n":  %d }' % (n % 5, n) for n in range(500)]
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"\r\n".join(lines) + b"\n")
    done = publish(str(file), "--json")
    assert done.returncode == 0, done.stderr
    counts = json.loads(done.stdout)
    assert (counts["sent"], counts["without_district"], counts["blank"], counts["too_large"]) == (500, 0, 0, 0)
    arrived = log(installation)
    assert sorted(value for _partition, _key, value in arrived) == sorted(lines)
    for district in range(5):
        key = b"99%04d" % district
        mine = [(partition, value) for partition, found, value in arrived if found == key]
        assert len({partition for partition, _value in mine}) == 1
        assert [value for _partition, value in mine] == lines[district::5]


def test_another_clients_partitioner_finds_the_same_places(installation: Any, publish: Publish) -> None:
    from kafka.partitioner.default import murmur2

    assert publish("-", given=b"".join(b'{"district":"99%04d"}\n' % n for n in range(40))).returncode == 0
    arrived = log(installation)
    assert len({partition for partition, _key, _value in arrived}) == installation.partitions
    assert all(partition == (murmur2(key) & 0x7FFFFFFF) % installation.partitions for partition, key, _value in arrived)


def test_broken_lines_are_sent_and_counted_and_blank_ones_skipped(installation: Any, publish: Publish) -> None:
    given = b'not json\n\n{"district":"990107","cut":\n[]\n   \n{"district":"990107"}'
    done = publish("-", given=given)
    assert done.returncode == 0
    said = done.stdout.decode()
    assert "4 events sent" in said
    assert "2 of them without a readable district" in said
    assert "2 blank" in said
    assert sorted((key, value) for _partition, key, value in log(installation)) == [
        (b"", b"[]"),
        (b"", b"not json"),
        (b"990107", b'{"district":"990107","cut":'),
        (b"990107", b'{"district":"990107"}'),
    ]


def test_a_line_that_does_not_fit_is_told_and_the_others_are_sent(installation: Any, publish: Publish) -> None:
    fitting = b'{"district":"990107","x":"' + b"y" * (LARGEST_LINE_BYTES - 30) + b'"}'
    done = publish("-", given=b'{"a":1}\n' + b"z" * (LARGEST_LINE_BYTES + 1) + b"\n" + fitting + b"\n")
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"larger than 1 MiB" in done.stderr
    assert sorted(len(value) for _partition, _key, value in log(installation)) == sorted((len(b'{"a":1}'), len(fitting)))


@pytest.mark.parametrize(
    ("arguments", "settings", "code", "said"),
    [
        (["/no/such/file"], {}, 2, b"cannot be read"),
        (["."], {}, 2, b"cannot be read"),
        (["-", "--kafka", "127.0.0.1:9"], {}, 3, b"does not answer"),
        (["-"], {"SUOHENG_TOPIC_PREFIX": "nothing-here."}, 3, b"suoheng topics"),
    ],
)
def test_what_cannot_be_done_is_one_line(publish: Publish, arguments: list[str], settings: dict[str, str], code: int, said: bytes) -> None:
    done = publish(*arguments, given=b"{}\n", **settings)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert done.stdout == b""


def test_a_hundred_thousand_events_go_through(installation: Any, publish: Publish, tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    filler = b"x" * 400
    file.write_bytes(b"".join(b'{"district":"990107","n":%d,"x":"%s"}\n' % (n, filler) for n in range(100_000)))
    done = publish(str(file), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sent"] == 100_000
    numbers = [json.loads(value)["n"] for _partition, _key, value in log(installation)]
    assert numbers == list(range(100_000))
