"""Where the rows of a fold go: whoever folds says so. A list is a `Rows`; a worker packs them as they come, while they are in the processor's cache."""

from collections.abc import Iterable
from typing import Protocol

Row = tuple[bytes, bytes]
"""Kafka key and value."""


class Rows(Protocol):
    """Takes the rows of one topic, in the order in which they are to be published."""

    def append(self, row: Row, /) -> None:
        """One row."""

    def extend(self, rows: Iterable[Row], /) -> None:
        """Several rows."""

    def __len__(self) -> int:
        """Rows taken so far."""
        ...


class Unread:
    """Rows that nobody reads: of a state that is only made again. Whoever makes many rows looks for it and spares their texts."""

    def append(self, row: Row, /) -> None:
        """Nothing is kept."""

    def extend(self, rows: Iterable[Row], /) -> None:
        """Nothing is kept."""

    def __len__(self) -> int:
        return 0
