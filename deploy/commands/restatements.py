"""`suoheng restatements`: closed values that moved, as closed and now, step by step, with the events that moved them."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, MissingDependency, Usage

_ANSWER_SECONDS = 300.0
_BEGINNING = date(1970, 1, 1)


def restatements(
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")],
    since: Annotated[str, typer.Option(metavar="DAY", help="Only what moved on that day or later, e.g. 2026-03-01. 起始日")] = "",
    window: Annotated[str, typer.Option(help="One window, e.g. month:2026-03, quarter:2026-Q1, year:2026. 周期")] = "",
    indicator: Annotated[list[str] | None, typer.Option(help="Indicators by id; repeat it. 指标")] = None,
    subject: Annotated[str, typer.Option(help="One office, authority, or the district by its code. 司法所、单位或区划代码")] = "",
    dimensions: Annotated[bool, typer.Option("--dimensions", help="With the parts by dimension. 含分项")] = False,
    short: Annotated[bool, typer.Option("--short", help="With closed days and weeks. 含日、周")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many values, those that moved last first. 最多列出")] = 200,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write CSV there, one line a cause; - is standard output. 输出 CSV")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document.")] = False,
) -> None:
    """Closed values that moved: as closed, now, when each move came and by which events. 已封账数值的重述:封账时、现在、何时、因何事件

    Late entries, amendments and retractions of the value's own records; shares, offices, authorities and working days decided late; a definition that
    was changed. Exact as far as facts tell. What was reported on a day is told by `suoheng report --as-of DAY`.
    """
    require_district(district)
    if csv and as_json:
        raise Usage("--csv and --json exclude each other: choose one")
    ground, found = _read(district, since, window, (tuple(indicator or ()), subject, dimensions, short, limit))
    _tell(ground, found, csv, as_json=as_json)


def _read(district: str, since: str, window: str, narrowed: tuple[tuple[str, ...], str, bool, bool, int]) -> tuple[Any, Any]:
    from consumers.report.ground import read
    from consumers.restatements import Asked
    from consumers.restatements import restatements as ask
    from deploy.asking_clickhouse import ask_store, clickhouse_errors_told
    from deploy.explain import question
    from deploy.report.question import day
    from schemas.settings import settings

    indicators, subject, dimensions, short, limit = narrowed
    period = question.window(window) if window else None
    asked = Asked(district, period, indicators, subject, day("--since", since) if since else _BEGINNING, limit, short, dimensions)
    with clickhouse_errors_told(settings()):
        ground = read(settings(), district)
    if ground is None:
        raise Finding(f"there is no district {district} in this database; `suoheng wait` waits until all of the log is in it")
    if unknown := [id_ for id_ in indicators if id_ not in ground.catalogue]:
        raise Usage(
            f"there is no indicator {unknown[0]!r}{question.likely(unknown[0], list(ground.catalogue))}; `suoheng indicators` lists them"
        )
    return ground, ask_store(lambda store: ask(store, asked), _ANSWER_SECONDS)


def _tell(ground: Any, found: Any, csv: Path | None, *, as_json: bool) -> None:
    import json
    import sys

    from deploy.restatements.show import document, print_csv, print_restatements

    if as_json:
        print(json.dumps(document(ground, found), default=str, ensure_ascii=False))
    elif csv is None:
        print_restatements(ground, found)
    elif str(csv) == "-":
        print_csv(ground, found, sys.stdout)
    else:
        try:
            with csv.open("w", encoding="utf-8-sig", newline="") as file:
                print_csv(ground, found, file)
        except OSError as error:
            raise MissingDependency(f"{csv} cannot be written: {error.strerror}; name another file") from error
        print(f"{len(found.values)} restated values 重述数值 → {csv}")
