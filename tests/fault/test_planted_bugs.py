"""The judge is judged: each bug planted on purpose is found by a run that, without the bug, it finds nothing wrong with."""

from collections.abc import Iterator

import pytest

from tests.fault.simulated.planted import PLANTED, Planted
from tests.fault.simulated.runs import Run, whole_run
from tests.fault.simulated.world import Stuck, worlds

SEEDS = range(40)
"""Tried until the bug is found."""


@pytest.fixture
def run() -> Iterator[Run]:
    with worlds() as run:
        yield run


def wrong(run: Run, seed: int) -> list[str]:
    try:
        return whole_run(run, seed)[1]
    except Stuck as stuck:
        return [f"I7 {stuck}"]


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_found(run: Run, planted: Planted) -> None:
    for seed in SEEDS:
        with planted():
            found = wrong(run, seed)
        if found:
            print(f"seed {seed}: {found[0]}; {len(found)} findings")
            assert wrong(run, seed) == []
            return
    pytest.fail(f"not found in {len(SEEDS)} runs")
