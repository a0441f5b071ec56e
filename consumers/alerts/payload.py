"""Alerts as Alertmanager's webhook payload, version 4, so that every receiver written for Alertmanager understands it.

https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from consumers.alerts.policy import Notice, State
from consumers.alerts.row import identity
from schemas.outputs import Alert

RECEIVER = "suoheng"
_NOT_ENDED = "0001-01-01T00:00:00Z"


def payload(notice: Notice, page: str) -> dict[str, Any]:
    """One notification with one alert; `page` is the dashboard's address. Label values are texts, as Alertmanager's are."""
    labels = labels_of(notice.alert)
    group = {name: labels[name] for name in ("alertname", "district")}
    return body([(notice.alert, notice.state)], group, "{}:{" + written(group) + "}", RECEIVER, page)


def body(alerts: Sequence[tuple[Alert, State]], group: dict[str, str], group_key: str, receiver: str, page: str) -> dict[str, Any]:
    """One notification: it fires while any of its alerts does."""
    told = [_alert(alert, state, page) for alert, state in alerts]
    return {
        "version": "4",
        "groupKey": group_key,
        "truncatedAlerts": 0,
        "status": "firing" if any(state == "firing" for _, state in alerts) else "resolved",
        "receiver": receiver,
        "groupLabels": group,
        "commonLabels": _common([one["labels"] for one in told]),
        "commonAnnotations": _common([one["annotations"] for one in told]),
        "externalURL": page,
        "alerts": told,
    }


def written(labels: dict[str, str]) -> str:
    """Labels as a group key has them."""
    return ", ".join(f'{name}="{value}"' for name, value in labels.items())


def _alert(alert: Alert, state: State, page: str) -> dict[str, Any]:
    return {
        "status": state,
        "labels": labels_of(alert),
        "annotations": annotations_of(alert),
        "startsAt": starts_at(alert),
        "endsAt": instant(alert.computed_at) if state == "resolved" else _NOT_ENDED,
        "generatorURL": page,
        "fingerprint": sha256(identity(alert).encode()).hexdigest()[:16],
    }


def _common(each: Sequence[dict[str, str]]) -> dict[str, str]:
    return {name: value for name, value in each[0].items() if all(one.get(name) == value for one in each)} if each else {}


def labels_of(alert: Alert) -> dict[str, str]:
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


def annotations_of(alert: Alert) -> dict[str, str]:
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


def starts_at(alert: Alert) -> str:
    """The beginning of the local day from which it fires."""
    return _midnight(alert.start)


def _midnight(day: date) -> str:
    return f"{day}T00:00:00+08:00"


def instant(at: datetime) -> str:
    """In UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
