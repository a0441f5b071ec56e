"""The notification as receivers written for Alertmanager expect it."""

import json
from datetime import UTC, date, datetime
from typing import Any

from consumers.alerts.payload import payload
from consumers.alerts.policy import Notice
from schemas.outputs import Alert

ALERT = Alert.model_validate(
    {
        "district": "990101",
        "rule": "success_low",
        "subject_kind": "authority",
        "subject_id": "au-990101-jd-001",
        "start": date(2026, 7, 1),
        "state": "resolved",
        "severity": "medium",
        "indicator": "med_success_rate",
        "mode": "share_weighted",
        "dimension": "",
        "window_kind": "month",
        "window_start": date(2026, 9, 1),
        "value": 0.975,
        "threshold": 0.95,
        "why": "39/40 = 0.975 >= 0.95 in month 2026-09, since 2026-07",
        "titles": {"zh": "调解成功率偏低", "en": "Mediation success rate low"},
        "version": 7,
        "computed_at": datetime(2026, 9, 2, 3, 4, 5, 678_000, tzinfo=UTC),
    }
)


def sent(state: Any, **changed: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(payload(Notice(ALERT.model_copy(update=changed), state), "http://127.0.0.1:29094/")))
    return made


def test_version_4_has_exactly_alertmanagers_fields() -> None:
    body = sent("resolved")
    assert body["version"] == "4"
    assert set(body) == {
        *("version", "groupKey", "truncatedAlerts", "status", "receiver", "groupLabels"),
        *("commonLabels", "commonAnnotations", "externalURL", "alerts"),
    }
    assert set(body["alerts"][0]) == {"status", "labels", "annotations", "startsAt", "endsAt", "generatorURL", "fingerprint"}
    assert body["groupKey"] == '{}:{alertname="success_low", district="990101"}'
    assert all(isinstance(text, str) for part in ("commonLabels", "commonAnnotations") for text in body[part].values())


def test_times_are_the_first_day_of_the_breach_and_the_moment_it_was_over() -> None:
    over, firing = sent("resolved")["alerts"][0], sent("firing")["alerts"][0]
    assert (over["startsAt"], over["endsAt"]) == ("2026-07-01T00:00:00+08:00", "2026-09-02T03:04:05.678Z")
    assert firing["endsAt"] == "0001-01-01T00:00:00Z"


def test_labels_and_fingerprint_stay_while_the_alert_lives() -> None:
    firing = sent("firing", value=0.9, why="other", window_start=date(2026, 8, 1), version=3)["alerts"][0]
    over = sent("resolved")["alerts"][0]
    assert firing["labels"] == over["labels"]
    assert firing["fingerprint"] == over["fingerprint"]
    assert len(over["fingerprint"]) == 16
    assert "dimension" not in over["labels"]


def test_people_read_both_languages_and_the_figures() -> None:
    annotations = sent("resolved")["commonAnnotations"]
    assert annotations["title_zh"] == "调解成功率偏低"
    assert annotations["description"].startswith("39/40 = 0.975 >= 0.95")
    assert sent("resolved", value=None)["commonAnnotations"]["value"] == "null"
