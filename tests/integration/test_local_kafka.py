"""The local Kafka: real, from Python alone, durable; and the topics made on it."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType

from deploy.errors import Finding, MissingDependency
from deploy.local.child import as_environment, start_child, stop_children
from deploy.local.kafka import KafkaNode, kafka_answers, kafka_node
from deploy.topics import check_topics, create_topics
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, TOPICS, topic_name
from tests.conftest import Installation, Stack
from tests.fault.workers import until
from tests.ports import free_port_base


def run(node: KafkaNode) -> subprocess.Popen[bytes]:
    """Start a node with nothing on the PATH: its Java and its jars are the packaged ones."""
    environment = as_environment(Settings()) | {"PATH": "/nonexistent"}
    child = start_child(node.command, environment, node.log.with_name("kafka.log"))
    deadline = time.monotonic() + 90
    while not kafka_answers(node.address):
        assert child.poll() is None, "Kafka ended while starting"
        assert time.monotonic() < deadline, "Kafka is not ready after 90 s"
        time.sleep(0.1)
    return child


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    """Settings of a node of this test's own."""
    return Settings(port_base=free_port_base(), data=tmp_path, partitions=2)


def send(settings: Settings, *values: bytes) -> None:
    """Append to partition 0 of the log."""
    producer = KafkaProducer(bootstrap_servers=settings.kafka, acks="all")
    for value in values:
        producer.send(topic_name(OFFICE_EVENTS, settings), value, key=b"990101", partition=0).get(timeout=30)
    producer.close()


def read(settings: Settings, topic: str, count: int) -> list[bytes]:
    """The first messages of partition 0."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, auto_offset_reset="earliest", fetch_max_bytes=8 << 20)
    consumer.assign([TopicPartition(topic, 0)])
    found: list[bytes] = []
    deadline = time.monotonic() + 30
    while len(found) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} messages came"
        found += [message.value for batch in consumer.poll(timeout_ms=500).values() for message in batch]
    consumer.close()
    return found


def test_messages_survive_a_stop_a_kill_and_a_change_of_port(own: Settings) -> None:
    child = run(kafka_node(own))
    try:
        create_topics(own)
        send(own, b"one")
        stop_children([child], patience_s=30)
        moved = Settings(port_base=free_port_base(), data=own.data, partitions=2)
        child = run(kafka_node(moved))
        send(moved, b"two", b"three")
        child.kill()
        child.wait()
        child = run(kafka_node(moved))
        assert check_topics(moved) == []
        assert read(moved, topic_name(OFFICE_EVENTS, moved), 3) == [b"one", b"two", b"three"]
    finally:
        stop_children([child], patience_s=30)
    assert "ERROR" not in (own.data / "logs" / "kafka-server.log").read_text()


def test_the_node_listens_on_loopback_only(stack: Stack) -> None:
    pid = stack.pids["kafka"]
    ports = {f"{stack.settings.port_base + i:04X}" for i in (0, 1)}
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    hosts = {address.rpartition(":")[0] for address in listening if address.rpartition(":")[2] in ports}
    assert hosts <= {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
    assert hosts


def test_the_log_is_stamped_by_the_broker_and_kept_for_ever(installation: Installation) -> None:
    admin = KafkaAdminClient(bootstrap_servers=installation.kafka)
    names = [topic_name(topic, installation) for topic in TOPICS]
    configs = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names], config_filter="all")["topic"]
    counts = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(names)}
    admin.close()
    assert set(counts.values()) == {installation.partitions}
    log, letters = configs[names[0]], configs[topic_name(DEAD_LETTERS, installation)]
    expected = {"message.timestamp.type": "LogAppendTime", "cleanup.policy": "delete", "retention.ms": "-1", "max.message.bytes": "1048576"}
    assert {name: log[name]["value"] for name in expected} == expected
    assert (letters["cleanup.policy"]["value"], letters["retention.ms"]["value"]) == ("delete", "-1")
    assert {configs[name]["cleanup.policy"]["value"] for name in names[1:] if name != topic_name(DEAD_LETTERS, installation)} == {"compact"}


def test_a_dead_letter_can_hold_the_largest_message_and_its_headers(installation: Installation) -> None:
    value = bytes(1024 * 1024 - 200)
    headers = [(f"original-{i}", b"x" * 1000) for i in range(50)]
    producer = KafkaProducer(bootstrap_servers=installation.kafka, max_request_size=4 << 20)
    producer.send(topic_name(DEAD_LETTERS, installation), value, headers=headers, partition=0).get(timeout=30)
    producer.close()
    assert read(installation, topic_name(DEAD_LETTERS, installation), 1) == [value]


def test_topics_are_made_once_also_by_several_at_a_time(stack: Stack) -> None:
    settings = Settings(**(stack.settings.model_dump() | {"topic_prefix": "race.", "partitions": 1}))
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(create_topics, [settings] * 4))
    assert sorted({name for one in made for name in one.created}) == sorted(topic_name(topic, settings) for topic in TOPICS)
    assert create_topics(settings).created == ()
    assert check_topics(settings) == []


def test_topics_that_do_not_fit_are_told_and_left_alone(installation: Installation) -> None:
    admin = KafkaAdminClient(bootstrap_servers=installation.kafka)
    name = topic_name(OFFICE_EVENTS, installation)
    admin.alter_configs(
        [ConfigResource(ConfigResourceType.TOPIC, name, {"message.timestamp.type": "CreateTime", "max.message.bytes": "2000000"})]
    )
    admin.close()
    until(lambda: check_topics(installation), "the broker tells of the change that it has taken")
    with pytest.raises(Finding) as caught:
        create_topics(installation)
    assert str(caught.value).startswith(f"topic {name} has message.timestamp.type=CreateTime, needed is LogAppendTime")
    assert "max.message.bytes" not in str(caught.value), "more than needed is as good"
    [count] = [text for text in check_topics(installation.model_copy(update={"partitions": 3})) if "partitions" in text]
    assert "4 partitions, the settings say 3; set SUOHENG_PARTITIONS=4" in count


def test_what_is_missing_is_told(stack: Stack) -> None:
    elsewhere = stack.settings.model_copy(update={"topic_prefix": "nowhere."})
    assert check_topics(elsewhere)[0] == "topic nowhere.office-events is missing: run `suoheng topics`"
    with pytest.raises(MissingDependency, match="replication factor"):
        create_topics(elsewhere.model_copy(update={"replication": 3}))


def test_a_broker_that_is_not_there_is_told_at_once() -> None:
    nobody = Settings(kafka=f"127.0.0.1:{free_port_base()}")
    assert not kafka_answers(nobody.kafka)
    began = time.monotonic()
    with pytest.raises(MissingDependency, match="SUOHENG_KAFKA"):
        create_topics(nobody)
    assert time.monotonic() - began < 20
