"""Tables as files for spreadsheets: CSV in UTF-8 with a byte order mark, so that Excel opens it as it is, and Excel's own format.

Numbers are numbers and days are days. A text that a spreadsheet might take for a formula gets an apostrophe before it, in both kinds of file, so
that it stays a text when the one is saved as the other.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from consumers.dashboard.tables import Amount, Cell, Table

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""How a text begins that some spreadsheet would compute."""
_NO_SHEET_NAME = re.compile(r"[\\/*?:\[\]'\x00-\x1f]")
_SHEET_NAME_CHARACTERS = 31
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


def as_csv(document: Document) -> bytes:
    """All tables below each other, each under its title, with an empty line between; percentages with their sign, as Excel reads them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for number, table in enumerate(document.parts):
        if number:
            writer.writerow([])
            writer.writerow([_harmless(table.title)])
        writer.writerow([_harmless(name) for name in table.columns])
        writer.writerows([_printed(cell) for cell in row] for row in table.rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


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


def as_xlsx(document: Document) -> bytes:
    """A sheet that says what the file is, one for each table, and one with definitions; numbers are exact and only shown rounded."""
    book = Workbook(write_only=True)
    taken = {"history"}  # Excel keeps this name for itself
    for table in document.parts:
        _fill(book.create_sheet(_sheet_name(table.title, taken)), table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, table: Table) -> None:
    sheet.freeze_panes = "B2"
    for number, width in enumerate(_widths(table), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_styled(sheet, name, bold=True) for name in table.columns])
    for row in table.rows:
        sheet.append([_styled(sheet, cell) for cell in row])


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


class Format(NamedTuple):
    """A kind of file: its media type, and how it is written."""

    content_type: str
    write: Callable[[Document], bytes]


FORMATS: Mapping[str, Format] = {
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
    "csv": Format("text/csv; charset=utf-8", as_csv),
}
"""By ending."""
