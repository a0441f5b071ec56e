"""A worker's metrics as what counts them; `schemas.operation.metrics.worker` says what they mean."""

from collections.abc import Iterable, Iterator
from typing import Any

from schemas.operation.instruments import Asked, counter, gauge, histogram
from schemas.operation.metrics import worker

EVENTS = counter(worker.EVENTS)
ROWS = counter(worker.ROWS)
DEAD_LETTERS = counter(worker.DEAD_LETTERS)
RECOVERED = counter(worker.RECOVERED)
GAP_EVENTS = counter(worker.GAP_EVENTS)
LOST_OFFSETS = counter(worker.LOST_OFFSETS)
TICKS = counter(worker.TICKS)
REBALANCES = counter(worker.REBALANCES)

SNAPSHOTS = counter(worker.SNAPSHOTS)
SNAPSHOTS_FAILED = counter(worker.SNAPSHOTS_FAILED)
SNAPSHOTS_LOADED = counter(worker.SNAPSHOTS_LOADED)
SNAPSHOTS_IGNORED = counter(worker.SNAPSHOTS_IGNORED)
SNAPSHOT_SECONDS = histogram(worker.SNAPSHOT_SECONDS)
SNAPSHOT_PAUSE_SECONDS = histogram(worker.SNAPSHOT_PAUSE_SECONDS)
SNAPSHOT_LOAD_SECONDS = histogram(worker.SNAPSHOT_LOAD_SECONDS)
SNAPSHOT_BYTES = gauge(worker.SNAPSHOT_BYTES)
SNAPSHOT_AT = gauge(worker.SNAPSHOT_AT)

FOLD_SECONDS = histogram(worker.FOLD_SECONDS)
COMMIT_SECONDS = histogram(worker.COMMIT_SECONDS)
BATCH_EVENTS = histogram(worker.BATCH_EVENTS)

OWNED = gauge(worker.OWNED)
OPEN = gauge(worker.OPEN)
LAG = gauge(worker.LAG)
LAG_SECONDS = gauge(worker.LAG_SECONDS)
APPENDED = gauge(worker.APPENDED)

OF_A_PARTITION = (LAG, LAG_SECONDS, APPENDED, SNAPSHOT_BYTES, SNAPSHOT_AT)
"""What is told of a partition while it is ours; afterwards another worker tells it."""

_VERDICTS = {"admitted": "admitted", "duplicate": "duplicates", "dead_letter": "dead"}
"""Label to the core's counter."""


class Verdicts(Asked):
    """What became of the events: the core counts them in its state anyway, so the fold has no work with it."""

    def __init__(self, partitions: Iterable[Any]) -> None:
        """`partitions`: those that are owned, whenever it is iterated."""
        super().__init__(worker.VERDICTS, worker.PENDING)
        self._partitions = partitions

    def read(self) -> dict[str, Iterable[tuple[tuple[str, ...], float]]]:
        """A counter for each verdict of each partition. A partition's series begins anew with every owner."""
        return {worker.VERDICTS.name: list(self._verdicts()), worker.PENDING.name: list(self._pending())}

    def _verdicts(self) -> Iterator[tuple[tuple[str, ...], float]]:
        for partition in self._partitions:
            for verdict, name in _VERDICTS.items():
                yield (str(partition.number), verdict), _sum(partition, name)

    def _pending(self) -> Iterator[tuple[tuple[str, ...], float]]:
        for partition in self._partitions:
            yield (str(partition.number),), _sum(partition, "pending")


def _sum(partition: Any, name: str) -> float:
    """Over the districts of a partition; read by another thread than the one that counts."""
    return float(sum(getattr(counts, name) for counts in list(partition.state.counts.values())))
