"""How an attempt to tell something ended."""

from typing import NamedTuple


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
