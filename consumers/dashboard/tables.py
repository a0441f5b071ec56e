"""The tables of a page, read from its HTML: titles, columns, and cells as numbers, days or texts.

All that pages show in tables, tiles and lists of properties is found by its markup alone, so that a page needs nothing of its own to be exported.
A value carries itself exactly in `data-exact`; another number is what is printed. A table with `data-whole` is one stretch of a long list, of which the
file has all: it is left out here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from consumers.dashboard.formats import DASH
from consumers.dashboard.markup import Element

_SKIPPED_TAGS = frozenset({"script", "style", "form", "nav", "svg", "footer", "button"})
_SKIPPED_CLASSES = frozenset({"controls", "screen", "pager", "definitions"})
_NOT_MAIN = frozenset({"small", "svg"})
_NUMBER = re.compile(r"([+−±-]?)((?:0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d{0,14})(?:\.\d+)?)\s*(%|pp)?")
_PAIR = re.compile(r"([\d,]+(?:\.\d+)?)\s*/\s*([\d,]+(?:\.\d+)?)")
_WITH_SHARE = re.compile(r"(.+?) \(([\d.,]+%)\)")
_MOST_DIGITS = 15
"""Digits that a spreadsheet's numbers keep."""


class Amount(NamedTuple):
    """A number: its value, as a fraction of one where it is printed as a percentage, and how it is printed."""

    value: Fraction
    places: int
    unit: str
    """`%`, `pp` or ''."""


Cell = Amount | date | str | None


class Part(NamedTuple):
    """What a cell holds: the thing itself, the two counts of a ratio, its share of a whole, how it changed, and what is said beside it."""

    main: Cell = None
    numerator: Cell = None
    denominator: Cell = None
    share: Cell = None
    relative: Cell = None
    note: Cell = None


@dataclass(slots=True)
class Table:
    """A table: its title, and rows under columns."""

    title: str
    columns: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)


class Words(NamedTuple):
    """What columns are called that pages do not print a head for."""

    name: str
    now: str
    unit: str
    change: str
    numerator: str
    denominator: str
    share: str
    relative: str
    note: str
    value: str


def tables(main: Element, words: Words) -> list[Table]:
    """Every table, set of tiles and list of properties in a page's main part, in its order; empty ones left out."""
    return [one for one in _found(main, words, ["", "", ""]) if one.rows]


def indicators(main: Element) -> list[str]:
    """The ids of the indicators that a page shows, in the order of their first mention."""
    named = (one.attributes.get("data-indicator") or _linked(one.attributes.get("href", "")) for one in main.walk())
    return list(dict.fromkeys(id_ for id_ in named if id_))


def _linked(address: str) -> str:
    found = re.search(r"/(?:values|told)/([a-z0-9_]+)\?", address)
    return found[1] if found else ""


def _found(element: Element, words: Words, titles: list[str]) -> Iterator[Table]:
    for child in element.children:
        if isinstance(child, str) or child.tag in _SKIPPED_TAGS or child.classes & _SKIPPED_CLASSES:
            continue
        if child.tag in ("h2", "h3", "figcaption"):
            _titled(titles, child)
        elif child.tag == "table" and "data-whole" not in child.attributes:
            yield _table(child, _title(titles, child), words)
        elif "tiles" in child.classes:
            yield _tiles(child, _title(titles, child), words)
        elif child.tag == "dl" and "said" in child.classes:
            yield _said(child, _title(titles, child), words)
        else:
            yield from _found(child, words, titles)


def _titled(titles: list[str], heading: Element) -> None:
    level = {"h2": 0, "h3": 1, "figcaption": 2}[heading.tag]
    titles[level:] = [heading.text(), *[""] * (2 - level)]


def _title(titles: Sequence[str], element: Element) -> str:
    caption = element.first("caption")
    last = next((title for title in reversed(titles) if title), "")
    return caption.text() if caption else last


def _table(element: Element, title: str, words: Words) -> Table:
    grid = list(_grid(element))
    heads = [cells for in_head, cells in grid if in_head]
    body = [cells for in_head, cells in grid if not in_head]
    width = max((len(cells) for _, cells in grid), default=0)
    names = [" · ".join(dict.fromkeys(text for cells in heads if (text := _at(cells, n)))) for n in range(width)]
    parts = [[_part(cells[n]) if n < len(cells) else Part() for n in range(width)] for cells in body]
    return _spread(title, names, parts, words)


def _at(cells: Sequence[Element | None], place: int) -> str:
    cell = cells[place] if place < len(cells) else None
    return cell.text() if cell else ""


