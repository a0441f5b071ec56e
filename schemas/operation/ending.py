"""How processes end: their exit codes, an end at once, and that a process which only a new start would mend ends itself, for where nobody asks
`/health`, under `suoheng up` or as a plain service.

Clients wait for threads of their own without a limit (kafka-python does); where an answer is lost, a loop would stand still for ever.
"""

import os
import sys
import time
from collections.abc import Callable
from threading import Thread
from typing import NoReturn

from schemas.operation.health import Health

LOOK_EVERY_S = 5.0
RESTART = 70
"""Our defect, or something broken under us: whoever keeps the process starts it again."""
HALT = 78
"""Going on, or starting again, would be wrong."""


def leave(process: str, code: int, message: str) -> NoReturn:
    """End the process at once, without any clean-up; `message` is the last line on stderr."""
    sys.stdout.flush()
    sys.stderr.write(f"suoheng {process}: {message}\n")
    sys.stderr.flush()
    os._exit(code)


def end_when_dead(health: Callable[[], Health]) -> None:
    """From now on look at what `/health` would answer, in a thread. Two looks, one after the other, that find the process dead end it with 70:
    after the first a process that had been stopped as a whole has had the time to come round."""
    Thread(target=_look, args=(health,), name="end when dead", daemon=True).start()


def _look(health: Callable[[], Health]) -> None:
    before = ""
    while True:
        time.sleep(LOOK_EVERY_S)
        now = health()
        if now.dead and before:
            leave(now.process, RESTART, f"{now.dead}: only a new start helps")
        before = now.dead
