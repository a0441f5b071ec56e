"""How far apart small micro-batches begin: the more rows they make, the longer a partition gathers before its next one.

Events that share windows share rows: in slices of 100 an event makes 57 rows, one by one 163, in full batches 11. Everything behind the
worker pays by the row. So small batches of all partitions together get `ROWS_PER_S`; beyond that they wait, and grow.
"""

import time
from collections.abc import Callable

SHORTEST_S = 0.05
"""Batches of a partition begin so far apart at least: a transaction costs 3–6 ms of processor time, however little is in it."""
LONGEST_S = 0.4
"""No event waits longer for others."""
ENOUGH_EVENTS = 2_000
"""So many are worth a transaction at once."""
ROWS_PER_S = 20_000
"""What a third of a core keeps up with from the worker's packing to ClickHouse's merges."""


class Pace:
    """Shared by the partitions of a worker. A light load is not held back: ten events a second make 1,600 rows."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._free_at = 0.0
        """When the rows written so far have had their time."""

    def rest(self, began: float) -> float:
        """Seconds that a partition whose last batch began then still gathers; 0 or less: none."""
        return min(max(began + SHORTEST_S, self._free_at), began + LONGEST_S) - self._clock()

    def wrote(self, rows: int) -> None:
        """So many rows are on their way. After a full batch nobody waits longer than after any other."""
        now = self._clock()
        self._free_at = min(max(self._free_at, now) + rows / ROWS_PER_S, now + LONGEST_S)
