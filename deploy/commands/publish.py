"""`suoheng publish`: the events of a file, one JSON text a line, into the log."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from deploy.errors import Finding, MissingDependency, Usage


def publish(
    file: Annotated[Path, typer.Argument(help="File of events, one JSON text a line; - reads standard input. 事件文件,每行一个 JSON")],
    kafka: Annotated[str, typer.Option(help="Kafka address host:port[,host:port]; default: SUOHENG_KAFKA.")] = "",
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what is written to the file, until stopped; needs --spool. 持续跟随文件")
    ] = False,
    spool: Annotated[
        Path | None, typer.Option(metavar="DIR", help="With --follow: folder in which events wait until they have arrived. 断网缓存目录")
    ] = None,
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="With --follow: a gateway, http(s)://…, instead of Kafka. 网关地址")] = "",
    key_file: Annotated[Path | None, typer.Option(help="With --to: file that holds the gateway's key. 凭据文件")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as one JSON document.")] = False,
) -> None:
    """Send events to the partitions of their districts and print how many. 发布事件

    Every line is sent as it stands, acknowledged by all replicas, once even when the network makes the client try again. Lines are not
    judged here: one that is not a valid event is sent too and is found in `suoheng dead-letters list`, with the reason; a line whose
    district cannot be read (not even from broken JSON) goes with an empty key and is counted as "without a district". Publishing the
    same file twice is harmless: an event is known by its source and id. Blank lines are skipped; lines above 1 MiB do not fit into Kafka:
    they are left out, counted, and the command ends with 1.

    With --follow the file is read on as it grows, each line once even when this process is killed: lines wait in the spool until the other side
    has acknowledged them, and are sent when the line or the other side is back. SIGTERM or Ctrl-C ends it; started again it goes on.
    """
    import json

    if follow:
        from deploy.following import follow_file

        done = follow_file(file, spool, to or _kafka_address(kafka), key_file)
        print(json.dumps(done) if as_json else f"{done['taken']:,} lines taken, {done['waiting']:,} wait in {spool}")
        return
    if spool or to or key_file:
        raise Usage("--spool, --to and --key-file go with --follow")
    with _opened(file) as source:
        counts = _send(source, kafka, _size(file))
    if as_json:
        print(json.dumps(counts))
    else:
        print(_sentence(counts))
    if counts["too_large"]:
        raise Finding(f"{counts['too_large']:,} lines are larger than 1 MiB and were not sent; an event has at most 16 KiB")


def _kafka_address(kafka: str) -> str:
    from schemas.settings import settings

    return f"kafka://{kafka or settings().kafka}"


def _opened(file: Path) -> AbstractContextManager[BinaryIO]:
    if str(file) == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except OSError as error:
        raise Usage(f"{file} cannot be read: {error.strerror}") from error


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None


def _send(source: BinaryIO, kafka: str, size: int | None) -> "dict[str, int | float]":
    import asyncio
    from time import perf_counter

    from schemas.settings import Unusable, settings
    from schemas.topics import OFFICE_EVENTS, topic_name
    from streams.ingest.publisher import PublishError, publish, read_lines

    began = perf_counter()
    with _progress(size) as advance:
        try:
            done = asyncio.run(
                publish(read_lines(source), kafka=kafka or settings().kafka, topic=topic_name(OFFICE_EVENTS), acknowledged=advance)
            )
        except PublishError as error:
            raise MissingDependency(str(error)) from error
        except Unusable:
            raise
        except OSError as error:
            raise Usage(f"the events cannot be read: {error.strerror or error}") from error
    return {
        "sent": done.sent,
        "without_district": done.without_district,
        "blank": done.blank,
        "too_large": done.too_large,
        "partitions": len(done.partitions),
        "seconds": round(perf_counter() - began, 3),
    }


@contextmanager
def _progress(size: int | None) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while it is a terminal; nothing otherwise. Yields what the publisher calls with the events and bytes of a batch."""
    if not sys.stderr.isatty():
        yield lambda _events, _bytes: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("publishing 发布"), BarColumn(), TextColumn("{task.fields[events]:,} events"), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=size, events=0)
        events = 0

        def advance(more: int, taken: int) -> None:
            nonlocal events
            events += more
            bar.update(task, advance=taken, events=events)

        yield advance


def _sentence(counts: "dict[str, int | float]") -> str:
    seconds = counts["seconds"]
    text = f"{counts['sent']:,} events sent to {counts['partitions']} partition(s) in {seconds:.1f} s"
    if counts["without_district"]:
        text += f"; {counts['without_district']:,} of them without a readable district: they will be in the dead letters"
    if counts["blank"]:
        text += f"; {counts['blank']:,} blank line(s) skipped"
    return text
