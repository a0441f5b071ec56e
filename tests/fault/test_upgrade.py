"""N-1 → N → N-1 under load: workers of two builds side by side, one after the other replaced; every row equals the oracle's."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.reconcile import reconcile
from deploy.local.child import as_environment, start_child, stop_children
from streams.worker import build
from streams.worker.snapshot_store import Name
from tests.conftest import Installation
from tests.fault.other_build_worker import OTHER
from tests.fault.report import LONG
from tests.fault.test_whole_way import events
from tests.fault.workers import REAL, Feed, Outside, Worker, ending
from tests.integration.whole_way import SINK

pytestmark = pytest.mark.skipif(not LONG, reason="workers of two builds by turns, half a minute: LONG_FAULTS=1")

ANOTHER = (sys.executable, str(Path(__file__).with_name("other_build_worker.py")))
STEP = 1_000


@pytest.fixture
def sink(installation: Installation, tmp_path: Path) -> Iterator[None]:
    process = start_child(SINK, as_environment(installation), tmp_path / "sink.log")
    yield
    stop_children([process], patience_s=20)


def test_two_builds_side_by_side_and_back(installation: Installation, feed: Feed, outside: Outside, sink: None, tmp_path: Path) -> None:
    load = events(7)
    settings = {
        "snapshot_path": str(tmp_path / "snapshots"),
        "snapshot_events": 200,
        "snapshot_minutes": 0,
        "dead_letter_percent": 0,
        "dead_letter_streak": 0,
    }

    def publish() -> None:
        feed.records([record for record, _ in zip(load, range(STEP), strict=False)])

    with ending([]) as workers:

        def start(name: str, command: tuple[str, ...]) -> Worker:
            workers.append(Worker(installation, tmp_path, name, command=command, **settings))
            workers[-1].wait_ready()
            return workers[-1]

        before = start("before", REAL)
        publish()
        after = start("after", ANOTHER)  # side by side: each owns some of the partitions
        publish()
        outside.wait_drained()
        assert before.stop() == 0
        publish()
        back = start("back", REAL)
        publish()
        assert after.stop() == 0
        publish()
        outside.wait_drained()
        assert back.stop() == 0
    builds = {name.build for path in (tmp_path / "snapshots").rglob("*.snapshot") if (name := Name.parse(path.name))}
    assert builds == {OTHER, build.settled()}
    report = reconcile(installation)
    assert report.agrees, report.differences
    assert report.messages > 4 * STEP
