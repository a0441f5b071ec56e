"""An embedded ClickHouse of the benchmark's own with tables in it, a page over it, and a simulated district to store."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from deploy.local.child import as_environment, start_child, stop_children
from deploy.migrate import migrate
from deploy.simulate.district import Plan, simulate
from schemas.settings import Settings
from streams.core.message import Message
from tests.fault.workers import until
from tests.ports import free_port_base

DISTRICT = "990200"
SLICE = 20_000
"""Events folded at once."""
_APPENDED_MS = 1_900_000_000_000


@contextmanager
def clickhouse() -> Iterator[tuple[Settings, int]]:
    """Settings that point to it, and its process."""
    with tempfile.TemporaryDirectory(prefix="suoheng-bench-") as folder:
        settings = Settings(data=Path(folder), port_base=free_port_base())
        with _running("deploy.local.clickhouse", settings) as pid:
            until(lambda: _migrated(settings), "ClickHouse is up", 90)
            yield settings, pid


@contextmanager
def page(settings: Settings) -> Iterator[int]:
    """The page's process; it may not answer yet."""
    with _running("consumers.dashboard", settings) as pid:
        yield pid


def district(offices: int, first: date, days: int) -> list[Message]:
    """The events of a made-up district, as they lie on a partition."""
    made = simulate(Plan(DISTRICT, offices, first, days, 1))
    return [(n, _APPENDED_MS + n, DISTRICT.encode(), event, ()) for n, event in enumerate(made)]


@contextmanager
def _running(module: str, settings: Settings) -> Iterator[int]:
    child = start_child([sys.executable, "-m", module], as_environment(settings), settings.data / f"{module}.log")
    try:
        yield child.pid
    finally:
        stop_children([child], patience_s=20)


def _migrated(settings: Settings) -> bool:
    try:
        migrate(settings)
    except Exception:  # noqa: BLE001  not up yet
        return False
    return True
