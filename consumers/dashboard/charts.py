"""Content of the charts as plain data: what `charts.js` draws, and geometry of the split history, which is drawn here."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from consumers.dashboard import formats
from consumers.dashboard.assessment import AssessmentPage
from consumers.dashboard.figures import Figure, Kind
from consumers.dashboard.office import Assigned
from consumers.dashboard.overview import Ranked
from consumers.dashboard.programmes import ProgrammesPage
from consumers.dashboard.registry import WHOLE_BP, Share, Span
from consumers.dashboard.texts import code
from consumers.periods import Period

_BUSIEST = 8


class Rectangle(NamedTuple):
    """One authority's part of one span, in the timeline's own units: 10,000 wide and 10,000 high."""

    authority: str
    x: int
    y: int
    width: int
    height: int
    start: date
    bp: int


def series(name: str, figures: Sequence[Figure | None]) -> dict[str, object]:
    """One series: numbers to draw (percentages times 100, null where there is no value) and the texts to show for them."""
    numbers = []
    for figure in figures:
        value = None if figure is None else figure.value
        scaled = None if value is None else value * 100 if figure and figure.kind in (Kind.PERCENT, Kind.MONEY_SHARE) else value
        numbers.append(None if scaled is None else round(float(scaled), 4))
    return {"name": name, "values": numbers, "texts": [formats.value(figure) for figure in figures]}


def trend(name: str, figures: Sequence[Figure | None], periods: Sequence[Period], link: Callable[[Period], str]) -> dict[str, object]:
    """One series over periods, each figure with the address of what stands behind it."""
    return series(name, figures) | {"links": [link(period) for period in periods]}


def chart(kind: str, categories: Sequence[str], *drawn: dict[str, object]) -> dict[str, object]:
    """What `charts.js` draws: `columns`, `stack` (columns on one another), `bars` (lying) or `line`."""
    return {"kind": kind, "categories": list(categories), "series": list(drawn)}


def structure(name: str, dimension: str, parts: Sequence[tuple[str, Figure]], lang: str, link: Callable[[str], str]) -> dict[str, object]:
    """Lying bars for the parts of a whole; each is labelled with its count and its share, in percent with one decimal as briefs print it.
    `link`: the address of what stands behind a part, by its code."""
    drawn = series(name, [figure for _, figure in parts])
    whole = sum(figure.numerator for _, figure in parts)
    labels = [f"{formats.value(figure)} ({formats.number(figure.numerator / whole * 100, 1)}%)" for _, figure in parts]
    links = [link(part) for part, _ in parts]
    return chart("bars", [code(lang, dimension, part) for part, _ in parts], drawn | {"texts": labels, "links": links})


def mixed(
    parts: Sequence[tuple[str, Sequence[Figure | None]]],
    periods: Sequence[Period],
    lang: str,
    others: str,
    link: Callable[[str, Period], str],
) -> dict[str, object]:
    """Columns of types on one another over periods; those drawn together lead to the whole. `link`: by the type's code ('' for the whole) and period."""
    drawn = [
        series(code(lang, "dispute_type", part) if part else others, figures) | {"links": [link(part, period) for period in periods]}
        for part, figures in parts
    ]
    return chart("stack", [period.short for period in periods], *drawn)


def busiest(name: str, offices: Sequence[Ranked], link: Callable[[str], str]) -> dict[str, object]:
    """Lying bars for the offices with the most accepted cases, as many as the chart has room for. `link`: by the office's id."""
    counted = [(row.office, figure) for row in offices if (figure := row.figures["med_accepted_cnt"]) and figure.numerator]
    counted.sort(key=lambda pair: -pair[1].numerator)
    shown = counted[:_BUSIEST]
    drawn = series(name, [figure for _, figure in shown]) | {"links": [link(office.id) for office, _ in shown]}
    return chart("bars", [office.name for office, _ in shown], drawn)


def scores(name: str, page: AssessmentPage, link: Callable[[str, str], str]) -> dict[str, object]:
    """Lying bars for the scores that are certain, the first place first; each labelled with from where to where it is known."""
    drawn: dict[str, object] = {
        "name": name,
        "values": [round(float(row.low), 4) for row in page.rows],
        "texts": [row.score for row in page.rows],
        "links": [link(page.scheme.id, row.office.id) for row in page.rows],
    }
    return chart("bars", [row.office.name for row in page.rows], drawn)


def ready(name: str, page: ProgrammesPage) -> dict[str, object]:
    """Lying bars for how much of the next level's criteria each office meets, the nearest first, each with the address of its row below."""
    rows = [row for row in page.detail if row.share is not None]
    drawn: dict[str, object] = {
        "name": name,
        "values": [round(float(row.share or 0) * 100, 4) for row in rows],
        "texts": [f"{row.met}/{row.of} ({formats.percent(row.share)})" for row in rows],
        "links": [f"#{row.office.id}" for row in rows],
    }
    return chart("bars", [row.office.name for row in rows], drawn)


def shares(counted: Sequence[Assigned], total: int) -> list[Share]:
    """Counts as shares of their sum in basis points, for a bar; what rounding leaves over falls to the last."""
    ends = [sum(row.tasks for row in counted[: place + 1]) * WHOLE_BP // total for place in range(len(counted))]
    return [Share(row.authority.id, end - start) for row, start, end in zip(counted, [0, *ends], ends, strict=False)]


def timeline(history: Sequence[Span], today: date) -> list[Rectangle]:
    """The split history as stacked rectangles over time, from its first day to a month past today (or past its last change)."""
    if not history:
        return []
    first = history[0].start
    last = max(today, history[-1].start) + timedelta(days=31)
    whole = (last - first).days
    rectangles = []
    for span in history:
        left = (span.start - first).days * WHOLE_BP // whole
        right = ((span.end or last) - first).days * WHOLE_BP // whole
        top = 0
        for share in span.shares:
            rectangles.append(Rectangle(share.authority, left, top, right - left, share.bp, span.start, share.bp))
            top += share.bp
    return rectangles
