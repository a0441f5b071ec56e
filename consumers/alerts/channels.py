"""Ways to tell a notice: an HTTP webhook, or the log when no webhook is set. A channel makes one attempt and says how it ended."""

import asyncio
import json
from collections.abc import Sequence
from typing import NamedTuple, Protocol

import aiohttp
import structlog
from pydantic import IPvAnyNetwork

from consumers.alerts.destination import CheckedResolver, UnsafeDestination, check, endpoint, literal
from consumers.alerts.payload import payload
from consumers.alerts.policy import Notice

log = structlog.get_logger(__name__)

TIMEOUT_S = 5.0
_LONGEST_RETRY_AFTER_S = 300.0
# Answers that ask for another attempt although they are no server error: timeout, too early, too many requests.
_LATER = {408, 425, 429}


class Delivered(NamedTuple):
    """The receiver has it."""


class Later(NamedTuple):
    """The receiver cannot take it now; the same attempt may succeed later."""

    reason: str
    after_s: float | None = None
    """Seconds that the receiver asked to be left alone."""


class Refused(NamedTuple):
    """The receiver does not want it; repeating it unchanged will hardly help."""

    reason: str


Outcome = Delivered | Later | Refused


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
    """Posts the notice to one address: five seconds in all, no redirects, no proxies, only to allowed addresses."""

    def __init__(self, url: str, page: str, private_networks: Sequence[IPvAnyNetwork] = ()) -> None:
        """Raises `UnsafeDestination` if `url` can never be delivered to."""
        self._url = url
        self._page = page
        self._private_networks = private_networks
        self._literal = literal(endpoint(url).host)
        if self._literal is not None:
            check(self._literal, private_networks)

    def deliver(self, notice: Notice) -> Outcome:
        """POST it with an `Idempotency-Key`, under which a receiver may drop what it already has."""
        body = json.dumps(payload(notice, self._page), ensure_ascii=False, separators=(",", ":")).encode()
        try:
            return asyncio.run(self._post(body, notice.idempotency_key))
        except TimeoutError:
            return Later(f"no answer within {TIMEOUT_S:g} s")
        except UnsafeDestination as error:
            return Later(str(error))
        except aiohttp.InvalidURL as error:
            return Refused(f"webhook_url is not an address: {error}")
        except (aiohttp.ClientError, OSError) as error:
            return Later(f"{type(error).__name__}: {error}")

    async def _post(self, body: bytes, idempotency_key: str) -> Outcome:
        """The status decides; the answer's body is not read, so it may be as long and slow as it likes."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key, "User-Agent": "suoheng-alerts"}
        connector = aiohttp.TCPConnector(resolver=CheckedResolver(self._private_networks), use_dns_cache=False, force_close=True)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session,
            session.post(self._url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            outcome = _judged(answer.status, answer.headers.get("Retry-After", ""))
            answer.close()
            return outcome


def _judged(status: int, retry_after: str) -> Outcome:
    if 200 <= status < 300:
        return Delivered()
    if status >= 500 or status in _LATER:
        wanted = min(float(retry_after), _LONGEST_RETRY_AFTER_S) if retry_after.isascii() and retry_after.isdigit() else None
        return Later(f"HTTP {status}", wanted)
    if 300 <= status < 400:
        return Refused(f"HTTP {status}: redirects are not followed; set webhook_url to the final address")
    return Refused(f"HTTP {status}")
