"""`suoheng rules test|backtest`: what rules would do, before they are in force. 预警规则的单元测试与回测"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.arguments import require_district
from deploy.errors import Finding, Usage

if TYPE_CHECKING:
    from deploy.rules.backtest import Backtest
    from deploy.yaml_file import FileProblem

_MOST_LINES = 60
"""Alerts that are listed; the rest is counted, and in `--json`."""


def test(
    file: Annotated[Path, typer.Argument(help="File of tests (YAML); deploy/rules/starter.test.yaml is an example. 测试文件")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,  # noqa: PT028 (a command named test)
) -> None:
    """Unit tests of rules: made-up values or events, and which alerts must fire on which days. 规则单元测试

    A file names `rule_files` (or has `rules` itself) and `tests`. A test has either `values: {rule, from, series}`: consecutive windows of one
    rule, such as "1/20 2/20 _ 0x5"; or `offices` and `events` ({day, type, office, data, entered, refused}), which the workers' own code folds.
    `expect` names for some days all alerts, of the `rules` that the test has in force, that fire at their end: "RULE [SUBJECT] since DAY". Ends 1 when one test fails. Needs no stack.
    """
    from deploy.rules.test_file import read
    from deploy.rules.testing import run

    suite, problems = read(file)
    if problems:
        _tell(problems, file)
        raise Usage(f"{file} has {len(problems)} mistake(s)")
    outcomes = run(suite)
    failed = [one for one in outcomes if one.differences]
    if as_json:
        print(json.dumps({"tests": [one._asdict() for one in outcomes], "failed": len(failed)}, ensure_ascii=False))
    else:
        for one in outcomes:
            print(f"{'FAILED' if one.differences else 'ok':<6} {one.name}")
            print("".join(f"         {line}\n" for line in one.differences), end="")
    if failed:
        raise Finding(f"{len(failed)} of {len(outcomes)} tests failed (-: expected, did not fire; +: fired, was not expected)")
    if not as_json:
        print(f"{len(outcomes)} tests passed")


def backtest(
    file: Annotated[Path, typer.Argument(help="Rules file (YAML). 规则文件")],
    district: Annotated[str, typer.Option(help="Six-digit code of the district. 区划代码")],
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day judged. Default: a year before --to.")
    ] = None,
    to: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day. Default: the log's last.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document, with every alert.")] = False,
) -> None:
    """When would each rule have fired, for whom, how often, how long, how many at once. 规则回测

    Replays the district's log by the workers' own code as if the rules had been in force since the first day, and tells each alert on the day
    on which it would have been told: also those that a later entry took back. Rules in force are left out; nothing is written.
    """
    from deploy.rules.backtest import backtest as replay
    from deploy.rules.file import read
    from schemas.settings import settings

    require_district(district)
    found = read(file)
    if found.problems:
        _tell(found.problems, file)
        raise Usage(f"{file} has {len(found.problems)} mistake(s)")
    if from_ and to and from_ > to:
        raise Usage("--from lies after --to")
    with _progress() as progress:
        result = replay(settings(), district, found.rules, from_ and from_.date(), to and to.date(), progress)
    if as_json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        _print(result)


def _print(result: "Backtest") -> None:
    from rich.table import Table

    from deploy.console import console

    table = Table(title=f"{result.district}: {result.first} – {result.last}", title_justify="left")
    for heading in ("rule 规则", "severity 级别"):
        table.add_column(heading, no_wrap=True)
    headings = (
        "alerts 次数",
        "taken back 撤回",
        "subjects 对象",
        "firing at the end 未解除",
        "days each 平均天数",
        "longest 最长",
        "at once 同时最多",
    )
    for heading in headings:
        table.add_column(heading, justify="right")
    for one in result.summaries:
        figures = (
            one.alerts,
            one.taken_back,
            one.subjects,
            one.firing,
            f"{one.mean_days:.1f}" if one.alerts else "–",
            one.longest_days,
            one.at_once,
        )
        table.add_row(one.rule.id, one.rule.severity, *map(str, figures))
    console().print(table)
    for episode in result.episodes[:_MOST_LINES]:
        print(f"{episode.told_on} {episode.ended_on or 'still firing':<12} {episode.rule} {episode.subject}: {episode.why}")
    if len(result.episodes) > _MOST_LINES:
        print(f"… and {len(result.episodes) - _MOST_LINES} more; --json has them all")


def _tell(problems: "Sequence[FileProblem]", file: Path) -> None:
    for problem in problems:
        print(f"{file}:{problem.line}: {problem.where + ': ' if problem.where else ''}{problem.what}", file=sys.stderr)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr; none when stderr is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("reading the log", total=None)
        yield lambda what, done, whole: bar.update(task, description=what, completed=done, total=whole)
