"""Alerts as rows of the topic, for the tests of the deliverer."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from schemas.outputs import Alert


def alert(state: str, offset: int = 1, epoch: int = 0, **changed: Any) -> Alert:
    fields = {
        "district": "990101",
        "rule": "lost",
        "subject_kind": "office",
        "subject_id": "sfs-990101-001",
        "start": date(2026, 8, 1),
        "state": state,
        "severity": "high",
        "indicator": "cor_lost_cnt",
        "mode": "none",
        "dimension": "",
        "window_kind": "month",
        "window_start": date(2026, 8, 1),
        "value": 1.0,
        "threshold": 0.0,
        "why": "1 > 0 in month 2026-08",
        "titles": {"zh": "脱管", "en": "Lost from control"},
        "version": epoch << 48 | offset,
        "computed_at": datetime(2026, 8, 7, tzinfo=UTC),
    }
    return Alert.model_validate(fields | changed)


@pytest.fixture
def make_alert() -> Callable[..., Alert]:
    """`make_alert(state, offset, epoch, **changed fields)`."""
    return alert
