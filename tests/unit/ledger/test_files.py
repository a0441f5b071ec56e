"""Files of every kind are the same ledger, and files that are none, or more than that, are refused with a reason."""

import codecs
import io
import re
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt

from streams.ingest.ledger.files import Book, Unreadable, archive
from streams.ingest.ledger.files.book import MAX_ROWS, decode, encode
from streams.ingest.ledger.files.reading import read_bytes
from tests.ledgers import ACCEPTED, accepted, csv_text, ods, xls, xlsx

DAY = date(2026, 3, 9)
LINES = [ACCEPTED, accepted("调-1", "2026-3-9"), accepted("调-2", "2026年3月9日", "劳动争议")]
SHEETS = {"受理": LINES}


def read(data: bytes, name: str = "受理") -> Book:
    """As the reading process does, and told as it tells it."""
    return decode(encode(read_bytes(data, name)))


def rows(book: Book) -> list[list[Any]]:
    return [list(row) for sheet in book.sheets for row in sheet.rows]


def rewritten(source: Path, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes] | None = None) -> bytes:
    """A workbook with its parts changed; None drops one."""
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = change(name, old.read(name))
            if text is not None:
                new.writestr(name, text)
        for name, text in (more or {}).items():
            new.writestr(name, text)
    return target.getvalue()


def in_sheet(source: Path, old: bytes, new: bytes) -> bytes:
    """A workbook in whose first sheet one text stands in place of another."""

    def change(name: str, text: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return text
        assert old in text
        return text.replace(old, new)

    return rewritten(source, change)


@pytest.mark.parametrize(
    "made",
    [
        lambda folder: xlsx(folder / "a.xlsx", SHEETS).read_bytes(),
        lambda folder: xls(folder / "a.xls", SHEETS).read_bytes(),
        lambda folder: ods(folder / "a.ods", SHEETS).read_bytes(),
        lambda _folder: csv_text(LINES).encode(),
        lambda _folder: csv_text(LINES).encode("utf-8-sig"),
        lambda _folder: csv_text(LINES).encode("gb18030"),
        lambda _folder: csv_text(LINES, "\t").encode(),
        lambda _folder: csv_text(LINES, ";").encode("gbk"),
        lambda _folder: csv_text(LINES).replace("\r\n", "\r").encode(),
    ],
    ids=["xlsx", "xls", "ods", "utf-8", "utf-8-bom", "gb18030", "tab", "semicolon-gbk", "old-mac-lines"],
)
def test_every_kind_of_file_is_the_same_ledger(made: Callable[[Path], bytes], tmp_path: Path) -> None:
    book = read(made(tmp_path))
    assert [sheet.name for sheet in book.sheets] == ["受理"]
    assert rows(book) == [list(line) for line in LINES]


def test_cells_keep_their_kind(tmp_path: Path) -> None:
    cells = [1, 1.5, DAY, "001", None, True]
    assert rows(read(xlsx(tmp_path / "a.xlsx", {"a": [cells]}).read_bytes())) == [[1.0, 1.5, DAY, "001", None, True]]
    assert rows(read(ods(tmp_path / "a.ods", {"a": [[1, 1.5, DAY, "001"]]}).read_bytes())) == [[1.0, 1.5, DAY, "001"]]
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, DAY, style)
    book.save(str(tmp_path / "a.xls"))
    assert rows(read((tmp_path / "a.xls").read_bytes())) == [[DAY]]


