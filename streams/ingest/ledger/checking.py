"""The dry run: every line of every sheet of some files read and judged, faults collected by line, nothing sent."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from schemas.events import CATALOGUE
from streams.core.privacy import is_private
from streams.ingest.ledger.cells import text_of
from streams.ingest.ledger.changes import Period
from streams.ingest.ledger.columns import Column, ledger_types, sheet_name
from streams.ingest.ledger.files import Book
from streams.ingest.ledger.lines import Entry, Fault, Reader, Setting
from streams.ingest.ledger.sheets import EXAMPLE, Ledger, Line, nearest, read_sheet, required_missing

Place = tuple[int, int]
"""Number of a sheet among those checked, and line in it, from 1."""

_TOLD_EVERY = 500
_LOOKED_AT = 1_000


class CheckedSheet(NamedTuple):
    """A ledger that was found: number of its file, number of its sheet in the file, and what it is."""

    file: int
    sheet: int
    ledger: Ledger
    columns: dict[int, Column]
    """The columns of its own type, by place."""


@dataclass(slots=True)
class Checked:
    """What was found in the files."""

    sheets: list[CheckedSheet] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """Sheets that are no ledgers: number of the file, name."""
    entries: list[Entry] = field(default_factory=list)
    faults: dict[Place, list[Fault]] = field(default_factory=dict)

    @property
    def types(self) -> Counter[str]:
        """How many good lines there are of each type."""
        return Counter(entry.type_name for entry in self.entries)

    def years(self) -> Period | None:
        """The calendar years that the good lines lie in, None without any."""
        days = [entry.day for entry in self.entries]
        return Period(date(min(days).year, 1, 1), date(max(days).year, 12, 31)) if days else None


def check(books: Sequence[Book], setting: Setting, type_name: str = "", read: Callable[[int], None] = lambda _lines: None) -> Checked:
    """Check files. `type_name`: what the lines of sheets are that do not say it; `read` is told how many more lines have been read."""
    checked = Checked()
    for number, book in enumerate(books):
        for place, sheet in enumerate(book.sheets):
            ledger = read_sheet(sheet, type_name)
            if ledger is None:
                checked.skipped.append((number, sheet.name))
                continue
            columns = ledger.columns(ledger.type_name) if ledger.type_name else {}
            checked.sheets.append(CheckedSheet(number, place, ledger, columns))
            _check_sheet(checked, len(checked.sheets) - 1, setting, since_1904=book.since_1904, read=read)
    _refuse_doubles(checked)
    return checked


def line_count(books: Sequence[Book]) -> int:
    """Lines of all sheets, for a bar."""
    return sum(len(sheet.rows) for book in books for sheet in book.sheets)


def remarks(checked: CheckedSheet) -> Iterator[tuple[str, str]]:
    """What a clerk should know of a sheet although it is no fault, in Chinese and English."""
    ledger = checked.ledger
    for place, name in ledger.unused.items():
        near = nearest(name, ledger)
        zh, en = (f",是否应为“{near}”?", f"; did you mean {near}?") if near else ("", "")
        if _holds_private(ledger, place):
            zh, en = (
                f"{zh}(含个人信息;不会发出,建议从台账中删去)",
                f"{en} (it holds personal data: that is not sent, but should not be there)",
            )
        yield f"未使用的列:{name}{zh}", f"column not read: {name}{en}"
    if left := [str(one.number) for one in ledger.remarks if not one.text.startswith(EXAMPLE)]:
        numbers = "、".join(left[:5]) + (" …" if len(left) > 5 else "")
        yield f"未读取的行(注、合计等):第 {numbers} 行", f"lines not read (remarks, sums): {numbers}"


def _holds_private(ledger: Ledger, place: int) -> bool:
    """Whether any of the first lines has an identity number, a telephone or the like there."""
    return any(place < len(line.cells) and is_private(text_of(line.cells[place])) for line in ledger.lines[:_LOOKED_AT])


def _check_sheet(checked: Checked, number: int, setting: Setting, *, since_1904: bool, read: Callable[[int], None]) -> None:
    ledger = checked.sheets[number].ledger
    problems = [Fault("", "STRUCT_VALUE", zh, en) for zh, en in ledger.problems]
    typed = any(line.type_name != ledger.type_name for line in ledger.lines)
    if ledger.type_name and not typed and not problems:
        missing = required_missing(ledger, ledger.type_name, has_office=bool(setting.office))
        problems += [Fault(one.zh, "STRUCT_MISSING", "缺少此列", "the column is missing") for one in missing]
    if problems:
        checked.faults[number, ledger.heading + 1] = problems
        return
    readers: dict[str, Reader] = {}
    for count, line in enumerate(ledger.lines, 1):
        outcome = _read(line, ledger, readers, setting, number, since_1904=since_1904)
        if isinstance(outcome, Entry):
            checked.entries.append(outcome)
        else:
            checked.faults[number, line.number] = outcome
        if count % _TOLD_EVERY == 0:
            read(_TOLD_EVERY)


def _read(
    line: Line, ledger: Ledger, readers: dict[str, Reader], setting: Setting, number: int, *, since_1904: bool
) -> Entry | list[Fault]:
    if not line.type_name:
        names = "、".join(one.zh for one in ledger_types())
        return [Fault("事项", "TYPE_UNKNOWN", f"没有这种事项;可填:{names}", "no such type of event")]
    reader = readers.get(line.type_name)
    if reader is None:
        columns = ledger.columns(line.type_name)
        reader = readers[line.type_name] = Reader(setting, columns, line.type_name, number, since_1904=since_1904)
    return reader.read(line)


def _refuse_doubles(checked: Checked) -> None:
    """A line twice is one too many; and where the number names the line, a number twice is.

    A case or person may well have several lines of one type: visits, extensions. They differ in something, if only in the time of day.
    """
    by_number = {one.name for one in CATALOGUE if one.subject != "required"}
    seen: dict[tuple[str, str, bytes], Entry] = {}
    good: list[Entry] = []
    for entry in checked.entries:
        of = entry.type_name, entry.reference, b"" if entry.type_name in by_number else entry.content
        first = seen.setdefault(of, entry)
        if first is entry:
            good.append(entry)
            continue
        same = first.content == entry.content
        where = f"{_sheet(checked, first)}第 {first.line} 行"
        zh, en = (f"与{where}完全相同", "the same as line") if same else (f"编号与{where}重复", "the number of line")
        checked.faults[entry.sheet, entry.line] = [Fault("", "ID_CONFLICT", zh, f"{en} {first.line}")]
    checked.entries = good


def _sheet(checked: Checked, entry: Entry) -> str:
    name = checked.sheets[entry.sheet].ledger.name
    return f"“{name}”" if len(checked.sheets) > 1 else ""


__all__ = ["Checked", "CheckedSheet", "check", "line_count", "remarks", "sheet_name"]
