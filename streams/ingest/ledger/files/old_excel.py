"""Sheets of .xls, the format of Excel 97 to 2003: calamine reads the cells; formulas and links are found by walking the records of the stream.

Layout after [MS-XLS]: a stream of records (kind, length, body); each sheet's own begin with BOF, at the position that its BOUNDSHEET names.
"""

import io
import struct
from dataclasses import dataclass, field
from struct import unpack_from

import olefile

from streams.ingest.ledger.files.book import MAX_FILE_BYTES, Book, Unreadable
from streams.ingest.ledger.files.workbook import cells, damaged, linked

_FORMULA, _ARRAY, _BOF, _BOUNDSHEET, _FILEPASS, _DATEMODE = 0x0006, 0x0221, 0x0809, 0x0085, 0x002F, 0x0022
_LINKS = (0x0023, 0x0059)
"""EXTERNNAME: a name of another file or a DDE link. XCT: cells remembered from another file."""


@dataclass(slots=True)
class _Found:
    """What the records tell that calamine does not."""

    names: dict[int, str] = field(default_factory=dict)
    """Name of a sheet by the position where it begins."""
    formulas: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Line and column, by the position where the sheet begins."""
    since_1904: bool = False


def read_old_excel(data: bytes) -> Book:
    """The book in a compound file. Raises `Unreadable`."""
    try:
        stream, macros = _stream(data)
        found = _walk(stream)
    except (OSError, struct.error, IndexError, ValueError, TypeError, AttributeError) as error:
        raise damaged() from error
    formulas = {found.names.get(at, ""): places for at, places in found.formulas.items()}
    # Excel 5 wrote names in the code page of its country: then no formula can be placed, and all sheets are told to have some.
    unplaced = set(found.names.values()) if "" in formulas else set()
    return Book("xls", cells(data, formulas, unplaced), found.since_1904, macros)


def _stream(data: bytes) -> tuple[bytes, bool]:
    """The workbook's stream, and whether there are macros beside it."""
    with olefile.OleFileIO(io.BytesIO(data)) as file:
        if file.exists("EncryptedPackage"):
            raise _encrypted()
        name = next((one for one in ("Workbook", "Book") if file.exists(one)), None)
        if name is None:
            raise Unreadable("不是 Excel 工作簿(.xls)", "no Excel workbook: it may be a .doc, or a damaged .xls")
        return file.openstream(name).read(MAX_FILE_BYTES), file.exists("_VBA_PROJECT_CUR")


def _walk(stream: bytes) -> _Found:
    """One pass over the records; a length that leads beyond the end ends it, as it does for every reader."""
    found = _Found()
    at = sheet = 0
    while at + 4 <= len(stream):
        kind, length = unpack_from("<HH", stream, at)
        body = at + 4
        if kind == _BOF:
            sheet = at
        elif kind in (_FORMULA, _ARRAY):
            found.formulas.setdefault(sheet, []).append(unpack_from("<HH", stream, body) if kind == _FORMULA else _corner(stream, body))
        elif kind == _BOUNDSHEET:
            position, name = _boundsheet(stream[body : body + length])
            found.names[position] = name
        elif kind == _FILEPASS:
            raise _encrypted()
        elif kind in _LINKS:
            raise linked()
        elif kind == _DATEMODE:
            found.since_1904 = stream[body] == 1
        at = body + length
    return found


def _corner(stream: bytes, body: int) -> tuple[int, int]:
    """First cell of an array formula: first line (two bytes), last line (two), first column (one)."""
    return unpack_from("<H", stream, body)[0], stream[body + 4]


def _boundsheet(body: bytes) -> tuple[int, str]:
    """Where a sheet begins and its name; '' for a name that is not Unicode (Excel 5)."""
    position, length, wide = unpack_from("<I", body)[0], body[6], body[7]
    if wide & 1:
        return position, body[8 : 8 + 2 * length].decode("utf-16-le")
    return position, body[8 : 8 + length].decode("latin-1") if len(body) == 8 + length else ""


def _encrypted() -> Unreadable:
    return Unreadable("文件有密码,请去掉密码后再导入", "it has a password; save it without one")
