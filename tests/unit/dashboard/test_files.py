"""A page's tables as files: what is read out of the HTML, and that spreadsheets get numbers, days and harmless texts."""

import asyncio
import csv
import io
import tempfile
from collections.abc import AsyncIterator
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from consumers.clickhouse.store import Unavailable
from consumers.dashboard import files
from consumers.dashboard.exporting import write
from consumers.dashboard.files import FORMATS, Document
from consumers.dashboard.markup import parse
from consumers.dashboard.tables import Amount, Cell, Table, Words, indicators, tables
from consumers.dashboard.whole import Whole

WORDS = Words("what", "now", "unit", "change", "part", "whole", "share", "relative", "beside", "value")


def read(html: str) -> list[Table]:
    return tables(parse(f"<main>{html}</main>"), WORDS)


def written(ending: str, document: Document, whole: Whole | None = None) -> bytes:
    out = io.BytesIO()
    asyncio.run(write(out, document, whole, ending))
    return out.getvalue()


def cell(html: str) -> list[object]:
    (table,) = read(f"<table><thead><tr><th>n</th></tr></thead><tr>{html}</tr></table>")
    return [*table.rows[0]]


@pytest.mark.parametrize(
    ("html", "cells"),
    [
        ("<td>1,234.50</td>", [Amount(Fraction("1234.5"), 2, "")]),
        ("<td>−12</td>", [Amount(Fraction(-12), 0, "")]),
        ("<td>±0 pp</td>", [Amount(Fraction(0), 0, "pp")]),
        ("<td>96.89%</td>", [Amount(Fraction("0.9689"), 2, "%")]),
        ('<td><a data-exact="842/869">96.89%</a></td>', [Amount(Fraction(842, 869), 2, "%")]),
        ('<td><a data-exact="842/869">96.89%</a><small>842/869</small></td>', [(842, 869, "%"), 842, 869]),
        ("<td>842&#8239;/&#8239;1,869</td>", [842, 1869]),
        ("<td>+12 <small>+3.5%</small></td>", [12, Fraction("0.035")]),
        ("<td>107 (33.0%)</td>", [107, Fraction("0.33")]),
        ("<td>7/7 (100.00%)</td>", [7, 7, Fraction(1)]),
        ("<td>2025-03-09</td>", [date(2025, 3, 9)]),
        ("<td>2025-03-09 08:30</td>", [datetime(2025, 3, 9, 8, 30)]),  # noqa: DTZ001  local, as printed
        ("<td>2025-02-30</td>", ["2025-02-30"]),
        ("<td>0071</td>", ["0071"]),
        ("<td>1234567890123456</td>", ["1234567890123456"]),
        ("<th scope=row>17</th>", ["17"]),
        ('<td><span role="img" aria-label="yes">●</span></td>', ["yes"]),
        ('<th>Cases <span class="unit">pcs</span><span class="state">restated</span></th>', ["Cases (pcs) [restated]"]),
        ("<td>see <ul><li>a</li><li>b</li></ul></td>", ["see a b"]),
    ],
)
def test_a_cell_becomes_what_it_is(html: str, cells: list[object]) -> None:
    def plain(one: object, as_: object) -> object:
        if isinstance(one, Amount) and not isinstance(as_, Amount):
            return (one.value.numerator, one.value.denominator, one.unit) if isinstance(as_, tuple) else one.value
        return one

    found = cell(html)
    assert [plain(one, as_) for one, as_ in zip(found, cells, strict=True)] == cells


def test_a_dash_is_nothing_and_a_column_without_anything_is_left_out() -> None:
    (table,) = read("<table><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>1</td><td>–</td></tr></table>")
    assert table.columns == ["a"]


def test_cells_that_span_rows_and_columns_stand_in_each() -> None:
    head = "<thead><tr><th rowspan=2>office</th><th colspan=2>does</th></tr><tr><th>x</th><th>y</th></tr></thead>"
    body = "<tbody><tr><th rowspan=2>A</th><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody>"
    (table,) = read(f"<table>{head}{body}</table>")
    assert table.columns == ["office", "does · x", "does · y"]
    assert [[one.value if isinstance(one, Amount) else one for one in row] for row in table.rows] == [["A", 1, 2], ["A", 3, 4]]


def test_tables_go_by_the_nearest_heading_and_what_is_for_the_screen_is_left_out() -> None:
    one = "<table><tr><td>1</td></tr></table>"
    found = read(f"<h2>A</h2>{one}<h3>B</h3>{one}<h2>C</h2><div class=screen>{one}</div><nav>{one}</nav>{one}")
    assert [table.title for table in found] == ["A", "B", "C"]


