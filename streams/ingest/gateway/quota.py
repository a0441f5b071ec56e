"""How much one credential may hand in: a bucket that fills evenly and holds a minute's worth.

A request is let in while one event is left and may overdraw, so a batch need not fit in what is left; the debt is waited off.
"""

import time
from collections.abc import Callable
from math import ceil
from typing import NamedTuple

from streams.ingest.gateway.credentials import Credential
from streams.ingest.gateway.refusal import Refusal, Refused

_MINUTE_S = 60.0


class Quotas:
    """The buckets of all credentials, full at first. `clock`: seconds that never go back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        """Key id -> events left (negative: debt) and when that was."""

    def purse(self, credential: Credential | None, usual: int) -> "Purse":
        """A credential's bucket; its own rate prevails over the `usual` one. Nobody's: without bounds."""
        if credential is None:
            return Purse(self, "", 0)
        own = credential.events_per_minute
        return Purse(self, credential.id, usual if own is None else own)

    def left(self, key: str, per_minute: int) -> float:
        """What is in a bucket now."""
        now = self._clock()
        left, at = self._left.get(key, (float(per_minute), now))
        return min(left + (now - at) * per_minute / _MINUTE_S, float(per_minute))

    def take(self, key: str, per_minute: int, events: int) -> None:
        """Take events out."""
        self._left[key] = (self.left(key, per_minute) - events, self._clock())


class Purse(NamedTuple):
    """One credential's bucket at a rate; 0 a minute: no quota."""

    quotas: Quotas
    key: str
    per_minute: int

    def require(self) -> None:
        """Raises `Refused` 429, with the seconds to wait, while not one event is left."""
        if self.per_minute and (left := self.quotas.left(self.key, self.per_minute)) < 1:
            wait = ceil((1 - left) * _MINUTE_S / self.per_minute)
            raise Refused(Refusal("AUTH_QUOTA", f"key {self.key} may hand in {self.per_minute} events a minute", again_after_s=wait))

    def charge(self, events: int) -> None:
        """Pay for events, whether or not they will be valid: refusing costs as much as taking."""
        if self.per_minute:
            self.quotas.take(self.key, self.per_minute, events)
