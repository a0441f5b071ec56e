"""What SIGTERM and SIGINT do while a command runs."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def asked_to_stop(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Both signals go to `handler`; afterwards to whom they went before. In the main thread only."""
    before = {number: signal.signal(number, handler) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, one in before.items():
            signal.signal(number, one)