def _grid(table: Element) -> Iterator[tuple[bool, list[Element | None]]]:
    """The rows with their cells, each repeated over the columns and rows that it spans, and whether they are the head's."""
    heads = {id(row) for head in table.all("thead") for row in head.all("tr")}
    above: dict[int, tuple[Element, int]] = {}
    for row in table.all("tr"):
        cells: list[Element | None] = []
        below: dict[int, tuple[Element, int]] = {}
        own = list(row.all("th", "td"))
        while own or any(place >= len(cells) for place in above):
            place = len(cells)
            if place in above:
                cell, rows = above[place]
                columns = 1
            elif own:
                cell = own.pop(0)
                rows, columns = (int(cell.attributes.get(name, "1")) for name in ("rowspan", "colspan"))
            else:
                cells.append(None)
                continue
            cells += [cell] * columns
            if rows > 1:
                below |= {place + n: (cell, rows - 1) for n in range(columns)}
        above = below
        yield id(row) in heads, cells


def _part(cell: Element | None) -> Part:
    """A cell taken apart; a text that is no number stays whole."""
    if cell is None:
        return Part()
    main, beside = cell.text(_NOT_MAIN), " ".join(small.text() for small in cell.all("small")).strip()
    if both := _WITH_SHARE.fullmatch(main):
        main, share = both[1], _amount(both[2])
    else:
        share = None
    if pair := _PAIR.fullmatch(main):
        return Part(None, _amount(pair[1]), _amount(pair[2]), share, note=beside or None)
    found = _cell(main, cell) if cell.tag == "td" else _day(main)
    if found is None and main != DASH:
        return Part(cell.text() or None)
    if pair := _PAIR.fullmatch(beside):
        return Part(found, _amount(pair[1]), _amount(pair[2]), share)
    return Part(found, share=share, relative=_amount(beside), note=None if _amount(beside) else beside or None)


def _cell(text: str, element: Element) -> Amount | date | None:
    exact = next((one.attributes["data-exact"] for one in element.walk() if "data-exact" in one.attributes), "")
    amount = _amount(text)
    if amount is None:
        return _day(text)
    return amount._replace(value=Fraction(exact)) if exact else amount


def _amount(text: str) -> Amount | None:
    """A number as pages print it: 1,234.50, −3.20 pp, 96.89%; None for any other text, and for numbers of more digits than a spreadsheet keeps."""
    found = _NUMBER.fullmatch(text)
    if not found or len(found[2].replace(",", "").replace(".", "")) > _MOST_DIGITS:
        return None
    sign, digits, unit = found[1], found[2].replace(",", ""), found[3] or ""
    value = Fraction(Decimal(digits)) / (100 if unit == "%" else 1)
    return Amount(-value if sign in ("−", "-") else value, len(digits.partition(".")[2]), unit)


def _day(text: str) -> date | None:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", text):
            return datetime.fromisoformat(text)
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None


def _tiles(element: Element, title: str, words: Words) -> Table:
    """Tiles as a table: a row for each fact, a column for each thing that it is compared with."""
    names, parts = [words.name, words.now, words.unit], []
    for fact in (one for one in element.walk() if "fact" in one.classes):
        heading, big = fact.first("h3"), fact.first("p", "big")
        number = big and (big.first("span", "num") or big)
        row = {words.name: Part(heading.text() if heading else None)}
        if number:
            row[words.now] = _with_formula(_cell(number.text(), number) or number.text(), fact)
            unit = big.first("span", "unit") if big else None
            row[words.unit] = Part(unit.text() if unit else None)
        for compared in (one for one in fact.all("div") if one.first("dt")):
            against, change, *_ = *compared.all("dd"), None, None
            name = next(compared.all("dt")).text()
            row[name] = _part(_as_cell(against))
            row[f"{name} · {words.change}"] = _part(_as_cell(change))
        names += [name for name in row if name not in names]
        parts.append(row)
    return _spread(title, names, [[row.get(name, Part()) for name in names] for row in parts], words)


def _with_formula(main: Cell, fact: Element) -> Part:
    """A value with the two counts of its formula where that has two, and else with what is written there."""
    formula = fact.first("p", "formula")
    if formula is None:
        return Part(main)
    counts = [one.text() for one in formula.all("b")]
    text = formula.text()
    if len(counts) == len(("numerator", "denominator")) and " ÷ " in text:
        return Part(main, _amount(counts[0]), _amount(counts[1]))
    return Part(main, note=text or None)


def _said(element: Element, title: str, words: Words) -> Table:
    pairs = [(one.first("dt"), one.first("dd")) for one in element.all("div")]
    return Table(title, [words.name, words.value], [[dt.text(), _part(_as_cell(dd)).main] for dt, dd in pairs if dt and dd])


def _as_cell(element: Element | None) -> Element | None:
    return element and Element("td", element.attributes, element.children)


def _spread(title: str, names: Sequence[str], rows: Sequence[Sequence[Part]], words: Words) -> Table:
    """The parts of cells under columns of their own, where any row of a column has such a part."""
    heads = Part("", words.numerator, words.denominator, words.share, words.relative, words.note)
    kept = [
        (column, place)
        for column in range(len(names))
        for place in range(len(heads))
        if any(row[column][place] is not None for row in rows)
    ]
    columns = [" · ".join(part for part in (names[column], str(heads[place])) if part) for column, place in kept]
    return Table(title, columns, [[row[column][place] for column, place in kept] for row in rows])
