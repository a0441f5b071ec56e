"""A page as a file: what it is about, its tables, and what their indicators mean, out of the HTML that a reader would see."""

import asyncio
import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import IO
from urllib.parse import quote

from consumers.dashboard.files import FORMATS, Document, Writer
from consumers.dashboard.markup import parse
from consumers.dashboard.reading import District
from consumers.dashboard.tables import Amount, Cell, Table, Words, indicators, tables
from consumers.dashboard.texts import translator
from consumers.dashboard.whole import Whole
from consumers.periods import Period

_LOCAL = timezone(timedelta(hours=8))
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f\s]+')
"""What names of files do not carry everywhere."""
_LONGEST_NAME = 80


def document(html: str, lang: str, place: District, period: Period, address: str, rows: int | None) -> Document:
    """The file of a page that was made as HTML; `address` is the page's own, with its choices, `rows` how many its list has, if it has one."""
    t = translator(lang)
    page = parse(html)
    main = page.first("main") or page
    heading = main.first("h1")
    title = heading.text() if heading else ""
    when = main.first("p", "when")
    about: list[list[Cell]] = [[t("export.page"), title], [t("export.district"), place.name], [t("export.code"), place.code]]
    if sub := main.first("p", "sub"):
        about.append([t("export.subject"), sub.text()])
    if when:
        state = " ".join(one.text() for one in when.all("span") if "period" not in one.classes)
        about += [
            [t("export.period"), period.label(lang)],
            [t("export.first_day"), period.start],
            [t("export.last_day"), period.last_day],
            [t("export.state"), state],
        ]
    about += [
        [t("export.today"), place.today],
        [t("export.made"), datetime.now(_LOCAL).replace(tzinfo=None, second=0, microsecond=0)],
    ]
    about += [[t("export.note"), one.text()] for one in main.walk() if one.attributes.get("role") == "note"]
    if rows is not None:
        about.append([t("export.rows"), Amount(Fraction(rows), 0, "")])
    about.append([t("export.address"), address])
    if inside := page.first("span", "inside"):
        about.append([t("export.note"), inside.text()])
    return Document(
        _name(place, title, period.label(lang) if when else str(place.today)),
        Table(t("export.about"), [t("export.item"), t("export.value")], about),
        tables(main, _words(lang)),
        _definitions(lang, place, indicators(main)),
    )


async def write(out: IO[bytes], document: Document, whole: Whole | None, ending: str) -> None:
    """Write the file, piece by piece, beside whatever else the process does. Raises Unavailable; then nothing of it is left behind."""
    writer = FORMATS[ending].writer(out)
    try:
        await _fill(writer, document, whole)
    except BaseException:
        writer.drop()
        raise


async def _fill(writer: Writer, document: Document, whole: Whole | None) -> None:
    for table in (document.about, *document.tables):
        await asyncio.to_thread(writer.table, table)
    if whole is not None and whole.total:
        begun = False
        async for rows in whole.rows:
            if begun:
                await asyncio.to_thread(writer.rows, rows)
            else:
                await asyncio.to_thread(writer.table, Table(whole.title, list(whole.columns), rows))
            begun = True
    if document.definitions.columns:
        await asyncio.to_thread(writer.table, document.definitions)
    await asyncio.to_thread(writer.close)


def disposition(place: District, document: Document, ending: str) -> str:
    """The header that names the file, also for those who read ASCII only (RFC 6266)."""
    plain = f"suoheng-{place.code}.{ending}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(f'{document.name}.{ending}', safe='')}"


def _name(place: District, title: str, when: str) -> str:
    return _UNFIT.sub(" ", f"{place.name}_{title}_{when}").strip(" .")[:_LONGEST_NAME]


def _definitions(lang: str, place: District, shown: Sequence[str]) -> Table:
    t = translator(lang)
    named = [place.indicator(id_) for id_ in shown]
    rows: list[list[Cell]] = [
        [one.name(lang), one.id, one.meaning(lang), one.formulas[lang == "en"], str(one.version), one.effective_from]
        for one in named
        if one.version
    ]
    columns = ["col.indicator", "export.id", "export.definition", "export.formula", "export.version", "export.since"]
    return Table(t("definition.title"), [t(name) for name in columns] if rows else [], rows)


def _words(lang: str) -> Words:
    t = translator(lang)
    return Words(
        t("col.indicator"),
        t("col.now"),
        t("export.unit"),
        t("col.change"),
        t("export.numerator"),
        t("export.denominator"),
        t("col.share"),
        t("export.relative"),
        t("export.note"),
        t("export.value"),
    )
