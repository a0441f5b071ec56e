"""What is going on, on standard error while that is a terminal; nothing otherwise."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn


class Bar:
    """One task after the other."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """Something whose end nobody knows."""
        with self.counting(what, None):
            yield

    @contextmanager
    def counting(self, what: str, total: int | None) -> Iterator[Callable[[int], None]]:
        """Something that is counted; yields what is told how many more are done."""
        if not self._shown:
            yield lambda _more: None
            return
        columns = (
            (SpinnerColumn(), TextColumn(what)) if total is None else (TextColumn(what), BarColumn(), TextColumn("{task.completed:,}"))
        )
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=total)
            yield lambda more: bar.update(task, advance=more)
