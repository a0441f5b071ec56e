"""`suoheng preview`: what another definition of an indicator would make of past values, closed ones apart; nothing is published."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, Usage

if TYPE_CHECKING:
    from consumers.report.ground import Ground
    from deploy.preview.effect import Effect, Moved
    from streams.core.catalogue import Indicator


def preview(
    indicator: Annotated[str, typer.Argument(metavar="ID", help="The indicator that is to be defined otherwise. 指标编号")],
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")],
    num: Annotated[
        list[str] | None,
        typer.Option(
            help="Component of the new numerator, e.g. med.agreed or med.accepted\\[source=applied]; repeat to add; default: as it is. 分子"
        ),
    ] = None,
    den: Annotated[list[str] | None, typer.Option(help="Component of the new denominator; repeat to add; default: as it is. 分母")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Kinds of window: month, quarter, half, year; default: all. 周期")] = None,
    limit: Annotated[
        int, typer.Option(min=0, help="List at most so many values, closed ones and the biggest movements first. 最多列出")
    ] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """What another formula over the catalogue's components would make of the past, beside what was published. 口径变更对既往数值的影响

    Computed from stored facts; nothing is written, published or restated. To put it in force change the declaration, raise its version and
    `suoheng rebuild`, which also compares what changes the facts themselves (--no-switch).
    """
    from consumers.periods import KINDS
    from deploy.preview.definition import another

    require_district(district)
    if wrong := [one for one in kind or () if one not in KINDS]:
        raise Usage(f"--kind {wrong[0]!r} is none of {', '.join(KINDS)}")
    if not num and not den:
        raise Usage("say what the other definition is: --num COMPONENT, --den COMPONENT")
    other = another(indicator, num or [], den or None)
    ground, found = _read(district, other, kind or list(KINDS))
    _tell(ground, other, found, limit, as_json=as_json)


def _read(district: str, other: "Indicator", kinds: list[str]) -> "tuple[Ground, Effect]":
    from consumers.report.ground import read
    from deploy.asking_clickhouse import clickhouse_errors_told
    from deploy.preview.effect import effect
    from schemas.settings import settings

    with clickhouse_errors_told(settings()):
        ground = read(settings(), district)
        if ground is None:
            raise Finding(f"there is no district {district} in this database; `suoheng wait` waits until all of the log is in it")
        return ground, effect(settings(), ground, other, kinds)


def _tell(ground: "Ground", other: "Indicator", found: "Effect", limit: int, *, as_json: bool) -> None:
    import json

    from deploy.catalogue.words import formula
    from streams.core.catalogue import BY_ID

    there = BY_ID[other.id]
    if as_json:
        told = {"id": other.id, "formula": formula(there), "version": there.version, "other": formula(other), "equal": found.equal}
        rows = [_plain(one) for one in found.moved[: limit or None]]
        moved = {"moved": len(found.moved), "moved_closed": sum(one.closed for one in found.moved), "rows": rows}
        print(json.dumps(told | moved, ensure_ascii=False, default=str))
        return
    print(f"{other.id} {other.zh}: {formula(there)} (version 版本 {there.version}) → {formula(other)}")
    _print(ground, found, limit)


def _print(ground: "Ground", found: "Effect", limit: int) -> None:
    from rich.table import Table

    from deploy.console import console

    out = console()
    summary = Table("window 周期", "equal 不变", "moved 变动", "of them closed 其中已封账", header_style="bold")
    for kind, equal in found.equal.items():
        of_kind = [one for one in found.moved if one.kind == kind]
        summary.add_row(kind, f"{equal:,}", f"{len(of_kind):,}", f"{sum(one.closed for one in of_kind):,}")
    out.print(summary)
    if not found.moved or not limit:
        return
    shown = Table("window 周期", "of 所属", "mode 归属方式", "published 已发布", "other 改后", "state 状态", header_style="bold")
    for one in found.moved[:limit]:
        whose = " ".join(part for part in (ground.names.get(one.key.subject_id, ""), one.key.subject_id, one.key.dimension) if part)
        shown.add_row(f"{one.kind} {one.key.span.first}", whose, one.key.mode, _said(one.old), _said(one.new), one.state)
    out.print(shown)
    if len(found.moved) > limit:
        out.print(f"… and {len(found.moved) - limit:,} more 另有 (--limit, --json)")


def _said(value: Any) -> str:
    if value is None:
        return "none 无"
    parts = str(value.numerator) if value.denominator is None else f"{value.numerator}/{value.denominator}"
    return parts if value.value is None else f"{value.value:.6g} ({parts})"


def _plain(one: "Moved") -> dict[str, Any]:
    key = one.key
    return {
        "window_kind": one.kind,
        "window_start": key.span.first,
        "mode": key.mode,
        "dimension": key.dimension,
        "subject_kind": key.subject_kind,
        "subject_id": key.subject_id,
        "state": one.state,
        "published": one.old and one.old._asdict(),
        "other": one.new and one.new._asdict(),
    }
