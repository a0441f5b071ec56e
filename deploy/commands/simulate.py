"""`suoheng simulate`: a realistic, reproducible district as a file of events."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from deploy.errors import MissingDependency, Usage

if TYPE_CHECKING:
    from deploy.simulate.district import Plan

_DEFAULT_START = datetime.fromisoformat("2024-01-01")


def simulate(
    offices: Annotated[int, typer.Option(min=1, max=999, help="Number of justice offices. 司法所数")],
    days: Annotated[int, typer.Option(min=1, max=7_305, help="Number of days. 天数")],
    seed: Annotated[int, typer.Option(help="Seed: the same one gives the same bytes. 随机种子")],
    out: Annotated[Path, typer.Option(help="File to write, one event a line; - writes to standard output. 输出文件")],
    district: Annotated[str, typer.Option(help="District code, 99 and four digits: outside the real ones. 区划代码")] = "990001",
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day. 起始日期")] = _DEFAULT_START,
    disorder: Annotated[
        bool, typer.Option("--disorder", help="Let a third of the events arrive days or weeks out of order. 大量乱序")
    ] = False,
    every_type: Annotated[
        bool, typer.Option("--every-type", help="Not only what the core indicators need: nearly every type of event. 涵盖几乎全部事件类型")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as one JSON document.")] = False,
) -> None:
    """Write what the offices of a made-up district would send, in order of arrival. 生成模拟数据

    Calibrated by published figures (volumes, types of disputes, terms, lateness, seasons). Contains what real logs contain: late and
    out-of-order entries, corrections, retractions, duplicates, a rare gap in a sequence, payers that change, decisions learned late.
    Everything is valid; only events that lie in the future when they are published are refused, so let the days end before today.
    """
    import json

    from deploy.simulate.district import Plan

    _check(district)
    plan = Plan(district, offices, start.date(), days, seed, disorder, 0 if every_type else None)
    counts = _write(plan, out)
    end = plan.start + timedelta(days=days - 1)
    summary = {
        "events": counts[0],
        "bytes": counts[1],
        "district": district,
        "offices": offices,
        "first_day": str(plan.start),
        "last_day": str(end),
    }
    stream = sys.stderr if str(out) == "-" else sys.stdout
    if as_json:
        print(json.dumps(summary), file=stream)
    else:
        print(f"{counts[0]:,} events of {offices} office(s) from {plan.start} to {end}: {out} ({counts[1] / 1e6:.1f} MB)", file=stream)
    if end >= datetime.now(timezone(timedelta(hours=8))).date():
        print(
            "suoheng: note: the last days lie ahead; events of the future are refused (TIME_FUTURE) when they are published",
            file=sys.stderr,
        )


def _check(district: str) -> None:
    if not (len(district) == 6 and district.isascii() and district.isdigit() and district.startswith("99")):
        raise Usage(
            f"--district {district!r}: a simulated district has a code of six digits that begins with 99, which no real district has"
        )


def _write(plan: "Plan", out: Path) -> tuple[int, int]:
    """Number of events and bytes written; a file appears under its name only when it is whole."""
    from deploy.simulate.district import simulate

    if str(out) == "-":
        return _copy(simulate(plan), sys.stdout.buffer)
    part = out.with_name(out.name + ".part")
    try:
        with part.open("wb") as file:
            counts = _copy(simulate(plan), file)
        part.replace(out)
    except OSError as error:
        raise (MissingDependency if part.exists() else Usage)(f"{out} cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return counts


def _copy(events: Iterator[bytes], file: BinaryIO) -> tuple[int, int]:
    number = size = 0
    with _progress() as show:
        for event in events:
            number += 1
            size += file.write(event + b"\n")
            if number % 2_000 == 0:
                show(number)
    return number, size


@contextmanager
def _progress() -> Iterator[Callable[[int], None]]:
    """A counter on stderr while it is a terminal; nothing otherwise."""
    if not sys.stderr.isatty():
        yield lambda _number: None
        return
    from rich.console import Console

    with Console(stderr=True).status("simulating 生成中") as status:
        yield lambda number: status.update(f"simulating 生成中: {number:,} events")
