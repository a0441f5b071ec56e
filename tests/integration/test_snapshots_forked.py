"""Writing snapshots by a forked child: what it takes along, and what happens when it fails, hangs, dies, or is not wanted any more."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from schemas.settings import Settings
from streams.core.message import Message
from streams.core.pipeline import Outputs
from streams.core.rows import Row
from streams.worker import build, metrics, snapshots
from streams.worker.commit import Outbox
from streams.worker.failpoints import FailPoints
from streams.worker.forked import Child
from streams.worker.log import Log
from streams.worker.partition import OwnedPartition, Wiring
from streams.worker.room import Room
from streams.worker.snapshots import Snapshots, wanted
from streams.worker.state import Restored
from tests.fault.workers import until

Lines = list[str]
LOG: list[Message] = [(offset, 1_900_000_000_000, b"990107", b"%d" % offset, ()) for offset in range(100)]


class Codec:
    """A state of lines; `before` runs in the child."""

    def __init__(self, before: Callable[[], Any] = lambda: None) -> None:
        self.before = before

    def dump(self, partition: Lines, /) -> bytes:
        self.before()
        return json.dumps(partition).encode()

    def load(self, data: bytes, partition: Lines, /) -> Iterator[None]:
        partition.extend(json.loads(data))
        yield


class ShortLog:
    """The log, for looking up a record."""

    async def read(self, _partition: int, start: int, end: int, *, at_most: int) -> AsyncIterator[list[Message]]:
        yield LOG[start:end]


class Nowhere:
    """A way out that takes everything."""

    def outputs(self) -> Outputs:
        return Outputs(list[Row])

    async def commit(self, *_: Any) -> None:
        pass


def fold(state: Lines, messages: Any, outputs: Outputs) -> None:
    state.extend(str(message[3]) for message in messages)


def owned(number: int = 1) -> OwnedPartition[Lines]:
    wiring = Wiring(cast("Log", ShortLog()), fold, FailPoints(), Room(100))
    return OwnedPartition(number, Restored([], 0, None), cast("Outbox", Nowhere()), wiring)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(build, "settled", lambda *_: "ab" * 16)
    return Settings(data=tmp_path, snapshot_events=10, snapshot_minutes=0)


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Process ids of the children that were forked."""
    pids: list[int] = []

    class Noted(Child):
        def __init__(self, work: Callable[[], None]) -> None:
            super().__init__(work)
            pids.append(self.pid)

    monkeypatch.setattr(snapshots, "Child", Noted)
    return pids


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def shell(settings: Settings, codec: Codec) -> Snapshots[Lines]:
    return Snapshots(settings, "t", 4, codec, cast("Log", ShortLog()), FailPoints())


def left(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.rglob("*") if path.is_file())


async def test_the_state_is_as_it_was_when_the_copy_was_made(settings: Settings) -> None:
    """The fold goes on while the child is still at it."""
    shell_ = shell(settings, Codec(lambda: time.sleep(0.5)))
    partition = owned()
    await partition.process(LOG[:20])
    writing = asyncio.create_task(shell_._write(partition))
    await asyncio.sleep(0.1)
    assert not writing.done()
    await partition.process(LOG[20:40])
    assert partition.next_offset == 40
    await writing
    assert left(settings.data) == [".snapshot"]
    found = await shell_.newest(1, 40, lambda _number: [])
    assert found
    assert (found.offset, found.state) == (20, [str(message[3]) for message in LOG[:20]])


async def test_nothing_is_taken_along(settings: Settings, tmp_path: Path) -> None:
    """No socket of the parent's stays open in the child: a port that the parent gives up is free, whatever the child does."""
    seen = tmp_path / "seen"
    listening = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    shell_ = shell(settings, Codec(lambda: seen.write_text(" ".join(map(str, Path("/proc/self/fd").iterdir())))))
    partition = owned()
    await partition.process(LOG[:20])
    await shell_._write(partition)
    assert len(seen.read_text().split()) <= 4  # stdin, stdout, stderr, and the folder that was listed
    listening.close()
    await listening.wait_closed()


def raises() -> None:
    raise OverflowError("can't serialize")


def dies() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


