"""Workers killed with -9, at named points and at random, and frozen beyond their session, while events flow: nothing lost, nothing doubled.

The core only counts, so what is tried is the shell around it; `test_whole_way.py` tries everything together. Each fault must have landed on
work in progress: events in the log that no committed transaction covers.
"""

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from streams.worker.failpoints import FailPoint
from tests.conftest import Installation
from tests.fault.workers import Feed, Outside, Worker, until

pytestmark = pytest.mark.topics_only

QUICK = 3
FAULTS = int(os.environ.get("FAULTS", QUICK))
"""How many faults each random test lands; more than the quick ones also kill at more points."""
SMALL_BATCH = 50
"""Many transactions, so that a fault meets one."""


def start(installation: Installation, workers: list[Worker], folder: Path, **changed: Any) -> Worker:
    worker = Worker(installation, folder, f"worker-{len(workers)}", micro_batch_events=SMALL_BATCH, **changed)
    workers.append(worker)
    return worker


# At which pass of the point the worker dies: the first ones leave no finished work behind, later ones do.
POINTS = [
    (FailPoint.AFTER_FOLD, 1),
    (FailPoint.AFTER_SEND, 7),
    (FailPoint.AFTER_OFFSETS, 7),
    (FailPoint.AFTER_COMMIT, 7),
    (FailPoint.DURING_RECOVERY, 3),
    (FailPoint.DURING_REBALANCE, 1),
]
MORE = [
    (FailPoint.AFTER_FOLD, 9),
    (FailPoint.AFTER_SEND, 1),
    (FailPoint.AFTER_OFFSETS, 1),
    (FailPoint.AFTER_COMMIT, 1),
    (FailPoint.DURING_RECOVERY, 1),
]


@pytest.mark.parametrize(("point", "passes"), POINTS + (MORE if FAULTS > QUICK else []), ids=str)
def test_killed_at_a_named_point(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path, point: FailPoint, passes: int
) -> None:
    feed.numbers(2_000, bad_every=97)
    if point is FailPoint.DURING_RECOVERY:
        first = start(installation, workers, tmp_path)
        outside.wait_drained()
        assert first.stop() == 0
    feed.numbers(1_000, bad_every=97)
    killed = start(installation, workers, tmp_path, fail_point=f"{point}:{passes}")
    assert killed.ended() == -signal.SIGKILL
    assert outside.lag() > 0
    start(installation, workers, tmp_path)
    feed.numbers(500, bad_every=97)
    outside.wait_drained()
    outside.judge()


def test_killed_at_random(installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    running = [start(installation, workers, tmp_path) for _ in range(2)]
    for worker in running:
        worker.wait_ready(2)
    landed = 0
    while landed < FAULTS:
        _feed_for(feed, chance.uniform(0.1, 4))
        place = chance.randrange(2)
        feed.numbers(2_000, bad_every=97)
        running[place].kill()
        assert outside.lag() > 0
        landed += 1
        running[place] = start(installation, workers, tmp_path)
        _restart_what_ended(installation, workers, tmp_path, running)
    _feed_for(feed, 1)
    until(lambda: not _restart_what_ended(installation, workers, tmp_path, running) and outside.lag() == 0, f"drained (seed {seed})", 120)
    outside.judge()


def test_frozen_beyond_its_session_then_thawed(
    installation: Installation, outside: Outside, feed: Feed, workers: list[Worker], tmp_path: Path
) -> None:
    """The thawed worker's transaction is refused; it ends by itself, and what it had sent stays invisible."""
    running = [start(installation, workers, tmp_path) for _ in range(2)]
    for worker in running:
        worker.wait_ready(2)
    for landed in range((FAULTS + 2) // 3):
        frozen, other = running[landed % 2], running[1 - landed % 2]
        feed.numbers(20_000, bad_every=97)
        os.kill(frozen.process.pid, signal.SIGSTOP)
        assert outside.lag() > 0
        other.wait_ready(4)
        outside.wait_drained()
        feed.numbers(500)
        os.kill(frozen.process.pid, signal.SIGCONT)
        _feed_for(feed, 3)
        _restart_what_ended(installation, workers, tmp_path, running)
        for worker in running:
            worker.wait_ready(2)
    until(lambda: not _restart_what_ended(installation, workers, tmp_path, running) and outside.lag() == 0, "drained", 120)
    outside.judge()


def _feed_for(feed: Feed, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        feed.numbers(50, bad_every=97)
        time.sleep(0.1)


def _restart_what_ended(installation: Installation, workers: list[Worker], folder: Path, running: list[Worker]) -> bool:
    """As the supervisor does: a worker that ended itself with 70 is started again."""
    ended = [place for place, worker in enumerate(running) if worker.process.poll() is not None]
    for place in ended:
        assert running[place].process.returncode == 70, running[place].log.read_text()[-2_000:]
        running[place] = start(installation, workers, folder)
    return bool(ended)
