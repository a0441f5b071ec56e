"""Background tasks whose failure ends the process instead of waiting to be looked at."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")
AGAIN_S = 1.0

Failed = Callable[[BaseException], None]
"""Told of an error after which nothing may go on; ends the process."""


def start(work: Coroutine[Any, Any, None], name: str, failed: Failed) -> asyncio.Task[None]:
    """Run `work` beside everything else; `failed` hears of its exception at once. Cancelling the task is no failure; a CancelledError that
    comes up from inside, as aiokafka's consumers raise when they are stopped right after their start, is one: nobody else would miss the work."""

    async def guarded() -> None:
        try:
            await work
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task and not task.cancelling():
                raise RuntimeError(f"{name} was cancelled from inside") from error
            raise

    task = asyncio.create_task(guarded(), name=name)

    def done(ended: asyncio.Task[None]) -> None:
        work.close()  # cancelled before its first step, nobody has begun it
        error = None if ended.cancelled() else ended.exception()
        if error is not None:
            failed(error)

    task.add_done_callback(done)
    return task


async def cancel(*tasks: asyncio.Task[None]) -> None:
    """Cancel and wait until they have ended. Cancelled again when that was not heard: aiokafka's clients swallow a cancellation that comes while
    they close, and a loop that closes one in every round then goes on."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)


async def in_thread(work: Callable[[], T], name: str) -> T:
    """The result of blocking work, in a thread that keeps nobody waiting when the process ends (an executor's threads would)."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(how: Callable[[Any], None], what: Any) -> None:
        if not done.done():
            how(what)

    def run() -> None:
        how: Callable[[Any], None] = done.set_result
        what: Any = None
        try:
            what = work()
        except Exception as error:  # noqa: BLE001 - told to who waits
            how, what = done.set_exception, error
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(tell, how, what)

    Thread(target=run, name=name, daemon=True).start()
    return await done
