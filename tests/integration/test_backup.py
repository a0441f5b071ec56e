"""Backup and restore on a real broker and ClickHouse: the same records at the same offsets, whatever was killed on the way; then the same numbers."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import AbortTransactionSpec

from consumers.clickhouse.client import connect
from consumers.reconcile import reconcile
from consumers.reconcile.partitioner import partition_of
from deploy.backup.create import Made, Options, create
from deploy.backup.manifest import chosen, names
from deploy.backup.place import Place
from deploy.backup.restore import Options as Back
from deploy.backup.restore import Restored, restore
from deploy.catalogue.words import ENTRIES
from deploy.errors import Finding
from deploy.topics import administration, check_topics
from deploy.watcher import Lines
from schemas.topics import OFFICE_EVENTS, topic_name
from tests.conftest import Installation
from tests.fault.report import LONG
from tests.integration.test_reconcile import DISTRICTS, crowd
from tests.integration.whole_way import command, publish, visible, whole_way

KILLED = str(Path(__file__).with_name("killed_keeping.py"))
LOG_ONLY = Options(tables=False)
LOG_BACK = Back(tables=False, files=False)

Entry = tuple[int, int, int, bytes | None, bytes | None, tuple[tuple[str, bytes | None], ...]]
Make = Callable[[], Installation]


def log_of(settings: Installation) -> tuple[list[Entry], dict[int, int]]:
    """What readers of committed records see: partition, offset, time, key, value, headers; and where each partition ends for writers."""
    topic = topic_name(OFFICE_EVENTS, settings)
    tps = [TopicPartition(topic, number) for number in range(settings.partitions)]
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, isolation_level="read_committed", enable_auto_commit=False)
    try:
        consumer.assign(tps)
        consumer.seek_to_beginning(*tps)
        ends = consumer.end_offsets(tps)
        found: list[Entry] = []
        while any(consumer.position(tp) < ends[tp] for tp in tps):
            for messages in consumer.poll(timeout_ms=500).values():
                found += [(m.partition, m.offset, m.timestamp, m.key, m.value, tuple(m.headers)) for m in messages]
        return sorted(found, key=lambda one: one[:2]), {tp.partition: end for tp, end in ends.items()}
    finally:
        consumer.close()


async def odd_records(kafka: str, topic: str) -> None:
    """What clients that check little can write: null and empty keys, values and headers, in one batch."""
    odd: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes | None]]]] = [
        (None, None, []),
        (b"", b"", [("", b"")]),
        (b"k", None, [("a", b"1"), ("a", b"2")]),
        (b"\xff\xfe", b"\0" * 300_000, [("b", None)]),
    ]
    async with AIOKafkaProducer(bootstrap_servers=kafka, acks="all", max_batch_size=900_000) as producer:
        batch = producer.create_batch()
        for key, value, headers in odd:
            batch.append(timestamp=None, key=key, value=value, headers=headers)
        batch.close()
        await (await producer.send_batch(batch, topic, partition=0))


def difficult_log(settings: Installation) -> None:
    """Records of every shape, and offsets without records: one at the very beginning, markers behind commits, aborted ones, few and many."""
    topic = topic_name(OFFICE_EVENTS, settings)
    with administration(settings) as admin:
        admin.abort_transaction(AbortTransactionSpec(TopicPartition(topic, 0), 1 << 61, 0))
    asyncio.run(odd_records(settings.kafka, topic))
    publish(settings, [(b"1", b"%d" % number, ()) for number in range(400)], partition=1)
    producer = KafkaProducer(bootstrap_servers=settings.kafka, transactional_id=f"{settings.app_id}-office")
    producer.init_transactions()
    for count, commit in ((1, True), (3, False), (1, True), (90, False), (2, True), (1, False), (1, False)):
        producer.begin_transaction()
        for number in range(count):
            for partition in (0, 2):
                producer.send(topic, key=b"t", value=b"%d" % number, partition=partition)
        producer.flush()
        producer.commit_transaction() if commit else producer.abort_transaction()
    producer.close()


def kept(settings: Installation, place: Path, options: Options = LOG_ONLY) -> Made:
    return create(settings, str(place), options, Lines())


def brought_back(settings: Installation, place: Path, options: Back = LOG_BACK) -> Restored:
    opened = Place(str(place))
    return restore(settings, opened, chosen(opened)[1], options, Lines())


def killed(settings: Installation, where: str, number: int, *arguments: str) -> None:
    """Run a command that is killed at the n-th call of `module:Class.method`."""
    module, _, method = where.partition(":")
    started = [sys.executable, KILLED, module, *method.split("."), str(number), *arguments]
    done = subprocess.run(started, env=settings.environment | {"PYTHONPATH": "."}, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.topics_only
def test_every_record_comes_back_to_its_offset_with_its_time_whatever_is_killed(installations: Make, tmp_path: Path) -> None:
    source, target, place = installations(), installations(), tmp_path / "kept"
    difficult_log(source)
    was = log_of(source)
    # Killed behind the third segment: there is no backup, and the next run goes on with the segments.
    killed(source, "deploy.backup.place:Place.write", 3, "backup", "create", str(place), "--no-tables")
    written = {path.name: path.stat().st_mtime_ns for path in place.glob("log/*/*.zst")}
    assert len(written) == 3
    assert names(Place(str(place))) == []
    made = kept(source, place)
    assert {
        name: (place / f"log/{part}/{name}").stat().st_mtime_ns
        for part in range(4)
        for name in written
        if (place / f"log/{part}/{name}").exists()
    } == written
    assert made.manifest.records == len(was[0])
    assert made.manifest.partitions[0].end == was[1][0]

    # Killed within a partition, behind a batch, behind a marker; each time the same command goes on, and until then the topic says what it is.
    for method, number in (("_void", 3), ("_abort", 1), *((("_send", 9),) if LONG else ())):
        killed(target, f"deploy.backup.refill:Refill.{method}", number, "restore", str(place), "--no-tables", "--no-files")
        assert "a restore has begun and not ended" in " ".join(check_topics(target))
        with pytest.raises(Finding, match="has begun and not ended"):
            kept(target, tmp_path / "half")
    done = brought_back(target, place)
    assert log_of(target) == was
    assert check_topics(target) == []
    assert done.records == len(was[0])

    # New records get the next offset, and the next backup of the restored installation is one more of the same log.
    (place_of_new,) = publish(target, [(b"1", b"new", ())], partition=1)
    assert place_of_new == (1, was[1][1])
    more = kept(target, place)
    assert (more.new_records, more.manifest.records) == (1, len(was[0]) + 1)


@pytest.mark.topics_only
def test_it_refuses_what_would_mix_two_logs(installations: Make, tmp_path: Path) -> None:
    source, other, place = installations(), installations(), tmp_path / "kept"
    publish(source, [(b"1", b"%d" % number, ()) for number in range(5)], partition=1)
    kept(source, place)
    publish(other, [(b"1", b"another", ())] * 7, partition=1)
    with pytest.raises(Finding, match="has 4 partitions, the settings say 3"):
        kept(source.model_copy(update={"partitions": 3}), place)
    with pytest.raises(Finding, match="there is no topic"):
        kept(source.model_copy(update={"topic_prefix": "nowhere."}), place)
    with pytest.raises(Finding, match="holds another log"):
        kept(other, place)
    with pytest.raises(Finding, match="is not empty"):
        brought_back(other, place)
    brought_back(other, place, LOG_BACK._replace(replace=True))
    assert log_of(other) == log_of(source)


def values(settings: Installation) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every view on numbers; without what tells in which batch a row was computed."""
    batch = "version, computed_at"
    views = {
        "indicator_values": batch,
        "facts": "version",
        "events": "version",
        "sources": "version",
        "conservation": "version",
        "offices": "version",
        "periods": "version",
        "alerts": f"{batch}, started_at, resolved_at".replace("computed_at, ", ""),
        "dead_letters": "topic, letter_topic, letter_offset",
    }
    found = {}
    with connect(settings) as client:
        for view, without in views.items():
            columns = [row[0] for row in client.query(f"DESCRIBE {view}").result_rows if row[0] not in without.split(", ")]
            found[view] = sorted(tuple(map(str, row)) for row in client.query(f"SELECT {', '.join(columns)} FROM {view}").result_rows)
    return found


