"""The watchdog: lag that just lies there is read from the log, and a partition that stands still ends the process, whatever the others do."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from streams.worker import watchdog
from streams.worker.exits import RESTART
from streams.worker.watchdog import Watchdog


class Ended(Exception):
    """Instead of the end of the process."""


@dataclass(eq=False)
class Partition:
    number: int
    next_offset: int = 0
    live: bool = True
    busy: bool = False
    hangs: bool = False
    appended_at: float = 0.0
    caught_up: list[int] = field(default_factory=list)

    async def catch_up(self, end: int) -> bool:
        self.caught_up.append(end)
        if self.hangs:
            await asyncio.sleep(3_600)
        self.next_offset = end
        return True


class Owned(SimpleNamespace):
    def __iter__(self) -> Iterator[Partition]:
        return iter(self.partitions)


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(code: int, why: str) -> None:
        assert code == RESTART
        raise Ended(why)

    monkeypatch.setattr(watchdog, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(watchdog, "ASK_EVERY_S", 0.05)
    monkeypatch.setattr(watchdog, "leave", leave)


async def test_it_asks_nobody_where_no_partition_is_open() -> None:
    asked: list[list[int]] = []

    async def ask(numbers: Iterable[int]) -> Mapping[int, int]:
        asked.append(list(numbers))
        return {}

    owned: Any = Owned(partitions=(), opening=0, assigned_once=True)
    running = asyncio.create_task(Watchdog(owned, lambda _: None, ask, lambda: 0, 0.3, lambda _: None).run())
    await asyncio.sleep(0.1)
    assert asked == []
    owned.partitions = (Partition(3),)
    await asyncio.sleep(0.1)
    assert asked[0] == [3]
    running.cancel()


def watch(
    *partitions: Partition, ends: Mapping[int, int], opening: int = 0, stall_s: float = 0.3, silent: bool = False, assigned: bool = True
) -> Watchdog:
    async def ask(_numbers: Iterable[int]) -> Mapping[int, int]:
        if silent:
            raise OSError("no broker")
        return ends

    owned: Any = Owned(partitions=partitions, opening=opening, assigned_once=assigned)
    return Watchdog(owned, lambda number: ends[number] if silent else None, ask, lambda: 0, stall_s, lambda error: None)


async def for_a_while(dog: Watchdog, seconds: float = 1.0) -> str | None:
    """Why it ended the process, if it did."""
    try:
        async with asyncio.timeout(seconds):
            await dog.run()
    except TimeoutError:
        return None
    except Ended as why:
        return str(why)
    return None


@pytest.mark.parametrize("silent", [False, True])
async def test_what_was_not_delivered_is_read_from_the_log(silent: bool) -> None:
    """The end is known from the broker where the fetcher says nothing, and from the fetcher where the broker does not."""
    partition = Partition(3, next_offset=10)
    assert await for_a_while(watch(partition, ends={3: 15}, silent=silent), 0.4) is None
    assert partition.caught_up == [15]


async def test_a_partition_that_stands_still_ends_the_process_while_another_moves() -> None:
    stuck, moving = Partition(1, busy=True), Partition(2, busy=True)
    dog = watch(stuck, moving, ends={1: 5, 2: 1_000_000})

    async def move() -> None:
        while True:
            moving.next_offset += 1
            await asyncio.sleep(0.005)

    task = asyncio.create_task(move())
    why = await for_a_while(dog)
    task.cancel()
    assert why is not None
    assert "partition 1 at offset 0" in why


async def test_a_read_that_hangs_does_not_blind_it() -> None:
    partition = Partition(1, hangs=True)
    why = await for_a_while(watch(partition, ends={1: 5}))
    assert why is not None
    assert partition.caught_up == [5]


async def test_an_opening_that_hangs_ends_the_process() -> None:
    why = await for_a_while(watch(ends={}, opening=1))
    assert why is not None
    assert "opening" in why


async def test_a_group_that_never_gives_out_partitions_ends_the_process() -> None:
    why = await for_a_while(watch(ends={}, assigned=False))
    assert why is not None
    assert "joining the group" in why


async def test_no_work_is_no_stall() -> None:
    assert await for_a_while(watch(Partition(1, next_offset=5), ends={1: 5}), 0.6) is None
