"""A notice until it is delivered or given up: waits grow and are spread, so that a receiver that comes back is not run over."""

from collections.abc import Callable
from random import Random

import structlog

from consumers.alerts.channels import Channel
from consumers.alerts.metrics import attempts_failed, delivered, given_up
from consumers.alerts.outcome import Delivered, Later, Refused
from consumers.alerts.policy import Notice
from consumers.alerts.row import identity

log = structlog.get_logger(__name__)

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 60.0
REFUSALS_BEFORE_GIVING_UP = 5


class Stopped(Exception):
    """The process is to end; the notice in hand is not delivered and will be taken up after the next start."""


class Delivery:
    """Tells notices through one channel, one after the other.

    A receiver that is down is tried for ever, because an alert must not be lost; one that refuses the same notice five times is
    misconfigured or broken for this notice: it is logged as an error with all that a person needs, counted, and skipped.
    """

    def __init__(self, channel: Channel, wait: Callable[[float], bool], random: Random) -> None:
        """`wait(seconds)` sleeps and says whether the process is to stop."""
        self._channel = channel
        self._wait = wait
        self._random = random

    def tell(self, notice: Notice) -> bool:
        """Whether the notice was delivered (False: given up). Raises `Stopped` when the process is to end first."""
        attempt = refusals = 0
        while True:
            outcome = self._channel.deliver(notice)
            if isinstance(outcome, Delivered):
                delivered.labels(state=notice.state).inc()
                return True
            attempt += 1
            refusals += isinstance(outcome, Refused)
            attempts_failed.labels(kind=type(outcome).__name__.lower()).inc()
            if refusals == REFUSALS_BEFORE_GIVING_UP:
                return self._give_up(notice, outcome.reason)
            self._pause(notice, attempt, outcome)

    def _pause(self, notice: Notice, attempt: int, outcome: Later | Refused) -> None:
        """Exponential, half of it random; at least what the receiver asked for."""
        longest = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(attempt - 1, 16))
        wanted = outcome.after_s if isinstance(outcome, Later) else None
        seconds = max(wanted or 0.0, longest * (0.5 + self._random.random() / 2))
        log.warning(
            "alert not delivered yet",
            alert=identity(notice.alert),
            state=notice.state,
            attempt=attempt,
            reason=outcome.reason,
            again_in_s=round(seconds, 1),
        )
        if self._wait(seconds):
            raise Stopped

    def _give_up(self, notice: Notice, reason: str) -> bool:
        given_up.inc()
        log.error(
            "alert given up: the receiver refuses it; mend webhook_url or the receiver and tell the people concerned by hand",
            alert=identity(notice.alert),
            state=notice.state,
            severity=notice.alert.severity,
            why=notice.alert.why,
            reason=reason,
            attempts=REFUSALS_BEFORE_GIVING_UP,
            idempotency_key=notice.idempotency_key,
        )
        return False
