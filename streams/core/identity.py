"""Identities and corrections: what of an amended or retracted event is live."""

from hashlib import blake2b
from typing import Any

from orjson import dumps

from streams.core.lifecycles.slots import FAMILY, ID, KIND, SOURCE, Slot

Identity = tuple[str, str]
"""(source, id)."""
Rank = tuple[int, str, str]
"""(revision, id, source) of an amendment: the greatest is live."""


def digest(content: dict[str, Any]) -> bytes:
    """What "same content" compares. Validation has left the content only, with its fields in the order of the shape."""
    return blake2b(dumps(content), digest_size=8).digest()


class Chain:
    """A target that was amended or retracted, perhaps before it came."""

    __slots__ = ("amendments", "base", "gone", "live", "of", "void")

    def __init__(self) -> None:
        self.base: Slot | None = None
        self.amendments: dict[Rank, Slot] = {}
        self.void: set[Rank] = set()
        """Retracted amendments; they stay in the chain, since whether one is pending is decided by the target alone."""
        self.gone = False
        """The target was retracted: for good, whatever the order."""
        self.live: Slot | None = None
        self.of: tuple[Identity, Rank] | None = None
        """When this identity is itself an amendment: its target and its rank there."""

    def fits(self, slot: Slot) -> bool:
        """Whether an amendment names an assertion that is there, of its own family; else it is pending."""
        return self.base is not None and FAMILY[self.base[KIND]] == FAMILY[slot[KIND]]

    def now(self) -> Slot | None:
        """What is live: the target, or the greatest amendment in its place under the target's own identity."""
        if self.gone or self.base is None:
            return None
        ranks = [r for r, s in self.amendments.items() if r not in self.void and self.fits(s)]
        if not ranks:
            return self.base
        slot = self.amendments[max(ranks)]
        return (slot[0], self.base[ID], self.base[SOURCE], *slot[3:])
