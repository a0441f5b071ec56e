"""`suoheng rebuild`: another epoch beside the one served, compared and switched to. The library is `deploy.rebuild`."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from deploy.rebuild.comparison import Comparison
    from deploy.rebuild.run import Outcome

AsJson = Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")]
Workers = Annotated[int, typer.Option(help="Number of worker processes of the shadow.", min=1, max=64)]
Limit = Annotated[int, typer.Option(min=0, help="Show at most so many differing values; all are stored (view `rebuild_differences`).")]
AnyBuild = Annotated[
    bool, typer.Option("--any-build", help="Go on with an epoch that another build began; what the two define otherwise mixes.")
]


def rebuild(
    context: typer.Context,
    epoch: Annotated[int | None, typer.Option(min=1, max=32_767, help="Number of the epoch to build; greater than the one served.")] = None,
    accept: Annotated[bool, typer.Option("--accept", help="Switch although there are differences.")] = False,
    no_switch: Annotated[bool, typer.Option("--no-switch", help="Replay and compare only; the next run goes on from there.")] = False,
    any_build: AnyBuild = False,
    workers: Workers = 1,
    limit: Limit = 10,
    as_json: AsJson = False,
) -> None:
    """Compute an epoch from the whole log beside the one that is served, compare the two, and switch to it. 重算、比对、切换

    Readers see nothing of it before the switch, and all of it after. With differences it asks; where nobody can be asked it ends with 1 and
    switches when it is called again with --accept. It can be cut off at any moment and called again. `rebuild rollback` goes back.
    """
    if context.invoked_subcommand:
        return
    from deploy.errors import Finding, Usage
    from deploy.rebuild.run import Options
    from deploy.rebuild.run import rebuild as run
    from deploy.watcher import shown
    from schemas.settings import settings

    if epoch is None:
        raise Usage("say which epoch to build (--epoch N), or what else to do: status, compare, rollback, drop")

    def agree(found: "Comparison") -> bool:
        if accept or as_json or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return accept
        watcher.pause()
        _show(found, limit)
        return typer.confirm("Switch all the same? 仍要切换?", default=False, err=True)

    options = Options(accept=agree, switch=not no_switch, any_build=any_build, workers=workers)
    with shown() as watcher:
        outcome = run(settings(), epoch, options, watcher)
    _tell(outcome, limit, as_json=as_json)
    if not outcome.switched and not no_switch:
        raise Finding(f"epoch {epoch} differs and was not accepted: epoch {outcome.served} is still served; --accept switches")
    if no_switch and outcome.comparison and outcome.comparison.different:
        raise Finding(f"epoch {epoch} differs from epoch {outcome.served}, which is still served")


def compare(
    epoch: Annotated[int, typer.Option(min=0, max=32_767, help="The rebuilt epoch.")], limit: Limit = 10, as_json: AsJson = False
) -> None:
    """Print what the last comparison of a rebuilt epoch found. 查看比对结果

    Ends with 1 when there are differences. The values are in the view `rebuild_differences`.
    """
    import json

    from deploy.errors import Finding
    from deploy.rebuild.comparison import last_comparison
    from schemas.settings import settings

    found = last_comparison(settings(), epoch)
    if found is None:
        raise Finding(f"epoch {epoch} was never compared; `suoheng rebuild --epoch {epoch} --no-switch` does")
    if as_json:
        print(json.dumps(_comparison_json(found), ensure_ascii=False, default=str))
    else:
        _show(found, limit)
    if found.different:
        raise Finding(f"{found.different:,} of {found.rows:,} rows differ")


def rollback(
    now: Annotated[
        bool, typer.Option("--now", help="At once, before the epoch has caught up with the log: readers see older numbers first.")
    ] = False,
    any_build: AnyBuild = False,
    workers: Workers = 1,
    as_json: AsJson = False,
) -> None:
    """Serve the epoch again that was served before the present one. 回退

    Its rows stand as it left them; first it is brought up to date, then switched to, as in a rebuild. The other one is kept beside.
    """
    from deploy.rebuild.run import Options, roll_back
    from deploy.watcher import shown
    from schemas.settings import settings

    with shown() as watcher:
        outcome = roll_back(settings(), Options(any_build=any_build, workers=workers), watcher, at_once=now)
    _tell(outcome, 0, as_json=as_json)


def status(as_json: AsJson = False) -> None:
    """Which epoch is served, which others are kept beside, and how far they are. 状态

    Ends with 1 while a switch is not finished.
    """
    import json
    from dataclasses import asdict

    from deploy.errors import Finding
    from deploy.rebuild.status import status as ask
    from schemas.settings import settings

    found = ask(settings())
    if as_json:
        told = asdict(found) | {"switches": [one.model_dump(mode="json") for one in found.switches]}
        told["beside"] = [asdict(one) | {"comparison": one.comparison and _comparison_json(one.comparison)} for one in found.beside]
        print(json.dumps(told, ensure_ascii=False, default=str))
    else:
        since = (
            f" since {found.switches[-1].decided_at:%Y-%m-%d %H:%M:%S}Z, before it epoch {found.switches[-1].previous}"
            if found.switches
            else ""
        )
        print(f"epoch {found.served} is served{since}; computed by build {_builds(found.builds)}, this is {_builds((found.ours,))}")
        for one in found.beside:
            compared = f"{one.comparison.different:,} of {one.comparison.rows:,} rows differ" if one.comparison else "never compared"
            print(f"epoch {one.epoch} is kept beside: {one.behind:,} events behind the log, by build {_builds(one.builds)}; {compared}")
    if found.unfinished:
        raise Finding(f"the switch to epoch {found.served} is not finished on partitions {', '.join(map(str, found.unfinished))}")


def drop(epoch: Annotated[int, typer.Option(min=0, max=32_767, help="An epoch that is not served.")]) -> None:
    """Forget an epoch that is not served: its topics, rows, groups and snapshots. 删除旧的重算结果

    What was published of it stays in `indicator_history`. It cannot be rolled back to any more.
    """
    from deploy.rebuild.drop import drop as run
    from schemas.settings import settings

    run(settings(), epoch)
    print(f"epoch {epoch} is forgotten")


def _tell(outcome: "Outcome", limit: int, *, as_json: bool) -> None:
    import json

    if as_json:
        told = {"epoch": outcome.epoch, "served": outcome.served, "switched": outcome.switched}
        found = outcome.comparison
        print(json.dumps(told | {"comparison": found and _comparison_json(found)}, ensure_ascii=False, default=str))
        return
    if outcome.comparison:
        _show(outcome.comparison, limit)
    print(f"epoch {outcome.served} is served")


def _comparison_json(found: "Comparison") -> dict[str, Any]:
    from dataclasses import asdict

    counts = [asdict(count) | {"biggest": [movement._asdict() for movement in count.biggest]} for count in found.counts]
    return {"old": found.old, "new": found.new, "rows": found.rows, "different": found.different, "moving": found.moving, "counts": counts}


def _show(found: "Comparison", limit: int) -> None:
    from rich.table import Table

    from deploy.console import console

    out = console()
    summary = Table("rows of", "equal", "changed", "new", "gone", "in closed windows", title=f"Epoch {found.old} → {found.new} 重算比对")
    names: dict[str, list[int]] = {}
    for count in found.counts:
        name = count.name if count.compared == "indicator_values" and count.different else count.compared
        sums = names.setdefault(name, [0] * 5)
        names[name] = [a + b for a, b in zip(sums, (count.equal, count.changed, count.new, count.gone, count.restated), strict=True)]
    for name, numbers in sorted(names.items(), key=lambda one: -sum(one[1][1:4])):
        summary.add_row(name, *(f"{number:,}" if number else "·" for number in numbers))
    out.print(summary)
    movements = [(count.name, movement) for count in found.counts for movement in count.biggest]
    if movements and limit:
        shown = Table("indicator", "subject", "mode", "window", "old", "new", title="Biggest movements 变动最大")
        for indicator, one in movements[:limit]:
            subject = " ".join(filter(None, (one.subject, one.dimension)))
            shown.add_row(indicator, subject, one.mode, one.window, _said(one.old, one.what == "new"), _said(one.new, one.what == "gone"))
        out.print(shown)
    if found.moving:
        out.print(f"{found.moving:,} rows were changed by newer events meanwhile and were not judged")
    out.print(f"[{'red' if found.different else 'green'}]{found.different:,} of {found.rows:,} rows differ[/]")


def _said(value: float | None, missing: bool) -> str:
    return "no row" if missing else "null" if value is None else f"{value:.6g}"


def _builds(found: tuple[str, ...]) -> str:
    return " and ".join(one[:12] for one in found if one) or "unknown"
