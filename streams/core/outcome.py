"""What becomes of a message that is not admitted. Bad input is a value with a code, never an exception."""

from typing import Literal, NamedTuple

Stage = Literal["schema", "identity", "registry"]
"""Which check refused: bytes and schema, identity (source, id), or registry (is the office open)."""


class Rejected(NamedTuple):
    """A refusal. `detail` names the place and the rule, never the offending text: it may be personal."""

    code: str
    """One of `schemas.codes.CODES`."""
    detail: str
    stage: Stage = "schema"


class DeadLetter(NamedTuple):
    """The refusal of the message at an offset."""

    offset: int
    code: str
    detail: str
    stage: Stage
