"""What a process says of itself: two questions with two cures, and how late somebody is."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest
from prometheus_client import CollectorRegistry, Counter

from deploy.local.asking import ask, can_work
from schemas.operation.health import CAUGHT_UP, Behind, Condition, Health, Pulse, caught_up
from schemas.operation.serving import serve
from tests.clock import Clock


def test_what_is_away_makes_a_process_unready_and_not_dead() -> None:
    health = Health("sink", (Condition("loop"),), (Condition("clickhouse", "it does not answer"), Condition("assigned")), {"more": 1})
    alive, ready = health.answer("/health"), health.answer("/ready")
    assert alive
    assert ready
    assert (alive[0], alive[1]["alive"], alive[1]["why"]) == (200, True, "")
    assert (ready[0], ready[1]["ready"], ready[1]["why"], ready[1]["more"]) == (503, False, "it does not answer", 1)
    assert [(one["name"], one["ok"]) for one in ready[1]["conditions"]] == [("loop", True), ("clickhouse", False), ("assigned", True)]
    assert health.answer("/nowhere") is None


def test_a_loop_that_stands_still_is_dead() -> None:
    clock = Clock()
    pulse = Pulse("the loop", 60.0, clock)
    clock.now += 61
    assert pulse.condition().why == "the loop has stood still for 61 s"
    assert Health("worker", (pulse.condition(),), ()).answer("/health") == (
        503,
        {"process": "worker", "alive": False, "why": pulse.condition().why, "conditions": [{"name": "loop", "ok": False, "why": pulse.condition().why}]},
    )  # fmt: skip
    pulse.beat()
    assert pulse.condition().ok
    clock.now += 31
    assert not pulse.condition(limit_s=30.0).ok


def test_how_late_a_reader_is() -> None:
    clock = Clock()
    behind = Behind(clock)
    assert behind.seconds(0, clock.now - 30_000) == 0, "a quiet night"
    clock.now += 1
    assert behind.seconds(1, clock.now - 30_001) == 1, "the first message of the morning makes nobody a night late"
    clock.now += 59
    assert behind.seconds(5_000, clock.now - 58) == 58, "what was read is 58 s old"
    assert behind.seconds(5_000, clock.now - 0.2) == pytest.approx(0.2), "much to do, and kept up with"
    assert behind.seconds(0, clock.now) == 0


def test_a_reader_that_starts_with_a_backlog_is_as_late_as_what_it_read_last() -> None:
    clock = Clock()
    assert Behind(clock).seconds(10, clock.now - 7_200) == 7_200
    nothing_read = Behind(clock)
    assert nothing_read.seconds(10) == 0
    clock.now += 90
    assert nothing_read.seconds(10) == 90
    assert "90 s behind" in caught_up(90, 60, "the sink is").why
    assert caught_up(60, 60, "the sink is").ok


@pytest.fixture
def told() -> list[Condition]:
    return [Condition("clickhouse", "it does not answer")]


@pytest.fixture
def port(told: list[Condition]) -> Iterator[int]:
    registry = CollectorRegistry()
    Counter("suoheng_tries", "Tries", registry=registry).inc()
    server = serve("127.0.0.1", 0, lambda: Health("sink", (), tuple(told)), registry)
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def test_it_is_served(port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert b"suoheng_tries_total 1.0" in answer.read()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
        assert json.load(answer)["alive"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/ready")
    with refused.value as answer:
        assert (answer.code, json.load(answer)["why"]) == (503, "it does not answer")
    assert ask("127.0.0.1", port, "/elsewhere").status == 404


def test_a_backlog_keeps_nobody_waiting_who_starts_it(port: int, told: list[Condition]) -> None:
    assert not can_work("127.0.0.1", port)
    told[:] = [Condition("clickhouse"), Condition(CAUGHT_UP, "the sink is 90 s behind")]
    assert can_work("127.0.0.1", port)
    told[:] = [Condition("clickhouse", "away"), Condition(CAUGHT_UP, "the sink is 90 s behind")]
    assert not can_work("127.0.0.1", port)
    assert not can_work("127.0.0.1", 9)


def test_a_port_that_somebody_else_has_is_named_with_the_settings_to_change() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as theirs:
        port = theirs.getsockname()[1]
        with pytest.raises(OSError, match=rf"127\.0\.0\.1:{port} \(SUOHENG_HEALTH_HOST, SUOHENG_HEALTH_PORT\): Address already in use"):
            serve("127.0.0.1", port, lambda: Health("worker", (), ()), CollectorRegistry())
