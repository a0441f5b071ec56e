"""The empty form of a domain's ledgers: a sheet for each type of event, with drop-downs, notes, an example, and a sheet that says how."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from schemas.envelope import EventType
from schemas.labels import domain_label
from streams.ingest.ledger.columns import Column, columns_of, ledger_types, sheet_name
from streams.ingest.ledger.dropdowns import SHEET, Lists, add
from streams.ingest.ledger.guidance import example, how, note
from streams.ingest.ledger.places import Places

_REQUIRED, _OPTIONAL, _WORK, _EXAMPLE = (PatternFill("solid", fgColor=colour) for colour in ("DDEBF7", "F2F2F2", "FFFFFF", "FFF8E5"))
_FORMATS = {"number": "@", "record": "@", "time": "yyyy-mm-dd", "day": "yyyy-mm-dd", "money": "0.00", "worker": "@"}
_HOW_TO = (
    ("每类事项一张工作表,一行一件事;带 * 的列必填。", "One sheet for each kind of event, one line for each event; columns with * are required."),
    ("编号用于识别这一行:更正时改其他列,不要改编号;再次导入即为更正,不会重复计数。", "The number names the line: correct the other columns and import again; nothing is counted twice."),
    ("不要填写姓名、身份证号、电话、住址;编号和经办人只在本机换成化名,原文不会发出。", "No names, identity numbers, telephones or addresses; numbers and workers become pseudonyms on this machine."),
    ("可以加自己的列(如备注),不会读取;以“注”“合计”“示例”等开头的行不读取。", "Columns of your own are not read, nor are lines that begin with 注, 合计 or 示例."),
    ("不要使用公式;日期可写 2026-3-9、2026/03/09、2026年3月9日。", "No formulas; days as 2026-3-9, 2026/03/09 or 2026年3月9日."),
    ("填好后:suoheng ledger import 文件(先试运行,加 --yes 才发布)。", "Then: suoheng ledger import FILE (a dry run; --yes publishes)."),
)  # fmt: skip


def write_template(path: Path, domain: str, places: Places) -> None:
    """Write the form of a domain (`columns.domains()`); offices and authorities are offered if the registry is known. Raises OSError."""
    book = Workbook()
    lists = Lists(places)
    types = [one for one in ledger_types() if one.domain == domain]
    _instructions(book.active, domain, types)
    for kind in types:
        _sheet(book.create_sheet(sheet_name(kind)), kind, lists, next(iter(places.offices), ""))
    codes = book.create_sheet(SHEET)
    lists.write(codes)
    codes.sheet_state = "hidden"
    book.active = 1
    book.save(path)


def _sheet(sheet: Any, kind: EventType, lists: Lists, office: str) -> None:
    cells = example(kind.name)
    for at, column in enumerate(columns_of(kind.name), 1):
        letter = get_column_letter(at)
        heading = sheet.cell(1, at, f"{column.zh} *" if column.required else column.zh)
        heading.font = Font(bold=column.required)
        heading.fill = _fill(column)
        heading.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        heading.comment = Comment(note(column), "Suoheng", width=340, height=130)
        sheet.column_dimensions[letter].width = max(12, 2 * len(column.zh) + 4)
        sheet.column_dimensions[letter].number_format = _FORMATS.get(column.kind, "General")
        shown = sheet.cell(2, at, office if office and column.kind == "office" else cells[at - 1])
        shown.fill, shown.font = _EXAMPLE, Font(italic=True, color="808080")
        add(sheet, [lists.rule(column, letter, 2)])
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "B2"


def _fill(column: Column) -> PatternFill:
    if column.required:
        return _REQUIRED
    return _WORK if column.work else _OPTIONAL


def _instructions(sheet: Any, domain: str, types: list[EventType]) -> None:
    sheet.title = "说明"
    label = domain_label(domain)
    sheet.append([f"{label.zh}台账", f"Ledger of {label.en}"])
    sheet["A1"].font = Font(bold=True, size=14)
    for line in _HOW_TO:
        sheet.append(line)
    sheet.append([])
    sheet.append(["工作表 · 列", "Sheet · column", "填法", "How"])
    for kind in types:
        sheet.append([kind.zh, f"{kind.en} ({kind.name})"])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        for column in columns_of(kind.name):
            sheet.append([f"{column.zh} *" if column.required else column.zh, column.en, *how(column)])
    for letter, width in zip("ABCD", (44, 44, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
