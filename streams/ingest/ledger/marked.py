"""A copy of a file in which every line says in a last column, 错误, what is wrong with it; mended there, the copy can be imported itself.

The copy is made anew from what was read: values only, no formulas, links, macros or styles of the file's. Texts that a program could take for
formulas get an apostrophe before them, so that they stay texts even when the copy is saved as .csv.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from streams.ingest.ledger.checking import Checked, CheckedSheet
from streams.ingest.ledger.columns import ledger_types, sheet_name
from streams.ingest.ledger.dropdowns import SHEET, Lists, add
from streams.ingest.ledger.files import Book, Cell, Sheet
from streams.ingest.ledger.lines import Fault
from streams.ingest.ledger.places import Places
from streams.ingest.ledger.plain import looks_like_formula
from streams.ingest.ledger.sheets import ERRORS, type_by_name

_RED = PatternFill("solid", fgColor="FFD9D9")
_BOLD = Font(bold=True)
_FORBIDDEN_IN_NAMES = str.maketrans("[]:*?/\\", "-------")


def write_marked(path: Path, file: int, book: Book, checked: Checked, places: Places) -> None:
    """Write the copy of a file (its number among those checked). Raises OSError; a file that is there already is not written over."""
    with path.open("xb") as written:
        try:
            _marked(file, book, checked, places).save(written)
        except OSError:
            path.unlink()
            raise


def told(faults: Sequence[Fault]) -> str:
    """The faults of a line in one cell."""
    return ";".join(f"{one.column}:{one.zh}" if one.column else one.zh for one in faults)


def _marked(file: int, book: Book, checked: Checked, places: Places) -> Workbook:
    copy = Workbook(write_only=True)
    lists = Lists(places)
    found = {one.sheet: (number, one) for number, one in enumerate(checked.sheets) if one.file == file}
    for place, sheet in enumerate(book.sheets):
        if sheet.name != SHEET:
            number, ledger = found.get(place, (-1, None))
            faults = {line: of for (at, line), of in checked.faults.items() if at == number}
            _copy(copy.create_sheet(_name(sheet, ledger)), sheet, ledger, faults, lists)
    codes = copy.create_sheet(SHEET)
    codes.sheet_state = "hidden"
    lists.write(codes)
    return copy


def _copy(target: Any, sheet: Sheet, ledger: CheckedSheet | None, faults: Mapping[int, Sequence[Fault]], lists: Lists) -> None:
    at = _place_of_errors(sheet, ledger)
    if ledger is not None:
        # What is only written must be told its looks before its lines.
        target.freeze_panes = f"A{ledger.ledger.heading + 2}"
        target.column_dimensions[get_column_letter(at + 1)].width = 60
        first = ledger.ledger.heading + 2
        add(target, [lists.rule(column, get_column_letter(place + 1), first) for place, column in ledger.columns.items()])
    for number, row in enumerate(sheet.rows, 1):
        cells: list[Any] = [_safe(cell) for cell in row]
        if ledger is not None:
            cells = [*cells[:at], *[None] * (at - len(cells)), _said(target, number, ledger, faults), *cells[at + 1 :]]
        target.append(cells)


def _name(sheet: Sheet, ledger: CheckedSheet | None) -> str:
    """The sheet's name, or that of its type where its own does not say it."""
    kind = next((one for one in ledger_types() if ledger is not None and one.name == ledger.ledger.type_name), None)
    return sheet_name(kind) if kind and not type_by_name(sheet.name) else sheet.name.translate(_FORBIDDEN_IN_NAMES)[:31]


def _place_of_errors(sheet: Sheet, ledger: CheckedSheet | None) -> int:
    """The column 错误 that is there already, else the first behind all others."""
    heading = sheet.rows[ledger.ledger.heading] if ledger is not None and sheet.rows else []
    present = (at for at, cell in enumerate(heading) if isinstance(cell, str) and cell.startswith(ERRORS))
    return next(present, max((len(row) for row in sheet.rows), default=0))


def _said(target: Any, number: int, ledger: CheckedSheet, faults: Mapping[int, Sequence[Fault]]) -> Any:
    of = faults.get(number)
    if number == ledger.ledger.heading + 1:
        cell = WriteOnlyCell(target, ERRORS + (f":{told(of)}" if of else ""))
        cell.font = _BOLD
    elif of:
        cell = WriteOnlyCell(target, told(of))
    else:
        return None
    if of:
        cell.fill = _RED
    return cell


def _safe(cell: Cell) -> Cell:
    if not isinstance(cell, str) or (cell[:1].isalnum() and cell.isprintable()):
        return cell
    text = ILLEGAL_CHARACTERS_RE.sub("", cell.encode(errors="replace").decode())
    return f"'{text}"[:32_767] if looks_like_formula(text) else text
