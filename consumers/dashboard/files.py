"""Tables as files for spreadsheets: CSV in UTF-8 with a byte order mark, so that Excel opens it as it is, and Excel's own format.

Numbers are numbers and days are days. A text that a spreadsheet might take for a formula gets an apostrophe before it, in both kinds of file, so
that it stays a text when the one is saved as the other.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import WorkbookAlreadySaved

from consumers.dashboard.tables import Amount, Cell, Table

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""How a text begins that some spreadsheet would compute."""
_NO_SHEET_NAME = re.compile(r"[\\/*?:\[\]'\x00-\x1f]")
_SHEET_NAME_CHARACTERS = 31
MOST_ROWS = 1_048_576
"""Rows of a sheet, its head among them."""
_NARROWEST, _WIDEST = 8, 60
_BOLD = Font(bold=True)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_SUFFIX = {"%": "%", "pp": '" pp"', "": ""}


class Document(NamedTuple):
    """What a file holds: its name without ending, what it is about as pairs, the tables, and the definitions of their indicators."""

    name: str
    about: Table
    tables: Sequence[Table]
    definitions: Table
    """Without columns where there are none."""

    @property
    def parts(self) -> Sequence[Table]:
        """All that is written, in order."""
        return [table for table in (self.about, *self.tables, self.definitions) if table.columns]


class AsCsv:
    """All tables below each other, each under its title, with an empty line between; percentages with their sign, as Excel reads them."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._begun = False

    def table(self, table: Table) -> None:
        """Begin a table, with the rows that it has so far."""
        lines: list[list[str]] = [[], [_harmless(table.title)]] if self._begun else []
        self._write([*lines, [_harmless(name) for name in table.columns]], start=b"" if self._begun else b"\xef\xbb\xbf")
        self._begun = True
        self.rows(table.rows)

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """More rows of the last table."""
        self._write([[_printed(cell) for cell in row] for row in rows])

    def close(self) -> None:
        """Nothing is left to write."""

    def drop(self) -> None:
        """Nothing is kept elsewhere."""

    def _write(self, lines: Sequence[Sequence[str]], start: bytes = b"") -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(lines)
        self._out.write(start + text.getvalue().encode())


def _printed(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return _harmless(cell)
        case Amount(_, places, unit):
            return f"{_decimal(cell, places)}{'%' if unit == '%' else ''}"
        case datetime():
            return cell.isoformat(" ", "minutes")
        case date():
            return cell.isoformat()


def _decimal(amount: Amount, places: int) -> Decimal:
    value = amount.value * (100 if amount.unit == "%" else 1)
    with localcontext(prec=50, rounding=ROUND_HALF_UP):
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places))


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


class AsXlsx:
    """A sheet that says what the file is, one for each table, and one with definitions; numbers are exact and only shown rounded. Rows are put into
    files of the system's temporary folder as they come. A table of more rows than a sheet takes goes on in the next one."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._book = Workbook(write_only=True)
        self._taken = {"history"}  # Excel keeps this name for itself
        self._table = Table("")
        self._sheet: Any = None
        self._left = 0

    def table(self, table: Table) -> None:
        """Begin a table, with the rows that it has so far."""
        self._table = table
        self._begin_sheet()
        self.rows(table.rows)

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """More rows of the last table."""
        for row in rows:
            if not self._left:
                self._begin_sheet()
            self._sheet.append([_styled(self._sheet, cell) for cell in row])
            self._left -= 1

    def close(self) -> None:
        """Write the file."""
        self._book.save(self._out)

    def drop(self) -> None:
        """Take away the sheets' files, which openpyxl would keep until the process ends."""
        for sheet in self._book.worksheets:
            with suppress(OSError, WorkbookAlreadySaved):  # the disk is full; or the sheet was ended well
                sheet.close()
            writer = sheet._writer  # noqa: SLF001 - the only way to it
            if writer is not None and Path(writer.out).exists():
                writer.cleanup()

    def _begin_sheet(self) -> None:
        self._sheet = self._book.create_sheet(_sheet_name(self._table.title, self._taken))
        self._sheet.freeze_panes = "B2"
        for number, width in enumerate(_widths(self._table), start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        self._sheet.append([_styled(self._sheet, name, bold=True) for name in self._table.columns])
        self._left = MOST_ROWS - 1


def _styled(sheet: Any, cell: Cell, *, bold: bool = False) -> Any:
    match cell:
        case Amount(value, places, unit):
            styled = WriteOnlyCell(sheet, int(value) if value.denominator == 1 else float(value))
            styled.number_format = f"#,##0{'.' + '0' * places if places else ''}{_SUFFIX[unit]}"
        case str():
            styled = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub(" ", _harmless(cell)))
            styled.alignment = _WRAPPED
        case _:
            styled = WriteOnlyCell(sheet, cell)
    if bold:
        styled.font = _BOLD
    return styled


def _widths(table: Table) -> list[int]:
    """About as many characters as the longest cell of a column has; Chinese ones count twice."""
    rows: Sequence[Sequence[Cell]] = [table.columns, *table.rows]
    return [max(_NARROWEST, min(_WIDEST, max((_length(row[n]) for row in rows), default=0) + 2)) for n in range(len(table.columns))]


def _length(cell: Cell) -> int:
    text = _printed(cell)
    return len(text) + sum(not one.isascii() for one in text)


def _sheet_name(title: str, taken: set[str]) -> str:
    """The title as far as a sheet may be called so, and as no other is."""
    wanted = _NO_SHEET_NAME.sub(" ", title).strip()[:_SHEET_NAME_CHARACTERS] or "-"
    name, number = wanted, 1
    while name.lower() in taken:
        number += 1
        ending = f" {number}"
        name = wanted[: _SHEET_NAME_CHARACTERS - len(ending)] + ending
    taken.add(name.lower())
    return name


class Writer(Protocol):
    """Writes tables into a file, one after another."""

    def table(self, table: Table) -> None:
        """Begin a table, with the rows that it has so far."""

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """More rows of the last table."""

    def close(self) -> None:
        """End the file."""

    def drop(self) -> None:
        """Leave nothing behind of a file that is not ended."""


class Format(NamedTuple):
    """A kind of file: its media type, and what writes it."""

    content_type: str
    writer: Callable[[IO[bytes]], Writer]


FORMATS: Mapping[str, Format] = {
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", AsXlsx),
    "csv": Format("text/csv; charset=utf-8", AsCsv),
}
"""By ending."""
