"""Prometheus' rules, their tests and Grafana's board name only what there is, and parse as PromQL."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from deploy.local.stack import needed_ports
from deploy.watching.board import board
from schemas.operation.metrics import GROUPS, METRICS
from schemas.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
SCRAPED = {"job", "instance", "process"}
"""Labels that Prometheus adds, by prometheus.yml."""
BESIDE = {"up", "process_resident_memory_bytes", "process_cpu_seconds_total"}
"""What Prometheus and its client tell without us."""


def load(name: str) -> Any:
    return yaml.safe_load((DEPLOY / "prometheus" / name).read_text("utf-8"))


def rules() -> list[dict[str, Any]]:
    return [rule for group in load("rules.yml")["groups"] for rule in group["rules"]]


def selectors(expression: Any) -> Iterator[Any]:
    """All vector selectors of a parsed expression."""
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    if isinstance(expression, promql_parser.MatrixSelector):
        yield expression.vector_selector
    inner = [getattr(expression, name, None) for name in ("lhs", "rhs", "expr")]
    for one in [*inner, *(getattr(expression, "args", None) or ())]:
        if one is not None:
            yield from selectors(one)


def complaints(promql: str) -> list[str]:
    """What is wrong with the names in an expression."""
    found = []
    for selector in selectors(promql_parser.parse(promql)):
        metric = METRICS.get(re.sub(r"_(bucket|sum|count)$", "", selector.name))
        if selector.name in BESIDE:
            continue
        if metric is None or (selector.name != metric.name) != (metric.kind == "histogram"):
            found.append(f"{selector.name} is no series")
            continue
        known = {*metric.labels, *SCRAPED} | ({"le"} if metric.kind == "histogram" else set())
        found += [f"{selector.name} has no label {one.name}" for one in selector.matchers.matchers if one.name not in known]
    return found


def test_the_check_would_notice() -> None:
    assert complaints("rate(suoheng_worker_lag_event[5m]) > 0 or sum(suoheng_sink_flush_seconds)") == [
        "suoheng_worker_lag_event is no series",
        "suoheng_sink_flush_seconds is no series",
    ]
    assert complaints('suoheng_worker_lag_events{topic="x"}') == ["suoheng_worker_lag_events has no label topic"]
    with pytest.raises(ValueError, match="unclosed left parenthesis"):
        complaints("sum by (partition (x)")


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_a_rule_names_what_there_is_and_says_what_to_do(rule: dict[str, Any]) -> None:
    assert complaints(rule["expr"]) == []
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert re.fullmatch(r"Suoheng[A-Z]\w+", rule["alert"])
    assert rule["labels"]["severity"] in {"page", "ticket"}
    for text in (rule["annotations"]["summary"], rule["annotations"]["action"]):
        assert re.search(r"[A-Za-z]", text)
        assert re.search(r"[一-鿿]", text)


def test_rules_have_names_of_their_own_and_every_process_is_watched() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)
    watched = {selector.name for rule in rules() for selector in selectors(promql_parser.parse(rule["expr"]))}
    for group in GROUPS:
        assert any(name.startswith(f"suoheng_{group.process}_") for name in watched), group.process


def test_the_tests_of_the_rules_are_about_rules_and_metrics_that_there_are() -> None:
    """`promtool test rules` runs them; here at least their names and texts are held to the rules."""
    known = {rule["alert"]: rule for rule in rules()}
    tests = load("rules.test.yml")
    assert tests["rule_files"] == ["rules.yml"]
    for test in tests["tests"]:
        assert [complaint for given in test["input_series"] for complaint in complaints(given["series"])] == []
        for asked in test["alert_rule_test"]:
            rule = known[asked["alertname"]]
            for alert in asked["exp_alerts"]:
                assert alert["exp_labels"].items() >= rule["labels"].items()
                assert alert["exp_annotations"].keys() == rule["annotations"].keys()
                for name, text in rule["annotations"].items():
                    pattern = ".+".join(map(re.escape, re.split(r"\{\{.*?\}\}", text)))
                    assert re.fullmatch(pattern, alert["exp_annotations"][name])


def test_prometheus_scrapes_what_runs() -> None:
    """The example's addresses are those of `suoheng up` with two workers."""
    (job,) = load("prometheus.yml")["scrape_configs"]
    scraped = {target: config["labels"]["process"] for config in job["static_configs"] for target in config["targets"]}
    ours = {f"{host}:{port}": name.partition("-")[0] for host, port, name in needed_ports(Settings(), workers=2)}
    assert scraped == {address: name for address, name in ours.items() if name in {group.process for group in GROUPS}}
    assert load("prometheus.yml")["rule_files"] == ["rules.yml"]


def test_the_board_is_as_it_is_made_and_names_what_there_is() -> None:
    file = DEPLOY / "grafana" / "suoheng-operation.json"
    made = board()
    assert json.loads(file.read_text("utf-8")) == made, "python -m deploy.watching.board > deploy/grafana/suoheng-operation.json"
    queries = [target["expr"].replace("$__rate_interval", "5m") for panel in made["panels"] for target in panel.get("targets", ())]
    assert [complaint for query in queries for complaint in complaints(query)] == []
    shown = {selector.name for query in queries for selector in selectors(promql_parser.parse(query))}
    assert len(shown) > 30
    panels = [panel for panel in made["panels"] if panel["type"] != "row"]
    assert all(panel["description"] or "process_" in str(panel["targets"]) or "up{" in str(panel["targets"]) for panel in panels)
    taken = [
        (p["gridPos"]["x"] + dx, p["gridPos"]["y"] + dy)
        for p in made["panels"]
        for dx in range(p["gridPos"]["w"])
        for dy in range(p["gridPos"]["h"])
    ]
    assert len(set(taken)) == len(taken), "no panel lies on another"
    assert max(x for x, _ in taken) < 24
    assert len({panel["id"] for panel in made["panels"]}) == len(made["panels"])
