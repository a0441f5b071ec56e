"""A process that only a new start would mend ends itself, and none that is merely late or lacks something."""

import subprocess
import sys
import time

PROGRAM = """
import sys, time
from schemas.operation import ending
from schemas.operation.health import Condition, Health, Pulse

ending.LOOK_EVERY_S = 0.1
pulse = Pulse("the loop", float(sys.argv[3]))
ending.end_when_dead(lambda: Health("sink", (pulse.condition(),), (Condition("clickhouse", "it does not answer"),)))
for _ in range(int(sys.argv[1])):
    pulse.beat()
    time.sleep(0.05)
time.sleep(float(sys.argv[2]))
"""


def run(beats: int, still_s: float, limit_s: float) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(beats), str(still_s), str(limit_s)], capture_output=True, text=True, timeout=60, check=False
    )
    return ended.returncode, ended.stderr


def test_one_that_stands_still_ends_with_70_and_says_why() -> None:
    began = time.monotonic()
    code, told = run(1, 50.0, 0.5)
    assert code == 70
    assert told.startswith("suoheng sink: the loop has stood still for ")
    assert time.monotonic() - began < 40


def test_one_that_lacks_something_goes_on() -> None:
    assert run(30, 0.0, 30.0) == (0, "")
