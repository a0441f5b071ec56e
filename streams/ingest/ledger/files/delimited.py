"""Lines of .csv: UTF-8 with or without byte order mark, or GB18030 (and so GBK), which Excel writes on Chinese systems."""

import codecs
import csv
import io

from streams.ingest.ledger.files.book import MAX_COLUMNS, MAX_TEXT, Book, Sheet, Unreadable, bounded
from streams.ingest.ledger.plain import plain_text

_DELIMITERS = ",\t;"
_LOOKED_AT = 64 * 1024
_OTHER_FORMATS = ("<html", "<!doctype html", "<table", "<?xml", "<meta", "mime-version:", "%pdf")
"""What systems export under the name .xls or .csv all the same."""


def read_delimited(data: bytes, name: str) -> Book:
    """The book of one sheet, named as the file. Raises `Unreadable`."""
    text = _decoded(data)
    if text[:200].lstrip().lower().startswith(_OTHER_FORMATS):
        raise Unreadable(
            "是网页或 XML 格式,请在 Excel 或 WPS 中打开后另存为 .xlsx",
            "a web page or XML, not a table; open it in Excel and save it as .xlsx",
        )
    csv.field_size_limit(MAX_TEXT)
    rows: list[list[str | None]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True):
            if len(row) > MAX_COLUMNS:
                raise Unreadable(f"超过 {MAX_COLUMNS} 列", f"more than {MAX_COLUMNS} columns")
            rows.append([value or None for value in row])
            bounded(len(rows))
    except csv.Error as error:
        raise Unreadable(f"第 {len(rows) + 1} 行附近的引号不配对或单元格过长", f"near line {len(rows) + 1}: {error}") from error
    return Book("csv", [Sheet(plain_text(name), rows)])


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("编码是 UTF-16,请另存为“CSV UTF-8”", "UTF-16; save it as “CSV UTF-8”")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("不是表格文件:编码既不是 UTF-8 也不是 GB18030", "no table: neither a workbook nor text in UTF-8 or GB18030")


def _delimiter(text: str) -> str:
    """The sign that occurs most in the first lines, a comma if none does."""
    beginning = text[:_LOOKED_AT]
    return max(_DELIMITERS, key=beginning.count)
