"""What a row of the `alerts` topic says about itself: which alert it is."""

from schemas.outputs import Alert


def identity(alert: Alert) -> str:
    """What makes it one alert, the same in every row of it: its key in the topic."""
    return f"{alert.district}|{alert.rule}|{alert.subject_kind}|{alert.subject_id}|{alert.start}"
