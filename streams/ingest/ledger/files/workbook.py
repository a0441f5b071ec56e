"""Sheets of .xlsx and .ods: what is refused, where formulas stand, and the cells, which calamine reads from the parts that were looked at.

calamine tells the value that a formula had when the file was saved, not that there is one. Formulas are therefore looked for in the text of
the parts: the sign `<` of an element can stand for nothing else in XML.
"""

import io
import re
from collections.abc import Iterator
from posixpath import join, normpath
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from streams.ingest.ledger.files.archive import Parts, packed
from streams.ingest.ledger.files.book import MAX_COLUMNS, Book, Sheet, Unreadable, bounded, plain
from streams.ingest.ledger.plain import plain_text

_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_FORMULA = re.compile(rb"<(?:[^\s<>/:]+:)?f[\s/>]")
_FORMULA_CELL = re.compile(rb"<(?:[^\s<>/:]+:)?c\b([^<>]*)>\s*<(?:[^\s<>/:]+:)?f[\s/>]")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_LINKED = ("xl/externalLinks/", "xl/connections", "xl/queryTables/")
_ODS_LINKED = re.compile(rb"<(?:[^\s<>/:]+:)?(?:table-source|dde-source|dde-link|cell-range-source)[\s/>]")
_ODS_TOKEN = re.compile(
    rb"<(?:[^\s<>/:]+:)?(table|table-row|table-cell|covered-table-cell)(\s[^<>]*)?>|</(?:[^\s<>/:]+:)?(table-row)\s*>", re.DOTALL
)
_ODS_REPEATED = re.compile(rb"""number-(?:columns|rows)-repeated\s*=\s*["']([0-9]{1,7})["']""")
_ODS_NAME = re.compile(rb"""\btable:name\s*=\s*["']([^"']*)["']""")
_OF_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_OF_RELATIONS_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def read_archive(parts: Parts) -> Book:
    """The book in the parts of an archive. Raises `Unreadable`."""
    try:
        if parts.get("mimetype", b"").strip() == _ODS:
            return _read_ods(parts)
        if "xl/workbook.xml" in parts:
            return _read_xlsx(parts)
    except ET.ParseError as error:
        raise damaged() from error
    if "xl/workbook.bin" in parts:
        raise Unreadable("不支持 .xlsb,请另存为 .xlsx", ".xlsb is not read; save it as .xlsx")
    raise Unreadable("不是电子表格文件", "an archive, but not of a spreadsheet")


def cells(text: bytes, formulas: dict[str, list[tuple[int, int]]], unplaced: set[str]) -> list[Sheet]:
    """The visible sheets of cells of a workbook, with the formulas that were found, by the sheet's name. Raises `Unreadable`."""
    try:
        return _cells(text, formulas, unplaced)
    except CalamineError as error:
        raise damaged() from error


def damaged() -> Unreadable:
    """The refusal of a workbook that no program would open as it is."""
    return Unreadable("文件损坏,请在 Excel 或 WPS 中打开后另存为 .xlsx", "a damaged workbook; open it in Excel or WPS and save it as .xlsx")


def linked() -> Unreadable:
    """The refusal of a file that wants to look into others."""
    return Unreadable(
        "文件链接到其他文件或数据源,拒绝读取;请断开链接后另存", "it links to other files or data sources; break the links and save it again"
    )


def _cells(text: bytes, formulas: dict[str, list[tuple[int, int]]], unplaced: set[str]) -> list[Sheet]:
    with CalamineWorkbook.from_filelike(io.BytesIO(text)) as book:
        names = [one.name for one in book.sheets_metadata if one.typ is SheetTypeEnum.WorkSheet and one.visible is SheetVisibleEnum.Visible]
        sheets: list[Sheet] = []
        count = 0
        for name in names:
            read = book.get_sheet_by_name(name)
            if read.total_width > MAX_COLUMNS:
                raise Unreadable(f"工作表超过 {MAX_COLUMNS} 列;请删除数据区右侧的多余内容", f"a sheet has more than {MAX_COLUMNS} columns")
            count = bounded(count + read.total_height)
            rows = read.to_python(skip_empty_area=False)
            merged = [(top, bottom, left, right) for (top, left), (bottom, right) in read.merged_cell_ranges or ()]
            told = [[plain(value) for value in row] for row in rows]
            sheets.append(Sheet(plain_text(name), told, merged, formulas.get(name, []), name in unplaced))
        return sheets


