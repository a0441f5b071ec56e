"""Ledgers for tests: files of every kind made from lines of cells, and what the import needs around them."""

import csv
import io
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlwt

from streams.ingest.ledger.checking import Checked, check
from streams.ingest.ledger.files import Book, Sheet
from streams.ingest.ledger.lines import Setting
from streams.ingest.ledger.numbers import Numbers
from streams.ingest.ledger.places import Places
from streams.ingest.pseudonym import Keyring, throwaway

DISTRICT = "990107"
OFFICE = f"sfs-{DISTRICT}-001"
SOURCE = f"/districts/{DISTRICT}/ledger"
KEYRING = throwaway()

Lines = Sequence[Sequence[Any]]
ACCEPTED = ("编号", "司法所", "日期", "纠纷类型", "案件来源", "是否群体性")
AGREED = ("编号", "司法所", "日期", "协议形式", "协议金额(元)")


def accepted(number: Any, day: Any, kind: str = "邻里", office: str = OFFICE) -> list[Any]:
    """A line of the ledger of accepted cases."""
    return [number, office, day, kind, "申请调解", "否"]


def xlsx(path: Path, sheets: Mapping[str, Lines]) -> Path:
    """A workbook of these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    book.save(path)
    return path


def xls(path: Path, sheets: Mapping[str, Lines]) -> Path:
    """The same, as Excel 97 has it."""
    book = xlwt.Workbook(encoding="utf-8")
    for name, lines in sheets.items():
        sheet = book.add_sheet(name)
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write(row, column, cell)
    book.save(str(path))
    return path


def ods(path: Path, sheets: Mapping[str, Lines], *, attributes: str = "", before: str = "") -> Path:
    """The same, as LibreOffice has it; `attributes` go into every cell, `before` before the document."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join(f"<table:table-row>{''.join(_ods_cell(cell, attributes) for cell in line)}</table:table-row>" for line in lines)
        + "</table:table>"
        for name, lines in sheets.items()
    )
    spaces = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"' for short, long in _SPACES.items())
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<office:document-content {spaces} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{_MANIFEST}"></manifest:manifest>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def csv_text(lines: Lines, delimiter: str = ",") -> str:
    """The lines as a text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(lines)
    return text.getvalue()


def setting(keyring: Keyring = KEYRING, places: Places | None = None, office: str = "") -> Setting:
    """An import of the district's ledger, now."""
    return Setting(SOURCE, Numbers(keyring, SOURCE), places or Places(), int(time.time() * 1000), office)


def checked(sheets: Mapping[str, Lines], **of: Any) -> Checked:
    """What the dry run finds in these sheets, as if they had been read from a file."""
    return check([Book("xlsx", [Sheet(name, [list(line) for line in lines]) for name, lines in sheets.items()])], setting(**of))


_SPACES = {"office": "office", "table": "table", "text": "text"}
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def _ods_cell(cell: Any, attributes: str) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, int | float):
        return f'<table:table-cell {attributes} office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p></table:table-cell>'
    if hasattr(cell, "isoformat"):
        day = cell.isoformat()
        return (
            f'<table:table-cell {attributes} office:value-type="date" office:date-value="{day}"><text:p>{day}</text:p></table:table-cell>'
        )
    return f'<table:table-cell {attributes} office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
