"""A report as a table, as CSV and as plain data for JSON."""

import csv
from collections.abc import Iterable
from typing import Any, TextIO

from rich.markup import escape
from rich.table import Column, Table

from consumers.dashboard import formats
from consumers.report.publish import MIN_CASES
from consumers.report.report import Compared, Line, Report
from consumers.report.span import Span
from deploy.catalogue.words import MODES
from deploy.console import console

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet program takes a text that begins so for a formula."""


def document(report: Report) -> dict[str, Any]:
    """Everything about a report as plain data. Values of a line divide numerator by denominator (sums: by scale) and are for reading; the integers
    are exact."""
    asked = report.asked
    return {
        "district": report.ground.district,
        "today": report.ground.today,
        "as_of": report.as_of,
        "period": {"name": asked.name, **_span(asked.span), "running": asked.running, "counted_until": asked.so_far.last},
        "working_days": report.working._asdict(),
        "compared": {"previous": _span(asked.previous), "last_year": _span(asked.last_year)} if report.grouping.compares else None,
        "by": list(report.grouping.by),
        "closed_offices": [one._asdict() for one in report.ground.gone],
        "split_offices": [one._asdict() for one in report.ground.split_off],
        "rows": [_plain(report, line) for line in report.lines],
    }


def print_csv(report: Report, out: TextIO) -> None:
    """The lines as CSV with a header."""
    rows = [_flat(_plain(report, line)) for line in report.lines]
    writer = csv.DictWriter(out, list(rows[0]) if rows else ["indicator"], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)


def print_report(report: Report) -> None:
    """The report for people."""
    asked, grouping, out = report.asked, report.grouping, console()
    groups = _groups(report)
    heads = [Column(head, overflow="fold") for head, _ in groups]
    values = [Column("value 数值", justify="right"), Column("parts 分子/分母", justify="right")]
    compared = (
        [Column(head, justify="right") for head in ("before 上期", "± 环比", "a year ago 上年同期", "± 同比")] if grouping.compares else []
    )
    table = Table(Column("indicator 指标", overflow="fold"), *heads, *values, *compared, header_style="bold")
    for line in report.lines:
        words = report.ground.words[line.key.indicator]
        told = _withheld(report, line) or [_value(line, words.unit_zh) + _bounds(report, line), _parts(line)]
        cells = [f"{words.zh} {line.key.indicator}", *(tell(line) for _, tell in groups), *told]
        table.add_row(*(escape(cell) for cell in [*cells, *(_compared(line) if grouping.compares else ())]))
    title = f"{report.ground.district} {_shown(asked.span if report.as_of else asked.so_far)}"
    if report.as_of:
        out.print(f"[bold]as reported on {report.as_of} 截至当日所报[/]; what moved since 此后变动: `suoheng restatements`")
    out.print(
        f"[bold]{title}[/], {report.working.days} working days 工作日"
        + (f" (of 属于 {_shown(asked.span)}, running 未结束)" if asked.running else "")
    )
    if grouping.compares:
        out.print(f"before 上期 {_shown(asked.previous)}; a year ago 上年同期 {_shown(asked.last_year)}")
    out.print(table)
    for note in _notes(report):
        out.print(note)


def _withheld(report: Report, line: Line) -> list[str]:
    return ["withheld 不公布", ""] if report.published is not None and report.published[line.key].withheld else []


def _bounds(report: Report, line: Line) -> str:
    """95 % bounds of a share that is published."""
    bounds = report.published[line.key].bounds if report.published is not None else None
    return f" ({bounds.low:.1%}–{bounds.high:.1%})" if bounds else ""


def _notes(report: Report) -> Iterable[str]:
    if report.published is not None:
        yield (
            f"for publication 供公布: in brackets the bounds that chance leaves at 95 % (Wilson) 括号内为95%置信界; withheld are ratios of fewer than {MIN_CASES} "
            "cases, cells of 1 to 4 persons of correction and resettlement, and what would give them away 不足5例的比率、1至4人的单元格及可推知者不公布"
        )
    for year in report.working.provisional_years:
        yield f"[bold]{year}: working days are provisional, Monday to Friday, until its holidays are decided 工作日暂按周一至周五计[/] (`suoheng calendar`)"
    shown = {line.key.subject_id for line in report.lines} | {line.key.office for line in report.lines}
    for one in report.ground.gone:
        if one.office in shown:
            into = one.merged_into and f", merged into 并入 {report.ground.names.get(one.merged_into, '')} {one.merged_into}"
            yield f"{one.name} {one.office}: closed 撤销 {one.closed_on}{into or ''}; what it did stays its own 历史数据仍归原所"
    for new in report.ground.split_off:
        if shown & {new.office, new.split_from}:
            out_of = f"{report.ground.names.get(new.split_from, '')} {new.split_from}"
            yield f"{new.name} {new.office}: split from 析自 {out_of} {new.opened_on}; what was done before stays with that 此前数据仍归原所"
    catalogue = report.ground.catalogue
    chosen = report.grouping.indicators or catalogue
    lines = {line.key.indicator for line in report.lines}
    if "authority" not in report.grouping.by and (hidden := [id_ for id_ in chosen if id_ not in lines and catalogue[id_].authorities]):
        yield f"of funding authorities only 仅保障单位有数 (--by authority): {', '.join(hidden)}"
    if "dimension" not in report.grouping.by and (hidden := [id_ for id_ in chosen if not catalogue[id_].total]):
        yield f"by dimension only 仅分项有数 (--by dimension): {', '.join(hidden)}"


def _groups(report: Report) -> list[tuple[str, Any]]:
    """The columns that tell lines apart: head, and what it says of a line."""
    by, names = report.grouping.by, report.ground.names

    def name(id_: str) -> str:
        return f"{names.get(id_, '')} {id_}".strip()

    columns: list[tuple[str, Any]] = []
    if report.grouping.part:
        columns.append(("days 日期", lambda line: _shown(line.key.span)))
    if {"office", "authority"} & set(by):
        columns.append(("of 所属", lambda line: name(line.key.subject_id)))
    if {"office", "authority"} <= set(by):
        columns.append(("office 司法所", lambda line: name(line.key.office)))
    if "authority" in by:
        columns.append(("mode 归属方式", lambda line: "" if line.key.mode == "none" else MODES[line.key.mode][0]))
    if "dimension" in by:
        columns.append(("dimension 分项", lambda line: line.key.dimension or "total 合计"))
    return columns


def _value(line: Line, unit: str) -> str:
    shown = formats.value(line.figure)
    return shown if shown == formats.DASH or shown.endswith("%") or unit == "%" else f"{shown} {unit}".rstrip()


def _parts(line: Line) -> str:
    counts = formats.counts(line.figure)
    return "/".join(counts) if counts else ""


def _compared(line: Line) -> Iterable[str]:
    for earlier in (line.previous, line.last_year):
        if earlier is None:
            yield from ("no data 无数据", "")
            continue
        change = formats.difference(line.figure.kind, earlier.change)
        relative = formats.relative(earlier.change)
        yield formats.value(earlier.figure)
        yield f"{change} ({relative})" if relative else change


def _shown(span: Span) -> str:
    return str(span.first) if span.first == span.last else f"{span.first} – {span.last}"


def _span(span: Span) -> dict[str, Any]:
    return {"first_day": span.first, "last_day": span.last, "days": span.days}


def _plain(report: Report, line: Line) -> dict[str, Any]:
    key, words, names = line.key, report.ground.words[line.key.indicator], report.ground.names
    found = {
        "indicator": key.indicator,
        "zh": words.zh,
        "en": words.en,
        "unit_zh": words.unit_zh,
        "unit_en": words.unit_en,
        "mode": key.mode,
        "dimension": key.dimension,
        "subject_kind": key.subject_kind,
        "subject_id": key.subject_id,
        "subject_name": names.get(key.subject_id, ""),
        "office": key.office,
        "first_day": key.span.first,
        "last_day": key.span.last,
        **line.value._asdict(),
    }
    if report.published is not None:
        cell = report.published[key]
        found |= dict.fromkeys(("numerator", "denominator", "value")) if cell.withheld else {}
        found |= {"withheld": cell.withheld, "low": cell.bounds and cell.bounds.low, "high": cell.bounds and cell.bounds.high}
    if report.grouping.compares:
        found |= {"previous": _earlier(line.previous), "last_year": _earlier(line.last_year)}
    return found


def _earlier(earlier: Compared | None) -> dict[str, Any] | None:
    if earlier is None:
        return None
    change = earlier.change
    return {
        **earlier.value._asdict(),
        "difference": None if change is None else float(change.difference),
        "relative": None if change is None or change.relative is None else float(change.relative),
    }


_EARLIER = ("numerator", "denominator", "scale", "value", "difference", "relative")


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A line with what it is compared with as columns of their own."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if name in ("previous", "last_year"):
            flat |= {f"{name}_{part}": (value or {}).get(part) for part in _EARLIER}
        else:
            flat[name] = value
    return flat


def cell(value: Any) -> Any:
    """A text that would be taken for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
