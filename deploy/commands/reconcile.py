"""`suoheng reconcile`: recompute everything from the log by other code and compare with ClickHouse. The library function is `consumers.reconcile`."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.errors import Finding, MissingDependency, Usage

if TYPE_CHECKING:
    from consumers.reconcile import Report


def reconcile(
    district: Annotated[str | None, typer.Option(help="Six-digit code of the only district to check; default: all. 区划代码")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON document (with --every one a line).")] = False,
    every: Annotated[int | None, typer.Option(min=1, help="Run again so many seconds after the end of a run, until interrupted.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Show at most so many differing rows; all are counted.")] = 20,
) -> None:
    """Recompute everything from the log by other code than the workers', and compare it with ClickHouse row by row. 独立复算核对

    The indicators that views tell when they are asked for are compared in the newest windows: 13 months, 5 quarters, 3 half-years and years.
    Ends 0 when nothing differs, 1 with the rows that do, 3 when Kafka or ClickHouse is not there. Rows that new events change during the run
    are compared with their history. Each run is written into the table `reconciliations`.
    """
    import time

    if district is not None and not (district.isascii() and district.isdigit() and len(district) == 6):
        raise Usage(f"--district takes a six-digit code, not {district!r}")
    while every is not None:
        try:
            _show(_run(district, limit), as_json=as_json, brief=True)
        except MissingDependency as error:
            print(f"suoheng: {error}", file=sys.stderr)
        time.sleep(every)
    report = _run(district, limit)
    _show(report, as_json=as_json, brief=False)
    if district is not None and not report.messages:
        raise Finding(f"the log holds no message of district {district}: nothing was compared; is the code right?")
    if not report.agrees:
        raise Finding(f"reconciliation: {report.verdict}")


def _run(district: str | None, limit: int) -> "Report":
    from consumers.reconcile import Unreachable
    from consumers.reconcile import reconcile as run
    from schemas.settings import settings

    try:
        with _progress() as progress:
            return run(settings(), district, progress, limit=limit, told=True)
    except Unreachable as error:
        raise MissingDependency(str(error)) from error


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None] | None]:
    """A bar on stderr; none when stderr is not a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    if not sys.stderr.isatty():
        yield None
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading the log", total=None)
        yield lambda what, done, whole: bar.update(task, description=what, completed=done, total=whole)


def _show(report: "Report", *, as_json: bool, brief: bool) -> None:
    import json

    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False, default=str), flush=True)
        return
    if brief and report.agrees:
        print(f"{report.started_at:%Y-%m-%d %H:%M:%S}Z {report.verdict}", flush=True)
        return
    _tables(report)


def _tables(report: "Report") -> None:
    from rich.markup import escape
    from rich.table import Table

    from deploy.console import console

    out = console()
    summary = Table("compared with the log", "rows", "different", title="Reconciliation 独立复算")
    for table, rows in report.compared.items():
        summary.add_row(table, f"{rows:,}", f"[red]{report.different[table]:,}[/]" if report.different[table] else "0")
    out.print(summary)
    if report.differences:
        rows_shown = Table("table", "key", "expected", "found", "rests on", title=f"Differences (showing {len(report.differences)})")
        for difference in report.differences:
            cells = (difference.table, difference.key, _said(difference.expected), _said(difference.found), "\n".join(difference.behind))
            rows_shown.add_row(*map(escape, cells))
        out.print(rows_shown)
    counts = ", ".join(f"{name.replace('_', ' ')} {number:,}" for name, number in report.counts.items())
    out.print(f"{report.messages:,} messages of {report.districts:,} districts read: {counts}")
    if report.gaps:
        out.print(f"{report.gaps:,} numbers are missing in the publishers' sequences (view `sources`): events that never came")
    if report.overtaken:
        out.print(f"{report.overtaken:,} rows were changed by newer events meanwhile and were not judged")
    out.print(f"[{'green' if report.agrees else 'red'}]{report.verdict}[/]")


def _said(content: Any) -> str:
    return "no such row" if content is None else str(content)
