"""A message to try a receiver with: an alert that is plainly none."""

from datetime import UTC, datetime
from pathlib import Path

from consumers.alerts.plan.receivers import Receiver
from consumers.alerts.telling.message import Item, Message, message_key
from consumers.alerts.ways.building import Surroundings
from schemas.outputs import Alert
from schemas.settings import Settings


def surroundings(config: Settings, plan: Path) -> Surroundings:
    """What the deliverer would give to the plan's ways."""
    return Surroundings(plan.parent, config.page_url, config.webhook_private_networks, lambda: datetime.now(UTC))


def trial(receiver: Receiver) -> Message:
    """A test message. It tells an alert that begins and ends at once, so that no system behind the receiver keeps it."""
    now = datetime.now(UTC)
    alert = Alert.model_validate(
        {
            "district": "000000", "rule": "suoheng_test", "subject_kind": "district", "subject_id": "000000", "start": now.date(),
            "state": "resolved", "severity": "info", "indicator": "", "mode": "none", "dimension": "", "window_kind": "day",
            "window_start": now.date(), "value": None, "threshold": 0, "version": 0, "computed_at": now,
            "why": "测试消息,收到即说明通知渠道正常 · a test: that you read it shows that the way is open",
            "titles": {"zh": "测试", "en": "Test"},
        }
    )  # fmt: skip
    items = (Item(alert=alert, state="resolved", spell="test", subject="000000", seen_at=now, over_at=now),)
    key = message_key(receiver.name, "test", "test", now, items)
    return Message(
        receiver=receiver.name,
        kind="test",
        group="test",
        labels={"alertname": "suoheng_test"},
        items=items,
        made_at=now,
        key=key,
        thread=key,
    )
