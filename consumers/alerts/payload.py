"""A notice as Alertmanager's webhook payload, version 4, so that every receiver written for Alertmanager understands it.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from consumers.alerts.policy import Notice
from consumers.alerts.row import identity
from schemas.outputs import Alert

RECEIVER = "suoheng"
_NOT_ENDED = "0001-01-01T00:00:00Z"


def payload(notice: Notice, page: str) -> dict[str, Any]:
    """One notification with one alert; `page` is the dashboard's address. Label values are texts, as Alertmanager's are."""
    alert, labels, annotations = notice.alert, _labels(notice.alert), _annotations(notice.alert)
    group = {name: labels[name] for name in ("alertname", "district")}
    return {
        "version": "4",
        "groupKey": "{}:{" + ", ".join(f'{name}="{value}"' for name, value in group.items()) + "}",
        "truncatedAlerts": 0,
        "status": notice.state,
        "receiver": RECEIVER,
        "groupLabels": group,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": page,
        "alerts": [
            {
                "status": notice.state,
                "labels": labels,
                "annotations": annotations,
                "startsAt": _midnight(alert.start),
                "endsAt": _instant(alert.computed_at) if notice.state == "resolved" else _NOT_ENDED,
                "generatorURL": page,
                "fingerprint": sha256(identity(alert).encode()).hexdigest()[:16],
            }
        ],
    }


def _labels(alert: Alert) -> dict[str, str]:
    """What identifies and routes the alert. Nothing in it changes while the alert lives."""
    labels = {
        "alertname": alert.rule,
        "severity": alert.severity,
        "district": alert.district,
        "subject_kind": alert.subject_kind,
        "subject": alert.subject_id,
        "indicator": alert.indicator,
        "mode": alert.mode,
        "dimension": alert.dimension,
        "window": alert.window_kind,
        "start": alert.start.isoformat(),
    }
    return {name: value for name, value in labels.items() if value}


def _annotations(alert: Alert) -> dict[str, str]:
    """What people read."""
    return {
        "summary": f"{alert.titles.zh} · {alert.titles.en}: {alert.subject_id}",
        "title_zh": alert.titles.zh,
        "title_en": alert.titles.en,
        "description": alert.why,
        "value": "null" if alert.value is None else repr(alert.value),
        "threshold": repr(alert.threshold),
        "window_start": alert.window_start.isoformat(),
    }


def _midnight(day: date) -> str:
    """The beginning of a local day."""
    return f"{day}T00:00:00+08:00"


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
