"""`suoheng registry`: a district's offices, authorities, shares, villages, working days and rules as one file. 登记簿"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, MissingDependency, Usage

if TYPE_CHECKING:
    from deploy.registry.effect import Moved
    from deploy.registry.saying import Change

SHOWN = 20
"""So many moved values are shown; --json has all."""


def export(
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write there instead of to standard output. 输出文件")] = None,
) -> None:
    """Write the registry in force as a file that `apply` takes. 导出登记簿"""
    from deploy.registry.file import write
    from deploy.registry.standing import ask
    from schemas.settings import settings

    registry = ask(settings(), require_district(district)).registry
    if not (registry.offices or registry.authorities or registry.splits):
        raise Finding(f"nothing is registered of district {district}; `suoheng wait` waits until all of the log is in ClickHouse")
    text = write(registry)
    if output is None:
        print(text, end="")
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise MissingDependency(f"{output} cannot be written: {error.strerror}") from error
    print(
        f"{output}: {len(registry.offices)} offices 司法所, {len(registry.authorities)} authorities 单位, {len(registry.splits)} splits 分担"
    )


def apply(
    file: Annotated[Path, typer.Argument(help="Registry file (YAML), as `suoheng registry export` writes it. 登记簿文件")],
    yes: Annotated[bool, typer.Option("--yes", help="Publish; without it only what would change is shown. 确认发布")] = False,
    prune: Annotated[
        bool, typer.Option("--prune", help="Take back what is in force and not in the file; else it is kept. 撤销文件中没有的条目")
    ] = False,
    effect: Annotated[bool, typer.Option(help="Show which values would move; reads the district's log once. 显示将变动的数值")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Bring the registry to what a file says: the differences first, and which values they move; with --yes their events. 应用登记簿

    A change that reaches back, such as a share learned late, restates every value of the days that it covers; values of closed periods are
    told apart. Villages are told by snapshots of their offices (`cap.village.snapshot`) in the bureau's name, each as its day's last word.
    Nothing is guessed: an unknown office or authority, shares that are no whole, and whatever a worker would refuse end the command.
    """
    from deploy.deciding import publish_events, require_valid
    from deploy.registry.changes import changes
    from deploy.registry.standing import ask
    from schemas.settings import settings

    wanted = _read(file)
    found = changes(ask(settings(), wanted.district), wanted, prune=prune)
    events = [event for change in found for event in change.events]
    for event in events:
        require_valid(event, str(file))
    moved = _effect(wanted.district, events) if effect and events else []
    if yes and events:
        publish_events(events)
    if as_json:
        print(json.dumps(_document(wanted.district, found, events, moved, published=yes and bool(events)), ensure_ascii=False))
    else:
        _tell(found, events, moved, yes=yes, effect=effect)


def _read(file: Path) -> Any:
    from deploy.registry.file import read

    registry, problems = read(file)
    for problem in problems:
        print(f"{file}:{problem.line}: {problem.where + ': ' if problem.where else ''}{problem.what}", file=sys.stderr)
    if registry is None:
        raise Usage(f"{file} has {len(problems)} mistake(s); nothing was published")
    return registry


def _effect(district: str, events: Sequence[dict[str, Any]]) -> "list[Moved]":
    from rich.console import Console
    from rich.progress import Progress

    from deploy.registry.effect import effect
    from schemas.settings import settings

    lines = [json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode() for event in events]
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("what would move 测算影响", total=None)
        return effect(settings(), district, lines, lambda at, end: bar.update(task, completed=at, total=end))


def _document(
    district: str, found: "Sequence[Change]", events: Sequence[dict[str, Any]], moved: "Sequence[Moved]", *, published: bool
) -> dict[str, Any]:
    return {
        "district": district,
        "published": published,
        "changes": [{"sign": change.sign, "line": change.line, "events": [event["id"] for event in change.events]} for change in found],
        "events": events,
        "moved": [one._asdict() for one in moved],
    }


def _tell(found: "Sequence[Change]", events: Sequence[dict[str, Any]], moved: "Sequence[Moved]", *, yes: bool, effect: bool) -> None:
    for change in found:
        print(f"{change.sign} {change.line}")
    if kept := sum(change.sign == "." for change in found):
        print(f"{kept} not in the file, kept; --prune takes them back 文件中没有的条目保留,加 --prune 撤销")
    if not events:
        print("nothing to change: it is so already 无需变更")
        return
    if effect:
        _tell_moved(moved)
    print(f"{len(events)} event(s) published 已发布" if yes else f"{len(events)} event(s) to publish; --yes does it 未发布,加 --yes 发布")


def _tell_moved(moved: "Sequence[Moved]") -> None:
    from rich.markup import escape
    from rich.table import Table

    from deploy.console import console
    from streams.core.catalogue import BY_ID

    closed = sum(one.closed for one in moved)
    print(f"{len(moved):,} value(s) move, {closed:,} of them in closed periods 变动数值 {len(moved):,} 个,其中已封账 {closed:,} 个")
    if not moved:
        return
    table = Table("indicator 指标", "of 对象", "mode 归属", "window 周期", "before 原值", "after 新值", "", box=None)
    for one in moved[:SHOWN]:
        name = BY_ID[one.indicator].zh + (f" {one.dimension}" if one.dimension else "")
        table.add_row(escape(name), one.subject_id, one.mode, f"{one.window_kind} {one.window_start}", _value(one, one.before),
                      _value(one, one.after), "closed 已封账" if one.closed else "")  # fmt: skip
    console().print(table)
    if len(moved) > SHOWN:
        print(f"… and {len(moved) - SHOWN:,} more; --json has all 其余见 --json")


def _value(one: "Moved", parts: tuple[int, int | None] | None) -> str:
    """A sum in its unit, a ratio with its parts."""
    if parts is None:
        return "–"
    weight = 10_000 if one.mode == "share_weighted" else 1
    numerator, denominator = parts[0] / one.scale, parts[1]
    if denominator is None:
        return f"{numerator:,.10g}"
    whole = denominator / weight
    return f"{numerator:,.10g} / {whole:,.10g}" + (f" = {numerator / whole:.4g}" if whole else "")
