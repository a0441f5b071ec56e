"""A file that another program writes events to, line by line, followed into a spool: each line once, also over restarts and rotation.

A line and how far the file was read are written together. A file that is renamed is read to its end before the new one of its name; one that
was cut short is read from its beginning again, and what was in it before is recognised by its ids.
"""

import os
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import BinaryIO

from streams.ingest.publisher import read_line
from streams.ingest.sdk.spool import Place, Spool, SpoolError

BATCH_LINES = 500
POLL_S = 0.2
_FULL_PAUSE_S = 2.0


def follow(file: Path, spool: Spool, stop: Event, taken: Callable[[int], None]) -> None:
    """Take lines until told to stop; `taken` is called with the number of each batch. Raises OSError for a file that cannot be read.

    A file that is not there yet is waited for. While the spool is full nothing is read: the lines wait in their file.
    """
    name = str(file.absolute())
    while not stop.is_set():
        if not file.exists():
            stop.wait(POLL_S)
            continue
        with file.open("rb") as source:
            _read(source, file, name, spool, stop, taken)


def _read(source: BinaryIO, file: Path, name: str, spool: Spool, stop: Event, taken: Callable[[int], None]) -> None:
    """Follow one open file until another has its name."""
    identity = _identity(os.fstat(source.fileno()))
    place = spool.place(name)
    position = place.position if place and place.identity == identity else 0
    while not stop.is_set():
        if os.fstat(source.fileno()).st_size < position:
            position = 0
        source.seek(position)
        lines, end = _lines(source)
        if not lines and end == position:
            if _moved(file, identity):
                return
            stop.wait(POLL_S)
            continue
        try:
            spool.copy(lines, name, Place(identity, end))
        except SpoolError:
            stop.wait(_FULL_PAUSE_S)
            continue
        position = end
        taken(len(lines))


def _lines(source: BinaryIO) -> tuple[list[bytes], int]:
    """The next whole lines that are not blank, and the position after them; a line that is still being written is left."""
    lines: list[bytes] = []
    end = source.tell()
    while len(lines) < BATCH_LINES and (line := read_line(source)).ended:
        end += line.size
        if text := line.text.strip():
            lines.append(text)
    return lines, end


def _moved(file: Path, identity: str) -> bool:
    try:
        return _identity(file.stat()) != identity
    except FileNotFoundError:
        return True


def _identity(of: os.stat_result) -> str:
    return f"{of.st_dev}:{of.st_ino}"
