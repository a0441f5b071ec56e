"""Which rows of the `alerts` topic are told to people: every change of state, once and in order, and no history when an installation is new.

* A row that repeats the state (a new value, another window) is not told.
* A `resolved` whose `firing` was never seen (both fell into one slice of the worker) is told as both, in order: it happened.
* A partition that was never delivered from holds history, not news: of what it holds at that moment only the alerts that are still
  firing are told.
* When another epoch comes to be served, its alerts take the place of those that stood: what differs in state is told, but not the alerts of
  the past that only the new epoch knows; those that it does not know have been resolved by the worker.
* What earlier runs have told is learned from the topic itself: rows before the committed offset.
"""

from hashlib import sha256
from typing import Literal, NamedTuple

from consumers.alerts.row import identity
from schemas.outputs import Alert

State = Literal["firing", "resolved"]


class Notice(NamedTuple):
    """One thing to tell: the alert and the state that is told (`firing` before a `resolved` that came alone)."""

    alert: Alert
    state: State

    @property
    def idempotency_key(self) -> str:
        """The same for every attempt and after every restart; another for an alert that was corrected away and fires again.

        The row's version is part of it, because only that tells the second firing of one alert from a repeated first.
        """
        return sha256(f"{identity(self.alert)}|{self.state}|{self.alert.version}".encode()).hexdigest()


class Told:
    """What is known to have been told of one partition's alerts."""

    def __init__(self) -> None:
        self._last: dict[str, Alert] = {}
        self._backlog: dict[str, Alert] = {}

    def learn(self, alert: Alert) -> None:
        """A row that an earlier run has dealt with."""
        self._last[identity(alert)] = self._complete(alert)

    def hold(self, alert: Alert) -> None:
        """A row of the history that was there before the first delivery; the newest of each alert counts."""
        self._backlog[identity(alert)] = alert

    def release(self) -> list[Notice]:
        """End of that history: the alerts still firing, oldest row first."""
        notices = [Notice(alert, "firing") for alert in sorted(self._backlog.values(), key=_age) if alert.state == "firing"]
        self._last |= self._backlog
        self._backlog = {}
        return notices

    def notices(self, alert: Alert, *, rebuilt: bool = False) -> list[Notice]:
        """What a new row has to tell: nothing, its state, or firing and resolved. `rebuilt`: the row is of a rebuild's past."""
        alert = self._complete(alert)
        before = self._last.get(identity(alert))
        self._last[identity(alert)] = alert
        if before is None and alert.state == "resolved":
            return [] if rebuilt else [Notice(alert, "firing"), Notice(alert, "resolved")]
        return [] if before is not None and before.state == alert.state else [Notice(alert, alert.state)]

    def _complete(self, alert: Alert) -> Alert:
        """The last row of a withdrawn rule no longer says what it was about: then the alert is what it was, only over."""
        before = self._last.get(identity(alert))
        if alert.indicator or before is None:
            return alert
        return before.model_copy(update={name: getattr(alert, name) for name in ("state", "why", "version", "computed_at")})


def _age(alert: Alert) -> int:
    return alert.version
