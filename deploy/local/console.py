"""What long work shows: a bar on a terminal; in a log one line at its beginning and one at its end."""

import sys

from deploy.local.jars import Progress


def fetch_progress() -> Progress:
    """Shows on stderr how far the fetching of Kafka's jars is."""
    from rich.console import Console

    console = Console(stderr=True)
    return _bar(console) if console.is_terminal else _lines()


def _bar(console: object) -> Progress:
    from rich import progress

    columns = (progress.TextColumn("fetching Kafka"), progress.BarColumn(), progress.MofNCompleteColumn())
    bar = progress.Progress(*columns, console=console, transient=True)  # type: ignore[arg-type]
    task = bar.add_task("")

    def show(done: int, total: int, _: str) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)
        if done == total:
            bar.stop()

    return show


def _lines() -> Progress:
    begun = False

    def show(done: int, total: int, _: str) -> None:
        nonlocal begun
        if not begun or done == total:
            print(f"suoheng: fetching Kafka, {done} of {total} files", file=sys.stderr, flush=True)
        begun = True

    return show
