"""Which dead letters are meant. Imports no client: commands read it to tell their options."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters: every part that is set must fit. `since` is included, `until` is not; `positions` are (partition, offset) in the log."""

    codes: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    positions: tuple[tuple[int, int], ...] = ()
