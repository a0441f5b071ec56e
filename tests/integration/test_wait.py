"""`suoheng wait`: passed means workers and sink, markers do not count, and an end of patience says who is behind."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from kafka import KafkaProducer

from deploy.cli import run as command
from deploy.errors import Finding, MissingDependency
from deploy.waiting import Lag, wait
from schemas.settings import Settings
from schemas.topics import INDICATOR_VALUES, OFFICE_EVENTS, topic_name
from tests.integration.sink_stage import Settle, Worker, output_writer, running_sink, value

worker = pytest.fixture(output_writer)
settle = pytest.fixture(running_sink)


@pytest.fixture
def events(installation: Any) -> Iterator[KafkaProducer]:
    producer = KafkaProducer(bootstrap_servers=installation.kafka, acks="all")
    yield producer
    producer.close()


def publish(producer: KafkaProducer, settings: Settings, count: int, partition: int = 1) -> None:
    for _ in range(count):
        producer.send(topic_name(OFFICE_EVENTS, settings), b"{}", b"990101", partition=partition)
    producer.flush()


def test_an_empty_log_needs_no_worker(installation: Any) -> None:
    assert wait(installation, timeout=10).log_positions == 0


def test_it_waits_for_the_workers_first(installation: Any, events: KafkaProducer) -> None:
    publish(events, installation, 3)
    seen: list[Lag] = []
    with pytest.raises(Finding, match=r"the workers had about 3 messages to go on \S+office-events/1 .*are they running"):
        wait(installation, timeout=0.5, progress=seen.append)
    assert {lag.who for lag in seen} == {"workers"}
    assert seen[-1].remaining == 3


def test_then_for_the_sink(installation: Any, worker: Worker, events: KafkaProducer) -> None:
    publish(events, installation, 3)
    worker.write(INDICATOR_VALUES, value(0), value(1), value(2), read_to=3)
    with pytest.raises(Finding, match=r"the sink had about [34]"):
        wait(installation, timeout=0.5)


def test_it_returns_when_both_have_passed(installation: Any, worker: Worker, events: KafkaProducer, settle: Settle) -> None:
    publish(events, installation, 3)
    worker.write(INDICATOR_VALUES, value(0), value(1), value(2), read_to=3)
    done = wait(installation, timeout=60)
    assert done.log_positions == 3
    assert done.output_positions >= 3


def test_transactions_that_end_the_topics_are_no_messages(installation: Any, worker: Worker, settle: Settle) -> None:
    """A foreign publisher may use transactions in the log, too: workers stop before the last marker."""
    foreign = KafkaProducer(bootstrap_servers=installation.kafka, acks="all", transactional_id=f"{installation.app_id}-foreign")
    foreign.init_transactions()
    for abort in (False, True):
        foreign.begin_transaction()
        publish(foreign, installation, 2)
        foreign.abort_transaction() if abort else foreign.commit_transaction()
    foreign.close()
    worker.write(INDICATOR_VALUES, value(1), read_to=2)
    worker.write(INDICATOR_VALUES, value(2), abort=True)
    assert wait(installation, timeout=60).log_positions == 6


def test_a_group_of_another_epoch_does_not_count(installation: Any, worker: Worker, events: KafkaProducer) -> None:
    publish(events, installation, 1)
    worker.write(INDICATOR_VALUES, value(0), read_to=1)
    with pytest.raises(Finding, match="e1"):
        wait(installation.model_copy(update={"epoch": 1}), timeout=0.3)


def test_without_kafka_or_topics_it_says_so(installation: Any) -> None:
    with pytest.raises(MissingDependency, match=r"topic nowhere\.office-events is not there; .*suoheng topics"):
        wait(installation.model_copy(update={"topic_prefix": "nowhere."}), timeout=5)
    with pytest.raises(MissingDependency, match=r"Kafka does not answer at 127.0.0.1:1"):
        wait(installation.model_copy(update={"kafka": "127.0.0.1:1"}), timeout=5)


def test_the_command_ends_as_the_contract_says(
    installation: Any, events: KafkaProducer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from schemas import settings

    monkeypatch.setattr(settings, "settings", lambda: installation)
    assert command(["wait", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["log_positions"] == 0
    publish(events, installation, 1)
    assert command(["wait", "--timeout", "0.3"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert command(["wait", "--timeout", "-1"]) == 2
    monkeypatch.setattr(settings, "settings", lambda: installation.model_copy(update={"kafka": "127.0.0.1:1"}))
    assert command(["wait"]) == 3
