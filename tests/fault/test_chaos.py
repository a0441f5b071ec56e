"""The matrix of faults on one long-lived stack under continuous load, two hands landing them side by side, judged at checkpoints.

The judge is `consumers.reconcile`, which recomputes everything from the log by other code, and the reader that polled ClickHouse through it
all. `make test` lands each cheap kind a few times; `make faults` the whole table, within `MINUTES`, and publishes the count that it reached.
`SEED=<n>` repeats the order of the faults (not the moments: processes are real).
"""

import gc
import logging
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.reconcile import Patience, reconcile
from deploy.waiting import wait
from tests.fault.chaos import verdict
from tests.fault.chaos.hand import Hand, stacks
from tests.fault.chaos.load import APART_PARTITION, Load
from tests.fault.chaos.records import apart
from tests.fault.chaos.stage import Stage
from tests.fault.chaos.summary import summary
from tests.fault.chaos.table import SINK, TABLE, WORKERS, schedule
from tests.fault.chaos.watch import Watch
from tests.fault.report import LONG, publish, tell
from tests.fault.workers import until

RATE = 30
MINUTES = float(os.environ.get("MINUTES", "17"))
CHECKPOINT_S = 300.0
DRAINED_S = 240.0


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    # Of brokers that die, kafka-python leaves sockets; what it logs holds them to the end of the session, where they would be an error.
    logging.getLogger("kafka").setLevel(logging.CRITICAL + 1)
    try:
        stage.open()
        yield stage
    finally:
        stage.close()
        gc.collect()
        logging.getLogger("kafka").setLevel(logging.NOTSET)


@pytest.mark.timeout(5_400)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_nothing_is_lost_or_doubled(stage: Stage) -> None:
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 32)))
    print("seed", seed)
    load = Load(stage.settings, seed, RATE)
    load.publish(apart(3), APART_PARTITION)
    watch = Watch(stage.settings)
    until(lambda: watch.visible, "first events visible", 120)
    began = time.monotonic()
    hands = [Hand(name, stage, load, watch, schedule(name, long=LONG, seed=seed + n), seed + n) for n, name in enumerate((WORKERS, SINK))]
    checks = []
    try:
        while any(hand.going for hand in hands):
            go_on(hands, load)
            until_next(hands, stage, watch, min(CHECKPOINT_S, MINUTES * 60 - (time.monotonic() - began)))
            if time.monotonic() - began >= MINUTES * 60:
                for hand in hands:
                    hand.stop()
            checks.append(checkpoint(hands, stage, load, watch))
        assert list(verdict.findings(stage.settings)) == []
    except BaseException:
        print(stage.tails(), stacks(), sep="\n")
        raise
    finally:
        for hand in hands:
            hand.close()
        watch.close()
        load.close()
    figures = summary(hands, watch, stage, checks, seed, time.monotonic() - began)
    publish("chaos", "faults", figures)
    tell("chaos", figures)


@pytest.mark.skipif(not LONG, reason="one kind of fault after the other takes a quarter of an hour: make faults")
@pytest.mark.timeout(5_400)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_after_every_kind_of_fault_all_is_recomputed(stage: Stage) -> None:
    seed = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 32)))
    print("seed", seed)
    load = Load(stage.settings, seed, RATE)
    load.publish(apart(3), APART_PARTITION)
    watch = Watch(stage.settings)
    until(lambda: watch.visible, "first events visible", 120)
    checks: dict[str, object] = {}
    try:
        for n, fault in enumerate(TABLE):
            load.paused.clear()
            hand = Hand(fault.name, stage, load, watch, [fault], seed + n)
            try:
                until_next([hand], stage, watch, DRAINED_S)
                checks[fault.name] = {"landed": hand.landed.total(), **checkpoint([hand], stage, load, watch)}
            finally:
                hand.close()
            print(fault.name, checks[fault.name], flush=True)
        assert list(verdict.findings(stage.settings)) == []
    except BaseException:
        print(stage.tails())
        raise
    finally:
        watch.close()
        load.close()
    publish("each-kind", "kinds", {"seed": seed, "kinds": len(checks), "reconciled_after": checks})


def go_on(hands: list[Hand], load: Load) -> None:
    """After a checkpoint."""
    load.paused.clear()
    for hand in hands:
        hand.resting.clear()
        hand.pause.clear()


def until_next(hands: list[Hand], stage: Stage, watch: Watch, seconds: float) -> None:
    """Let the hands work until the next checkpoint or their end; stop at the first thing that no reader or keeper may see."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(hand.going for hand in hands):
        healthy(hands, stage, watch)
        time.sleep(0.2)


def healthy(hands: list[Hand], stage: Stage, watch: Watch) -> None:
    """Nothing unexpected so far."""
    for hand in hands:
        if hand.error:
            raise hand.error
    assert not watch.broken, watch.broken[:3]
    assert not stage.trouble, stage.trouble


def checkpoint(hands: list[Hand], stage: Stage, load: Load, watch: Watch) -> dict[str, object]:
    """Rest, let everything be worked off (I7), and have all of it recomputed (I1, I2)."""
    for hand in hands:
        hand.pause.set()
    until(lambda: all(hand.resting.is_set() for hand in hands), "the hands to rest", 300)
    load.paused.set()
    healthy(hands, stage, watch)
    until(stage.answers, "broker and ClickHouse to answer", 120)
    drained = wait(stage.settings, DRAINED_S)
    until(lambda: not watch.waiting, "the reader to see everything", 60)
    report = reconcile(stage.settings, patience=Patience(catch_up_s=120))
    assert report.agrees, f"{report.verdict}: {report.differences[:3]}"
    assert report.conserved
    return {
        "drained_s": drained.seconds,
        "messages": report.messages,
        "rows_compared": report.rows_compared,
        "rows_different": report.rows_different,
    }
