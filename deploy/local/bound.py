"""Run a program that ends when its starter does, however that ends: `python -I -S bound.py PARENT PROGRAM [ARGUMENT…]`.

A program of its own, replaced by the one it runs, because the safer alternative does not exist: code between fork and exec must not take locks,
and a starter with threads cannot promise that. Imports nothing of ours: it starts in some milliseconds.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel (Linux) for a kill when the parent is gone, then become the program."""
    parent, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it went before the kernel knew
            sys.exit(1)
    os.execvp(program[0], program)  # noqa: S606 - the point of this program


if __name__ == "__main__":
    main()
