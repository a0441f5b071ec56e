"""What SIGTERM, SIGINT and SIGHUP do while a command runs."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def asked_to_stop(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """The signals go to `handler`; afterwards to whom they went before. SIGHUP, which comes when the terminal is closed, stays ignored where it
    is (`nohup`). In the main thread only."""
    hang_up = () if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else (signal.SIGHUP,)
    before = {number: signal.signal(number, handler) for number in (signal.SIGTERM, signal.SIGINT, *hang_up)}
    try:
        yield
    finally:
        for number, one in before.items():
            signal.signal(number, one)
