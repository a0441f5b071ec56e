"""Grafana's board over the metrics: `python -m deploy.watching.board > deploy/grafana/suoheng-operation.json`. A test holds the file to this.

A panel is what it is called, how it is drawn, and its queries; what the metrics in them mean is told by their declarations.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from schemas.operation.metrics import METRICS

_DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
_WIDTH = 24


class Panel(NamedTuple):
    """`kind`: `stat` or `timeseries`; `queries`: PromQL and legend; `warn` and `bad`: where a stat turns yellow and red."""

    zh: str
    en: str
    kind: str
    unit: str
    queries: tuple[tuple[str, str], ...]
    warn: float | None = None
    bad: float | None = None


def _stat(zh: str, en: str, unit: str, query: str, warn: float | None = None, bad: float | None = None) -> Panel:
    return Panel(zh, en, "stat", unit, ((query, ""),), warn, bad)


def _lines(zh: str, en: str, unit: str, *queries: tuple[str, str]) -> Panel:
    return Panel(zh, en, "timeseries", unit, queries)


def _p(q: float, metric: str, by: str = "le") -> str:
    return f"histogram_quantile({q}, sum by ({by}) (rate({metric}_bucket[$__rate_interval])))"


_ROWS: tuple[tuple[str, str, tuple[Panel, ...]], ...] = (
    ("现在", "Now", (
        _stat("无应答进程", "Processes down", "none", 'count(up{job="suoheng"} == 0) or vector(0)', bad=1),
        _stat("处理落后", "Workers behind", "s", "max(suoheng_worker_lag_seconds)", 10, 60),
        _stat("入库落后", "Sink behind", "s", "max(suoheng_sink_lag_seconds)", 10, 60),
        _stat("上报到可见 p95", "Published to visible, p95", "s", _p(0.95, "suoheng_sink_visible_seconds"), 5, 30),
        _stat("距最近事件", "Since the last event", "s", "time() - max(suoheng_sink_last_event_timestamp_seconds > 0)", 86_400, 93_600),
        _stat("未处理死信", "Open dead letters", "none", "max(suoheng_dashboard_letters_open)", 1),
        _stat("最早死信", "Oldest dead letter", "s", "time() - min(suoheng_dashboard_letters_oldest_timestamp_seconds)", 86_400, 604_800),
        _stat("核对不一致行", "Rows that differ", "none", "max(suoheng_dashboard_reconciled_rows_different)", bad=1),
    )),
    ("流量", "Flow", (
        _lines("事件去向", "What becomes of events", "ops", (
            "sum by (verdict) (rate(suoheng_worker_verdicts_total[$__rate_interval]))", "{{verdict}}",
        )),
        _lines("网关回答", "Gateway's answers", "reqps", (
            "sum by (route, status) (rate(suoheng_gateway_answers_total[$__rate_interval]))", "{{route}} {{status}}",
        )),
        _lines("入库行", "Rows stored", "ops", ("sum by (table) (rate(suoheng_sink_rows_total[$__rate_interval]))", "{{table}}")),
        _lines("死信原因", "Dead letters by code", "none", ("sum by (code) (increase(suoheng_worker_dead_letters_total[1h]))", "{{code}}")),
    )),
    ("落后", "Lag", (
        _lines("各分区落后", "Partitions behind", "s", ("max by (partition) (suoheng_worker_lag_seconds)", "{{partition}}")),
        _lines(
            "待处理", "To do", "none",
            ("sum(suoheng_worker_lag_events)", "log 日志"), ("sum(suoheng_sink_lag_messages)", "sink 入库"),
            ("sum(suoheng_alerts_lag_rows)", "alerts 预警"),
        ),
        _lines(
            "上报到可见", "Published to visible", "s",
            *((_p(q, "suoheng_sink_visible_seconds"), f"p{int(q * 100)}") for q in (0.5, 0.95, 0.99)),
        ),
        _lines(
            "一批用时", "Time of a batch", "s",
            (_p(0.99, "suoheng_worker_commit_seconds"), "transaction 事务 p99"), (_p(0.99, "suoheng_worker_fold_seconds"), "fold 计算 p99"),
            (_p(0.99, "suoheng_sink_flush_seconds"), "flush 入库 p99"),
        ),
        _lines(
            "一批大小", "Size of a batch", "none",
            (_p(0.95, "suoheng_worker_batch_events"), "events 事件 p95"), (_p(0.95, "suoheng_sink_flush_rows"), "rows 行 p95"),
        ),
        _lines(
            "网页与网关用时", "Page and gateway", "s",
            (_p(0.95, "suoheng_dashboard_query_seconds"), "query 查询 p95"), (_p(0.95, "suoheng_gateway_answer_seconds", "le, route"), "{{route}} p95"),
        ),
    )),
    ("运行", "Running", (
        _lines("内存", "Memory", "bytes", ('process_resident_memory_bytes{job="suoheng"}', "{{process}} {{instance}}")),
        _lines("处理器", "Processor", "percentunit", (
            'rate(process_cpu_seconds_total{job="suoheng"}[$__rate_interval])', "{{process}} {{instance}}",
        )),
        _lines(
            "分区", "Partitions", "none",
            ("sum(suoheng_worker_partitions_owned)", "owned 持有"), ("sum(suoheng_worker_partitions_open)", "open 已就绪"),
            ("sum(increase(suoheng_worker_rebalances_total[1h]))", "rebalances/h 换手"),
        ),
        _lines("快照年龄", "Age of snapshots", "s", ("time() - max by (partition) (suoheng_worker_snapshot_timestamp_seconds)", "{{partition}}")),
        _lines(
            "业务预警投递", "Alerts told", "none",
            ("sum by (state) (increase(suoheng_alerts_delivered_total[1h]))", "{{state}}"),
            ("sum by (receiver) (increase(suoheng_alerts_messages_total[1h]))", "{{receiver}}"),
            ("sum by (kind) (increase(suoheng_alerts_attempts_failed_total[1h]))", "failed 失败 {{kind}}"),
            ("sum by (receiver) (increase(suoheng_alerts_messages_failed_total[1h]))", "failed 失败 {{receiver}}"),
        ),
        _lines("正在触发的业务预警", "Alerts firing", "none", ("max by (severity) (suoheng_dashboard_alerts_firing)", "{{severity}}")),
        _lines(
            "不应出现", "What should not be", "none",
            ("sum(increase(suoheng_sink_unavailable_total[1h]))", "ClickHouse away 不可用"),
            ("sum(increase(suoheng_worker_gap_events_total[1h]))", "gap events 补读"),
            ("sum(increase(suoheng_worker_lost_offsets_total[1h]))", "lost offsets 位点丢失"),
            ("sum(increase(suoheng_worker_snapshots_failed_total[1h]))", "snapshots failed 快照失败"),
            ("sum(increase(suoheng_gateway_unacknowledged_total[1h]))", "unacknowledged 未确认"),
        ),
        _lines("拒收", "Refused at the gateway", "none", ("sum by (code) (increase(suoheng_gateway_refused_total[1h]))", "{{code}}")),
    )),
)  # fmt: skip


def board() -> dict[str, Any]:
    """The board as Grafana imports it."""
    return {
        "uid": "suoheng-operation",
        "title": "所衡运行 Suoheng operation",
        "tags": ["suoheng"],
        "timezone": "browser",
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "datasource", "type": "datasource", "query": "prometheus", "label": "数据源 Data source", "refresh": 1}]
        },
        "annotations": {"list": []},
        "panels": list(_panels()),
    }


def _panels() -> Iterator[dict[str, Any]]:
    number, top = 1, 0
    for zh, en, panels in _ROWS:
        yield {"id": number, "type": "row", "title": f"{zh} {en}", "collapsed": False, "panels": [], "gridPos": _place(0, top, _WIDTH, 1)}
        number, top = number + 1, top + 1
        width, height = (3, 4) if panels[0].kind == "stat" else (8, 8)
        for place, panel in enumerate(panels):
            left, below = place * width % _WIDTH, place * width // _WIDTH
            yield {"id": number, "gridPos": _place(left, top + below * height, width, height), **_panel(panel)}
            number += 1
        top += (len(panels) * width + _WIDTH - 1) // _WIDTH * height


def _place(x: int, y: int, w: int, h: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": w, "h": h}


def _panel(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    steps += [{"color": color, "value": at} for color, at in (("yellow", panel.warn), ("red", panel.bad)) if at is not None]
    options = (
        {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "background", "graphMode": "none"}
        if panel.kind == "stat"
        else {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}, "tooltip": {"mode": "multi", "sort": "desc"}}
    )
    return {
        "type": panel.kind,
        "title": f"{panel.zh} {panel.en}",
        "description": _described([query for query, _ in panel.queries]),
        "datasource": _DATASOURCE,
        "targets": [
            {"refId": chr(ord("A") + place), "expr": query, "legendFormat": legend, "datasource": _DATASOURCE}
            for place, (query, legend) in enumerate(panel.queries)
        ],
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0, "thresholds": {"mode": "absolute", "steps": steps}}, "overrides": []},
        "options": options,
    }


def _described(queries: Sequence[str]) -> str:
    """What the metrics in the queries mean and what is normal, in both languages."""
    names = dict.fromkeys(name for query in queries for name in re.findall(r"suoheng_\w+", query))
    told = [METRICS.get(re.sub(r"_(bucket|sum|count)$", "", name)) for name in names]
    return "\n\n".join(f"{one.zh}。正常:{one.normal_zh}\n{one.en}. Normal: {one.normal_en}" for one in told if one)


if __name__ == "__main__":
    print(json.dumps(board(), ensure_ascii=False, indent=1))
