"""`suoheng demo`: the whole way once, with known figures at its end, and a page to look at."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.errors import Finding, MissingDependency

if TYPE_CHECKING:
    from consumers.reconcile import Report
    from deploy.demo.results import Results
    from deploy.local.stack import Stack
    from deploy.waiting import Lag
    from schemas.settings import Settings

_LONGEST_WAIT_S = 900.0


def demo(
    once: Annotated[bool, typer.Option("--once", help="Publish, wait, show, reconcile, stop; the exit code tells. 运行一次即退出")] = False,
    data: Annotated[Path | None, typer.Option(help="Folder for all data and logs; default: SUOHENG_DATA, else .data.")] = None,
    port_base: Annotated[
        int | None, typer.Option(help="First of the ports used; default: SUOHENG_PORT_BASE, else 29090.", min=1024, max=65_000)
    ] = None,
    workers: Annotated[int, typer.Option(help="Number of worker processes.", min=1, max=64)] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the results as one JSON document.")] = False,
) -> None:
    """Start everything, publish two districts, show what comes out and whether it is right, and stay up. 演示

    The first district is that of the report which Suoheng grew from, with two years of history; the second is a month that a city
    published, to be printed back. Then everything is recomputed from the log by other code and compared. Without --once a few events a
    minute follow until Ctrl-C. Started again, it publishes only what the log does not hold. Ends 1 when anything is not as it must be.
    """
    from deploy.demo.trickle import Trickle
    from deploy.local.console import fetch_progress
    from deploy.local.stack import local_settings, local_stack

    right: bool | None = None
    try:
        with local_stack(local_settings(data, port_base), workers, fetched=fetch_progress()) as stack:
            _say(f"the page 页面: {stack.dashboard_url}   gateway {stack.gateway_url}   ClickHouse {stack.settings.clickhouse_url}")
            _publish(stack)
            right = _judge(stack.settings, as_json=as_json, page=stack.dashboard_url)
            if not once:
                _stay(Trickle(stack.settings), stack.dashboard_url)
    except KeyboardInterrupt:
        if once or right is None:
            raise
    if not right:
        raise Finding("the demo did not come out as it must: see what is marked NO above, and `suoheng reconcile`")


def _publish(stack: "Stack") -> None:
    """Bring into the log what it does not hold, and wait until all of it can be seen."""
    from consumers.assessment.library import library
    from deploy.demo import grades
    from deploy.demo.files import plan, prepare, publish_missing
    from deploy.waiting import wait

    now = datetime.now(UTC)
    files = prepare(stack.settings.data / "demo", now)
    if stack.settings.alerting_plan is None and not stack.settings.webhook_url:
        plan(stack.settings.alerting_file)
    grades.write(library(stack.settings.data), now)
    total = sum(file.stat().st_size for file in files)
    with _progress("publishing 发布", total) as advance:
        sent = publish_missing(files, stack.settings, lambda _events, size: advance(size))
    _say(f"{sent:,} events published" if sent else "the log holds the demo's events already")
    with _progress("into ClickHouse 入库", None) as advance:
        wait(stack.settings, _LONGEST_WAIT_S, _watch(stack, advance))


def _watch(stack: "Stack", advance: Callable[[int], None]) -> "Callable[[Lag], None]":
    """While waiting: show what is left, and stop waiting for a process that has given up."""

    def look(lag: "Lag") -> None:
        for name, reason in stack.supervisor.halted.items():
            raise MissingDependency(f"{name} has stopped for good: {reason}")
        advance(lag.remaining)

    return look


def _judge(config: "Settings", *, as_json: bool, page: str) -> bool:
    """Read, recompute, show; whether all is as it must be."""
    from consumers.clickhouse.client import CLICKHOUSE_ERRORS, connect
    from consumers.reconcile import Unreachable, reconcile
    from deploy.demo.results import read

    try:
        with connect(config) as client:
            results = read(client)
        _say("recomputing everything from the log by other code 独立复算")
        report = reconcile(config, None, None)
    except (*CLICKHOUSE_ERRORS, Unreachable) as error:
        raise MissingDependency(f"the results cannot be read: {error}") from error
    if as_json:
        _print_json(results, report, page)
    else:
        _print(results, report, page)
    return report.agrees and all(check.holds for check in results.checks())


def _print(results: "Results", report: "Report", page: str) -> None:
    from deploy.console import console
    from deploy.demo.results import Check
    from deploy.demo.show import show, verdicts

    out = console()
    show(results, out)
    verdicts([*results.checks(), Check("recomputed by other code: no row differs", report.agrees, report.verdict)], out)
    out.print(f"page 页面: {page}")


def _print_json(results: "Results", report: "Report", page: str) -> None:
    import json

    brief = [{"indicator": i, "dimension": d, "numerator": n, "denominator": m} for (i, d), (n, m) in results.brief.items()]
    rows: dict[str, Any] = {
        name: [row._asdict() for row in getattr(results, name)] for name in ("offices", "payers", "alerts", "letters", "flows")
    }
    document = {
        "page": page,
        "brief": brief,
        **rows,
        "district": results.district,
        "stars": results.stars,
        "checks": [check._asdict() for check in results.checks()],
        "reconciliation": report.as_json(),
    }
    print(json.dumps(document, ensure_ascii=False, default=str))


def _stay(trickle: Any, page: str) -> None:
    """Let a few events a minute follow, until interrupted."""
    import threading

    _say(f"five events a minute follow; look at {page}, Ctrl-C stops everything")
    trickle.start()
    try:
        threading.Event().wait()
    finally:
        trickle.stop()


@contextmanager
def _progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar over a total, or a falling number, on stderr while it is a terminal; one line anywhere else."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        _say(what)
        yield lambda _number: None
        return
    columns = (TextColumn(what), BarColumn()) if total else (TextColumn(what), TextColumn("about {task.fields[left]:,} rows to go"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total, left=0)
        yield lambda number: bar.update(task, advance=number) if total else bar.update(task, left=number)


def _say(line: str) -> None:
    print(f"suoheng: {line}", file=sys.stderr, flush=True)
