"""A process that only a new start would mend ends itself: for where nobody asks `/health`, under `suoheng up` or as a plain service.

Clients wait for threads of their own without a limit (kafka-python does); where an answer is lost, a loop would stand still for ever.
"""

import os
import sys
import time
from collections.abc import Callable
from threading import Thread

from schemas.operation.health import Health

LOOK_EVERY_S = 5.0
RESTART = 70


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
            sys.stderr.write(f"suoheng {now.process}: {now.dead}: only a new start helps\n")
            sys.stderr.flush()
            os._exit(RESTART)
        before = now.dead
