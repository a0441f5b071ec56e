"""What roles may do: covers what the processes name at the broker, and no more; told to other tools without loss."""

import subprocess
from pathlib import Path

import pytest

from consumers.group import sink_group
from deploy.access.plan import Plan
from deploy.access.roles import Grant, Role, roles
from deploy.errors import Usage
from schemas.settings import Settings
from schemas.topics import EPOCHS, OFFICE_EVENTS, OUTPUT_TOPICS, topic_name
from streams.worker.commit import Names

OURS = Settings(topic_prefix="jb.", app_id="jb")
SHADOW = OURS.model_copy(update={"epoch": 3, "shadow": True})


def may(role: Role, kind: str, name: str, operation: str) -> bool:
    def covers(grant: Grant) -> bool:
        return name.startswith(grant.name) if grant.prefixed else name == grant.name

    return any(grant.kind == kind and grant.operation == operation and covers(grant) for grant in role.grants)


@pytest.mark.parametrize("given", [OURS, SHADOW])
def test_a_worker_may_what_it_names(given: Settings) -> None:
    worker, names = roles(OURS)["worker"], Names.of(given)
    assert may(worker, "topic", names.source, "read")
    assert all(may(worker, "topic", name, "write") for name in names.outputs.values())
    assert may(worker, "group", names.group, "read")
    assert all(may(worker, "transactional_id", names.transactional_id(number), "write") for number in (0, 11))
    assert may(worker, "transactional_id", f"jb-{EPOCHS.name}", "write")


@pytest.mark.parametrize("given", [OURS, SHADOW])
def test_the_sink_may_what_it_names(given: Settings) -> None:
    sink = roles(OURS)["sink"]
    beside = given.epoch if given.shadow else None
    assert all(may(sink, "topic", topic_name(topic, given, beside), "read") for topic in OUTPUT_TOPICS)
    assert may(sink, "group", sink_group(given), "read")


def test_nobody_but_the_operator_deletes_and_nobody_deletes_the_log() -> None:
    for role in roles(OURS).values():
        assert not may(role, "topic", topic_name(OFFICE_EVENTS, OURS), "delete")
        assert role.name == "operator" or not any(grant.operation in {"delete", "create"} for grant in role.grants)


def test_no_role_reaches_another_installation() -> None:
    for role in roles(Settings()).values():
        assert not any(may(role, "topic", f"jb.{topic.name}", operation) for topic in OUTPUT_TOPICS for operation in ("read", "write"))
        assert all(grant.name for grant in role.grants)


def test_the_script_of_kafkas_own_tools_runs(tmp_path: Path) -> None:
    """With programs in the place of Kafka's that write down how they were called."""
    log = tmp_path / "log"
    for name in ("kafka-acls.sh", "kafka-configs.sh"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {log}\n')
        (tmp_path / name).chmod(0o755)
    plan = Plan.of(OURS, ["gateway", "sink"], ["sink=CN=sink,O=bureau of justice"])
    subprocess.run(["sh", "-s"], input=plan.script(), text=True, check=True, env={"BIN": str(tmp_path)})
    called = log.read_text().splitlines()
    assert sum("kafka-acls.sh" in line for line in called) == sum(len(role.grants) for role in plan.roles)
    assert any("--allow-principal User:CN=sink,O=bureau of justice --operation Read --group jb-sink-e" in line for line in called)
    assert [line.rpartition("--entity-name ")[2] for line in called if "kafka-configs.sh" in line] == [
        "suoheng-gateway --add-config producer_byte_rate=33554432"
    ]


def test_what_is_no_role_is_refused() -> None:
    with pytest.raises(Usage, match="no role clerk"):
        Plan.of(OURS, ["clerk"], [])
    with pytest.raises(Usage, match="ROLE=NAME"):
        Plan.of(OURS, [], ["gateway"])