def test_merged_cells_and_formulas_are_told(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "受理 & <1>"
    sheet["A1"] = "x"
    sheet.merge_cells("A1:B3")
    sheet["AB7"] = "=1+1"
    made.create_sheet("b")["A2"] = "=A1"
    made.save(tmp_path / "a.xlsx")
    first, second = read((tmp_path / "a.xlsx").read_bytes()).sheets
    assert (first.name, first.merged, first.formulas, second.formulas) == ("受理 & <1>", [(0, 2, 0, 1)], [(6, 27)], [(1, 0)])


@pytest.mark.parametrize(
    "new",
    [
        b"<f>1+1</f><v>", b"<f/><v>", b"<f t='shared' si='0'/><v>", b"\n <f\n>1</f><v>", b"<x:f xmlns:x='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>1</x:f><v>",
    ],
)  # fmt: skip
def test_formulas_in_every_spelling_are_found(tmp_path: Path, new: bytes) -> None:
    source = xlsx(tmp_path / "a.xlsx", {"受理": [[7]]})
    (sheet,) = read(in_sheet(source, b"<v>", new)).sheets
    assert sheet.formulas == [(0, 0)]


def test_a_formula_that_does_not_say_where_it_is_is_told_all_the_same(tmp_path: Path) -> None:
    source = xlsx(tmp_path / "a.xlsx", {"受理": [[7]]})
    (sheet,) = read(in_sheet(source, b'<c r="A1" t="n"><v>', b'<c t="n"><f>1</f><v>')).sheets
    assert sheet.formulas_anywhere


def test_formulas_of_old_excel_and_of_libreoffice_are_told(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("其他").write(0, 0, "x")
    sheet = book.add_sheet("受理")
    sheet.write(4, 3, xlwt.Formula("1+1"))
    book.save(str(tmp_path / "a.xls"))
    assert [(one.name, one.formulas) for one in read((tmp_path / "a.xls").read_bytes()).sheets] == [("其他", []), ("受理", [(4, 3)])]
    text = ods(tmp_path / "a.ods", {"其他": [["x"]], "受&理": [["a"], ["b", "b2"]]})

    def change(name: str, text: bytes) -> bytes:
        old = b'<table:table-cell  office:value-type="string"><text:p>b2'
        assert name != "content.xml" or old in text
        before = b'<table:table-row table:number-rows-repeated="3"/><table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        return text.replace(
            b'<table:table-row><table:table-cell  office:value-type="string"><text:p>b<',
            before
            + b'<table:table-cell table:formula="of:=1"/></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>b<',
        )

    found = read(rewritten(text, change)).sheets
    assert [(one.name, one.formulas) for one in found] == [("其他", []), ("受&理", [(4, 2)])]


def test_hidden_sheets_are_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("受理").sheet_state = "hidden"
    book.create_sheet("走访").sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    assert [one.name for one in read((tmp_path / "a.xlsx").read_bytes()).sheets] == ["Sheet"]


def test_macros_are_ignored_and_told(tmp_path: Path) -> None:
    source = xlsx(tmp_path / "a.xlsx", SHEETS)
    book = read(rewritten(source, lambda _, text: text, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"}))
    assert book.macros
    assert rows(book) == [list(line) for line in LINES]


def test_files_of_old_macs_say_since_when_they_count(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = DAY
    book.save(tmp_path / "a.xlsx")
    read_ = read((tmp_path / "a.xlsx").read_bytes())
    assert (read_.since_1904, rows(read_)) == (True, [[DAY]])


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return target.getvalue()


def bomb() -> bytes:
    """64 MiB of zeros in 64 KiB."""
    return zipped({"xl/workbook.xml": b"<workbook/>", "xl/media/a.bin": bytes(64 << 20)})


def lying() -> bytes:
    """The same, saying of itself that it holds ten bytes."""
    data = bytearray(bomb())
    for at in [found.start() for found in re.finditer(re.escape(struct.pack("<I", 64 << 20)), bytes(data))]:
        data[at : at + 4] = struct.pack("<I", 10)
    return bytes(data)


def with_entity(name: str, before: str = "") -> Callable[[str, bytes], bytes]:
    entity = before.encode() or b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return lambda part, text: re.sub(rb"(<\?xml[^>]*>)?", lambda found: found[0] + entity, text, count=1) if part == name else text


def encrypted_xls() -> bytes:
    """A workbook's stream with the record that says that there is a password."""
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    data = io.BytesIO()
    book.save(data)
    # WRITEACCESS is the first record after BOF that nothing depends on; FILEPASS has its place.
    return data.getvalue().replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00", 1)


def encrypted_xlsx() -> bytes:
    """A compound file whose stream is called as that of a workbook with a password."""
    book = xlwt.Workbook()
    book.add_sheet("a").write(0, 0, "x")
    data = io.BytesIO()
    book.save(data)
    text = bytearray(data.getvalue())
    at = bytes(text).index("Workbook".encode("utf-16-le"))
    name = "EncryptedPackage".encode("utf-16-le")
    text[at : at + 64] = name.ljust(64, b"\0")
    text[at + 64 : at + 66] = struct.pack("<H", len(name) + 2)
    return bytes(text)


def flipped(data: bytes, part: bytes) -> bytes:
    """The archive with a byte of a part changed."""
    at = data.index(part) + len(part) + 20
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BAD: dict[str, tuple[Callable[[Path], bytes], str]] = {
    "empty": (lambda _: b"", "空"),
    "white space": (lambda _: b" \r\n\t", "空"),
    "a bomb": (lambda _: bomb(), "炸弹"),
    "a bomb that lies": (lambda _: lying(), "损坏|炸弹|不是"),
    "too many parts": (lambda _: zipped({f"{n}.xml": b"" for n in range(archive.MAX_ENTRIES + 1)}), "炸弹"),
    "two parts of one name": (lambda _: zipped({"a1.xml": b"", "a2.xml": b""}).replace(b"a2", b"a1"), "炸弹"),
    "another way of packing": (lambda _: zipped({"xl/workbook.xml": b"<x/>"}, zipfile.ZIP_LZMA), "压缩方式"),
    "an archive of something else": (lambda _: zipped({"word/document.xml": b"<x/>"}), "不是电子表格"),
    "half a file": (lambda p: xlsx(p / "a.xlsx", SHEETS).read_bytes()[:2000], "损坏"),
    "a changed byte": (lambda p: flipped(xlsx(p / "a.xlsx", SHEETS).read_bytes(), b"xl/worksheets/sheet1.xml"), "损坏"),
    "xlsb": (lambda _: zipped({"xl/workbook.bin": b"x"}), "xlsb"),
    "an entity in the workbook": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), with_entity("xl/workbook.xml")), "实体"),
    "an entity in a sheet": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), with_entity("xl/worksheets/sheet1.xml")), "实体"),
    "entities of entities": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), with_entity("xl/worksheets/sheet1.xml", LAUGHS)), "实体"),
    "an entity in .ods": (lambda p: ods(p / "a.ods", SHEETS, before='<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:1/">]>').read_bytes(), "实体"),
    "a sheet in UTF-16": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), lambda n, t: t.decode().encode("utf-16") if "sheet1" in n else t), "UTF-8"),
    "UTF-16 without a mark": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), lambda n, t: t.decode().encode("utf-16-le") if "sheet1" in n else t), "UTF-8"),
    "another encoding declared": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), lambda n, t: b'<?xml version="1.0" encoding="UTF-7"?>' + t.partition(b"?>")[2] if n == "xl/workbook.xml" else t), "UTF-8"),
    "links to other workbooks": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), lambda _, t: t, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "链接"),
    "a data source": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), lambda _, t: t, {"xl/connections.xml": b"<x/>"}), "链接"),
    "a relation to the outside": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), lambda n, t: t.replace(b"</Relationships>", b'<Relationship Id="x" Type="y" Target="file:///etc/passwd" TargetMode="External"/></Relationships>') if n == "xl/_rels/workbook.xml.rels" else t), "链接"),
    "a table from elsewhere in .ods": (lambda p: rewritten(ods(p / "a.ods", SHEETS), lambda n, t: t.replace(b"<table:table-row>", b'<table:table-source xlink:href="http://x/"/><table:table-row>', 1) if n == "content.xml" else t), "链接"),
    "DDE in .ods": (lambda p: rewritten(ods(p / "a.ods", SHEETS), lambda n, t: t.replace(b"<table:table-row>", b"<office:dde-source/><table:table-row>", 1) if n == "content.xml" else t), "链接"),
    "no XML": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), lambda n, t: b"<not" if n == "xl/workbook.xml" else t), "损坏"),
    "a workbook without its sheet": (lambda p: rewritten(xlsx(p / "a.xlsx", SHEETS), lambda n, t: None if n == "xl/worksheets/sheet1.xml" else t), "损坏"),
    "old Excel with a password": (lambda _: encrypted_xls(), "密码"),
    "new Excel with a password": (lambda _: encrypted_xlsx(), "密码"),
    "a compound file of something else": (lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "损坏"),
    "half of an old Excel file": (lambda p: xls(p / "a.xls", SHEETS).read_bytes()[:1500], ""),
    "UTF-16 text": (lambda _: codecs.BOM_UTF16_LE + "编号".encode("utf-16-le"), "UTF-16"),
    "a picture": (lambda _: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", "编码|不是"),
    "a web page called .xls": (lambda _: b"<html><table><tr><td>x</td></tr></table></html>", "网页"),
    "Excel's old XML": (lambda _: b'<?xml version="1.0"?><Workbook/>', "网页"),
    "a PDF": (lambda _: b"%PDF-1.7\nhello", "网页"),
    "an open quote": (lambda _: '编号,日期\n"1,2026-3-9\n'.encode(), "引号"),
    "a cell without end": (lambda _: b"a," + b"x" * 40_000, "引号"),
    "too many columns": (lambda _: b"," * 300, "256"),
    "too many lines": (lambda _: b"a,b\n" * (MAX_ROWS + 1), "200,000"),
    "too large": (lambda _: bytes((64 << 20) + 1), "64 MiB"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    made, reason = BAD[name]
    with pytest.raises(Unreadable) as refusal:
        read(made(tmp_path))
    assert re.search(reason, refusal.value.zh), refusal.value.zh
    assert refusal.value.en


def test_an_entity_is_never_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for name in ("an entity in .ods", "an entity in a sheet"):
        with pytest.raises(Unreadable):
            read(BAD[name][0](tmp_path))


def test_nothing_is_inflated_beyond_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bomb is refused after as much as the bound allows, not after all of it."""
    seen = 0
    check = archive._check

    def counted(total: int, packed: int) -> None:
        nonlocal seen
        seen = total
        check(total, packed)

    monkeypatch.setattr(archive, "_check", counted)
    with pytest.raises(Unreadable):
        read(bomb())
    assert archive._RATIO_FROM_BYTES < seen <= archive._RATIO_FROM_BYTES + archive._CHUNK
