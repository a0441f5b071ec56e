"""An explanation on the terminal and as JSON."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.markup import escape
from rich.table import Column, Table

from consumers.lineage import ExplainedRecord, ExplainedValue, RecordEvent
from consumers.lineage.payers import Payers
from consumers.lineage.touched import Touched
from consumers.lineage.value import Row, Sum
from deploy.catalogue.words import formula
from deploy.console import console
from deploy.explain.event import ExplainedEvent
from streams.core.catalogue import BY_ID

_BECAME = {
    "live": "admitted and live 已采纳,有效",
    "amended": "admitted; an amendment stands in its place 已被更正",
    "superseded": "an amendment that gave way to a greater revision 更正已被更高版本取代",
    "retracted": "admitted; retracted, or its target is 已撤回",
    "retraction": "a retraction 撤回事件",
    "dead letter": "refused: a dead letter 死信",
    "unknown": "not admitted 未采纳",
}


def value_document(found: ExplainedValue, limit: int | None) -> dict[str, Any]:
    """Everything about a value as plain data; rows up to the limit."""
    indicator, key = BY_ID[found.key.indicator], found.key
    words = {"zh": indicator.zh, "en": indicator.en, "definition": indicator.definition, "formula": formula(indicator)}
    named = ("district", "indicator", "mode", "dimension", "subject", "subject_kind")
    rows = [
        {"part": one.part, "place": one.place, "scope": one.scope, "component": one.component, "kind": one.kind} | row._asdict()
        for one, row in _rows(found, limit)
    ]
    shown = dict.fromkeys(row.record for _, row in _rows(found, limit))
    return {
        "key": {name: getattr(key, name) for name in named} | {"kind": key.period.kind, "start": key.period.start, "end": key.period.end},
        "indicator": words,
        "value": found.stored._asdict() if found.stored else None,
        "agrees": found.agrees,
        "parts": [asdict(part) | {"equal": part.equal} for part in found.parts],
        "sums": [{name: value for name, value in asdict(one).items() if name not in ("matching", "shown")} for one in found.sums],
        "payers": [_payers_document(one) for one in found.payers],
        "rows_total": sum(one.rows for one in found.sums),
        "rows": rows,
        "events": {record: [asdict(event) for event in found.events[record]] for record in shown},
    }


def _payers_document(paid: Payers) -> dict[str, Any]:
    return {"office": paid.office, "valid_from": paid.valid_from, "shares": paid.shares, "lead": paid.lead}


def _rows(found: ExplainedValue, limit: int | None) -> list[tuple[Sum, Row]]:
    """The rows of all sums in the formula's order, as many as are wanted of all together."""
    return [(one, row) for one in found.sums for row in one.shown][:limit]


def print_value(found: ExplainedValue, limit: int | None) -> None:
    """A value for people."""
    indicator, key, stored, out = BY_ID[found.key.indicator], found.key, found.stored, console()
    dimension = f", {key.dimension}" if key.dimension else ""
    out.print(f"[bold]{indicator.id}[/]  {indicator.zh}  {indicator.en}")
    out.print(f"  {key.subject}, {key.period.kind} {key.period.start} – {key.period.end} (not included), mode {key.mode}{dimension}")
    out.print(f"  meaning 含义: {indicator.definition}")
    out.print(escape(f"  formula 公式: {formula(indicator)}"))
    if stored is not None:
        parts = str(stored.numerator) + ("" if stored.denominator is None else f" / {stored.denominator}")
        value = "null" if stored.value is None else f"{stored.value:g}"
        out.print(f"  value 数值: [bold]{value}[/] = {parts}, scale {stored.scale}, {stored.period_state}")
        out.print(f"  computed 计算于: {stored.computed_at:%Y-%m-%d %H:%M:%S}, version {stored.version}")
    for one in found.sums:
        whole = " of the whole district 全区" if one.scope == "all" else ""
        out.print(f"  {one.part} {one.component} ({one.kind}){whole}: {one.rows} rows → {one.total}")
    for part in found.parts:
        verdict = "[green]equal 一致[/]" if part.equal else "[red]NOT equal 不一致[/]"
        out.print(f"  {part.name}: stored 已存 {part.stored}, from its rows 由明细重算 {part.recomputed}: {verdict}")
    if any(one.component.endswith(".present") for one in found.sums):
        out.print("  note 说明: presence has no facts; it is told from the persons' live entries and exits 在册人员由进出事件推得")
    for paid in found.payers:
        out.print(f"  payers 承担方: {_payers(paid)}")
    _print_rows(found, limit)


