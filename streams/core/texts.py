"""Texts that take few distinct values in a log, such as a source or an office: each distinct one is checked once and its meaning remembered.

A pattern costs half a microsecond a field and event, the look-up a twentieth.
"""

import re
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from schemas.fields import AUTHORITY, OFFICE, SOURCE
from streams.core.refusal import Malformed

T = TypeVar("T")

MOST_REMEMBERED = 1 << 15
"""Entries of one memo; a log that has more starts afresh, so that no publisher can fill the memory."""


class Memo(dict[str, T]):
    """Text to its meaning. Looking up a text that is not of the format raises `Malformed` and remembers nothing."""

    def __init__(self, pattern: str, meaning: Callable[[str], T], code: str, what: str) -> None:
        super().__init__()
        self._fits, self._meaning, self._code, self._what = re.compile(pattern).fullmatch, meaning, code, what

    def __missing__(self, text: str) -> T:
        try:
            if not self._fits(text):
                raise ValueError
            meaning = self._meaning(text)
        except ValueError:
            raise Malformed(self._code, self._what) from None
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        self[text] = meaning
        return meaning


class Publisher(NamedTuple):
    """What a source says."""

    district: str
    is_bureau: bool
    key: bytes
    """The record key that goes with the district."""


def _publisher(source: str) -> Publisher:
    _, _, district, name = source.split("/")
    return Publisher(district, name == "bureau", district.encode())


PUBLISHERS = Memo(SOURCE, _publisher, "STRUCT_VALUE", "must be /districts/<district>/<publisher>")
OFFICES = Memo(OFFICE, lambda text: text[4:10], "STRUCT_VALUE", "must be sfs-<district>-<3 digits>")
"""Office id to its district."""
AUTHORITIES = Memo(AUTHORITY, lambda text: text[3:9], "STRUCT_VALUE", "must be au-<district>-<2 to 8 letters>[-<3 digits>]")
"""Authority id to its district."""
