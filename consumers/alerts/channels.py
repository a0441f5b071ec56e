"""Ways to tell a notice: an HTTP webhook, or the log when no webhook is set. A channel makes one attempt and says how it ended."""

import json
from collections.abc import Sequence
from typing import Protocol

import structlog
from pydantic import IPvAnyNetwork

from consumers.alerts.outcome import Delivered, Outcome
from consumers.alerts.payload import payload
from consumers.alerts.policy import Notice
from consumers.alerts.posting import Answer, Poster, judged

log = structlog.get_logger(__name__)


class Channel(Protocol):
    """A way to tell a notice."""

    def deliver(self, notice: Notice) -> Outcome:
        """Make one attempt."""


class LogChannel:
    """Writes the notice to the log; never fails."""

    def deliver(self, notice: Notice) -> Outcome:
        """Log it as a warning when it fires, as information when it is over."""
        tell = log.warning if notice.state == "firing" else log.info
        alert = notice.alert
        tell("alert", state=notice.state, rule=alert.rule, subject=alert.subject_id, start=str(alert.start), why=alert.why)
        return Delivered()


class Webhook:
    """Posts the notice to one address."""

    def __init__(self, url: str, page: str, private_networks: Sequence[IPvAnyNetwork] = ()) -> None:
        """Raises `UnsafeDestination` if `url` can never be delivered to."""
        self._poster = Poster(url, private_networks)
        self._page = page

    def deliver(self, notice: Notice) -> Outcome:
        """POST it with an `Idempotency-Key`, under which a receiver may drop what it already has."""
        body = json.dumps(payload(notice, self._page), ensure_ascii=False, separators=(",", ":")).encode()
        answer = self._poster.post(body, {"Idempotency-Key": notice.idempotency_key})
        return judged(answer) if isinstance(answer, Answer) else answer