def published(settings: Installation) -> set[tuple[Any, ...]]:
    """Every version of every value that was ever published."""
    with connect(settings) as client:
        return {tuple(row) for row in client.query("SELECT * EXCEPT definition FROM indicator_history").result_rows}


def test_a_restored_installation_has_the_same_numbers_decisions_and_files(installations: Make, tmp_path: Path) -> None:
    source, place = installations().model_copy(update={"data": tmp_path / "source"}), tmp_path / "kept"
    target = installations().model_copy(update={"data": tmp_path / "target"})
    (tmp_path / "source" / "assessment").mkdir(parents=True)
    grades = tmp_path / "source" / "assessment" / "grades.yaml"
    grades.write_text("grades: []\n", "utf-8")
    grades.chmod(0o640)
    (tmp_path / "source" / "credentials.toml").write_text("# nobody\n", "utf-8")
    breaker_off = {"dead_letter_percent": 0, "dead_letter_streak": 0}
    events = [
        event for seed, district in enumerate(DISTRICTS[: 3 if LONG else 1]) for event in crowd(district, seed, 2_000 if LONG else 150)
    ]
    records = [(event["district"].encode(), json.dumps(event).encode(), ()) for event in events]
    publish(source, records[:100])
    publish(source, [(b"990107", b'{"half":', ())], partition=partition_of(b"990107", 4))
    with whole_way(source, tmp_path, **breaker_off):
        visible(source)
        publish(source, records[100:])
        visible(source)
    with connect(source) as client:
        topic, partition, offset = client.query("SELECT topic, partition, offset FROM dead_letters LIMIT 1").result_rows[0]
        client.command("INSERT INTO replay_rows (topic, partition, offset, replayed_by, sha256) VALUES "
                       f"('{topic}', {partition}, {offset}, '王', 'ab')")  # fmt: skip
    made = kept(source, place, Options()).manifest
    assert [(file.place, file.path, file.secret) for file in made.files] == [("data", "assessment/grades.yaml", False)]
    assert [(table.name, table.rows) for table in made.tables] == [("definition_rows", len(ENTRIES)), ("replay_rows", 1)]
    assert [Path(path).name for path in made.left_out] == ["credentials.toml"]

    back = command(target, "restore", str(place))
    assert back.returncode == 0, back.stderr
    assert "credentials.toml; put it back by hand" in back.stdout
    restored = tmp_path / "target" / "assessment" / "grades.yaml"
    assert (restored.read_bytes(), restored.stat().st_mode & 0o777) == (grades.read_bytes(), 0o640)
    with whole_way(target, tmp_path, **breaker_off) as worker:
        visible(target)
        with pytest.raises(Finding, match="1 workers are at work"):
            brought_back(target, place)
        assert worker.process.poll() is None
    assert values(target) == values(source)
    # What was published on the way is there too, whatever batches the restored workers made; nothing of it lies behind the cut.
    assert published(source) <= published(target)
    with connect(target) as client:
        decided = client.query("SELECT topic, partition, offset, replayed_by FROM replay_rows").result_rows
    assert decided == [(topic_name(OFFICE_EVENTS, target), partition, offset, "王")]
    report = reconcile(target)
    assert report.agrees, report.differences
