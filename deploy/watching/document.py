"""The metrics as a document, from their declaration."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from schemas.operation.metrics import GROUPS, Group, Metric

_WORDS = {
    "zh": {
        "title": "所衡的监控指标",
        "intro": "每个进程在 `/metrics` 以 Prometheus 文本格式给出以下指标,另有 Python 客户端自带的 `process_*`、`python_*`。"
        "告警规则见 `deploy/prometheus/rules.yml`,看板见 `deploy/grafana/suoheng-operation.json`。",
        "heads": "指标|类型|单位|含义|正常值",
        "labels": "标签",
    },
    "en": {
        "title": "What Suoheng measures of itself",
        "intro": "Every process gives these at `/metrics` in Prometheus' text format, beside the client's own `process_*` and `python_*`. "
        "Rules on them: `deploy/prometheus/rules.yml`; the board: `deploy/grafana/suoheng-operation.json`.",
        "heads": "metric|type|unit|meaning|normal",
        "labels": "labels",
    },
}


def markdown(lang: str) -> str:
    """The document in one language."""
    words = _WORDS[lang]
    lines = [f"# {words['title']}", "", words["intro"], ""]
    for group in GROUPS:
        lines += [f"## {group.zh if lang == 'zh' else group.en}", "", *_table(group, lang), ""]
    return "\n".join(lines)


def _table(group: Group, lang: str) -> Iterator[str]:
    heads = _WORDS[lang]["heads"].split("|")
    yield _row(heads)
    yield _row(["---"] * len(heads))
    for metric in group.metrics:
        labels = f" ({_WORDS[lang]['labels']} {', '.join(f'`{label}`' for label in metric.labels)})" if metric.labels else ""
        yield _row([f"`{metric.name}`", metric.kind, metric.unit, metric.meaning(lang) + labels, metric.normal(lang)])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def described(process: str, metric: Metric) -> dict[str, Any]:
    """A metric for programs."""
    told = {name: value for name, value in asdict(metric).items() if name != "buckets"}
    return {"process": process, **told} | ({"buckets": list(metric.buckets)} if metric.buckets else {})
