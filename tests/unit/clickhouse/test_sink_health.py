"""Whether the sink can store: what its loop knows, and where that is nothing, what ClickHouse answers to a probe."""

import time
from typing import Any

from consumers.clickhouse import pinging
from consumers.clickhouse.metrics import Metrics
from consumers.clickhouse.pinging import Pinging
from schemas.settings import Settings
from tests.ports import free_port_base


def why(metrics: Metrics, ask: str = "") -> str:
    answer = metrics.health(lambda: ask).answer("/ready")
    assert answer
    return str(answer[1]["why"])


def test_a_sink_says_what_it_lacks() -> None:
    metrics = Metrics(ready_lag_s=60)
    assert "tables" in why(metrics)
    metrics.opened()
    assert "partitions" in why(metrics)
    metrics.assigned(108)
    assert why(metrics) == ""
    assert why(metrics, "ClickHouse does not answer") == "ClickHouse does not answer"
    metrics.behind(5, time.time() - 90)
    assert "90 s behind" in why(metrics)
    metrics.unavailable("the disk is full")
    assert why(metrics, "ClickHouse does not answer") == "the disk is full", "the loop knows better"
    metrics.flushed(0.1)
    metrics.behind(0, time.time())
    assert why(metrics) == ""


def test_a_probe_is_answered_at_once_by_what_was_heard_last(monkeypatch: Any) -> None:
    monkeypatch.setattr(pinging, "REST_S", 0.05)
    asked = Pinging(Settings(clickhouse_url=f"http://127.0.0.1:{free_port_base()}"))
    began = time.monotonic()
    asked.why()
    assert time.monotonic() - began < 1
    until = time.monotonic() + 20
    while not asked.why() and time.monotonic() < until:
        time.sleep(0.02)
    assert asked.why().endswith("does not answer: Connection refused")
