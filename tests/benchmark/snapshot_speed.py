"""A snapshot of a partition with a million events, written while the fold goes on, and loaded: seconds, pauses, bytes.

Through the worker's own shell with a way out that takes everything, so that nothing but fold and snapshot is measured; Kafka is not needed.
"""

import asyncio
import gc
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from time import process_time, thread_time
from typing import Any, cast

from schemas.settings import Settings
from streams.core import snapshot
from streams.core.message import Message
from streams.core.pipeline import Breaker, Outputs, Partition, apply
from streams.core.rows import Unread
from streams.worker import metrics
from streams.worker.commit import Outbox
from streams.worker.failpoints import FailPoints
from streams.worker.forked import Child
from streams.worker.log import Log
from streams.worker.partition import OwnedPartition, Wiring
from streams.worker.room import Room
from streams.worker.snapshots import Snapshots
from streams.worker.state import Restored
from tests.benchmark import backlog
from tests.benchmark.machine import resident_mib

EVENTS = int(os.environ.get("BENCH_EVENTS", "1000000"))
DISTRICTS = range(990_200, 990_216)
BATCH = 20_000
SLICE = 200
"""Events of a slice while pauses are watched: some 20 ms of work, so that a pause stands out."""
WATCHED = 400
Cost = tuple[float, float]
"""Seconds by the wall and of this thread's CPU time."""
APPENDED_MS = 1_900_000_000_000


class Nowhere:
    """A way out that takes everything."""

    def outputs(self) -> Outputs[Unread]:
        """Nobody reads the rows."""
        return Outputs(Unread)

    async def commit(self, *_: Any) -> None:
        """Nothing is kept."""


class LastOnly:
    """A log that holds the record that the snapshot asks for."""

    last: Message

    async def read(self, *_: Any, **__: Any) -> AsyncIterator[list[Message]]:
        """That record."""
        yield [self.last]


def run() -> dict[str, Any]:
    """Fold, snapshot, load, catch up; as a worker does."""
    gc.set_threshold(100_000, 50, 100)  # as the worker does
    with tempfile.TemporaryDirectory(prefix="suoheng-bench-") as folder:
        result = asyncio.run(_measure(Path(folder)))
    for name, value in result.items():
        print(f"{name}: {value}", flush=True)
    return result


async def _measure(folder: Path) -> dict[str, Any]:
    log, settings = LastOnly(), Settings(data=folder)
    snapshots: Snapshots[Partition] = Snapshots(settings, "bench", 1, snapshot, cast("Log", log), FailPoints())
    partition = OwnedPartition(
        0, Restored(_empty(0), 0, None), cast("Outbox", Nowhere()), Wiring(cast("Log", log), apply, FailPoints(), Room(BATCH))
    )
    source = _messages(_made(folder / "log", EVENTS + 2 * WATCHED * SLICE + settings.snapshot_events + 1))
    print(f"folding {EVENTS:,} events", flush=True)
    while partition.next_offset < EVENTS:
        await partition.process(list(islice(source, min(BATCH, EVENTS - partition.next_offset))))
    mib = resident_mib(os.getpid())
    quiet = await _watch(partition, source)
    log.last = await _last(partition, source)
    writing = asyncio.create_task(snapshots._write(partition))
    began = time.perf_counter()
    await asyncio.sleep(0)
    loud = await _watch(partition, source, writing)
    await writing
    written_s = time.perf_counter() - began
    dump_began = process_time()
    dumped = len(snapshot.dump(partition.state))
    dump_s = process_time() - dump_began
    partition.state = _empty(0)  # the one that takes over has no other
    load, catch_up = await _take_over(snapshots, settings, list(islice(source, settings.snapshot_events)))
    return {
        "events": EVENTS,
        "process_mib": round(mib),
        "dump_cpu_s": round(dump_s, 2),
        "dump_mib": round(dumped / 2**20, 1),
        "snapshot_mib": round(metrics.SNAPSHOT_BYTES.labels(0)._value.get() / 2**20, 1),
        "written_in_the_background_s": round(written_s, 2),
        "fold_stands_still_ms": round(metrics.SNAPSHOT_PAUSE_SECONDS._sum.get() * 1e3, 1),
        "slice_of_200": _summary(quiet),
        "slice_of_200_while_written": _summary(loud),
        "load": load,
        f"catch_up_of_{settings.snapshot_events}": catch_up,
        "take_over_s": round(load["s"] + catch_up["s"], 2),
    }


async def _last(partition: OwnedPartition[Partition], source: Iterator[Message]) -> Message:
    """Fold one more event; that event."""
    message = next(source)
    await partition.process([message])
    return message


async def _watch(partition: OwnedPartition[Partition], source: Iterator[Message], beside: asyncio.Task[None] | None = None) -> list[Cost]:
    """What slice after slice takes, what stands between them included; so long as `beside` is under way, or `WATCHED` slices."""
    found: list[Cost] = []
    at = time.perf_counter(), thread_time()
    while len(found) < WATCHED and not (beside and beside.done()):
        await partition.process(list(islice(source, SLICE)))
        await asyncio.sleep(0)
        now = time.perf_counter(), thread_time()
        found.append((now[0] - at[0], now[1] - at[1]))
        at = now
    return found


def _summary(costs: list[Cost]) -> dict[str, float]:
    """On a machine that others use, only CPU time tells a slice that was made longer from one that had to wait."""
    wall, cpu = zip(*costs, strict=True)
    found = {"median_ms": median(wall), "longest_ms": max(wall), "median_cpu_ms": median(cpu), "longest_cpu_ms": max(cpu)}
    return {name: round(1e3 * seconds, 1) for name, seconds in found.items()}


async def _take_over(snapshots: Snapshots[Partition], settings: Settings, rest: Sequence[Message]) -> tuple[dict[str, float], ...]:
    """Load, then fold as many events as lie behind a snapshot at most: seconds and CPU seconds of each."""
    times = [(time.perf_counter(), process_time())]
    restored = await snapshots.newest(0, 1 << 40, _empty)
    times.append((time.perf_counter(), process_time()))
    assert restored, "the snapshot was not usable"
    for start in range(0, settings.snapshot_events, 5_000):
        apply(restored.state, rest[start : start + 5_000])
    times.append((time.perf_counter(), process_time()))
    return tuple({"s": round(b[0] - a[0], 2), "cpu_s": round(b[1] - a[1], 2)} for a, b in pairwise(times))


def _made(path: Path, events: int) -> Path:
    """A file of so many events, made by another process: the memory of simulations must not be copied with the state."""

    def make() -> None:
        with path.open("wb") as file:
            file.writelines(key + b" " + value + b"\n" for key, value in backlog.records(events, DISTRICTS))

    child = Child(make)
    while (code := child.exit_code()) is None:
        time.sleep(0.1)
    assert code == 0, "the events could not be made"
    return path


def _messages(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        for offset, line in enumerate(file):
            key, _, value = line.rstrip(b"\n").partition(b" ")
            yield offset, APPENDED_MS + offset, key, value, ()


def _empty(number: int) -> Partition:
    return Partition(number, 0, lambda _key: True, Breaker(0, 0))
