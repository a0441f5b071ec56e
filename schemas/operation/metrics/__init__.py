"""Every metric of every process, declared once. Processes, the document (`suoheng metrics`), Prometheus' rules and Grafana's board derive from it."""

from schemas.operation.metrics import alerts, dashboard, gateway, sink, worker
from schemas.operation.metrics.metric import Group, Metric

__all__ = ["GROUPS", "METRICS", "Group", "Metric"]

GROUPS: tuple[Group, ...] = (worker.GROUP, sink.GROUP, alerts.GROUP, gateway.GROUP, dashboard.GROUP)
"""In the order of the way from event to reader."""

METRICS: dict[str, Metric] = {metric.name: metric for group in GROUPS for metric in group.metrics}
"""All metrics by name."""
