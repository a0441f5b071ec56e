"""Reading a file in a process of its own, with a bound on memory and time: two cells far apart are enough to make the reader of workbooks ask
for 512 GiB and end its process, and nobody knows all the ways to damage a file. What such a process cannot read is refused; nothing else falls.
"""

import resource
import subprocess
import sys
from pathlib import Path

from streams.ingest.ledger.files.book import MAX_FILE_BYTES, Book, Unreadable, decode, encode

MEMORY_BYTES = 2 << 30
"""The largest ledger allowed (200,000 lines) needs about half of it."""
CPU_SECONDS = 60
_PATIENCE_S = 180
_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read(path: Path) -> Book:
    """The book in a file, of the kind that its bytes say, whatever its name. Raises `Unreadable`, OSError when it cannot be opened."""
    with path.open("rb"):
        pass
    command = [sys.executable, "-m", __name__, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=False, stdin=subprocess.DEVNULL)
        return decode(done.stdout)
    except (ValueError, subprocess.TimeoutExpired) as error:
        raise Unreadable(
            "无法读取:文件损坏,或数据区外有多余内容;请把台账复制到新文件再导入",
            "it cannot be read within 2 GiB and a minute: damaged, or cells far away from the table; copy the ledger into a new file",
        ) from error


def read_bytes(data: bytes, name: str) -> Book:
    """The book in these bytes; `name` names the sheet of a text file. Raises `Unreadable`; damaged workbooks may also end the process."""
    if len(data) > MAX_FILE_BYTES:
        raise Unreadable(f"超过 {MAX_FILE_BYTES >> 20} MiB", f"larger than {MAX_FILE_BYTES >> 20} MiB")
    if not data.strip():
        raise Unreadable("文件是空的", "the file is empty")
    if data.startswith(_ZIP):
        from streams.ingest.ledger.files.archive import inflate
        from streams.ingest.ledger.files.workbook import read_archive

        return read_archive(inflate(data))
    if data.startswith(_COMPOUND):
        from streams.ingest.ledger.files.old_excel import read_old_excel

        return read_old_excel(data)
    from streams.ingest.ledger.files.delimited import read_delimited

    return read_delimited(data, name)


def _main(path: Path) -> None:
    """Tell the book, or why it is refused, on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with path.open("rb") as file:
            told = encode(read_bytes(file.read(MAX_FILE_BYTES + 1), path.stem))
    except Unreadable as refusal:
        told = encode((refusal.zh, refusal.en))
    sys.stdout.buffer.write(told)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
