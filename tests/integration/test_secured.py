"""TLS, logins and access lists on a real broker: each process does its work with its role's rights, and nothing beyond them."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError, TransactionalIdAuthorizationFailedError

from deploy.access.plan import Plan
from deploy.cli import run
from deploy.errors import MissingDependency
from deploy.local.child import as_environment, last_line, start_child, stop_children
from deploy.topics import check_topics, create_topics
from deploy.waiting import wait
from schemas.connecting import kafka_options
from schemas.settings import Settings, settings
from schemas.topics import DEAD_LETTERS, FACTS, OFFICE_EVENTS, topic_name
from tests.conftest import Databases, Stack
from tests.fault.workers import REAL, Worker, until
from tests.integration.whole_way import SINK
from tests.ports import free_port_base
from tests.scenarios.chance import chance_district
from tests.secured_kafka import SecuredKafka, secured_kafka

GATEWAY = (sys.executable, "-m", "streams.ingest.gateway")
ALERTS = (sys.executable, "-m", "consumers.alerts")


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    folder = tmp_path_factory.mktemp("secured")
    with secured_kafka(Settings(port_base=free_port_base(), data=folder / "data"), folder) as kafka:
        yield kafka


@pytest.fixture(scope="module")
def ours(secured: SecuredKafka, stack: Stack, databases: Databases) -> Iterator[Settings]:
    """An installation on it, its topics made and its access in force; tables are the session's."""
    database = databases.take()
    given = secured.admin.model_copy(
        update={
            "clickhouse_url": stack.clickhouse_url,
            "clickhouse_database": database,
            "topic_prefix": "p.",
            "app_id": "s",
            "partitions": 2,
            "dead_letter_streak": 0,
            "dead_letter_percent": 0,
        }
    )
    create_topics(given)
    plan = Plan.of(given, [], ["reader=CN=bureau"])
    assert len(plan.put_in_force(prune=False)) > 40
    assert plan.differences() == []
    yield given
    databases.give_back(database)


