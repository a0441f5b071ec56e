"""Where commands print: tables in colour and at the window's width on a terminal, plain and wide enough anywhere else; files and pipes in UTF-8."""

import codecs
import io
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

_PLAIN_WIDTH = 150
"""Columns when nobody tells: a log or a file has no width, and rich would fold everything at 80."""


def console() -> "Console":
    """A console on standard output."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else _PLAIN_WIDTH, highlight=False)


def write_in_utf8(*streams: Any) -> None:
    """Have streams of a process write JSON, YAML and tables in UTF-8, whatever the locale: who reads them from a file or a pipe expects it.

    A terminal gets the encoding of its locale, but where that knows ASCII only. What an encoding lacks is written as an escape and stops nobody.
    """
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            knows_more = codecs.lookup(stream.encoding).name != "ascii"
            stream.reconfigure(encoding=stream.encoding if stream.isatty() and knows_more else "utf-8", errors="backslashreplace")
