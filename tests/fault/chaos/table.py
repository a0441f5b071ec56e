"""The faults, as data: what each is called, what lands it, which hand, and how often in `make test` and in `make faults`."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

from streams.worker.failpoints import FailPoint
from tests.fault.chaos import records, sink_faults, worker_faults
from tests.fault.chaos.hand import Hand
from tests.fault.chaos.proxy import Cut


class Fault(NamedTuple):
    """A kind of fault. `rest_s`: the hand's pause after it, so that what it broke is at work again when the next one lands."""

    name: str
    land: Callable[[Hand], bool]
    hand: str
    quick: int
    long: int
    rest_s: float


WORKERS, SINK = "workers", "sink"
BETWEEN_WORKERS_S, BETWEEN_SINKS_S = 3.0, 0.2

_WORKER_FAULTS = [
    ("worker killed", worker_faults.kill, 1, 60),
    ("workers killed, ten in ten seconds", worker_faults.kill_burst, 0, 2),
    *((f"worker killed at {point}", worker_faults.kill_at(point), point is FailPoint.AFTER_OFFSETS, 8) for point in FailPoint),
    ("worker frozen beyond its session", worker_faults.freeze(9), 1, 6),
    ("worker frozen for a moment", worker_faults.freeze(1.5), 0, 10),
    ("workers restarted in turn", worker_faults.rolling_restart, 0, 6),
    ("a third worker joins and leaves", worker_faults.join_and_leave, 0, 6),
    ("broker killed", worker_faults.kill_broker, 1, 8),
    ("broker killed while workers start", worker_faults.kill_broker_while_workers_start, 0, 8),
    ("broker frozen", worker_faults.freeze_broker, 0, 4),
    ("snapshots deleted", worker_faults.spoil_snapshots(Path.unlink), 0, 6),
    ("snapshots cut short", worker_faults.spoil_snapshots(worker_faults.truncate), 0, 6),
    ("snapshots with a bit flipped", worker_faults.spoil_snapshots(worker_faults.flip), 1, 6),
    ("committed offset deleted", worker_faults.delete_offset, 0, 4),
    ("committed offset set back", worker_faults.set_back_offset, 1, 4),
    ("worker with another clock", worker_faults.other_clock, 0, 8),
    ("breaker tripped", worker_faults.trip_breaker, 0, 2),
]
_SINK_FAULTS = [
    ("sink killed", sink_faults.kill, 1, 100),
    ("sink killed between insert and commit", sink_faults.kill_before_commit, 1, 30),
    ("sink killed between two tables", sink_faults.kill_between_tables, 1, 30),
    ("sink frozen beyond its session", sink_faults.freeze, 0, 5),
    ("sink restarted", sink_faults.restart, 1, 30),
    ("insert cut off before it arrives", sink_faults.cut(Cut.BEFORE), 3, 160),
    ("insert cut off in its middle", sink_faults.cut(Cut.INSIDE), 3, 160),
    ("insert cut off before its answer", sink_faults.cut(Cut.AFTER), 3, 160),
    ("no line to ClickHouse for 5 s", sink_faults.cut_line, 0, 8),
    ("ClickHouse killed inside an insert", sink_faults.kill_clickhouse, 2, 40),
    ("ClickHouse frozen", sink_faults.freeze_clickhouse, 0, 12),
    ("ClickHouse away for a minute", sink_faults.clickhouse_away, 0, 1),
    ("a day sent again", records.day_again, 1, 15),
    ("ids sent again with other bodies", records.other_body, 1, 25),
    ("poison of every class", records.poison, 1, 25),
    ("oversized values", records.oversized, 1, 25),
    ("events on a wrong partition", records.wrong_partition, 1, 25),
]
TABLE = [
    *(Fault(name, land, WORKERS, int(quick), long, BETWEEN_WORKERS_S) for name, land, quick, long in _WORKER_FAULTS),
    *(Fault(name, land, SINK, int(quick), long, BETWEEN_SINKS_S) for name, land, quick, long in _SINK_FAULTS),
]


def schedule(hand: str, *, long: bool, seed: int) -> list[Fault]:
    """A hand's faults in an order that the seed decides."""
    faults = [fault for fault in TABLE if fault.hand == hand for _ in range(fault.long if long else fault.quick)]
    Random(seed).shuffle(faults)
    return faults
