"""Background tasks: whoever cancels one knows it; everything else that ends one ends the process."""

import asyncio
import inspect
from contextlib import suppress
from typing import Any

import pytest

from streams.worker import tasks


@pytest.fixture
def failures() -> list[BaseException]:
    return []


async def test_cancelling_a_task_is_no_failure(failures: list[BaseException]) -> None:
    task = tasks.start(asyncio.sleep(3_600), "sleep", failures.append)
    await asyncio.sleep(0)
    await tasks.cancel(task)
    assert (task.cancelled(), failures) == (True, [])


async def test_work_that_is_cancelled_before_it_began_is_closed(failures: list[BaseException]) -> None:
    work = asyncio.sleep(3_600)
    await tasks.cancel(tasks.start(work, "sleep", failures.append))
    assert (inspect.getcoroutinestate(work), failures) == (inspect.CORO_CLOSED, [])


async def test_a_loop_that_swallows_a_cancellation_is_cancelled_again(
    failures: list[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does that closes an aiokafka consumer in every round, when it is cancelled during that."""
    monkeypatch.setattr(tasks, "AGAIN_S", 0.01)
    rounds = 0

    async def loop() -> None:
        nonlocal rounds
        while rounds < 1_000:
            rounds += 1
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(3_600)
            await asyncio.sleep(0.02)

    task = tasks.start(loop(), "loop", failures.append)
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await tasks.cancel(task)
    assert (task.cancelled(), rounds, failures) == (True, 1, [])


async def inside(what: BaseException) -> None:
    await asyncio.sleep(0)
    raise what


@pytest.mark.parametrize("error", [ValueError("x"), asyncio.CancelledError()], ids=["an error", "a cancellation from inside"])
async def test_what_ends_by_itself_is_told(error: BaseException, failures: list[BaseException]) -> None:
    task: Any = tasks.start(inside(error), "work", failures.append)
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert len(failures) == 1
    assert failures[0] is error or failures[0].__cause__ is error