@pytest.mark.parametrize(
    ("before", "said"), [(raises, "ended with 1"), (dies, "ended with -11"), (lambda: time.sleep(60), "took more than")]
)
async def test_a_child_that_fails_dies_or_hangs_costs_the_snapshot(
    settings: Settings,
    children: list[int],
    before: Callable[[], None],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(snapshots, "LONGEST_S", 0.3)
    shell_ = shell(settings, Codec(before))
    partition = owned()
    await partition.process(LOG[:20])
    failed = metrics.SNAPSHOTS_FAILED._value.get()
    await shell_._write(partition)
    assert metrics.SNAPSHOTS_FAILED._value.get() == failed + 1
    assert left(settings.data) == []
    assert said in "".join(capfd.readouterr())
    await partition.process(LOG[20:40])
    assert shell_._due([partition]) is None, "not again at once"
    assert alive(children) == []


async def test_given_up_when_the_worker_stops(settings: Settings, children: list[int]) -> None:
    shell_ = shell(settings, Codec(lambda: time.sleep(60)))
    partition = owned()
    await partition.process(LOG[:20])
    writing = asyncio.create_task(shell_._write(partition))
    await asyncio.sleep(0.2)
    writing.cancel()
    began = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert time.monotonic() - began < 10
    assert left(settings.data) == []
    assert alive(children) == []


async def test_a_place_that_cannot_be_written_costs_the_snapshot(settings: Settings) -> None:
    (settings.data / "snapshots").write_text("a file where a folder should be")
    shell_ = shell(settings, Codec())
    partition = owned()
    await partition.process(LOG[:20])
    await shell_._write(partition)
    assert await shell_.newest(1, 20, lambda _number: []) is None


async def test_a_place_that_hangs_keeps_nobody_from_the_log(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "PLACE_S", 0.2)
    shell_ = shell(settings, Codec())
    partition = owned()
    await partition.process(LOG[:20])
    await shell_._write(partition)
    for step in ("read", "names"):
        monkeypatch.setattr(shell_._store, step, lambda *_: time.sleep(20))
        began = time.monotonic()
        assert await shell_.newest(1, 20, lambda _number: []) is None
        assert time.monotonic() - began < 10


async def test_due_after_so_many_events_or_minutes(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    shell_ = shell(settings.model_copy(update={"snapshot_events": 30, "snapshot_minutes": 1}), Codec())
    partition = owned()
    await shell_.newest(1, 0, lambda _number: [])
    assert not shell_._is_due(partition)
    await partition.process(LOG[:29])
    assert not shell_._is_due(partition)
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    assert shell_._is_due(partition), "a minute"
    monkeypatch.undo()
    await partition.process(LOG[29:30])
    assert shell_._is_due(partition), "30 events"
    monkeypatch.setattr(build, "settled", lambda *_: "ab" * 16)
    await shell_._write(partition)
    monkeypatch.setattr(time, "monotonic", lambda: now + 3_600)
    assert shell_._due([partition]) is None, "nothing came since"


async def test_who_has_waited_longest_is_next(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "REST", 0)
    busy, other = owned(1), owned(2)
    shell_ = shell(settings, Codec())
    for partition in (busy, other):
        await shell_.newest(partition.number, 0, lambda _number: [])
        await partition.process(LOG[:20])
    assert shell_._due([busy, other]) is busy
    await shell_._write(busy)
    await busy.process(LOG[20:40])
    assert shell_._due([busy, other]) is other
    await shell_._write(other)
    assert shell_._due([busy, other]) is busy


async def test_never_while_a_rebalance_decides(settings: Settings) -> None:
    shell_ = shell(settings, Codec())
    partition = owned()
    await partition.process(LOG[:20])
    await partition.suspend()
    await shell_._write(partition)
    assert left(settings.data) == []


async def test_it_goes_by_itself(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two partitions, one after the other; a tenth of the time at most is spent on it."""
    monkeypatch.setattr(snapshots, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(snapshots, "REST", 0)
    partitions = [owned(1), owned(2)]
    shell_ = shell(settings, Codec())
    running = asyncio.create_task(shell_.run(partitions))
    for partition in partitions:
        await partition.process(LOG[:20])
    await asyncio.to_thread(until, lambda: left(settings.data) == [".snapshot"] * 2, "a snapshot of each")
    running.cancel()


def test_off_and_impossible(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(codec: Codec | None = None, **changed: Any) -> bool:
        return wanted(settings.model_copy(update=changed), "t", 4, codec or Codec(), cast("Log", ShortLog()), FailPoints()) is not None

    assert made()
    assert not made(snapshot_events=0, snapshot_minutes=0)
    assert not made(snapshot_path="nowhere://bucket")
    assert wanted(settings, "t", 4, None, cast("Log", ShortLog()), FailPoints()) is None
    monkeypatch.setattr(build, "settled", lambda *_: "")
    assert not made()


def test_the_child_does_not_outlive_its_parent() -> None:
    program = "import time; from streams.worker.forked import Child; print(Child(lambda: time.sleep(60)).pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert parent.stdout
    child = int(parent.stdout.readline())
    time.sleep(0.2)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not Path(f"/proc/{child}").exists() or ") Z " in Path(f"/proc/{child}/stat").read_text(), "the child is gone", 5)


def test_signals_of_the_parent_are_not_its_childs() -> None:
    """A child that is told to end does so, and does not run the parent's handlers."""
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        child = Child(lambda: time.sleep(60))
        time.sleep(0.2)
        os.kill(child.pid, signal.SIGTERM)
        until(lambda: child.exit_code() == -signal.SIGTERM, "it ended", 5)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == []
