"""One receiver's messages, in the order in which they were made: attempts, waits, the receiver's limit, giving up. A thread of its own."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from threading import Event
from typing import assert_never

import structlog

from consumers.alerts.delivery import FIRST_WAIT_S, LONGEST_WAIT_S, REFUSALS_BEFORE_GIVING_UP
from consumers.alerts.journal.journal import Journal, Queued
from consumers.alerts.metrics import messages, messages_failed, messages_given_up
from consumers.alerts.outcome import Delivered, Later, Outcome, Refused
from consumers.alerts.plan.receivers import Receiver
from consumers.alerts.ways.way import Way

log = structlog.get_logger(__name__)

_LOOK_S = 0.5
_BROKEN_S = 5.0


class Sender:
    """A receiver that is down is tried for ever; one that refuses the same message five times does not get it, which is logged and counted.

    An attempt is noted only when it has ended: killed in between, the next run makes it again under the same key.
    """

    def __init__(self, receiver: Receiver, way: Way, journal: Journal, clock: Callable[[], datetime], random: Random) -> None:
        self._receiver, self._way, self._journal, self._clock, self._random = receiver, way, journal, clock, random
        self.failing = ""
        """Why the last attempt failed; empty: it did not."""

    def run(self, stop: Event) -> None:
        """Deliver until told to stop."""
        while not stop.is_set():
            try:
                wait = self.step()
            except sqlite3.Error as error:
                log.error("the journal cannot be written; nothing is lost, trying again", receiver=self._receiver.name, error=str(error))
                wait = _BROKEN_S
            stop.wait(wait)
        self._journal.close()

    def step(self) -> float:
        """Make at most one attempt; seconds until there may be something to do."""
        now, name = self._clock(), self._receiver.name
        queued = self._journal.head(name)
        if queued is None:
            return _LOOK_S
        free = max(queued.next_at, self._journal.free_at(name, self._receiver.most_a_minute, now))
        if now < free:
            return min((free - now).total_seconds(), _LOOK_S)
        self._journal.attempt(name, now)
        self._note(queued)
        return 0.0

    def _note(self, queued: Queued) -> None:
        outcome = self._attempted(queued)
        self.failing = "" if isinstance(outcome, Delivered) else outcome.reason
        now, name = self._clock(), self._receiver.name
        match outcome:
            case Delivered():
                self._journal.end(queued, now, delivered=True)
                messages.labels(receiver=name, kind=queued.message.kind).inc()
            case Refused() if queued.refusals + 1 >= REFUSALS_BEFORE_GIVING_UP:
                self._journal.end(queued, now, delivered=False, reason=outcome.reason)
                messages_given_up.labels(receiver=name).inc()
                self._tell_given_up(queued, outcome.reason)
            case Later() | Refused():
                seconds = self._pause(queued, outcome)
                self._journal.again(queued, now + timedelta(seconds=seconds), outcome.reason, refused=isinstance(outcome, Refused))
                messages_failed.labels(receiver=name, kind=type(outcome).__name__.lower()).inc()
                log.warning(
                    "message not delivered yet",
                    receiver=name,
                    attempt=queued.attempts + 1,
                    reason=outcome.reason,
                    again_in_s=round(seconds, 1),
                )
            case _:
                assert_never(outcome)

    def _attempted(self, queued: Queued) -> Outcome:
        try:
            return self._way.deliver(queued.message)
        except Exception as error:  # noqa: BLE001 - a defect of ours must not end the thread: then nobody would be told anything more
            return Later(f"a defect of Suoheng: {type(error).__name__}: {error}")

    def _pause(self, queued: Queued, outcome: Later | Refused) -> float:
        """Exponential, half of it random; at least what the receiver asked for."""
        longest: float = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(queued.attempts, 16))
        wanted = outcome.after_s if isinstance(outcome, Later) else None
        return max(wanted or 0.0, longest * (0.5 + self._random.random() / 2))

    def _tell_given_up(self, queued: Queued, reason: str) -> None:
        log.error(
            "message given up: the receiver refuses it; mend alerting.yaml or the receiver. Its alerts go to the first route's receivers",
            receiver=self._receiver.name,
            alerts=[f"{item.state} {item.alert.rule} {item.alert.subject_id}" for item in queued.message.items],
            reason=reason,
            attempts=queued.attempts + 1,
            idempotency_key=queued.message.key,
        )
