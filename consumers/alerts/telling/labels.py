"""What an alert can be matched, grouped and routed by."""

from collections.abc import Mapping

from consumers.alerts.payload import labels_of
from schemas.outputs import Alert


def labels(alert: Alert) -> dict[str, str]:
    """The webhook's labels, and `rule`, `office` and `authority`; none is empty."""
    found = labels_of(alert) | {"rule": alert.rule}
    if alert.subject_kind in ("office", "authority"):
        found[alert.subject_kind] = alert.subject_id
    return found


def written(of: Mapping[str, str]) -> str:
    """Labels as one text, the same for the same labels."""
    return ",".join(f"{name}={of[name]}" for name in sorted(of))
