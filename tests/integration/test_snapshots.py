"""Snapshots on real Kafka, with the real core: loaded after kill -9, ignored when they are not right, and never of any weight for a number."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiokafka.consumer.fetcher import PartitionRecords

from consumers.reconcile import reconcile
from deploy.local.child import as_environment, start_child, stop_children
from deploy.simulate.district import Plan, simulate
from deploy.waiting import wait
from streams.core import snapshot
from streams.core.pipeline import Breaker, Partition, apply
from streams.ingest.publisher import key_of
from streams.worker import build, transport
from streams.worker.commit import Names
from streams.worker.failpoints import FailPoint, FailPoints
from streams.worker.log import Log
from streams.worker.opening import Opening
from streams.worker.partition import OwnedPartition, Wiring
from streams.worker.recovery import Recovery
from streams.worker.room import Room
from streams.worker.snapshot_file import pack, unpack
from streams.worker.snapshots import Snapshots
from tests.conftest import Installation
from tests.fault.workers import REAL, Feed, Outside, Record, Worker, ending, until
from tests.integration.whole_way import SINK
from tests.plain_state import first_difference, plain

DISTRICTS = ("990101", "990102", "990103", "990104")
EVERY = 100


@pytest.fixture
def sink(installation: Installation, tmp_path: Path) -> Iterator[None]:
    process = start_child(SINK, as_environment(installation), tmp_path / "sink.log")
    yield
    stop_children([process], patience_s=20)


def events(first: int, end: int) -> list[Record]:
    """A stretch of four districts' events, in disorder; one in fifty comes twice."""
    sources = [simulate(Plan(district, 2, date(2025, 1, 1), 60, 7, disorder=True)) for district in DISTRICTS]
    lines = [line for turn in zip(*sources, strict=False) for line in turn][first:end]
    return [(key_of(line), line, []) for number, line in enumerate(lines) for _ in range(2 if number % 50 == 0 else 1)]


def files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.snapshot"))


# -- processes
def start(installation: Installation, folder: Path, started: list[Worker], **changed: Any) -> Worker:
    settings = {"snapshot_path": str(folder / "snapshots"), "snapshot_events": EVERY, "snapshot_minutes": 0, "micro_batch_events": 60}
    started.append(Worker(installation, folder, f"worker-{len(started)}", command=REAL, **(settings | changed)))
    return started[-1]


def test_killed_then_goes_on_from_its_snapshots(
    installation: Installation, outside: Outside, feed: Feed, sink: None, tmp_path: Path
) -> None:
    with ending([]) as started:
        first = start(installation, tmp_path, started)
        feed.records(events(0, 1_500))
        outside.wait_drained()
        partitions = sum(1 for end in outside.ends().values() if end)
        until(lambda: {path.parent.name for path in files(tmp_path)} == set(map(str, written(outside))), "a snapshot of every partition")
        until(lambda: first.metric("suoheng_worker_snapshots_total") >= partitions, "counted")
        assert first.metric("suoheng_worker_snapshot_bytes") > 0
        feed.records(events(1_500, 2_000))
        first.kill()
        total = sum(outside.committed().values())
        second = start(installation, tmp_path, started)
        outside.wait_drained()
        assert second.metric("suoheng_worker_snapshots_loaded_total") == partitions
        assert (
            second.metric("suoheng_worker_recovered_events_total") < total
        )  # what stands in them is not folded again; how much that is depends on when they were due
        assert second.metric("suoheng_worker_snapshots_ignored_total") == 0
        wait(installation, 60)
        report = reconcile(installation)
        assert report.agrees, report.differences[:3]
        assert second.stop() == 0


def written(outside: Outside) -> list[int]:
    """Partitions with enough events for a snapshot."""
    return [number for number, end in outside.ends().items() if end >= EVERY]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def of_another_build(path: Path) -> None:
    path.rename(path.with_name(path.name.rsplit("-", 1)[0] + "-" + "0" * 32 + ".snapshot"))


