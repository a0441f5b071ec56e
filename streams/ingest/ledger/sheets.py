"""Where in a sheet the heading is, which column is which, and which lines are lines of the ledger.

* The **heading** is the line, of the first thirty, with the most known column names; a column without one there may have it in the two lines
  above (titles over merged cells, groups of columns). Titles and remarks before it are not read.
* **Unknown columns** (names, remarks, running numbers) are told and not read: what they hold never leaves the file.
* Not lines of the ledger: blank lines, the heading repeated on every printed page, sums and remarks (注, 合计, 填表人 …), examples (示例), and
  behind the last line those with a single filled cell. They are told.
* Of **merged cells** only the number and the office count for all their lines; an amount or a day would be counted several times.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import NamedTuple

from streams.ingest.ledger.cells import is_blank, text_of
from streams.ingest.ledger.columns import NUMBER, OFFICE, Column, columns_of, headings, ledger_types, sheet_name
from streams.ingest.ledger.files import Cell, Sheet
from streams.ingest.ledger.plain import folded, plain_text

ERRORS = "错误"
"""The column that copies get; never read."""
EXAMPLE = "示例"
"""How lines begin that only show how it is done."""
_TYPE_HEADINGS = frozenset(map(folded, ("事项", "事件类型", "type")))
_HEADING_WITHIN = 30
_HEADING_ABOVE = 2
_LEAST_KNOWN = 2
_PARTS = re.compile(r"[\s_.()+-]+")
_OWN_SHEETS = frozenset(("说明", "代码"))
_NOTE = re.compile(
    r"(?:注|备注|附注|说明|填表说明|填表人|填报人|填报单位|制表人?|审核人?|负责人|填表日期|制表日期|示例)(?:\d*\s?[:、.。(\-\s]|\d*$)|(?:合计|总计|小计|共计|累计)"
)


class Line(NamedTuple):
    """A line of the ledger; `number` as spreadsheet programs count, from 1."""

    number: int
    type_name: str
    """'' when the column of types says none that there is."""
    cells: list[Cell]
    formulas: frozenset[int]
    """Columns that a formula fills."""


class Remark(NamedTuple):
    """A line that was not read, and how it begins."""

    number: int
    text: str


@dataclass(slots=True)
class Ledger:
    """A sheet that is one."""

    name: str
    type_name: str
    """What its lines are that do not say otherwise in a column of their own."""
    heading: int
    """Its place among the lines, from 0."""
    names: dict[int, str]
    """The folded name of each column, by its place."""
    lines: list[Line]
    remarks: list[Remark]
    unused: dict[int, str]
    """Names of the columns that are not read, by place."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Why the sheet cannot be imported as it stands, in Chinese and English."""

    def columns(self, type_name: str) -> dict[int, Column]:
        """The columns of a type in this sheet, by place."""
        known = headings(type_name)
        return {place: known[name] for place, name in self.names.items() if name in known}


def type_by_name(name: str) -> str:
    """The type that a sheet, file or cell names, by its Chinese or its own name, alone or as one part: 城关_受理, 2.受理(三月); '' for none."""
    names = _type_names()
    parts = {names[part] for part in map(folded, _PARTS.split(plain_text(name))) if part in names}
    return names.get(folded(name)) or (parts.pop() if len(parts) == 1 else "")


def read_sheet(sheet: Sheet, type_name: str = "") -> Ledger | None:
    """The ledger in a sheet, None when it is none. `type_name`: what its lines are, if neither the sheet's name nor a column says it."""
    if sheet.name in _OWN_SHEETS:
        return None
    type_name = type_name or type_by_name(sheet.name)
    known = frozenset(headings(type_name)) if type_name else _all_headings()
    at, names = _heading(sheet.rows, known | _TYPE_HEADINGS)
    typed = next((place for place, name in names.items() if folded(name) in _TYPE_HEADINGS), None)
    if not names or (typed is None and not type_name):
        return _no_heading(sheet, type_name)
    read = _told_apart({place: folded(name) for place, name in names.items() if folded(name) in known}, type_name)
    unused = {place: name for place, name in names.items() if place not in read and place != typed and not name.startswith(ERRORS)}
    ledger = Ledger(sheet.name, type_name, at, read, [], [], unused, list(_problems(sheet, read, type_name)))
    _read_lines(ledger, sheet, typed)
    return ledger


def required_missing(ledger: Ledger, type_name: str, *, has_office: bool) -> list[Column]:
    """Columns that the type must have and the sheet has not; the office may be said for the whole import."""
    present = {column.place for column in ledger.columns(type_name).values()}
    return [one for one in columns_of(type_name) if one.required and one.place not in present and not (has_office and one.place == OFFICE)]


def _no_heading(sheet: Sheet, type_name: str) -> Ledger | None:
    """A sheet that is named like a type but has no heading is a mistake; any other is somebody's notes."""
    if not type_name or all(is_blank(cell) for row in sheet.rows for cell in row):
        return None
    missing = "、".join(one.zh for one in columns_of(type_name) if one.required)
    problem = (f"找不到表头;表头应有:{missing}", "no heading was found; it needs at least two of the columns of `suoheng ledger template`")
    return Ledger(sheet.name, type_name, 0, {}, [], [], {}, [problem])


