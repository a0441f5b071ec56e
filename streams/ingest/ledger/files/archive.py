"""The parts of a zipped workbook (.xlsx, .ods), inflated with a count, so that a small file cannot fill the memory.

Nothing is believed that the archive says of itself. The parts are then put into a fresh archive, uncompressed, which is all that the reader of
workbooks gets to see: it can neither inflate anything nor find another part than those that were looked at.
"""

import io
import re
import zlib
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from streams.ingest.ledger.files.book import Unreadable

MAX_ENTRIES = 2_000
MAX_INFLATED_BYTES = 256 * 1024 * 1024
"""All parts together; 50,000 lines of fourteen columns have 36 MiB."""
MAX_RATIO = 200
"""Inflated to packed, of what is larger than 16 MiB; real ledgers have 10 to 20, many equal lines 60."""
_RATIO_FROM_BYTES = 16 * 1024 * 1024
_CHUNK = 256 * 1024
_ENCRYPTED = 1
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']*)""")

Parts = dict[str, bytes]


def inflate(data: bytes) -> Parts:
    """The XML parts of an archive by name; other parts (pictures, macros) are inflated and counted too, and left. Raises `Unreadable`."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return _inflate(archive, len(data))
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Unreadable(
            "压缩结构损坏,请在 Excel 或 WPS 中打开后另存为 .xlsx", f"a damaged archive ({error}); open it in Excel and save it as .xlsx"
        ) from error


def packed(parts: Parts) -> bytes:
    """A fresh archive of the parts, uncompressed."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for name, text in parts.items():
            archive.writestr(ZipInfo(name), text)
    return target.getvalue()


def _inflate(archive: ZipFile, packed_bytes: int) -> Parts:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or len({one.filename for one in entries}) < len(entries):
        raise _bomb(f"more than {MAX_ENTRIES} parts, or two of one name")
    parts: Parts = {}
    total = 0
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Unreadable("文件已加密或压缩方式不受支持", "the file is encrypted or packed in a way that no spreadsheet program uses")
        text = bytearray()
        is_xml = entry.filename.endswith((".xml", ".rels")) or entry.filename == "mimetype"
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                total += len(chunk)
                _check(total, packed_bytes)
                if is_xml:
                    text += chunk
        if is_xml:
            parts[entry.filename] = _plain_xml(bytes(text))
        elif not entry.is_dir():
            parts[entry.filename] = b""
    return parts


def _check(total: int, packed_bytes: int) -> None:
    if total > MAX_INFLATED_BYTES:
        raise _bomb(f"more than {MAX_INFLATED_BYTES >> 20} MiB")
    if total > _RATIO_FROM_BYTES and total > MAX_RATIO * packed_bytes:
        raise _bomb(f"more than {MAX_RATIO} times its size")


def _plain_xml(text: bytes) -> bytes:
    """The text, if it is what spreadsheet programs write: UTF-8 without a document type, so that no entity can be declared, near or far."""
    declared = _DECLARED.match(text)
    try:
        text.decode()
        fine = b"\0" not in text and (not declared or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii", b"ascii"))
    except UnicodeDecodeError:
        fine = False
    if not fine or b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Unreadable(
            "文件含有实体声明或非 UTF-8 内容,拒绝读取",
            "it declares a document type or entities, or is not UTF-8: no spreadsheet program writes that",
        )
    return text


def _bomb(what: str) -> Unreadable:
    return Unreadable("解压后过大,疑似压缩炸弹,拒绝读取", f"it inflates to {what}: that is no ledger")