def test_damaged_ones_are_ignored_with_a_warning_and_numbers_stay_right(
    installation: Installation, outside: Outside, feed: Feed, sink: None, tmp_path: Path
) -> None:
    damages: list[Callable[[Path], None]] = [flip, cut_short, of_another_build, Path.unlink]
    with ending([]) as started:
        first = start(installation, tmp_path, started)
        feed.records(events(0, 1_200))
        outside.wait_drained()
        until(lambda: {path.parent.name for path in files(tmp_path)} == set(map(str, written(outside))), "a snapshot of every partition")
        first.kill()
        for number in written(outside):
            for path in files(tmp_path / "snapshots" / feed.topic / str(number)):
                damages[number % len(damages)](path)
        total = sum(outside.committed().values())
        feed.records(events(1_200, 1_600))
        second = start(installation, tmp_path, started)
        outside.wait_drained()
        assert second.metric("suoheng_worker_snapshots_loaded_total") == 0
        assert second.metric("suoheng_worker_recovered_events_total") == total
        assert second.metric("suoheng_worker_snapshots_ignored_total") == second.log.read_text().count(
            "cut short, changed"
        ) + second.log.read_text().count("of another build")
        assert second.metric("suoheng_worker_snapshots_ignored_total") > 0
        wait(installation, 60)
        report = reconcile(installation)
        assert report.agrees, report.differences[:3]
        assert second.stop() == 0


@pytest.mark.parametrize("passes", [1, 2], ids=["begun", "written but not in its place"])
def test_killed_while_writing_leaves_no_usable_half(
    installation: Installation, outside: Outside, feed: Feed, tmp_path: Path, passes: int
) -> None:
    with ending([]) as started:
        killed = start(installation, tmp_path, started, fail_point=f"{FailPoint.DURING_SNAPSHOT}:{passes}")
        feed.records(events(0, 1_000))
        assert killed.ended() == -signal.SIGKILL
        assert files(tmp_path) == []
        second = start(installation, tmp_path, started)
        outside.wait_drained()
        second.wait_ready(4)
        assert second.metric("suoheng_worker_snapshots_loaded_total") == 0
        until(lambda: {path.parent.name for path in files(tmp_path)} == set(map(str, written(outside))), "a snapshot of every partition")
        until(lambda: not list(tmp_path.rglob("*.part")), "what was left is cleared away")
        assert second.stop() == 0


def test_stopping_does_not_wait_for_a_snapshot(installation: Installation, outside: Outside, feed: Feed, tmp_path: Path) -> None:
    with ending([]) as started:
        worker = start(installation, tmp_path, started)
        feed.records(events(0, 2_000))
        until(
            lambda: worker.metric("suoheng_worker_snapshot_pause_seconds_count") > 0 if worker.health() else False, "one is being written"
        )
        assert worker.stop() == 0


# -- in this process
NUMBER = 1


@pytest.fixture
def core_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PartitionRecords, "_consumer_record", transport.as_message)
    monkeypatch.setattr(build, "settled", lambda *_: "ab" * 16)  # tests may run while the sources are worked on


class Shell:
    """What opens partition 1 and writes its snapshots, as a worker has it."""

    def __init__(self, installation: Installation, folder: Path, **changed: Any) -> None:
        self.settings = installation.model_copy(update={"snapshot_path": str(folder), **changed})
        names, fail_points = Names.of(self.settings), FailPoints()
        self.log = Log(self.settings.kafka, names.group, names.source)
        self.snapshots = Snapshots(self.settings, names.source, self.settings.partitions, snapshot, self.log, fail_points)
        self.recovery: Recovery[Partition] = Recovery(self.log, apply, self.new_state, fail_points, self.snapshots)
        self.opening = Opening(self.settings, names, self.recovery, Wiring(self.log, apply, fail_points, Room(1_000)))

    def new_state(self, number: int) -> Partition:
        return Partition(number, self.settings.epoch, lambda _key: True, Breaker(0, 0))

    @asynccontextmanager
    async def owned(self) -> AsyncIterator[OwnedPartition[Partition]]:
        partition = await self.opening.open(NUMBER)
        try:
            yield partition
        finally:
            await partition.close()

    async def fold(self, partition: OwnedPartition[Partition], end: int) -> None:
        async for messages in self.log.read(NUMBER, partition.next_offset, end, at_most=1_000):
            await partition.process(messages)


def one_district() -> list[Record]:
    """Events for `NUMBER`, wherever the partitioner would put them: here every key is at home."""
    return [record for record in events(0, 600) if record[0] == DISTRICTS[0].encode()]


def of_another_epoch(path: Path) -> None:
    path.rename(path.with_name(path.name.replace("-e0-", "-e1-")))


def relabelled(**changes: Any) -> Callable[[Path], None]:
    """Make the file say otherwise, under a right checksum and a name that promises what is wanted."""

    def change(path: Path) -> None:
        label, state = unpack(path.read_bytes())
        if "tail" in changes:
            changes["tail"] = msgspec.structs.replace(label.tail, **changes.pop("tail"))
        path.write_bytes(pack(msgspec.structs.replace(label, **changes), state))

    return change


