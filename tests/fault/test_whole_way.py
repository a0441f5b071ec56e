"""The real core, two workers and the sink, each killed with -9 at random while events flow; every row in ClickHouse equals the oracle's.

The oracle (`consumers.reconcile`) was written by other hands from the contract's text. Among the events are duplicates, malformed ones and a
third out of order; snapshots are written all the while, so most recoveries begin with one. `FAULTS=<n>` lands n kills, and with more than the
quick ones 50,000 events flow.
"""

import random
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from threading import Event, Thread

import pytest

from consumers.reconcile import reconcile
from deploy.simulate.district import Plan, simulate
from streams.ingest.publisher import key_of
from tests.conftest import Installation
from tests.fault.test_kill import FAULTS, QUICK
from tests.fault.workers import REAL, Feed, Outside, Record, Worker, ending, until

DISTRICTS = ("990101", "990102", "990103")
EVENTS = 50_000 if FAULTS > QUICK else 4_000
STEPS_PER_S = 10
STEP = max(1, EVENTS // (FAULTS * 8 * STEPS_PER_S))
"""Events of a step: the flow lasts some eight seconds a fault."""
SINK = (sys.executable, "-m", "consumers.clickhouse")


def events(seed: int) -> Iterator[Record]:
    """The districts' events by turns; 2 % come twice, 1 % are cut short."""
    chance = random.Random(seed)
    days = 40 if EVENTS < 10_000 else 500
    sources = [simulate(Plan(district, 3, date(2025, 1, 1), days, seed, disorder=True)) for district in DISTRICTS]
    for turn in zip(*sources, strict=False):
        for line in turn:
            key = key_of(line)
            yield key, line, []
            if chance.random() < 0.02:
                yield key, line, []
            if chance.random() < 0.01:
                yield key, line[: chance.randrange(len(line))], []


class Flow:
    """Publishes in the background, in steps, until everything is sent."""

    def __init__(self, installation: Installation, seed: int) -> None:
        self._feed, self._seed, self._pause = Feed(installation), seed, Event()
        self._thread = Thread(target=self._run, name="flow")
        self._thread.start()

    def _run(self) -> None:
        step: list[Record] = []
        for number, record in enumerate(events(self._seed)):
            if number == EVENTS:
                break
            step.append(record)
            if len(step) == STEP:
                self._feed.records(step)
                step.clear()
                self._pause.wait(1 / STEPS_PER_S)
        self._feed.records(step)
        self._feed.close()

    @property
    def going(self) -> bool:
        return self._thread.is_alive()

    def finish(self) -> None:
        """Send the rest without pauses."""
        self._pause.set()
        self._thread.join()


@pytest.mark.timeout(3_600)
def test_workers_and_sink_killed_while_events_flow(installation: Installation, outside: Outside, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print("seed", seed)
    chance = random.Random(seed)
    commands = {"worker-1": REAL, "worker-2": REAL, "sink": SINK}
    with ending([]) as started:

        def start(name: str) -> Worker:
            started.append(Worker(installation, tmp_path, name, command=commands[name], micro_batch_events=200, snapshot_events=300))
            return started[-1]

        running = {name: start(name) for name in commands}
        flow = Flow(installation, seed)
        try:
            until(lambda: outside.read("conservation"), "first transactions")
            for landed in range(FAULTS):
                name = ("worker-1", "sink", "worker-2")[landed] if landed < 3 else chance.choice(list(commands))
                Event().wait(chance.uniform(0.1, 5))
                until(lambda: outside.lag() > 0, "work in progress")
                running[name].kill()
                assert flow.going, "the events were all sent before the faults had landed"
                running[name] = start(name)
                revive(running, start)
        finally:
            flow.finish()
        until(lambda: not revive(running, start) and outside.lag() == 0, f"drained (seed {seed})", 300)
        assert any("snapshot loaded" in process.log.read_text() for process in started), "no recovery began with a snapshot"
        report = reconcile(installation)
        assert report.agrees, f"seed {seed}: {report.verdict}; {report.differences[:3]}"
        assert report.messages == sum(outside.ends().values())


def revive(running: dict[str, Worker], start: Callable[[str], Worker]) -> bool:
    """As the supervisor does: what ended itself with 70 is started again."""
    ended = [name for name, process in running.items() if process.process.poll() is not None]
    for name in ended:
        assert running[name].process.returncode == 70, running[name].log.read_text()[-2_000:]
        running[name] = start(name)
    return bool(ended)