def test_every_process_works_with_its_role_alone(
    secured: SecuredKafka, ours: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port_base()
    as_gateway = secured.as_user("suoheng-gateway", ours, gateway_port=port, data=tmp_path)
    logs = {name: tmp_path / f"{name}.log" for name in ("gateway", "sink", "alerts")}
    commands = {"gateway": (GATEWAY, as_gateway), "sink": (SINK, secured.as_user("suoheng-sink", ours))}
    commands["alerts"] = (ALERTS, secured.as_user("suoheng-alerts", ours))
    children = {name: start_child(command, as_environment(given), logs[name]) for name, (command, given) in commands.items()}
    worker = Worker(secured.as_user("suoheng-worker", ours, data=tmp_path), tmp_path, "worker", command=REAL)
    try:
        worker.wait_ready(2)
        until(lambda: _post(port, chance_district(7, 60)), "the gateway takes events", 30)
        operator = secured.as_user("suoheng-operator", ours)
        assert wait(operator, 60).log_positions >= 60
        assert check_topics(operator) == []
        assert _command(operator, "reconcile", "--json") == 0
        _command(operator, "doctor", "--json")
        assert "uthorization" not in capsys.readouterr().out
        until(lambda: "delivering alerts" in logs["alerts"].read_text(), "alerts read their topic", 20)
        for name, child in children.items():
            assert child.poll() is None, f"{name}: {last_line(logs[name])}"
    finally:
        stop_children([*children.values(), worker.process], patience_s=20)


def _post(port: int, events: list[dict[str, object]]) -> bool:
    body = json.dumps(events).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/events", body, {"Content-Type": "application/cloudevents-batch+json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status in {202, 207}
            return True
    except OSError:
        return False


def _command(given: Settings, *arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in as_environment(given).items():
            if name.startswith("SUOHENG_"):
                patch.setenv(name, value)
        settings.cache_clear()
        try:
            return run(list(arguments))
        finally:
            settings.cache_clear()


def _writes(topic: str, **options: object) -> Callable[[Settings], object]:
    def attempt(given: Settings) -> object:
        producer = KafkaProducer(**kafka_options(given), acks="all", **options)
        try:
            if "transactional_id" in options:
                producer.init_transactions()
            return producer.send(topic, b"x", partition=0).get(20)
        finally:
            producer.close(timeout=2)

    return attempt


def _reads(topic: str, group: str | None = None) -> Callable[[Settings], object]:
    def attempt(given: Settings) -> object:
        consumer = KafkaConsumer(**kafka_options(given), group_id=group, enable_auto_commit=False, auto_offset_reset="earliest")
        try:
            if group:
                consumer.subscribe([topic])
                return until(lambda: consumer.poll(500), "records", 20)
            partitions = [TopicPartition(topic, 0), TopicPartition(topic, 1)]
            consumer.assign(partitions)
            consumer.end_offsets(partitions)  # who may not even look is refused here, who may not read below
            return until(lambda: consumer.poll(500), "records", 20)
        finally:
            consumer.close(autocommit=False)

    return attempt


def _deletes(topic: str) -> Callable[[Settings], object]:
    def attempt(given: Settings) -> object:
        admin = KafkaAdminClient(**kafka_options(given))
        try:
            return admin.delete_topics([topic])
        finally:
            admin.close()

    return attempt


LOG, VALUES, LETTERS = (f"p.{topic.name}" for topic in (OFFICE_EVENTS, FACTS, DEAD_LETTERS))


def test_a_role_can_do_nothing_else(secured: SecuredKafka, ours: Settings) -> None:
    assert topic_name(OFFICE_EVENTS, ours) == LOG
    publisher, worker = secured.as_user("suoheng-publisher", ours), secured.as_user("suoheng-worker", ours)
    sink, stranger = secured.as_user("suoheng-sink", ours), secured.as_user("stranger", ours)
    allowed = [(publisher, _writes(LOG)), (sink, _reads(VALUES))]
    refused: list[tuple[Settings, Callable[[Settings], object], type[KafkaError]]] = [
        (publisher, _writes(VALUES), TopicAuthorizationFailedError),
        (publisher, _reads(LOG), TopicAuthorizationFailedError),
        (sink, _writes(LOG), TopicAuthorizationFailedError),
        (sink, _reads(VALUES, "s-e0"), GroupAuthorizationFailedError),
        (worker, _writes(VALUES, transactional_id="other-e0-office-events-0"), TransactionalIdAuthorizationFailedError),
        (worker, _deletes(LOG), TopicAuthorizationFailedError),
        (stranger, _reads(LOG), TopicAuthorizationFailedError),
    ]
    for given, attempt in allowed:
        attempt(given)
    for number, (given, attempt, error) in enumerate(refused):
        with pytest.raises(error):
            pytest.fail(f"attempt {number} was let through: {attempt(given)}")


def test_a_client_certificate_is_a_login_by_its_name(secured: SecuredKafka, ours: Settings) -> None:
    bureau = secured.as_certificate("bureau", ours)
    assert _reads(VALUES)(bureau)
    with pytest.raises(TopicAuthorizationFailedError):
        _reads(LETTERS)(bureau)
    with pytest.raises(TopicAuthorizationFailedError):
        _reads(VALUES)(secured.as_certificate("somebody", ours))


def test_who_cannot_get_in_is_told_so_in_one_line(secured: SecuredKafka, ours: Settings) -> None:
    operator = secured.as_user("suoheng-operator", ours)
    changes = {
        "and password right": {"kafka_password": "wrong"},
        "SUOHENG_KAFKA_SECURITY if it asks for TLS": {"kafka_security": "plaintext"},
    }
    # In processes of their own and side by side: a client that is not let in goes on trying, and leaves sockets behind.
    command = [sys.executable, "-m", "deploy", "topics", "--check"]
    asking = {
        told: subprocess.Popen(command, env=as_environment(operator.model_copy(update=changed)), stderr=subprocess.PIPE, text=True)
        for told, changed in changes.items()
    }
    for told, process in asking.items():
        _, said = process.communicate(timeout=60)
        assert told in said
        assert said.count("\n") == 1
        assert process.returncode == MissingDependency.exit_code


def test_what_somebody_changed_is_found_and_put_right(secured: SecuredKafka, ours: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Too much for one role, too little for another, a quota of their own: told, then made as declared."""
    wide = Plan.of(ours.model_copy(update={"topic_prefix": "other."}), ["alerts"], [])
    wide.put_in_force(prune=False)
    assert _command(ours, "access", "kafka", "--check", "--role", "alerts", "--role", "gateway") == 1
    assert "- suoheng-alerts: read topic other.alerts" in capsys.readouterr().out
    assert _command(ours, "access", "kafka", "--apply", "--prune", "--role", "alerts") == 0
    assert _command(ours, "access", "kafka", "--check", "--role", "alerts") == 0
    assert _command(ours, "access", "kafka", "--apply", "--role", "gateway", "--user", "gateway=suoheng-alerts") == 0
    told = capsys.readouterr().out
    assert "+ suoheng-alerts: write topic p.office-events" in told
    assert "~ suoheng-alerts: quota none, declared is producer_byte_rate=33554432" in told
