"""Where commands print tables: in colour and at the window's width on a terminal, plain and wide enough anywhere else."""

import sys

from rich.console import Console

_PLAIN_WIDTH = 150
"""Columns when nobody tells: a log or a file has no width, and rich would fold everything at 80."""


def console() -> Console:
    """A console on standard output."""
    return Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH, highlight=False)
