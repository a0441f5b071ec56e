"""The log, any webhook, and Alertmanager."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pydantic import IPvAnyNetwork

from consumers.alerts.outcome import Delivered, Outcome
from consumers.alerts.payload import annotations_of, body, instant, labels_of, starts_at
from consumers.alerts.posting import Answer, Poster, judged
from consumers.alerts.telling.message import Message
from consumers.alerts.ways.wording import link, words

log = structlog.get_logger(__name__)


class Log:
    """Writes the message to the log; never fails."""

    def __init__(self, lang: str, page: str) -> None:
        self._lang, self._page = lang, page

    def deliver(self, message: Message) -> Outcome:
        """One line a message and one an alert."""
        whole = words(message, self._lang, self._page)
        log.warning("alerts", receiver=message.receiver, title=whole.title, lines=[f"{line.head}; {line.facts}" for line in whole.lines])
        return Delivered()


class Webhook:
    """Alertmanager's payload, version 4; `Idempotency-Key` names the message. A summary is told as what fires and what is over."""

    def __init__(self, poster: Poster, page: str) -> None:
        self._poster, self._page = poster, page

    def deliver(self, message: Message) -> Outcome:
        """POST it."""
        told = [(item.alert, item.state) for item in message.items]
        content = body(told, message.labels, message.group, message.receiver, link(message, "zh", self._page))
        answer = self._poster.post(_json(content), {"Idempotency-Key": message.key})
        return judged(answer) if isinstance(answer, Answer) else answer


class Alertmanager:
    """Posts alerts as Prometheus does: what fires ends by itself unless it is told again before `hold` has passed."""

    def __init__(self, url: str, page: str, hold: timedelta, private_networks: Sequence[IPvAnyNetwork], what: str) -> None:
        """`url`: where Alertmanager is, without `/api/v2/alerts`. Raises `UnsafeDestination`."""
        self._poster = Poster(f"{url.rstrip('/')}/api/v2/alerts", private_networks, what)
        self._page, self._hold = page, hold

    def deliver(self, message: Message) -> Outcome:
        """POST all alerts of the message."""
        until = datetime.now(UTC) + self._hold
        told = [
            {
                "labels": labels_of(item.alert),
                "annotations": annotations_of(item.alert) | {"subject": item.subject},
                "startsAt": starts_at(item.alert),
                "endsAt": instant(until if item.state == "firing" else item.over_at or until),
                "generatorURL": link(message, "zh", self._page),
            }
            for item in message.items
        ]
        answer = self._poster.post(_json(told), {}, read=True)
        if not isinstance(answer, Answer):
            return answer
        outcome = judged(answer)
        said = answer.body.decode("utf-8", "replace").strip()[:200]
        return outcome if isinstance(outcome, Delivered) else outcome._replace(reason=f"{outcome.reason}: {said}")


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
