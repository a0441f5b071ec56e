"""Background tasks whose failure ends the process instead of waiting to be looked at."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

Failed = Callable[[BaseException], None]
"""Told of an error after which nothing may go on; ends the process."""


def start(work: Coroutine[Any, Any, None], name: str, failed: Failed) -> asyncio.Task[None]:
    """Run `work` beside everything else; `failed` hears of its exception at once. Cancelling is no failure."""
    task = asyncio.create_task(work, name=name)

    def done(ended: asyncio.Task[None]) -> None:
        error = None if ended.cancelled() else ended.exception()
        if error is not None:
            failed(error)

    task.add_done_callback(done)
    return task


async def cancel(*tasks: asyncio.Task[None]) -> None:
    """Cancel and wait until they have ended."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
