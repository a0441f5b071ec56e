"""A message of the log and the valid event in it, as the oracle handles them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from consumers.reconcile.reading import local_day
from consumers.reconcile.vocabulary import family

Message = tuple[int, int, int, bytes | None, bytes | None, Sequence[tuple[str, bytes]]]
"""partition, offset, append time in ms since 1970, key, value, headers."""

Identity = tuple[str, str]
"""source, id."""


@dataclass(slots=True, frozen=True)
class Event:
    """A valid event; two of one identity have the same content when they are equal. `time` in µs since 1970 UTC."""

    source: str
    id: str
    type: str
    time: int
    district: str
    office: str
    subject: str
    data: dict[str, Any]
    op: str
    target: Identity | None
    """What an amendment or a retraction names."""
    revision: int
    sequence: str
    recordedtime: int | None
    partition: int = field(compare=False, default=0)
    offset: int = field(compare=False, default=0)
    appended_ms: int = field(compare=False, default=0)

    @property
    def identity(self) -> Identity:
        """Source and id."""
        return self.source, self.id

    @property
    def day(self) -> int:
        """Ordinal of the local day."""
        return local_day(self.time)

    @property
    def order(self) -> tuple[int, str, str]:
        """The place among the live events of a record: time, id, source (texts are ASCII: their order is that of their bytes)."""
        return self.time, self.id, self.source

    @property
    def assigner(self) -> str:
        """Who ordered the work: an authority, or `self`."""
        return str(self.data.get("assigned_by", "self"))

    @property
    def family(self) -> str:
        """`reg`, `clk`, `dat`, `retraction` or `business`."""
        return family(self.type)
