"""What is written for clerks: the empty form, and the copy with what is wrong in it."""

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from schemas.labels import domain_label
from streams.ingest.ledger.checking import check
from streams.ingest.ledger.columns import columns_of, domains, ledger_types, sheet_name
from streams.ingest.ledger.files import Book, Sheet
from streams.ingest.ledger.files.reading import read_bytes
from streams.ingest.ledger.marked import write_marked
from streams.ingest.ledger.places import Office, Places
from streams.ingest.ledger.template import write_template
from tests.ledgers import ACCEPTED, DISTRICT, OFFICE, accepted, setting

PLACES = Places(
    known=True,
    offices={OFFICE: Office("城关司法所", date(2020, 1, 1), None), f"sfs-{DISTRICT}-002": Office("城西司法所", date(2020, 1, 1), None)},
    authorities={f"au-{DISTRICT}-sfj": "区司法局"},
)


def listed(book: Any, rule: Any) -> list[str]:
    """What a drop-down offers, found where its rule points."""
    name, _, cells = rule.formula1.partition("!")
    return [cell.value for (cell,) in book[name.strip("'")][cells.replace("$", "")]]


@pytest.mark.parametrize("domain", domains())
def test_a_form_has_a_sheet_for_each_type_with_headings_notes_rules_and_an_example(domain: str, tmp_path: Path) -> None:
    write_template(tmp_path / "a.xlsx", domain, Places())
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    types = [one for one in ledger_types() if one.domain == domain]
    assert book.sheetnames == ["说明", *map(sheet_name, types), "代码"]
    assert book["代码"].sheet_state == "hidden"
    assert domain_label(domain).zh in book["说明"]["A1"].value
    for kind in types:
        sheet = book[sheet_name(kind)]
        columns = columns_of(kind.name)
        assert [cell.value for cell in sheet[1]] == [f"{one.zh} *" if one.required else one.zh for one in columns]
        for cell, column in zip(sheet[1], columns, strict=True):
            assert column.en in cell.comment.text
            rule: Any = next((one for one in sheet.data_validations.dataValidation if f"{cell.column_letter}2" in one.sqref), None)
            if column.codes and column.kind == "choice":
                assert listed(book, rule) == list(column.codes.values())
                assert rule.showErrorMessage == column.closed
            elif column.kind == "yes_no":
                assert listed(book, rule) == ["是", "否"]
            elif column.kind == "whole":
                assert (rule.type, rule.formula1, rule.formula2) == ("whole", str(column.least), str(column.most))
            else:
                assert rule is None
            assert column.kind not in ("number", "record") or sheet.column_dimensions[cell.column_letter].number_format == "@"


@pytest.mark.parametrize("domain", domains())
def test_a_form_as_it_is_holds_nothing_and_filled_in_holds_a_line_of_each_type(domain: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_template(path, domain, Places())
    empty = check([read_bytes(path.read_bytes(), "a")], setting())
    assert (empty.entries, empty.faults) == ([], {})
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:-1]:
        sheet["A2"] = "1"
    book.save(path)
    filled = check([read_bytes(path.read_bytes(), "a")], setting())
    assert filled.faults == {}
    assert [entry.type_name for entry in filled.entries] == [one.name for one in ledger_types() if one.domain == domain]


def test_where_the_registry_is_known_offices_and_authorities_can_be_chosen(tmp_path: Path) -> None:
    write_template(tmp_path / "a.xlsx", "soc", PLACES)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    lists = [listed(book, rule) for rule in book["任务交办"].data_validations.dataValidation if rule.type == "list"]
    assert ["城关司法所", "城西司法所"] in lists
    assert ["本所自行", "区司法局"] in lists


ODD = "=cmd|' /C calc'!A0"


def marked(tmp_path: Path, rows: list[list[Any]], name: str = "受理", **of: Any) -> tuple[Any, Path]:
    book = Book("csv", [Sheet(name, rows), Sheet("草稿[1]", [["x"]])])
    found = check([book], setting(), **of)
    path = tmp_path / "copy.xlsx"
    write_marked(path, 0, book, found, PLACES)
    return openpyxl.load_workbook(path), path


