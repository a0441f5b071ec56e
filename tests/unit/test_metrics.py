"""Metrics are declared once, with a meaning in both languages, and every process exposes exactly those of its group."""

import json
import re
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from consumers.clickhouse.metrics import Metrics
from consumers.dashboard import standing
from deploy import cli
from schemas.operation.instruments import Asked, counter, gauge, histogram
from schemas.operation.metrics import GROUPS, METRICS, dashboard
from schemas.operation.metrics.metric import Metric
from streams.worker.metrics import Verdicts


def exposed(exposition: str) -> dict[str, str]:
    """Ours by name as it is declared, with their kind."""
    families = [family for family in text_string_to_metric_families(exposition) if family.name.startswith("suoheng_")]
    return {family.name + "_total" * (family.type == "counter"): family.type for family in families}


def test_processes_expose_what_is_declared_and_nothing_else() -> None:
    for process in ("consumers.alerts", "consumers.dashboard", "streams.ingest.gateway"):
        import_module(f"{process}.__main__")
    verdicts = Verdicts(())
    REGISTRY.register(verdicts)
    try:
        text, of_the_sink = generate_latest().decode(), generate_latest(Metrics().registry).decode()
    finally:
        REGISTRY.unregister(verdicts)
    assert exposed(of_the_sink) == declared("sink")
    assert exposed(text) == declared("worker", "alerts", "gateway", "dashboard")
    assert "_created" not in text + of_the_sink
    assert "process_resident_memory_bytes" in of_the_sink


def declared(*processes: str) -> dict[str, str]:
    return {one.name: one.kind for group in GROUPS if group.process in processes for one in group.metrics}


def test_names_follow_the_conventions_and_everything_is_told_in_both_languages() -> None:
    assert len(METRICS) == sum(len(group.metrics) for group in GROUPS), "a name is used once"
    for group in GROUPS:
        for one in group.metrics:
            assert one.name.startswith(f"suoheng_{group.process}_")
            assert one.name.endswith("_total") == (one.kind == "counter")
            assert bool(one.buckets) == (one.kind == "histogram")
            assert "seconds" not in one.unit or "_seconds" in one.name
            assert (one.unit == "timestamp") == one.name.endswith("_timestamp_seconds")
            assert re.search(r"[一-鿿]", one.zh)
            assert all((one.en, one.normal_en, one.normal_zh))


def test_every_declared_constant_is_in_its_group() -> None:
    for path in (Path(__file__).parents[2] / "schemas/operation/metrics").glob("[a-z]*.py"):
        for name in re.findall(r'"(suoheng_\w+)", "(?:counter|gauge|histogram)"', path.read_text("utf-8")):
            assert name in METRICS


def test_instruments_are_as_declared() -> None:
    registry = CollectorRegistry()
    counter(Metric("a_total", "counter", "events", "甲", "A", "", "", ("code",)), registry).labels("X").inc()
    gauge(Metric("b", "gauge", "events", "乙", "B", "", ""), registry).set(3)
    histogram(Metric("c_seconds", "histogram", "seconds", "丙", "C", "", "", buckets=(1, 2)), registry).observe(1.5)

    class Read(Asked):
        def read(self) -> dict[str, Iterable[tuple[tuple[str, ...], float]]]:
            return {"d_total": [(("7",), 5.0)]}

    registry.register(Read(Metric("d_total", "counter", "events", "丁", "D", "", "", ("partition",))))
    text = generate_latest(registry).decode()
    assert 'a_total{code="X"} 1.0' in text
    assert "b 3.0" in text
    assert 'c_seconds_bucket{le="2.0"} 1.0' in text
    assert 'd_total{partition="7"} 5.0' in text


def test_what_has_not_happened_is_absent() -> None:
    told = standing.samples([(0, 0.0)], [("high", 2)], [], now=7.0)
    assert (told[dashboard.LETTERS_OPEN.name], told[dashboard.OLDEST_LETTER_AT.name]) == ([((), 0)], [])
    assert (("high",), 2) in told[dashboard.FIRING.name]
    assert (("low",), 0) in told[dashboard.FIRING.name]
    assert told[dashboard.RECONCILED_AT.name] == []
    told = standing.samples([(2, 5.0)], [], [(6.0, 3)], now=7.0)
    assert (told[dashboard.OLDEST_LETTER_AT.name], told[dashboard.DIFFERENT.name]) == ([((), 5.0)], [((), 3)])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_document_tells_all(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["metrics", "--markdown", lang]) == 0
    text = capsys.readouterr().out
    for one in METRICS.values():
        assert f"| `{one.name}` | {one.kind} | {one.unit} | {one.meaning(lang)}" in text
        assert one.normal(lang) in text


def test_the_command_has_a_table_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["metrics"]) == 0
    assert "suoheng_sink_lag_seconds" in capsys.readouterr().out
    assert cli.run(["metrics", "--json"]) == 0
    assert [one["name"] for one in json.loads(capsys.readouterr().out)] == list(METRICS)
    assert cli.run(["metrics", "--json", "--markdown", "zh"]) == 2