def _heading(rows: Sequence[Sequence[Cell]], known: frozenset[str]) -> tuple[int, dict[int, str]]:
    """Place of the heading and its names by column; no names when there is none."""
    texts = [[text_of(cell) for cell in row] for row in rows[:_HEADING_WITHIN]]
    counts = [len({folded(text) for text in row} & known) for row in texts]
    if max(counts, default=0) < _LEAST_KNOWN:
        return 0, {}
    at = counts.index(max(counts))
    names = {place: text for place, text in enumerate(texts[at]) if text}
    present = {folded(text) for text in names.values()}
    for above in texts[max(at - _HEADING_ABOVE, 0) : at]:
        for place, text in enumerate(above):
            if folded(text) in known - present and folded(names.get(place, "")) not in known:
                names[place] = text
    return at, names


def _told_apart(read: dict[int, str], type_name: str) -> dict[int, str]:
    """Without columns that could be one that is there under its own name too: 时间 beside 日期."""
    own = {folded(column.zh) for column in columns_of(type_name)} if type_name else set()
    present = {headings(type_name)[name].place for name in read.values() if name in own}
    return {place: name for place, name in read.items() if name in own or not own or headings(type_name)[name].place not in present}


def _problems(sheet: Sheet, read: Mapping[int, str], type_name: str) -> Iterator[tuple[str, str]]:
    """What is wrong with the sheet as a whole."""
    places = [headings(type_name)[name] for name in read.values()] if type_name else []
    for column in {one.place: one for one in places if sum(other.place == one.place for other in places) > 1}.values():
        yield f"“{column.zh}”列出现两次", f"column {column.zh} occurs twice"
    if sheet.formulas_anywhere:
        yield "工作表含有公式;请把公式粘贴为数值", "the sheet has formulas; paste them as values"


def _read_lines(ledger: Ledger, sheet: Sheet, typed: int | None) -> None:
    """The lines below the heading."""
    heading = sheet.rows[ledger.heading]
    formulas = _by_line(sheet.formulas)
    filled = _merged(sheet, ledger)
    lone: list[Remark] = []
    for at in range(ledger.heading + 1, len(sheet.rows)):
        cells: list[Cell] = sheet.rows[at]
        said = list(islice((place for place, cell in enumerate(cells) if not is_blank(cell)), 2))
        computed = formulas.get(at, frozenset())
        if not said and computed.isdisjoint(ledger.names):
            continue
        first = text_of(cells[said[0]]) if said else ""
        if _NOTE.match(first) or all(_at(cells, place) == _at(heading, place) for place in ledger.names):
            ledger.remarks.append(Remark(at + 1, first))
            continue
        if len(said) == 1 and not computed:
            lone.append(Remark(at + 1, first))
        else:
            lone.clear()
        cells = _with(cells, filled.get(at, {}))
        ledger.lines.append(Line(at + 1, _type_of(cells, typed, ledger.type_name), cells, computed))
    if lone:
        del ledger.lines[-len(lone) :]
        ledger.remarks += lone


def _type_of(cells: Sequence[Cell], typed: int | None, type_name: str) -> str:
    said = None if typed is None else _at(cells, typed)
    return type_name if is_blank(said) else type_by_name(text_of(said))


def _by_line(formulas: Sequence[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = {}
    for line, column in formulas:
        found[line] = found.get(line, frozenset()) | {column}
    return found


def _at(cells: Sequence[Cell], place: int) -> Cell:
    return cells[place] if place < len(cells) else None


def _with(cells: list[Cell], filled: Mapping[int, Cell]) -> list[Cell]:
    """The cells, where blank, with those that they are merged with."""
    if not filled:
        return cells
    width = max(len(cells), max(filled) + 1)
    return [filled[place] if place in filled and is_blank(_at(cells, place)) else _at(cells, place) for place in range(width)]


def _merged(sheet: Sheet, ledger: Ledger) -> dict[int, dict[int, Cell]]:
    """By line: what number and office are in cells that are merged with ones above."""
    keys = {place for place, name in ledger.names.items() if name in _key_names()}
    filled: dict[int, dict[int, Cell]] = {}
    for top, bottom, left, right in sheet.merged:
        if left == right and left in keys and top > ledger.heading and top < len(sheet.rows) and left < len(sheet.rows[top]):
            for at in range(top + 1, min(bottom + 1, len(sheet.rows))):
                filled.setdefault(at, {})[left] = sheet.rows[top][left]
    return filled


@cache
def _key_names() -> frozenset[str]:
    """Names of the columns that count for all lines of merged cells."""
    return frozenset(name for one in ledger_types() for name, column in headings(one.name).items() if column.place in (NUMBER, OFFICE))


@cache
def _all_headings() -> frozenset[str]:
    return frozenset(name for one in ledger_types() for name in headings(one.name))


@cache
def _type_names() -> dict[str, str]:
    return {folded(name): one.name for one in ledger_types() for name in (one.zh, one.name, sheet_name(one))}


def nearest(name: str, ledger: Ledger) -> str:
    """The column, of those that the sheet has not, that an unknown name may mean; '' when none is near."""
    known = headings(ledger.type_name) if ledger.type_name else {}
    present = {column.place for column in ledger.columns(ledger.type_name).values()} if known else set()
    near = get_close_matches(folded(name), [one for one, column in known.items() if column.place not in present], 1, 0.7)
    return known[near[0]].zh if near else ""
