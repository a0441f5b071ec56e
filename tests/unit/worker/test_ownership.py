"""A partition that is given up while it is being opened is not ours afterwards, also where the opening does not hear of it."""

import asyncio
from typing import Any

from streams.worker.failpoints import FailPoints
from streams.worker.ownership import Ownership


class Partition:
    """Notes whether it was started and closed."""

    live = True

    def __init__(self) -> None:
        self.did: list[str] = []

    def start(self, _failed: Any) -> None:
        self.did.append("started")

    async def suspend(self) -> None:
        self.live = False

    async def close(self) -> None:
        self.did.append("closed")


async def test_what_is_opened_although_it_was_given_up_is_closed() -> None:
    failures: list[BaseException] = []
    partition = Partition()

    async def deaf(_number: int) -> Any:
        try:
            await asyncio.sleep(3_600)
        except asyncio.CancelledError:  # as aiokafka's clients do while they close
            return partition

    ownership: Ownership[None] = Ownership(deaf, failures.append, FailPoints())
    await ownership.assigned([2])
    await asyncio.sleep(0)
    assert ownership.opening == 1
    await asyncio.wait_for(ownership.close(), 5)
    assert (failures, partition.did, ownership.get(2), ownership.opening) == ([], ["closed"], None, 0)


async def test_what_is_opened_in_time_is_ours() -> None:
    failures: list[BaseException] = []
    partition = Partition()

    async def quick(_number: int) -> Any:
        return partition

    ownership: Ownership[None] = Ownership(quick, failures.append, FailPoints())
    await ownership.assigned([2])
    await asyncio.sleep(0.01)
    assert (ownership.is_open(2), ownership.ready, partition.did) == (True, True, ["started"])
    await ownership.close()
    assert (failures, partition.did, ownership.get(2)) == ([], ["started", "closed"], None)
