"""The doctor on real Kafka and ClickHouse: mistakes are made, found, and their cures named."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.structs import OffsetAndMetadata, TopicPartition

from consumers.clickhouse.client import connect
from consumers.group import sink_group
from deploy.doctor import checks, clickhouse, kafka
from deploy.doctor.check import Check
from deploy.rebuild.places import Places
from deploy.topics import alter
from deploy.waiting import watching
from schemas.settings import Settings
from schemas.topics import FACTS, OFFICE_EVENTS, topic_name


def told(check: Check, *, ok: bool, en: str, zh: str = "") -> None:
    assert (check.ok, en in check.finding("en"), zh in check.finding("zh")) == (ok, True, True), check


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "PATIENCE_S", 0.8)


@pytest.fixture
def admin(installation: Settings) -> Iterator[Any]:
    admin = KafkaAdminClient(bootstrap_servers=installation.kafka)
    yield admin
    admin.close()


def configure(admin: Any, topic: str, **changed: str) -> None:
    alter(admin, topic, {name.replace("_", "."): value for name, value in changed.items()})


def publish(installation: Settings, topic: str, **options: Any) -> None:
    producer = KafkaProducer(bootstrap_servers=installation.kafka)
    producer.send(topic, key=b"990101", value=b"{}", partition=1, **options)
    producer.close()


@pytest.mark.topics_only
def test_topics_with_other_settings_partitions_or_copies(installation: Settings, admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told(kafka.topics(installation), ok=True, en="4 partitions each", zh="齐全")
    told(kafka.topics(installation.model_copy(update={"partitions": 12})), ok=False, en="set SUOHENG_PARTITIONS=4", zh="设置不符")
    configure(admin, topic_name(FACTS, installation), cleanup_policy="delete")
    told(kafka.topics(installation), ok=False, en="cleanup.policy=delete, needed is compact", zh="kafka-configs")
    told(kafka.topics(installation.model_copy(update={"topic_prefix": "nowhere."})), ok=False, en="run `suoheng topics`")
    told(kafka.replicas(installation), ok=True, en="1 of each partition on 1 broker", zh="1 个 broker")
    for placed, en in (
        ({"replica_nodes": [1], "isr_nodes": [1]}, "3 brokers, but"),
        ({"replica_nodes": [1, 2, 3], "isr_nodes": [1, 2]}, "copies of partitions [0]"),
    ):
        monkeypatch.setattr(KafkaAdminClient, "describe_cluster", lambda _: {"brokers": [{}] * 3})
        monkeypatch.setattr(
            KafkaAdminClient, "describe_topics", lambda *_, placed=placed: [{"partitions": [{"partition_index": 0, **placed}]}]
        )
        told(kafka.replicas(installation), ok=False, en=en)


@pytest.mark.topics_only
def test_epochs_clocks_and_groups_that_nobody_is_in_or_that_do_not_move(installation: Settings, admin: Any) -> None:
    source, facts = topic_name(OFFICE_EVENTS, installation), topic_name(FACTS, installation)
    group = f"{installation.app_id}-e0"
    nobody = kafka.group(installation, group)
    assert nobody == kafka.Group(frozenset(), 0, frozenset())
    everybody = kafka.Group(frozenset((source, number) for number in range(4)), 2, frozenset({"/10.0.0.1"}))
    ahead = installation.model_copy(update={"epoch": 1})
    with watching(installation) as watched:
        told(kafka.epochs(installation, Places(installation, watched), 0), ok=True, en="0 is served")
        told(kafka.epochs(ahead, Places(ahead, watched), 0), ok=False, en="`suoheng rebuild --epoch 1`", zh="SUOHENG_EPOCH=1")
        told(kafka.log_clock(installation, watched), ok=True, en="no event yet", zh="尚无事件")
        told(kafka.workers(installation, watched, 0, nobody), ok=False, en="no worker runs", zh="没有处理进程")
        told(kafka.sink(installation, watched, nobody), ok=False, en="no sink runs", zh="python -m consumers.clickhouse")
        told(kafka.workers(installation, watched, 0, everybody), ok=True, en="2, and every partition has an owner", zh="全部分区有主")
        some = everybody._replace(held=frozenset({(source, 0), (source, 2)}))
        told(kafka.workers(installation, watched, 0, some), ok=False, en="nobody has the partitions [1, 3]", zh="无人处理")

        publish(installation, source)
        told(kafka.workers(installation, watched, 0, everybody), ok=False, en=f"1 ({source}/1) are not being worked off", zh="没有处理积压")
        admin.alter_group_offsets(group, {TopicPartition(source, 1): OffsetAndMetadata(1, "", -1)})
        told(kafka.workers(installation, watched, 0, everybody), ok=True, en="every partition")

        told(kafka.sink(installation, watched, everybody), ok=True, en="0 messages to go")
        publish(installation, facts)
        told(kafka.sink(installation, watched, everybody), ok=False, en=f"1 ({facts}/1) are not being stored", zh="没有入库进展")
        admin.alter_group_offsets(sink_group(installation), {TopicPartition(facts, 1): OffsetAndMetadata(1, "", -1)})
        told(kafka.sink(installation, watched, everybody), ok=True, en="0 messages to go")

        told(kafka.log_clock(installation, watched), ok=True, en=" s ago", zh="早")
        configure(admin, source, message_timestamp_type="CreateTime", message_timestamp_after_max_ms=str(2**62))
        publish(installation, source, timestamp_ms=int((time.time() + 7_200) * 1000))
        told(kafka.log_clock(installation, watched), ok=False, en="s in the future by this clock", zh="NTP")


def test_all_checks_then_tables_that_are_behind_or_ahead_letters_that_pile_up_and_clocks_apart(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {check.name: check for check in checks.all_checks(installation)}
    assert {name for name, check in made.items() if not check.ok} - {"ports", "processes", "disk"} == {"workers", "sink"}
    assert list(made)[-1] == "clock"
    told(clickhouse.tables(installation), ok=True, en="migrations in force", zh="个迁移")
    told(clickhouse.letters(installation), ok=True, en="0 open of the last 7 days", zh="未处理 0 封")
    with connect(installation) as client:
        client.command(
            "INSERT INTO dead_letter_rows (code, topic, partition, offset, received_at) "
            "SELECT if(number < 20, 'NUM_RANGE', 'ID_CONFLICT'), 'office-events', 0, number, now() FROM numbers(21)"
        )
        told(
            clickhouse.letters(installation),
            ok=False,
            en="21 open of the last 7 days, beside 0 events, NUM_RANGE 20",
            zh="dead-letters digest",
        )
        client.command("INSERT INTO migrations (number, checksum) SELECT 999, checksum FROM migrations LIMIT 1")
        told(clickhouse.tables(installation), ok=False, en="use the newer build", zh="较新版本")
        client.command("ALTER TABLE migrations DELETE WHERE number = 999 SETTINGS mutations_sync = 1")
    empty = installation.model_copy(update={"clickhouse_database": "nowhere"})
    told(clickhouse.tables(empty), ok=False, en="run `suoheng migrate`", zh="运行 `suoheng migrate`")
    told(clickhouse.clock(installation), ok=True, en="differs from this machine's", zh="相差")
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 3_600)
    told(clickhouse.clock(installation), ok=False, en="set both clocks by NTP", zh="NTP")
