"""What long work tells while it goes on: steps as lines on standard error, and a bar below them on a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn


class Watcher(Protocol):
    """Is told of the work."""

    def step(self, line: str) -> None:
        """Something begins."""

    def progress(self, what: str, done: int, whole: int) -> None:
        """How far it is."""


class Lines:
    """Lines only, as in a log."""

    def step(self, line: str) -> None:
        print(f"suoheng: {line}", file=sys.stderr, flush=True)

    def progress(self, what: str, done: int, whole: int) -> None:
        """Nothing in a log."""

    def pause(self) -> None:
        """A question follows; nothing is in its way."""


class _Bar(Lines):
    def __init__(self, bar: Progress) -> None:
        self._bar, self._task = bar, bar.add_task("starting", total=None)

    def step(self, line: str) -> None:
        self._bar.console.print(f"suoheng: {line}", markup=False, highlight=False)

    def progress(self, what: str, done: int, whole: int) -> None:
        self._bar.start()
        self._bar.update(self._task, description=what, completed=done, total=whole)

    def pause(self) -> None:
        self._bar.stop()


@contextmanager
def shown() -> Iterator[Lines]:
    """For as long as a command runs."""
    if not sys.stderr.isatty():
        yield Lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _Bar(bar)
