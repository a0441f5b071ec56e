"""Work on a copy of this process's memory, as it is now, while the process goes on: `fork` without `exec`.

The process stands still while page tables are copied: 20–35 ms a GiB of memory, so 100 ms at some 4 GiB; more partitions than that want
more workers. Afterwards each page is copied when one of the two first writes to it, 2.5 µs in the fold's time: slices get slower for a moment
(one of 200 events took 0.25 instead of 0.14 s), none waits. Dumping a state of a million events in slices instead would have to hold every
district still until its turn, and a thread would share the interpreter with the fold.

A child of a process with threads may only do what needs no lock that another thread might have held: it computes and writes a file, logs
nothing, opens no connection, imports nothing. Should it hang all the same, it is killed; its death is the loss of a snapshot.
"""

import ctypes
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

NICENESS = 10  # the fold goes before
LEAST_OPEN_MAX = 65_536  # a system may tell no limit
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """A forked process that runs `work` and ends."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._status: int | None = None
        self._began = time.monotonic()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _run(work, parent)

    @property
    def seconds(self) -> float:
        """Since it was started."""
        return time.monotonic() - self._began

    def exit_code(self) -> int | None:
        """0: the work is done; else it failed (1) or was killed (negative); None: it is under way."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if pid else None
        return self._status

    def kill(self) -> None:
        """End it if it is under way."""
        if self.exit_code() is None:
            os.kill(self.pid, signal.SIGKILL)
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def _run(work: Callable[[], None], parent: int) -> NoReturn:
    """In the child: the work and nothing else. What fails is told in one line on stderr, past the log and its locks."""
    code = 1
    try:
        _set_apart()
        if os.getppid() == parent:  # else it went before the kernel knew whom to tell
            work()
            code = 0
    except BaseException as error:  # noqa: BLE001 - nothing of the parent's may run here
        os.write(2, f"suoheng worker, forked: {traceback.format_exception_only(error)[-1]}".encode())
    finally:
        os._exit(code)


def _set_apart() -> None:
    """Take nothing along: no collection (it would touch, so copy, all memory), no signal handlers, no sockets, no life beyond the parent's."""
    gc.disable()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    os.closerange(3, max(os.sysconf("SC_OPEN_MAX"), LEAST_OPEN_MAX))
    os.nice(NICENESS)
    with suppress(OSError):  # when memory runs out, this process goes first
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
