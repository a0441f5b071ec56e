"""Snapshots of partitions' states: written in the background now and then, loaded when a partition is taken over.

State is a fold of the log, so a snapshot is only speed, and a wrong one must not be able to change a number. It is taken only if its
checksum is right, it is of this topic, partition, epoch and build (`build.py`), lies at or below the committed offset, and the record that
was folded last stands in the log where it stood. All else is passed over with a warning: an older one serves, or the log.

A state is dumped by a forked copy of the process (`forked.py`), so the fold stands still only while the copy is made. One at a time.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

import structlog

from schemas.settings import Settings
from streams.worker import build, metrics
from streams.worker.failpoints import FailPoint, FailPoints
from streams.worker.forked import Child
from streams.worker.garbage import made_to_stay
from streams.worker.log import Log
from streams.worker.partition import OwnedPartition
from streams.worker.snapshot_file import Label, Tail, Unusable, pack, unpack
from streams.worker.snapshot_store import Name, Store
from streams.worker.state import Codec, Restored, State
from streams.worker.tasks import in_thread

logger = structlog.get_logger()
T = TypeVar("T")

LOOK_EVERY_S = 1.0
POLL_S = 0.05
LONGEST_S = 600.0
"""A dump takes seconds; on a core that is busy folding it gets a tenth of the time."""
REST = 10
"""After a snapshot none is begun for so many times as long as it took: at most a tenth of the time goes into them, however large the state."""
RETRY_S = 60.0
PLACE_S = 120.0
"""Longest wait for the place where snapshots lie: one that hangs must keep nobody from reading the log."""
_MUST_EQUAL = {"build": "build", "epoch": "epoch", "topic": "log", "partition": "log", "partitions": "log", "offset": "offset"}
"""Field of a label -> reason for ignoring the snapshot when it is another."""


class Writing(NamedTuple):
    """A snapshot on its way."""

    label: Label
    child: Child
    scratch: Path


class Snapshots(Generic[State]):
    """The snapshots of one worker's partitions."""

    def __init__(self, settings: Settings, topic: str, partitions: int, codec: Codec[State], log: Log, fail_points: FailPoints) -> None:
        """`partitions`: how many the topic has. Raises ImportError or ValueError when `snapshot_path` names no file system that is there."""
        self._settings, self._topic, self._partitions = settings, topic, partitions
        self._codec, self._log, self._fail_points = codec, log, fail_points
        folder = settings.data.resolve() / "snapshots"
        self._store = Store(settings.snapshot_path or str(folder), topic, folder)
        # Records that were taken as they are may be refused under another setting: a state belongs to the setting that made it.
        sealed_from = settings.seal_required_from
        self._build = build.settled(f"sealed from {sealed_from.timestamp()}" if sealed_from else "")
        self._last: dict[int, tuple[int, float]] = {}
        """Partition -> offset of its newest snapshot, and when one was last written, tried or loaded (monotonic)."""
        self._rest_until = 0.0

    # -- loading
    async def newest(self, number: int, upto: int, new_state: Callable[[int], State]) -> Restored[State] | None:
        """The state of the newest usable snapshot at or below offset `upto`, which must be committed; None: there is none."""
        found = await self._newest(number, upto, new_state)
        self._last[number] = (found.offset if found else 0), time.monotonic()
        return found

    async def _newest(self, number: int, upto: int, new_state: Callable[[int], State]) -> Restored[State] | None:
        ignored: list[str] = []
        try:
            for name in reversed(await self._names(number)):
                try:
                    self._require_named(name, upto)
                    return await self._load(number, name, new_state)
                except Unusable as why:
                    metrics.SNAPSHOTS_IGNORED.labels(why.reason).inc()
                    ignored.append(f"{name.offset}: {why}")
        finally:
            if ignored:
                logger.warning("snapshots ignored", partition=number, why="; ".join(ignored))
        return None

    async def _names(self, number: int) -> list[Name]:
        try:
            return await _patiently(lambda: self._store.names(number))
        except Exception as error:  # noqa: BLE001 - every file system has its own
            metrics.SNAPSHOTS_IGNORED.labels("unreadable").inc()
            logger.warning("snapshots cannot be listed", partition=number, error=repr(error))
            return []

    async def _load(self, number: int, name: Name, new_state: Callable[[int], State]) -> Restored[State]:
        began = time.perf_counter()
        label, dumped = await self._read(number, name)
        self._require_ours(label, number, name)
        await self._require_in_log(label)
        state = new_state(number)
        gc.collect(0)  # closed readers are cycles, and would stay, too; they are young, and older states take a second to look through
        try:
            with made_to_stay():
                for _ in self._codec.load(dumped, state):
                    await asyncio.sleep(0)
        except Exception as error:
            raise Unusable("refused", f"its state cannot be built: {error!r}") from error
        seconds = time.perf_counter() - began
        metrics.SNAPSHOTS_LOADED.inc()
        metrics.SNAPSHOT_LOAD_SECONDS.observe(seconds)
        logger.info("snapshot loaded", partition=number, offset=label.offset, seconds=round(seconds, 2))
        return Restored(state, label.offset, label.tail)

    async def _read(self, number: int, name: Name) -> tuple[Label, bytes]:
        try:
            return await _patiently(lambda: unpack(self._store.read(number, name)))
        except Unusable:
            raise
        except Exception as error:
            raise Unusable("unreadable", repr(error)) from error

    def _require_named(self, name: Name, upto: int) -> None:
        """What the name alone tells."""
        if name.build != self._build:
            raise Unusable("build", "of another build")
        if name.epoch != self._settings.epoch:
            raise Unusable("epoch", f"of epoch {name.epoch}")
        if name.offset > upto:
            raise Unusable("offset", f"beyond the committed offset {upto}")

    def _require_ours(self, label: Label, number: int, name: Name) -> None:
        """Files can be copied and renamed: the label decides, under the checksum."""
        ours = self._label(number, name.offset, label.tail)
        for field, reason in _MUST_EQUAL.items():
            if getattr(label, field) != getattr(ours, field):
                raise Unusable(reason, f"its {field} is {getattr(label, field)}, not {getattr(ours, field)}")

    async def _require_in_log(self, label: Label) -> None:
        """The log must be the one that was folded: a topic made anew, or brought back from an older copy, has other records at its offsets."""
        at = label.tail.offset
        async for messages in self._log.read(label.partition, at, at + 1, at_most=1):
            if Tail.of(messages[0]) == label.tail:
                return
        raise Unusable("log", f"the record at offset {at} is not the one that was folded")

    # -- writing
    async def run(self, partitions: Iterable[OwnedPartition[State]]) -> None:
        """Write what is due, until cancelled; a snapshot that is on its way is then given up."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            partition = self._due(partitions)
            if partition:
                await self._write(partition)

    def _due(self, partitions: Iterable[OwnedPartition[State]]) -> OwnedPartition[State] | None:
        """The partition that has waited longest of those that are due; so a busy one, or one that fails, keeps no other from its turn."""
        due = [partition for partition in partitions if self._is_due(partition)] if time.monotonic() >= self._rest_until else []
        return min(due, key=lambda partition: self._since(partition.number)[1], default=None)

    def _is_due(self, partition: OwnedPartition[State]) -> bool:
        offset, at = self._since(partition.number)
        events, seconds = self._settings.snapshot_events, 60 * self._settings.snapshot_minutes
        come = partition.next_offset - offset
        return come > 0 and (0 < events <= come or 0 < seconds <= time.monotonic() - at)

    def _since(self, number: int) -> tuple[int, float]:
        return self._last.get(number, (0, 0.0))

    async def _write(self, partition: OwnedPartition[State]) -> None:
        """One snapshot. Whatever goes wrong costs no more than the snapshot."""
        writing: Writing | None = None
        began, rest = time.monotonic(), 0.0
        try:
            scratch = self._store.scratch(partition.number)
            writing = await partition.at_rest(lambda state, offset, tail: self._begin(partition.number, state, offset, tail, scratch))
            if writing:
                await self._finish(writing)
                rest = REST * (time.monotonic() - began)
        except Exception as error:  # noqa: BLE001 - see above
            rest = RETRY_S
            self._last[partition.number] = self._since(partition.number)[0], time.monotonic()
            metrics.SNAPSHOTS_FAILED.inc()
            logger.warning("snapshot not written, or old ones not removed", partition=partition.number, error=repr(error))
        finally:
            self._rest_until = time.monotonic() + rest
            if writing:
                writing.child.kill()
                with suppress(OSError):
                    writing.scratch.unlink(missing_ok=True)

    def _begin(self, number: int, state: State, offset: int, tail: Tail, scratch: Path) -> Writing:
        """Copy the process; the fold stands still for this."""
        label = self._label(number, offset, tail)
        with metrics.SNAPSHOT_PAUSE_SECONDS.time():
            child = Child(lambda: _write_file(scratch, pack(label, self._codec.dump(state))))
        self._fail_points.passed(FailPoint.DURING_SNAPSHOT)
        return Writing(label, child, scratch)

    async def _finish(self, writing: Writing) -> None:
        label, child, scratch = writing
        while (code := child.exit_code()) is None:
            if child.seconds > LONGEST_S:
                raise TimeoutError(f"it took more than {LONGEST_S:.0f} s")
            await asyncio.sleep(POLL_S)
        if code:
            raise ChildProcessError(f"the process that was writing it ended with {code}")
        self._fail_points.passed(FailPoint.DURING_SNAPSHOT)
        number, name, size = label.partition, Name(label.offset, label.epoch, label.build), scratch.stat().st_size
        await _patiently(lambda: self._store.take(number, name, scratch))
        self._last[number] = label.offset, time.monotonic()
        metrics.SNAPSHOTS.inc()
        metrics.SNAPSHOT_SECONDS.observe(child.seconds)
        metrics.SNAPSHOT_BYTES.labels(number).set(size)
        metrics.SNAPSHOT_AT.labels(number).set_to_current_time()
        logger.info("snapshot written", partition=number, offset=label.offset, bytes=size, seconds=round(child.seconds, 2))
        await _patiently(lambda: self._store.prune(number, name, self._settings.snapshot_keep))

    def _label(self, number: int, offset: int, tail: Tail) -> Label:
        return Label(self._topic, number, self._partitions, self._settings.epoch, self._build, offset, tail)


async def _patiently(work: Callable[[], T]) -> T:
    async with asyncio.timeout(PLACE_S):
        return await in_thread(work, "snapshots")


def _write_file(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def wanted(
    settings: Settings, topic: str, partitions: int, codec: Codec[State] | None, log: Log, fail_points: FailPoints
) -> Snapshots[State] | None:
    """The snapshots as the settings have them; None where they are off, or cannot be: then the log serves, and the reason is told."""
    if codec is None or not (settings.snapshot_events or settings.snapshot_minutes):
        return None
    if not build.settled():
        logger.error("no snapshots: the sources of this build cannot be read, or were replaced while it started")
        return None
    try:
        return Snapshots(settings, topic, partitions, codec, log, fail_points)
    except (ImportError, ValueError) as error:
        logger.error("no snapshots: SUOHENG_SNAPSHOT_PATH cannot be used", error=str(error))
        return None