def beyond(path: Path) -> None:
    label, state = unpack(path.read_bytes())
    path.with_name(path.name.replace(f"{label.offset:020d}", f"{10**6:020d}")).write_bytes(
        pack(msgspec.structs.replace(label, offset=10**6), state)
    )
    path.unlink()


def other_state(path: Path) -> None:
    label, _ = unpack(path.read_bytes())
    path.write_bytes(pack(label, b"\x93\x01\x02\x03"))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


WRONG: dict[str, tuple[str, Callable[[Path], None]]] = {
    "bit flipped": ("damaged", flip),
    "cut short": ("damaged", cut_short),
    "empty": ("damaged", empty),
    "named for another build": ("build", of_another_build),
    "named for another epoch": ("epoch", of_another_epoch),
    "of another build": ("build", relabelled(build="0" * 32)),
    "of another epoch": ("epoch", relabelled(epoch=7)),
    "of another topic": ("log", relabelled(topic="elsewhere")),
    "of another partition": ("log", relabelled(partition=0)),
    "of a topic with more partitions": ("log", relabelled(partitions=99)),
    "of a log with another record there": ("log", relabelled(tail={"digest": "0" * 32})),
    "of a log with another append time there": ("log", relabelled(tail={"appended_ms": 1})),
    "of a log that has no record there": ("log", relabelled(tail={"offset": 0})),
    "of another offset than its name says": ("offset", relabelled(offset=3)),
    "beyond the committed offset": ("offset", beyond),
    "no state of the core": ("refused", other_state),
    "not to be read": ("unreadable", a_folder),
}


@pytest.mark.usefixtures("core_messages")
async def test_every_wrong_one_is_ignored_and_the_log_read(installation: Installation, feed: Feed, tmp_path: Path) -> None:
    await asyncio.to_thread(feed.records, one_district(), NUMBER)
    shell = Shell(installation, tmp_path)
    async with shell.owned() as partition:
        await shell.fold(partition, 100)
        await shell.snapshots._write(partition)
        right = plain(partition.state)
        [path] = files(tmp_path)
        good = path.read_bytes()
        loaded = await shell.snapshots.newest(NUMBER, 100, shell.new_state)
        assert loaded
        assert loaded.offset == 100
        assert not first_difference(plain(loaded.state), right)
        for what, (reason, make_wrong) in WRONG.items():
            make_wrong(path)
            ignored = metric(reason)
            assert await shell.snapshots.newest(NUMBER, 100, shell.new_state) is None, what
            assert metric(reason) == ignored + 1, what
            restored = await shell.recovery.restore(NUMBER, 100)
            assert not first_difference(plain(restored.state), right), what
            for left in files(tmp_path):
                left.rmdir() if left.is_dir() else left.unlink()
            path.write_bytes(good)
        assert await shell.snapshots.newest(NUMBER, 99, shell.new_state) is None


def metric(reason: str) -> float:
    from streams.worker.metrics import SNAPSHOTS_IGNORED

    return float(SNAPSHOTS_IGNORED.labels(reason)._value.get())


@pytest.mark.usefixtures("core_messages")
async def test_the_newest_usable_one_serves_and_old_ones_go(installation: Installation, feed: Feed, tmp_path: Path) -> None:
    await asyncio.to_thread(feed.records, one_district(), NUMBER)
    shell = Shell(installation, tmp_path, snapshot_keep=2)
    async with shell.owned() as partition:
        for end in (20, 40, 60, 80):
            await shell.fold(partition, end)
            await shell.snapshots._write(partition)
        assert [int(path.name.split("-")[0]) for path in files(tmp_path)] == [60, 80]
        flip(files(tmp_path)[1])
        before = shell.recovery.events
        restored = await shell.recovery.restore(NUMBER, 80)
        assert shell.recovery.events == before + 20
        assert not first_difference(plain(restored.state), plain(partition.state))


@pytest.mark.usefixtures("core_messages")
async def test_a_state_that_is_ahead_of_its_offset_is_not_written(
    installation: Installation, feed: Feed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that fails leaves a state that was folded on; before the process ends, a snapshot may want it."""
    await asyncio.to_thread(feed.records, one_district(), NUMBER)
    shell = Shell(installation, tmp_path)
    async with shell.owned() as partition:
        await shell.fold(partition, 40)

        async def refuse(*_: Any) -> None:
            raise OSError("refused")

        monkeypatch.setattr(partition._outbox, "commit", refuse)
        with pytest.raises(OSError, match="refused"):
            await shell.fold(partition, 60)
        await shell.snapshots._write(partition)
        assert files(tmp_path) == []
