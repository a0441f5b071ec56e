"""Ports of loopback for what tests start: each is handed out once on this machine, however many test processes look at the same time."""

import fcntl
import getpass
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.errors import MissingDependency

BLOCK = 20
"""Ports in a row that one installation may want."""
_PORTS = range(10_000, 31_000, BLOCK)
"""Firsts of the blocks: below the range from which outgoing connections take theirs."""


def free_port_base() -> int:
    """First of `BLOCK` free ports in a row, ours until this process ends. Raises MissingDependency when there are none."""
    for base in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        # Only who holds a block looks whether its ports are free: the look itself would be in the way of another's process that starts.
        if _hold(base) and not any(_taken(base + i) for i in range(BLOCK)):
            return base
    raise MissingDependency(f"no {BLOCK} free ports in a row between {_PORTS.start} and {_PORTS.stop}")


def free_port() -> int:
    """A free port, ours until this process ends."""
    return next(_SINGLE)


def _singles() -> Iterator[int]:
    while True:
        base = free_port_base()
        yield from range(base, base + BLOCK)


_SINGLE = _singles()


def _hold(base: int) -> bool:
    """Whether nobody else holds the block; then we do, by a lock that the system gives back when this process ends."""
    folder = Path(tempfile.gettempdir()) / f"suoheng-ports-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder / str(base), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    return True


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
