"""Background tasks: whoever cancels one knows it; everything else that ends one ends the process."""

import asyncio
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