def test_a_copy_says_line_by_line_what_is_wrong_and_can_be_mended_and_imported(tmp_path: Path) -> None:
    rows = [["台账"], list(ACCEPTED), accepted("1", "2026-3-9"), accepted("2", "2026-2-30", "吵架"), ["注", "x"]]
    book, path = marked(tmp_path, rows)
    sheet = book["受理"]
    assert [cell.value for cell in sheet["G"]] == [None, "错误", None, sheet["G4"].value, None]
    assert sheet["G4"].value.startswith("日期:没有这一天")
    assert "纠纷类型:不在清单中" in sheet["G4"].value
    assert sheet.freeze_panes == "A3"
    assert listed(book, next(one for one in sheet.data_validations.dataValidation if "D3" in one.sqref))[0] == "邻里"
    assert [[cell.value for cell in row[:6]] for row in sheet.iter_rows(min_row=3, max_row=3)] == [accepted("1", "2026-3-9")]
    sheet["C4"], sheet["D4"] = "2026-2-28", "其他"
    book.save(path)
    again = check([read_bytes(path.read_bytes(), "copy")], setting())
    assert again.faults == {}
    assert len(again.entries) == 2
    assert book.sheetnames == ["受理", "草稿-1-", "代码"]


def test_the_column_of_errors_is_written_anew_where_it_is(tmp_path: Path) -> None:
    rows = [
        [ACCEPTED[0], "错误:缺少此列", *ACCEPTED[1:]],
        ["1", "日期:以前的", *accepted("1", "2026-3-9")[1:]],
        ["2", "以前的", *accepted("2", "x")[1:]],
    ]
    sheet = marked(tmp_path, rows)[0]["受理"]
    assert sheet["B1"].value == "错误"
    assert sheet["B2"].value is None
    assert sheet["B3"].value.startswith("日期:")
    assert sheet.max_column == 7


def test_a_sheet_that_was_told_what_it_is_says_it_in_the_copy(tmp_path: Path) -> None:
    rows = [list(ACCEPTED), accepted("1", "x")]
    found = check([book := Book("csv", [Sheet("三月", rows)])], setting(), "med.case.accepted")
    write_marked(tmp_path / "copy.xlsx", 0, book, found, PLACES)
    assert openpyxl.load_workbook(tmp_path / "copy.xlsx").sheetnames == ["受理", "代码"]


def test_a_sheet_that_is_wrong_as_a_whole_says_so_at_its_heading(tmp_path: Path) -> None:
    sheet = marked(tmp_path, [list(ACCEPTED[:-1]), accepted("1", "2026-3-9")[:-1]])[0]["受理"]
    assert sheet["F1"].value == "错误:是否群体性:缺少此列"


@pytest.mark.parametrize("text", [ODD, "+1a", "-1a", "@SUM(1)", "＝1+1", " =1", "\t=1", "\r=1", "'=1"])
def test_no_text_of_a_copy_is_a_formula_even_as_csv(text: str, tmp_path: Path) -> None:
    rows = [[*ACCEPTED, "备注", text], [*accepted(text, "2026-3-9"), text, text]]
    book, _ = marked(tmp_path, rows)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    texts = [cell.value for cell in cells if isinstance(cell.value, str)]
    assert not any(one.lstrip(" \t\r\n").startswith(("=", "+", "-", "@", "＝")) for one in texts)
    assert sum(text.strip() in one for one in texts) == 4


def test_what_no_workbook_can_hold_does_not_stop_a_copy(tmp_path: Path) -> None:
    rows = [list(ACCEPTED), accepted("a\x00\x0b\ud800", "2026-2-30")]
    assert marked(tmp_path, rows)[0]["受理"]["A2"].value.startswith("a")


def test_a_copy_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "copy.xlsx").write_text("mine")
    with pytest.raises(FileExistsError):
        marked(tmp_path, [list(ACCEPTED), ["x"]])
    assert (tmp_path / "copy.xlsx").read_text() == "mine"