def test_tiles_are_rows_with_what_they_are_compared_with() -> None:
    (table,) = read(
        "<div class=tiles><div class=fact><h3>Rate</h3><p class=big><span class=num><a data-exact='2/3'>66.67%</a></span> <span class=unit>u</span></p>"
        "<p class=formula>of <b>2</b> ÷ all <b>3</b></p><dl><div><dt>before</dt><dd>50.00%</dd><dd>+16.67 pp</dd></div></dl></div></div>"
    )
    assert table.columns == ["what", "now", "now · part", "now · whole", "unit", "before", "before · change"]
    assert [one.value if isinstance(one, Amount) else one for one in table.rows[0]] == [
        "Rate", Fraction(2, 3), 2, 3, "u", Fraction(1, 2), Fraction("16.67"),
    ]  # fmt: skip


def test_indicators_are_those_that_rows_and_links_name() -> None:
    main = parse('<main><tr data-indicator="a_cnt"><a href="/d/1/values/b_rate?x=1"></a><a href="/d/1/told/a_cnt?x"></a></tr></main>')
    assert indicators(main) == ["a_cnt", "b_rate"]


HOSTILE = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0", "＝1+1"]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula(text: str) -> None:
    table = Table(text, [text], [[text]])
    document = Document("x", table, [table], Table("", [], []))
    told = written("csv", document).decode("utf-8-sig")
    assert all(one.startswith("'") for row in csv.reader(io.StringIO(told, newline="")) for one in row)
    for sheet in openpyxl.load_workbook(io.BytesIO(written("xlsx", document))):
        for row in sheet.iter_rows():
            assert all(one.data_type == "s" and str(one.value).startswith("'") for one in row)


def test_numbers_and_days_arrive_as_such_and_keep_what_printing_rounds_off() -> None:
    table = Table("T", ["rate", "n", "day"], [[Amount(Fraction(842, 869), 2, "%"), Amount(Fraction(-1200), 0, ""), date(2025, 3, 1)]])
    document = Document("x", Table("About", ["a"], []), [table, table], Table("", [], []))
    assert written("csv", document).startswith(b"\xef\xbb\xbf")
    assert "96.89%,-1200,2025-03-01\r\n" in written("csv", document).decode()
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", document)))
    assert book.sheetnames == ["About", "T", "T 2"]
    rate, n, day = book["T"][2]
    assert (rate.value, rate.number_format) == (842 / 869, "#,##0.00%")
    assert n.value == -1200
    assert day.value == datetime(2025, 3, 1)  # noqa: DTZ001


def test_any_title_names_a_sheet() -> None:
    titles = ["", "a" * 40, "a" * 41, "[x]:*?/\\'", "History"]
    document = Document("x", Table("A", ["a"], []), [Table(title, ["a"], [["b"]]) for title in titles], Table("", [], []))
    assert all(written(ending, document) for ending in FORMATS)
    names = openpyxl.load_workbook(io.BytesIO(written("xlsx", document))).sheetnames
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") and name != "History" for name in names)
    assert len(names) == len(set(names))


async def pieces(*sizes: int) -> AsyncIterator[list[list[Cell]]]:
    at = 0
    for size in sizes:
        yield [[f"r{n}", Amount(Fraction(n), 0, "")] for n in range(at, at + size)]
        at += size


@pytest.mark.parametrize("sizes", [(3,), (2, 5, 1), (0, 4)])
def test_a_long_list_is_written_whole_whatever_pieces_it_comes_in(sizes: tuple[int, ...]) -> None:
    document = Document("x", Table("About", ["a"], []), [], Table("Definitions", ["d"], [["last"]]))
    every = Whole("List", ["row", "n"], sum(sizes), pieces(*sizes))
    told = list(csv.reader(io.StringIO(written("csv", document, every).decode("utf-8-sig"))))
    assert told[told.index(["row", "n"]) + 1 : -4] == [[f"r{n}", str(n)] for n in range(sum(sizes))]
    assert told[-1] == ["last"]


def test_a_list_of_more_rows_than_a_sheet_takes_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_ROWS", 4)
    document = Document("x", Table("About", ["a"], []), [], Table("", [], []))
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", document, Whole("List", ["row", "n"], 7, pieces(5, 2)))))
    sheets = [list(book[name].iter_rows(values_only=True)) for name in book.sheetnames[1:]]
    assert [rows[0] for rows in sheets] == [("row", "n")] * 3
    assert [row for rows in sheets for row in rows[1:]] == [(f"r{n}", n) for n in range(7)]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_list_that_breaks_off_leaves_no_file_behind(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def rows() -> AsyncIterator[list[list[Cell]]]:
        yield [["first"]]
        raise Unavailable("gone")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    document = Document("name", Table("about", ["n"], [["x"]]), [], Table("", []))
    with pytest.raises(Unavailable):
        written(ending, document, Whole("list", ["n"], 2, rows()))
    assert list(tmp_path.iterdir()) == []
