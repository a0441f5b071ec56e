"""What stands in a snapshot, by declared shapes; `snapshot.py` says what it means.

Field for field what `state.py` keeps, less what can be derived. A sequence instead of a table where the order is part of the state.
"""

from typing import Any, Literal

from msgspec import Raw, Struct

from streams.core.cells import Subject
from streams.core.identity import Identity, Rank
from streams.core.slot_table import SlotTable
from streams.core.splits import Shares


class ChainShape(Struct, array_like=True):
    identity: Identity
    ranks: list[Rank]
    """Of its amendments; their slots follow one another in the table of all chains."""
    void: list[Rank]
    gone: bool
    of: tuple[Identity, Rank] | None


class AlertShape(Struct, array_like=True):
    key: tuple[str, str, str, int]
    start_day: int
    state: Literal["firing", "resolved"]
    window_first_day: int
    value: tuple[int, int] | None
    """Numerator and denominator."""
    why: str


class DistrictShape(Struct):
    code: str
    today: int | None
    ticked: bool
    offices: list[str]
    authorities: list[str]
    sources: list[str]
    keys: list[Any]
    assertions: SlotTable
    marks: dict[str, dict[str, bytes]]
    """source -> id -> digest of an amendment or retraction."""
    chains: list[ChainShape]
    amendments: SlotTable
    waiting: dict[Identity, tuple[int, int, bytes]]
    ledgers: dict[str, tuple[int, list[tuple[int, int, int]], int]]
    records: list[list[int]]
    """By domain the keys of all records, by number: the order in which they were first seen, and those that have no live event left."""
    timelines: list[list[tuple[int, Shares | None, int]]]
    """By office: start, shares, lead of each segment; shares None: the unknown payer's. A timeline keeps cuts that later splits made idle."""
    cells: list[tuple[int, Subject, dict[int, Any]]]
    by_assigner: dict[tuple[int, int, int], dict[int, int]]
    named: dict[tuple[int, int], dict[int, int]]
    future: dict[int, dict[tuple[int, int, int, int], int]]
    stock_offices: dict[int, list[int]]
    stock_cells: dict[int, list[Subject]]
    waking: dict[int, list[tuple[int, str]]]
    inside: dict[tuple[int, int], int]
    alerts: list[AlertShape]


class PartitionShape(Struct):
    measures: list[tuple[str, str]]
    """Component and dimension by number: numbers are given by a process on first sight and differ between processes."""
    counts: dict[str, tuple[int, ...]]
    refused: dict[str, dict[tuple[str, int], int]]
    streak: int
    seen: int
    dead: list[int]
    """Which of the messages seen were refused, as far as the breaker remembers."""
    districts: list[Raw]
    """Each a `DistrictShape`, read one after another."""
