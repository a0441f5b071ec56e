"""A stop has an end: whatever keeps a process waiting, it is gone in time and has said what that was."""

import subprocess
import sys

DEAF = """
import asyncio
from streams.worker.exits import leave_within

async def deaf():
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass

async def main():
    asyncio.create_task(deaf(), name="deaf")
    await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    leave_within(0.2, lambda: [task.get_name() for task in asyncio.all_tasks(loop)])

asyncio.run(main())
"""
"""Without `leave_within` never ends: `asyncio.run` waits for a task that hears no cancellation."""


def test_a_process_ends_although_a_task_hears_no_cancellation() -> None:
    ended = subprocess.run([sys.executable, "-c", DEAF], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 0
    assert "stopped without finishing" in ended.stderr
    assert "waiting_for" in ended.stdout + ended.stderr
    assert "deaf" in ended.stdout + ended.stderr
