"""An office's publisher killed with -9 at random moments, while it publishes and while it hands in: what it took is in the log, in order, once.

`SPOOL_KILLS` says how often. The spool hands in at least once, so an event may stand in the log twice; that it counts once is asked of the core.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from streams.core.message import Message
from streams.ingest.sdk.spool import Spool
from tests.conftest import Installation
from tests.factories import OFFICE, OFFICE_SOURCE, event, message
from tests.fault.report import LONG, publish
from tests.folding import Folded, fold
from tests.integration.asking import messages
from tests.integration.test_gateway import Door

pytestmark = pytest.mark.topics_only

KILLS = int(os.environ.get("SPOOL_KILLS", "200" if LONG else "3"))
SEED = int(os.environ.get("SEED", "0"))
MOST_EVENTS, LONGEST_LIFE_S, START_S = 3_000, 1.5, 1.0
OFFICE_SYSTEM = """
import sys, time
from streams.ingest.sdk import Publisher
to, spool, source, office, times = sys.argv[1:]
out = Publisher(to, source, spool)
for _ in range(int(times)):
    print(out.publish("leg.consultation.given", office=office, data={"channel": "visit", "persons": 1}), flush=True)
print("all" if out.flush() else "not all", flush=True)
time.sleep(60)
"""


class OfficeSystem:
    """An office's system with its spool: started, and killed some time after; `taken` are the ids that `publish` has returned."""

    def __init__(self, environment: dict[str, str], spool: Path, ways: list[str], chance: random.Random) -> None:
        self._environment, self._spool, self._ways, self._chance = environment, spool, ways, chance
        self.taken: list[str] = []

    def life(self) -> str:
        """One life and its end; what it was doing then."""
        with self._started(self._chance.randrange(1, MOST_EVENTS)) as process:
            assert process.stdout is not None
            first = ""
            if self._chance.random() < 0.1:
                time.sleep(self._chance.uniform(0, START_S))
            else:
                first = process.stdout.readline()
                time.sleep(self._chance.uniform(0, LONGEST_LIFE_S))
            assert process.poll() is None
            process.kill()
            said = (first + process.stdout.read()).split()
        done = said[-1:] == ["all"]
        self.taken += said[: len(said) - done]
        if not said:
            return "while starting"
        return "when all had arrived" if done else "with events waiting" if self._waiting() else "before it knew that all had arrived"

    def last_life(self) -> None:
        """One that is let finish."""
        with self._started(5) as process:
            assert process.stdout is not None
            said = [process.stdout.readline().strip() for _ in range(6)]
            process.kill()
        assert said.pop() == "all"
        self.taken += said

    def _started(self, times: int) -> "subprocess.Popen[str]":
        arguments = [self._chance.choice(self._ways), str(self._spool), OFFICE_SOURCE, OFFICE, str(times)]
        return subprocess.Popen([sys.executable, "-c", OFFICE_SYSTEM, *arguments], env=self._environment, stdout=subprocess.PIPE, text=True)

    def _waiting(self) -> int:
        spool = Spool(self._spool)
        try:
            return spool.waiting
        finally:
            spool.close()


@pytest.mark.timeout(3_600)
def test_killed_at_random_nothing_taken_is_lost_doubled_or_out_of_order(installation: Installation, tmp_path: Path) -> None:
    seed = SEED or random.SystemRandom().randrange(1, 1 << 32)
    print("seed", seed)
    door = Door(dict(installation.environment) | {"SUOHENG_DATA": str(tmp_path / "data")}, tmp_path / "gateway.log")
    ways = [f"http://127.0.0.1:{door.port}", f"kafka://{installation.kafka}"]
    office = OfficeSystem(dict(installation.environment), tmp_path / "spool", ways, random.Random(seed))
    began = time.monotonic()
    with door.running():
        killed = Counter(office.life() for _ in range(KILLS))
        office.last_life()
    log = messages(installation)
    again = judge(log, office.taken, f"seed {seed}")
    if LONG:
        assert again, "no kill fell between an arrival and word of it: nothing was tried"
    publish("spool", "killed while it publishes and hands in", {
        "seed": seed, "kills": KILLS, "killed": dict(killed), "minutes": round((time.monotonic() - began) / 60, 1),
        "taken": len(office.taken), "in_the_log": len(log), "handed_in_again": again, "lost": 0, "doubled": 0, "out_of_order": 0, "gaps": 0,
    })  # fmt: skip


def judge(log: list[Message], taken: list[str], seed: str) -> int:
    """Nothing lost, doubled, out of order or missing in between; how many stand in the log once more."""
    events = [json.loads(value or b"") for _, _, _, value, _ in log]
    first = {one["id"]: int(one["sequence"]) for one in reversed(events)}
    inorder = list(dict.fromkeys(one["id"] for one in events))
    assert not set(taken) - first.keys(), f"lost ({seed})"
    assert [first[ident] for ident in inorder] == list(range(1, len(inorder) + 1)), f"order, gaps ({seed})"
    assert [ident for ident in inorder if ident in set(taken)] == taken, f"order of taking ({seed})"
    folded = counted(log)
    assert folded.dead == []
    assert folded.counts == {
        "read": len(log) + 1, "admitted": len(inorder) + 1, "duplicates": len(log) - len(inorder), "dead_letters": 0, "pending": 0,
    }, seed  # fmt: skip
    consultations = sum(
        value[0] for key, value in folded.values.items() if key[1] == "leg_consult_cnt" and key[4] == "office" and key[6] == "day"
    )
    assert consultations == len(inorder), f"doubled ({seed})"
    return len(log) - len(inorder)


def counted(log: list[Message]) -> Folded:
    """What the workers' core makes of the log, once the office is registered."""
    return fold([message(event("reg.office.opened", data={"opened_on": "2020-01-01"}), offset=0), *((one[0] + 1, *one[1:]) for one in log)])
