"""A row of the `alerts` topic onto the newest spell of its alert."""

from datetime import datetime

from consumers.alerts.telling.standing import Spell
from schemas.outputs import Alert


def fold(newest: Spell | None, alert: Alert, now: datetime, *, history: bool, rebuilt: bool) -> Spell | None:
    """The spell as it is after the row, or a new one; None: the row changes nothing.

    `history`: the row was there before this installation told anything; what began and ended in it is settled. `rebuilt`: the row is of
    another epoch that came to be served; of its past, only what still fires is news. An end whose beginning was never seen is both: it happened.
    """
    fires = newest is not None and newest.over_at is None
    # Versions fall when an epoch is taken back; a spell must not take the name of one before it.
    fired = alert.version if newest is None else max(alert.version, newest.fired + 1)
    if alert.state == "firing":
        if newest is not None and fires:
            return newest._replace(alert=alert)
        return Spell(alert, fired, now)
    if newest is not None and fires:
        return newest._replace(alert=_complete(newest.alert, alert), over_at=now, settled=history)
    if newest is not None or history or rebuilt:
        return None
    return Spell(alert, fired, now, over_at=now)


def _complete(before: Alert, alert: Alert) -> Alert:
    """The last row of a withdrawn rule no longer says what it was about: then the alert is what it was, only over."""
    if alert.indicator:
        return alert
    return before.model_copy(update={name: getattr(alert, name) for name in ("state", "why", "version", "computed_at")})
