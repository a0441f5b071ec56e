"""How a worker process ends, and what it says last.

| code | meaning | the supervisor |
|---|---|---|
| 0 | asked to stop | leaves it |
| 70 | our defect, a lost fence, a broken dependency | restarts it with back-off |
| 78 | halted on purpose: going on would be wrong | leaves it, prints the last line |
"""

import os
import sys
from typing import NoReturn

RESTART = 70
HALT = 78


class Halted(Exception):
    """Going on would publish wrong numbers; the text says why and what to do."""


def leave(code: int, message: str) -> NoReturn:
    """End the process at once, without any clean-up that could still commit; `message` is the last line on stderr."""
    sys.stdout.flush()
    sys.stderr.write(f"suoheng worker: {message}\n")
    sys.stderr.flush()
    os._exit(code)