def _read_xlsx(parts: Parts) -> Book:
    relations = parts.get("xl/_rels/workbook.xml.rels", b"")
    if any(name.startswith(_LINKED) for name in parts) or b"External" in relations:
        raise linked()
    formulas: dict[str, list[tuple[int, int]]] = {}
    unplaced: set[str] = set()
    for name, part in _sheet_parts(parts["xl/workbook.xml"], relations):
        found = _FORMULA.findall(parts.get(part, b""))
        places = list(_places(parts.get(part, b""))) if found else []
        formulas[name] = places
        if len(places) < len(found):
            unplaced.add(name)
    workbook = parts["xl/workbook.xml"]
    since_1904 = re.search(rb"""date1904\s*=\s*["'](?:1|true)["']""", workbook) is not None
    macros = any(name.endswith("vbaProject.bin") for name in parts)
    kept = {name: text for name, text in parts.items() if name.endswith((".xml", ".rels"))}
    return Book("xlsx", cells(packed(kept), formulas, unplaced), since_1904, macros)


def _sheet_parts(workbook: bytes, relations: bytes) -> Iterator[tuple[str, str]]:
    """Name of each sheet and of the part that holds its cells."""
    # Document types were refused before, so there are no entities to expand.
    targets = {one.get("Id"): one.get("Target", "") for one in ET.fromstring(relations)}  # noqa: S314
    for sheet in ET.fromstring(workbook).iterfind("{*}sheets/{*}sheet"):  # noqa: S314
        target = targets.get(sheet.get(_OF_RELATIONS) or sheet.get(_OF_RELATIONS_STRICT), "")
        yield sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


def _places(text: bytes) -> Iterator[tuple[int, int]]:
    """Line and column of the cells that have a formula and say where they are."""
    for cell in _FORMULA_CELL.finditer(text):
        if place := _PLACE.search(cell[1]):
            column = 0
            for letter in place[1].upper():
                column = column * 26 + letter - 64
            yield int(place[2]) - 1, column - 1


def _read_ods(parts: Parts) -> Book:
    content = parts.get("content.xml", b"")
    if _ODS_LINKED.search(content):
        raise linked()
    formulas: dict[str, list[tuple[int, int]]] = {}
    if b"formula" in content:
        for name, line, column in _ods_formulas(content):
            formulas.setdefault(name, []).append((line, column))
    kept = {name: text for name, text in parts.items() if name in ("mimetype", "META-INF/manifest.xml", "content.xml", "styles.xml")}
    macros = any(name.startswith(("Basic/", "Scripts/")) for name in parts)
    return Book("ods", cells(packed(kept), formulas, set()), macros=macros)


def _ods_formulas(content: bytes) -> Iterator[tuple[str, int, int]]:
    """Sheet, line and column of each cell with a formula; repeated lines and cells are counted, the first place is told."""
    name, line, column, lines = "", 0, 0, 1
    for token in _ODS_TOKEN.finditer(content):
        kind, attributes = token[1], token[2] or b""
        repeated = _ODS_REPEATED.search(attributes)
        times = int(repeated[1]) if repeated else 1
        match kind:
            case b"table":
                named = _ODS_NAME.search(attributes)
                name, line = (_unescaped(named[1]) if named else ""), 0
            case b"table-row":
                column, lines = 0, times
                line += lines if attributes.rstrip().endswith(b"/") else 0
            case b"table-cell" | b"covered-table-cell":
                if b"formula" in attributes:
                    yield name, line, column
                column += times
            case _:
                line += lines


def _unescaped(text: bytes) -> str:
    """A name as it is meant, not as it is written in XML."""
    element = ET.fromstring(b"<name>" + text.replace(b"<", b"") + b"</name>")  # noqa: S314
    return element.text or ""
