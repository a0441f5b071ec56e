"""What ends a partition's waiting for more, where the clock alone never would."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from streams.core.message import Message
from streams.core.pipeline import Outputs
from streams.worker.commit import Outbox
from streams.worker.failpoints import FailPoints
from streams.worker.log import Log
from streams.worker.pace import Pace
from streams.worker.partition import OwnedPartition, Wiring
from streams.worker.room import Room
from streams.worker.state import Restored

LONG_AGO = 1.0
"""What a clock shows that stands: after its first batch a partition would rest for ever."""


class Nowhere:
    """Takes everything."""

    def outputs(self) -> Outputs:
        return Outputs(list)

    async def commit(self, outputs: Outputs, messages: Sequence[Message], next_offset: int) -> None:
        pass

    async def close(self) -> None:
        pass


def messages(start: int, end: int) -> list[Message]:
    return [(offset, 0, None, None, ()) for offset in range(start, end)]


@asynccontextmanager
async def gathering() -> AsyncIterator[OwnedPartition[list[int]]]:
    """A partition whose micro-batches are of 10 events at most, and which has just had its first one, of one event."""

    def fold(state: list[int], batch: Sequence[Message], _outputs: Outputs[Any]) -> None:
        state.append(len(batch))

    failures: list[BaseException] = []
    wiring = Wiring(cast("Log", None), fold, FailPoints(), Room(10), Pace(lambda: LONG_AGO))
    partition = OwnedPartition[list[int]](0, Restored([], 0, None), cast("Outbox", Nowhere()), wiring)
    partition.start(failures.append)
    await partition.deliver(messages(0, 1))
    await until(partition, 1)
    yield partition
    await partition.close()
    assert failures == []


async def until(partition: OwnedPartition[list[int]], offset: int) -> None:
    async with asyncio.timeout(5):
        while partition.next_offset < offset:  # noqa: ASYNC110 - tells nobody
            await asyncio.sleep(0.01)


async def test_a_few_wait() -> None:
    async with gathering() as partition:
        await partition.deliver(messages(1, 10))
        await asyncio.sleep(0.2)
        assert partition.state == [1]


async def test_a_full_batch_goes_at_once() -> None:
    async with gathering() as partition:
        await partition.deliver(messages(1, 6))
        await partition.deliver(messages(6, 11))
        await until(partition, 11)
        assert partition.state == [1, 10]


async def test_a_few_go_when_nothing_more_can_come() -> None:
    async with gathering() as partition:
        await partition.deliver(messages(1, 10))
        await asyncio.wait_for(partition.deliver(messages(10, 22)), 5)
        await until(partition, 20)
        assert partition.state == [1, 9, 10]
