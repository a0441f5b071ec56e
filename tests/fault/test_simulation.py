"""Runs of the simulated world under one seed after another, for a few seconds, or for minutes in `make faults`, which reports the count."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.fault.report import LONG, publish
from tests.fault.simulated.runs import Run, shell_run, whole_run
from tests.fault.simulated.world import World, worlds

SECONDS = 150.0 if LONG else 3.0
"""For each of the two kinds of runs; longer, but at most ten times as long, where a slow machine has not met the faults below by then."""
MUST_HAPPEN = ("worker frozen", "worker killed")
KINDS = {"the shell around a counting core": shell_run, "real core, sink and store": whole_run}


@pytest.fixture
def run() -> Iterator[Run]:
    with worlds() as run:
        yield run


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("kind", KINDS)
def test_every_run_ends_as_if_nothing_had_happened(run: Run, kind: str) -> None:
    first = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 32)))
    print("first seed", first)
    steps, runs, happened = repeated(lambda seed: KINDS[kind](run, seed), first)
    assert all(happened[fault] for fault in MUST_HAPPEN), happened
    publish("simulation", kind, {"first_seed": first, "runs": runs, "steps": steps, "faults": dict(sorted(happened.items())), "wrong": 0})


def repeated(of_seed: Callable[[int], tuple[World, list[str]]], first: int) -> tuple[int, int, Counter[str]]:
    """Steps, runs and what happened, until the time is over. Fails with the seed of a run that ended wrongly."""
    steps = runs = 0
    happened: Counter[str] = Counter()
    began = time.monotonic()
    while (passed := time.monotonic() - began) < SECONDS or (passed < 10 * SECONDS and not all(happened[fault] for fault in MUST_HAPPEN)):
        world, found = of_seed(first + runs)
        assert not found, f"SEED={first + runs}: {len(found)} findings: {found[:3]}"
        steps, runs = steps + world.steps, runs + 1
        for what, times in world.happened.items():
            happened[what.partition(":")[0]] += times
    return steps, runs, happened
