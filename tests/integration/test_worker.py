"""The worker process on real Kafka, with a core that only counts: restarts, rebalances, gaps, refusals, stopping."""

import random
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer, TopicPartition

from deploy.local.child import last_line
from tests.conftest import Installation
from tests.fault.workers import COUNTING, Feed, Outside, Record, Worker, until

pytestmark = pytest.mark.topics_only

FORGETFUL = """
import runpy, sys
from aiokafka.client import AIOKafkaClient

update, left = AIOKafkaClient._metadata_update, 2

async def forget(client, cluster, topics):
    global left
    if left and topics == {sys.argv[1]}:
        left -= 1
        return False
    return await update(client, cluster, topics)

AIOKafkaClient._metadata_update = forget
runpy.run_path(sys.argv[2], run_name="__main__")
"""
"""The counting worker, whose consumer's first two questions for the partitions of a topic stay without an answer."""


def start(installation: Installation, workers: list[Worker], folder: Path, **changed: Any) -> Worker:
    worker = Worker(installation, folder, f"worker-{len(workers)}", **changed)
    workers.append(worker)
    return worker


def test_restart_goes_on_where_it_stopped(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    feed.numbers(2_000, bad_every=50)
    first = start(installation, workers, tmp_path)
    outside.wait_drained()
    assert first.stop() == 0
    assert last_line(first.log) == "suoheng worker: stopped"
    feed.numbers(1_000, bad_every=50)
    second = start(installation, workers, tmp_path)
    outside.wait_drained()
    assert second.metric("suoheng_worker_recovered_events_total") == 2_000
    assert second.metric("suoheng_worker_events_total") == 1_000
    outside.judge()


def test_a_group_whose_leader_knew_no_partitions_gives_them_out_later(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    """As when the broker dies between a worker's first look at the topics and its joining."""
    command = [sys.executable, "-c", FORGETFUL, feed.topic, COUNTING[1]]
    feed.numbers(500)
    worker = start(installation, workers, tmp_path, command=command)
    outside.wait_drained()
    assert "No partition metadata for topic" in worker.log.read_text()
    outside.judge()


def test_stopping_takes_seconds_and_leaves_the_group(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    patient = {"session_timeout_ms": 60_000}
    first = start(installation, workers, tmp_path, **patient)
    first.wait_ready(4)
    second = start(installation, workers, tmp_path, **patient)
    second.wait_ready(2)
    feed.numbers(20_000)
    assert first.stop() == 0
    second.wait_ready(4, seconds=30)  # half the session timeout: the first one has left, it was not missed
    outside.wait_drained()
    outside.judge()


def test_workers_join_and_leave_under_load(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    small = {"micro_batch_events": 50}
    first = start(installation, workers, tmp_path, **small)
    first.wait_ready(4)
    for step in ("join", "leave", "join", "leave"):
        feed.numbers(3_000, bad_every=97)
        if step == "join":
            start(installation, workers, tmp_path, **small)
        else:
            assert workers[-1].stop() == 0
        assert outside.lag() > 0
        for _ in range(10):
            feed.numbers(100)
            time.sleep(0.2)
        first.wait_ready(2 if step == "join" else 4)
    outside.wait_drained()
    assert first.process.poll() is None
    outside.judge()


def test_a_partition_that_stays_keeps_its_state(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    feed.numbers(4_000)
    first = start(installation, workers, tmp_path)
    outside.wait_drained()
    second = start(installation, workers, tmp_path)
    second.wait_ready(2)
    assert second.stop() == 0
    first.wait_ready(4)
    kept = {number: end for number, end in outside.ends().items() if number not in _opened_again(first.log)}
    assert len(kept) == 2
    assert first.metric("suoheng_worker_recovered_events_total") == 4_000 - sum(kept.values())


def _opened_again(log: Path) -> set[int]:
    """Partitions that this worker recovered with events in them."""
    lines = [line for line in log.read_text().splitlines() if " recovered " in line and "events=0" not in line]
    return {int(line.split(" partition=")[1].split()[0]) for line in lines}


def test_dead_letters_keep_every_byte_and_header(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    noise = random.Random(7).randbytes
    records: list[Record] = [
        (b"990001", b"bad \x00\xff\xfe", [("a", b"1"), ("a", b"2"), ("ce_type", "调解".encode())]),
        (None, b"bad without a key", []),
        (b"990001", b"bad", [("empty", b"")]),
        (b"990001", b"bad" + noise(1_000_000), [("long", b"x" * 1_000)]),
        (b"\xff\xff", b"bad key", [("dl-code", b"of an earlier life")]),
    ]
    feed.records(records, partition=1)
    feed.numbers(10)
    start(installation, workers, tmp_path)
    outside.wait_drained()
    letters = outside.read("dead-letters")
    assert [(letter.key, letter.value) for letter in letters] == [(key, value) for key, value, _ in records]
    for offset, (letter, (_, value, headers)) in enumerate(zip(letters, records, strict=True)):
        assert letter.partition == 1
        assert letter.headers[: len(headers)] == headers
        reasons = dict(letter.headers[len(headers) :])
        assert (reasons.pop("dl-build") or b"").startswith(b"suoheng ")
        assert reasons == {
            "dl-code": b"STRUCT_VALUE",
            "dl-detail": b"a bad one",
            "dl-stage": b"schema",
            "dl-topic": feed.topic.encode(),
            "dl-partition": b"1",
            "dl-offset": b"%d" % offset,
            "dl-sha256": sha256(value or b"").hexdigest().encode(),
        }
    outside.judge()


def test_a_compressed_bomb_is_one_dead_letter(installation: Installation, outside: Outside, workers: list[Worker], tmp_path: Path) -> None:
    feed = Feed(installation, compression_type="zstd", max_request_size=100 << 20, batch_size=1 << 20)
    bomb = b"bad" + bytes(64 << 20)
    feed.records([(b"990001", bomb, [])], partition=2)
    feed.numbers(100)
    feed.close()
    start(installation, workers, tmp_path)
    outside.wait_drained()
    [letter] = outside.read("dead-letters")
    assert letter.value == bomb
    outside.judge()


def test_the_breaker_halts_without_committing(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    feed.records([(b"990001", b"%012d" % number, []) for number in range(100)], partition=3)
    first = start(installation, workers, tmp_path)
    outside.wait_drained()
    feed.records([(b"990001", b"flood", [])], partition=3)
    assert first.ended() == 78
    said = last_line(first.log)
    assert said.startswith("suoheng worker: halted: partition 3: flood;"), said
    assert outside.committed()[3] == 100
    assert outside.read("dead-letters") == []
    assert start(installation, workers, tmp_path).ended() == 78
    assert outside.committed()[3] == 100


@pytest.mark.parametrize("back_to", [None, 7], ids=["forgotten", "fell back"])
def test_a_lost_committed_offset_is_taken_from_the_outputs(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path, back_to: int | None
) -> None:
    """Fell back: as with a broker's group coordinator after a crash, when what it had been told last is gone and what came before it is there."""
    feed.numbers(500, bad_every=10)
    first = start(installation, workers, tmp_path)
    outside.wait_drained()
    assert first.stop() == 0
    reached = outside.committed()
    if back_to is None:
        outside.admin.delete_groups([outside.group])
    else:
        outside.set_back(back_to)
    assert outside.committed() == ({} if back_to is None else dict.fromkeys(reached, back_to))
    second = start(installation, workers, tmp_path)
    outside.wait_drained()  # whoever waits for the group sees where it stands, without an event
    assert outside.committed() == reached
    assert second.metric("suoheng_worker_lost_offsets_total") == 4
    feed.numbers(300, bad_every=10)
    outside.wait_drained()
    outside.judge()


def test_a_shortened_log_halts(installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path) -> None:
    feed.records([(b"990001", b"%012d" % number, []) for number in range(50)], partition=0)
    first = start(installation, workers, tmp_path)
    outside.wait_drained()
    assert first.stop() == 0
    outside.admin.delete_records({TopicPartition(feed.topic, 0): 20})
    second = start(installation, workers, tmp_path)
    assert second.ended() == 78
    assert "begins at offset 20, but offset 0 is needed" in last_line(second.log)


def test_aborted_and_control_records_of_publishers_count_nothing(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    producer = KafkaProducer(bootstrap_servers=installation.kafka, transactional_id=f"{installation.app_id}-foreign")
    producer.init_transactions()
    for number, commit in enumerate((True, False, True, False)):
        producer.begin_transaction()
        producer.send(feed.topic, key=b"990001", value=b"%012d" % number, partition=0)
        (producer.commit_transaction if commit else producer.abort_transaction)()
    first = start(installation, workers, tmp_path)
    until(lambda: first.ready(4) and first.metric("suoheng_worker_events_total") == 2, "both committed events counted")
    until(lambda: first.metric("suoheng_worker_lag_events") == 0, "no lag is shown for control records")
    assert first.stop() == 0
    producer.begin_transaction()
    producer.send(feed.topic, key=b"990001", value=b"%012d" % 4, partition=0)
    producer.commit_transaction()
    producer.close()
    second = start(installation, workers, tmp_path)
    until(lambda: second.ready(4) and second.metric("suoheng_worker_events_total") == 1, "the third one counted after recovery")
    outside.judge()


def test_a_fenced_worker_ends_and_counts_nothing(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    worker = start(installation, workers, tmp_path)
    worker.wait_ready(4)
    usurper = KafkaProducer(bootstrap_servers=installation.kafka, transactional_id=f"{installation.app_id}-e0-office-events-0")
    usurper.init_transactions()
    feed.records([(b"990001", b"%012d" % 1, [])], partition=0)
    assert worker.ended() == 70
    assert "ProducerFenced" in last_line(worker.log)
    assert outside.lag() == 1
    assert outside.read("indicator-values") == []
    usurper.close()


def test_waits_for_broker_and_topics(installation: Installation, workers: list[Worker], tmp_path: Path) -> None:
    lost = start(installation, workers, tmp_path, topic_prefix="nowhere.")
    until(lambda: "run `suoheng topics`" in lost.log.read_text(), "it says what is missing")
    assert not lost.health()["ready"]
    assert "run `suoheng topics`" in lost.health()["why"]
    assert lost.stop() == 0
    alone = start(installation, workers, tmp_path, kafka="127.0.0.1:9")
    until(lambda: "does not answer" in alone.log.read_text(), "it says that the broker is missing")
    assert alone.stop() == 0


def test_health_names_the_open_partitions(installation: Installation, workers: list[Worker], tmp_path: Path) -> None:
    worker = start(installation, workers, tmp_path)
    worker.wait_ready(4)
    told = worker.health()
    assert (told["ready"], told["why"], told["partitions"], told["opening"]) == (True, "", [0, 1, 2, 3], 0)
    assert [one["name"] for one in told["conditions"]] == ["loop", "topics", "assigned", "recovered", "caught_up"]
    assert worker.metric("suoheng_worker_partitions_open") == 4
