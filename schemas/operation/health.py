"""The answers of `GET /health` and `GET /ready`: two questions, because they have two cures.

`/health`: would starting the process again help? It fails only then, whatever is wrong around it. `/ready`: can it do its work now? It
fails while something that the process needs is away, and names it. 200 when all is well, 503 when not; the body is the same for all:

    {"process": "sink", "ready": false, "why": "ClickHouse at … does not answer", "conditions": [{"name": "clickhouse", "ok": false, "why": "…"}, …]}
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

CAUGHT_UP = "caught_up"
"""The condition that fails while there is a backlog: work to be done, not trouble. Whoever starts a process need not wait for it."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold. `why` says in one line what is wrong and what to do; empty: it holds."""

    name: str
    why: str = ""

    @property
    def ok(self) -> bool:
        """Whether it holds."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Health:
    """A process as it is now. `alive`: what only a new start mends; `needs`: what else its work takes; `details`: worth knowing besides."""

    process: str
    alive: tuple[Condition, ...]
    needs: tuple[Condition, ...]
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def dead(self) -> str:
        """Why only a new start would help; empty: the process is alive."""
        return _lacking(self.alive)

    def answer(self, path: str) -> tuple[int, Json] | None:
        """Status and body of a path; None for one that is neither of the two."""
        match path:
            case "/health":
                return self._answer("alive", self.alive)
            case "/ready":
                return self._answer("ready", (*self.alive, *self.needs))
            case _:
                return None

    def _answer(self, question: str, conditions: Iterable[Condition]) -> tuple[int, Json]:
        asked = list(conditions)
        why = _lacking(asked)
        told = [{"name": one.name, "ok": one.ok, "why": one.why} for one in asked]
        return 503 if why else 200, {"process": self.process, question: not why, "why": why, "conditions": told, **self.details}


def _lacking(conditions: Iterable[Condition]) -> str:
    """Why the first that does not hold does not; empty: all hold."""
    return next((one.why for one in conditions if one.why), "")


def body(answer: Json) -> bytes:
    """The body as JSON."""
    return json.dumps(answer, ensure_ascii=False).encode()


class Pulse:
    """Beaten by the loop that does the work; one that has stood still for `limit_s` seconds is not alive."""

    def __init__(self, what: str, limit_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._what, self._limit_s, self._clock = what, limit_s, clock
        self._at = clock()

    def beat(self) -> None:
        """The loop has come round."""
        self._at = self._clock()

    def condition(self, limit_s: float | None = None) -> Condition:
        """Whether it beats; with a shorter limit, whether it works at its usual pace."""
        still_s = self._clock() - self._at
        return Condition("loop", f"{self._what} has stood still for {still_s:.0f} s" if still_s > (limit_s or self._limit_s) else "")


class Behind:
    """For how many seconds a reader has been behind its topic. Told in time, for how much a number of messages is differs from hour to hour.

    Behind means: something is there that was not read, and for so long either the reader has not been at the end or nothing newer was read.
    The first message after a quiet night does not make a reader a night late.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._level_at = 0.0

    def seconds(self, unread: int, read_at: float = 0.0) -> float:
        """`unread` messages at a look; `read_at`: when the newest that was read had been written, in seconds since 1970 (0: nothing was)."""
        now = self._clock()
        if not unread or not (self._level_at or read_at):
            self._level_at = now
        return max(0.0, now - max(self._level_at, read_at)) if unread else 0.0


def caught_up(seconds: float, limit_s: float, what: str) -> Condition:
    """Whether a reader is behind by no more than so many seconds."""
    late = seconds > limit_s
    return Condition(CAUGHT_UP, f"{what} {seconds:.0f} s behind, more than the {limit_s:.0f} s of SUOHENG_READY_LAG_S" if late else "")
