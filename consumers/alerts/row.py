"""What a row of the `alerts` topic says about itself: which alert it is, and whose workers wrote it."""

from schemas.outputs import Alert

_EPOCH_SHIFT = 48


def identity(alert: Alert) -> str:
    """What makes it one alert, the same in every row of it: its key in the topic."""
    return f"{alert.district}|{alert.rule}|{alert.subject_kind}|{alert.subject_id}|{alert.start}"


def epoch(alert: Alert) -> int:
    """Epoch of the workers that wrote the row; a higher one than the installation's is a rebuild that is not in use yet."""
    return alert.version >> _EPOCH_SHIFT
