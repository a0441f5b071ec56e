"""How a worker process ends, and what it says last.

| code | meaning | the supervisor |
|---|---|---|
| 0 | asked to stop | leaves it |
| 70 | our defect, a lost fence, a broken dependency | restarts it with back-off |
| 78 | halted on purpose: going on would be wrong | leaves it, prints the last line |
"""

from collections.abc import Callable
from threading import Timer
from typing import NoReturn

import structlog

from schemas.operation import ending
from schemas.operation.ending import HALT, RESTART

logger = structlog.get_logger()

__all__ = ["HALT", "RESTART", "Halted", "leave", "leave_within"]


class Halted(Exception):
    """Going on would publish wrong numbers; the text says why and what to do."""


def leave_within(seconds: float, unfinished: Callable[[], list[str]]) -> None:
    """End the process with 0 that long from now, whatever it waits for then: `unfinished` names it for the log."""

    def give_up() -> None:
        logger.warning(
            "stopped without finishing: the next owner finishes or aborts what is open", seconds=seconds, waiting_for=unfinished()
        )
        leave(0, "stopped without finishing")

    timer = Timer(seconds, give_up)
    timer.daemon = True
    timer.start()


def leave(code: int, message: str) -> NoReturn:
    """End the process at once, without any clean-up that could still commit; `message` is the last line on stderr."""
    ending.leave("worker", code, message)
