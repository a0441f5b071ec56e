"""`suoheng backup|restore …`, killed with -9 at a moment of the test's choice: `killed_keeping.py MODULE CLASS METHOD N ARGUMENT…`.

The N-th call of the method does its work, and the process ends in the moment it returns. Segments are small, so that there are many moments.
"""

import asyncio
import os
import signal
import sys
from importlib import import_module
from typing import Any

from deploy.backup import log
from deploy.cli import run


def main(module: str, owner: str, method: str, number: str, *arguments: str) -> None:
    log.SEGMENT_RECORDS = 50
    kind, left = getattr(import_module(module), owner), int(number)
    original = getattr(kind, method)

    def passed() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if asyncio.iscoroutinefunction(original):

        async def then_killed(*given: Any) -> Any:
            done = await original(*given)
            passed()
            return done
    else:

        def then_killed(*given: Any) -> Any:  # type: ignore[misc]
            done = original(*given)
            passed()
            return done

    setattr(kind, method, then_killed)
    sys.exit(run(list(arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