def _payers(paid: Payers) -> str:
    shares = ", ".join(f"{authority} {bp}" for authority, bp in paid.shares)
    return f"{paid.office} from {paid.valid_from}: {shares}; lead {paid.lead}"


def _print_rows(found: ExplainedValue, limit: int | None) -> None:
    out, shown, total = console(), _rows(found, limit), sum(one.rows for one in found.sums)
    if not shown:
        out.print("  nothing stands behind it 无明细")
        return
    table = Table("part", "component", Column("record / event", no_wrap=True), "day", "office", "assigner", "amount", "weight", box=None)
    told: set[str] = set()
    for one, row in shown:
        cells = one.part, one.component, row.record, str(row.day), row.office, row.assigner or "–", str(row.amount), str(row.weight)
        table.add_row(*map(escape, cells))
        if row.record not in told:
            told.add(row.record)
            for event in found.events[row.record]:
                table.add_row("", "", f"  [dim]{escape(_event(event))}[/]")
    out.print(table)
    if total > len(shown):
        out.print(f"{len(shown)} of {total} rows; --all shows every one 仅列前 {len(shown)} 条")


def _event(event: RecordEvent) -> str:
    return f"{event.partition}:{event.offset} {event.time:%Y-%m-%d %H:%M} {event.type} {event.standing} {event.id}"


def event_document(found: ExplainedEvent, limit: int | None) -> dict[str, Any]:
    """Everything about an event or record as plain data; values up to the limit."""
    return {
        "event": asdict(found.event) if found.event else None,
        "became": found.became,
        "note": found.note,
        "dead_letter": asdict(found.letter) if found.letter else None,
        "records": [
            {
                "record": behind.record,
                "events": [asdict(event) for event in behind.events],
                "facts": [fact._asdict() for fact in behind.facts],
                "values_total": len(behind.values),
                "values": [
                    one._asdict() | dict(zip(("numerator", "denominator", "value"), _now(found, one), strict=True))
                    for one in behind.values[:limit]
                ],
            }
            for behind in found.records
        ],
    }


def print_event(found: ExplainedEvent, limit: int | None) -> None:
    """An event, or a record, for people."""
    out = console()
    if found.event:
        out.print(escape(f"{found.event.type} {found.event.source} {found.event.id}"))
        out.print(escape(f"  at 位置: {_event(found.event)}; office {found.event.office or '–'}"))
    if found.became:
        out.print(f"  became 结果: {_BECAME[found.became]}")
    if found.letter:
        out.print(
            f"  letter 死信: {found.letter.partition}:{found.letter.offset} (`suoheng dead-letters show {found.letter.partition}:{found.letter.offset}`)"
        )
    if found.note:
        out.print(escape(f"  note 说明: {found.note}"))
    for behind in found.records:
        _print_record(found, behind, limit)


def _print_record(found: ExplainedEvent, behind: ExplainedRecord, limit: int | None) -> None:
    out = console()
    out.print(f"[bold]record 记录[/] {escape(behind.record)}")
    for event in behind.events:
        out.print(escape(f"  {_event(event)}"))
    out.print(f"  {len(behind.facts)} facts 事实")
    _print_table(("component", "dimension", "day", "office", "assigner", "amount"),
                 ((f.component, f.dimension, f.day, f.office, f.assigner, f.amount) for f in behind.facts))  # fmt: skip
    out.print(f"  {len(behind.values)} values touched now 现影响的数值")
    _print_table(
        ("indicator", "mode", "dimension", "subject", "window", "gives", "numerator", "denominator"),
        (
            (
                v.indicator,
                v.mode,
                v.dimension,
                v.subject_id,
                f"{v.window_kind}:{v.window_start}",
                f"{v.to_numerator}/{v.to_denominator}",
                *_now(found, v)[:2],
            )
            for v in behind.values[:limit]
        ),
    )
    if limit is not None and len(behind.values) > limit:
        out.print(f"{limit} of {len(behind.values)} values; --all shows every one 仅列前 {limit} 条")


def _now(found: ExplainedEvent, touched: Touched) -> tuple[Any, Any, Any]:
    now = found.now.get(touched.key)
    return (now.numerator, now.denominator, now.value) if now else (None, None, None)


def _print_table(columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    table = Table(*columns, box=None)
    for row in rows:
        table.add_row(*(escape("–" if cell in ("", None) else str(cell)) for cell in row))
    if table.row_count:
        console().print(table)
