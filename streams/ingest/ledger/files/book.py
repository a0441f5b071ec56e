"""What a file holds once it is read, the bounds within which it is read, and how it is told from the reading process to the asking one."""

from datetime import date, datetime
from typing import Any

import msgspec

Cell = str | float | bool | date | datetime | None
"""An empty cell is None; every number is a float; a day without a time is a date. Texts are as they stand, not yet made plain."""

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_ROWS = 200_000
"""In all sheets of a file together; an office has some hundreds a year, a district some ten thousands."""
MAX_COLUMNS = 256
MAX_TEXT = 32_767
"""Characters of a cell; Excel's own bound."""


class Unreadable(Exception):
    """The file is refused as a whole; why and what to do, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} · {en}")
        self.zh, self.en = zh, en


class Sheet(msgspec.Struct):
    """A sheet: `rows[0]` is its first line; lines may differ in length."""

    name: str
    rows: list[list[Any]]
    """Of `Cell`s."""
    merged: list[tuple[int, int, int, int]] = []
    """First and last line, first and last column of each group of merged cells, from 0; .ods and .csv tell none."""
    formulas: list[tuple[int, int]] = []
    """Line and column, from 0, of cells that a formula fills."""
    formulas_anywhere: bool = False
    """There are formulas whose place is not told."""


class Book(msgspec.Struct):
    """A file that was read."""

    kind: str
    """xlsx, xls, ods or csv."""
    sheets: list[Sheet]
    since_1904: bool = False
    """Day numbers count from 1904 (old Macs) and not from 1900."""
    macros: bool = False
    """It has macros; they were not looked at."""


_DAY, _TIME = 1, 2


def plain(value: object) -> Any:
    """What a library read, as a `Cell` that `encode` can tell; times of day and durations as text."""
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return msgspec.msgpack.Ext(_TIME, value.replace(tzinfo=None).isoformat().encode())
    if isinstance(value, date):
        return msgspec.msgpack.Ext(_DAY, value.isoformat().encode())
    return str(value)


def encode(told: Book | tuple[str, str]) -> bytes:
    """A book, or the two texts of its refusal."""
    return msgspec.msgpack.encode(told)


def decode(text: bytes) -> Book:
    """The book that was told. Raises the `Unreadable` that was told, or ValueError when it is neither."""
    told = msgspec.msgpack.decode(text, type=Book | tuple[str, str], ext_hook=_cell)
    if isinstance(told, Book):
        return told
    raise Unreadable(*told)


def bounded(lines: int) -> int:
    """The number of lines of the file so far. Raises `Unreadable` for more than a ledger can have."""
    if lines > MAX_ROWS:
        raise Unreadable(
            f"超过 {MAX_ROWS:,} 行;请分成几个文件,或删除数据区下方的多余内容",
            f"more than {MAX_ROWS:,} lines; split it into several files, or delete what stands far below the table",
        )
    return lines


def _cell(code: int, data: memoryview) -> date:
    text = bytes(data).decode()
    return date.fromisoformat(text) if code == _DAY else datetime.fromisoformat(text)
