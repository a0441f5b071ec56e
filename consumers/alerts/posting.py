"""One POST to a receiver: a few seconds in all, no redirects, no proxies, only to allowed addresses; secrets never in what is said of it."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import aiohttp
from pydantic import IPvAnyNetwork

from consumers.alerts.destination import WEBHOOK, CheckedResolver, UnsafeDestination, check, endpoint, literal
from consumers.alerts.outcome import Delivered, Later, Outcome, Refused

TIMEOUT_S = 5.0
_LONGEST_RETRY_AFTER_S = 300.0
# Answers that ask for another attempt although they are no server error: timeout, too early, too many requests.
_LATER = {408, 425, 429}
_MOST_ANSWER = 64 * 1024


class Answer(NamedTuple):
    """What came back; the body only as far as it was asked for."""

    status: int
    retry_after: str
    body: bytes


class Poster:
    """Posts to one address. `secrets`: texts that are blotted out of every reason; `what`: how messages call the address."""

    def __init__(self, url: str, private_networks: Sequence[IPvAnyNetwork] = (), what: str = WEBHOOK, secrets: Sequence[str] = ()) -> None:
        """Raises `UnsafeDestination` if `url` can never be posted to."""
        self._url, self._private_networks, self._what = url, private_networks, what
        self._secrets = [secret for secret in secrets if secret]
        address = literal(endpoint(url, what).host)
        if address is not None:
            check(address, private_networks, what)

    def post(self, body: bytes, headers: Mapping[str, str], query: str = "", *, read: bool = False) -> Answer | Later | Refused:
        """Make one attempt; `query` is put behind the address, `read`: the answer's body matters, its first 64 KiB."""
        try:
            return asyncio.run(self._post(body, headers, self._url + query, read=read))
        except TimeoutError:
            return Later(f"no answer within {TIMEOUT_S:g} s")
        except UnsafeDestination as error:
            return Later(str(error))
        except aiohttp.InvalidURL:
            return Refused(f"{self._what} is not an address")
        except (aiohttp.ClientError, OSError) as error:
            return Later(self.blotted(f"{type(error).__name__}: {error}"))

    async def _post(self, body: bytes, headers: Mapping[str, str], url: str, *, read: bool) -> Answer:
        """Unless it is asked for, the answer's body is not read, so it may be as long and slow as it likes."""
        sent = {"Content-Type": "application/json", "User-Agent": "suoheng-alerts", **headers}
        resolver = CheckedResolver(self._private_networks, self._what)
        connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as session,
            session.post(url, data=body, headers=sent, allow_redirects=False) as answer,
        ):
            found = b""
            while read and len(found) < _MOST_ANSWER and (piece := await answer.content.read(_MOST_ANSWER - len(found))):
                found += piece
            answer.close()
            return Answer(answer.status, answer.headers.get("Retry-After", ""), found)

    def blotted(self, text: str) -> str:
        """A text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def judged(answer: Answer, what: str = WEBHOOK) -> Outcome:
    """The status decides."""
    status = answer.status
    if 200 <= status < 300:
        return Delivered()
    if status >= 500 or status in _LATER:
        return Later(f"HTTP {status}", _wanted(answer.retry_after))
    if 300 <= status < 400:
        return Refused(f"HTTP {status}: redirects are not followed; set {what} to the final address")
    return Refused(f"HTTP {status}")


def _wanted(retry_after: str) -> float | None:
    return min(float(retry_after), _LONGEST_RETRY_AFTER_S) if retry_after.isascii() and retry_after.isdigit() else None
