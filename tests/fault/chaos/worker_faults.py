"""What befalls workers and the broker. Each function lands one fault and returns whether it did; what it broke heals by itself."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kafka.errors import KafkaError

from streams.worker.failpoints import FailPoint
from tests.fault.chaos.hand import Hand
from tests.fault.chaos.load import APART_PARTITION
from tests.fault.chaos.records import apart
from tests.fault.chaos.stage import WORKERS, Start
from tests.fault.workers import until

Damage = Callable[[Path], None]
OTHER_CLOCK = """
import runpy, sys, time
real, shift = time.time, float(sys.argv[1])
time.time = lambda: real() + shift
sys.argv = ["streams.worker"]
runpy.run_module("streams.worker", run_name="__main__")
"""


def kill(hand: Hand) -> bool:
    """SIGKILL at any moment."""
    hand.stage.signal(hand.chance.choice(WORKERS), signal.SIGKILL)
    return True


def kill_burst(hand: Hand) -> bool:
    """Ten kills in ten seconds."""
    for _ in range(10):
        kill(hand)
        time.sleep(1)
    return True


def kill_at(point: FailPoint) -> Callable[[Hand], bool]:
    """The worker kills itself at a named point, in its first, second or third pass."""

    def land(hand: Hand) -> bool:
        number = hand.chance.randrange(len(WORKERS))
        passes = 1 if point is FailPoint.DURING_REBALANCE else hand.chance.randrange(1, 4)
        dead = hand.stage.ends["worker -9"]
        hand.stage.once[WORKERS[number]] = hand.stage.worker(number, fail_point=f"{point}:{passes}")
        hand.stage.signal(WORKERS[number], signal.SIGKILL)
        return hand.happens(lambda: hand.stage.ends["worker -9"] >= dead + 2, 40)

    return land


def freeze(seconds: float) -> Callable[[Hand], bool]:
    """SIGSTOP for so long, then SIGCONT: beyond the session timeout (6 s) another worker has taken over."""

    def land(hand: Hand) -> bool:
        hand.stage.frozen(hand.chance.choice(WORKERS), seconds)
        return True

    return land


def rolling_restart(hand: Hand) -> bool:
    """SIGTERM to each in turn."""
    for name in WORKERS:
        hand.stage.signal(name, signal.SIGTERM)
        time.sleep(3)
    return True


def join_and_leave(hand: Hand) -> bool:
    """A third worker for five seconds."""
    hand.stage.usual["worker-3"] = hand.stage.worker(2)
    hand.stage.pid("worker-3")
    time.sleep(5)
    del hand.stage.usual["worker-3"]
    if hand.stage.alive("worker-3"):
        hand.stage.signal("worker-3", signal.SIGTERM)
    return True


def kill_broker(hand: Hand) -> bool:
    """SIGKILL; it is started again at once."""
    hand.stage.signal("kafka", signal.SIGKILL)
    return True


def kill_broker_while_workers_start(hand: Hand) -> bool:
    """All workers are killed, and while they come back, at a moment between their start and their first batch, the broker."""
    for name in WORKERS:
        hand.stage.signal(name, signal.SIGKILL)
    time.sleep(hand.chance.uniform(0, 7))
    return kill_broker(hand)


def freeze_broker(hand: Hand) -> bool:
    """SIGSTOP beyond every session."""
    hand.stage.frozen("kafka", 8)
    return True


def spoil_snapshots(damage: Damage) -> Callable[[Hand], bool]:
    """Damage the newest snapshot of every partition, then kill a worker, so that they are looked at."""

    def land(hand: Hand) -> bool:
        folders = [folder for folder in (hand.stage.settings.data / "snapshots").rglob("*") if folder.is_dir()]
        newest = [max(files) for folder in folders if (files := sorted(folder.glob("*.snapshot")))]
        for path in newest:
            damage(path)
        return bool(newest) and kill(hand)

    return land


def truncate(path: Path) -> None:
    """The last byte is gone."""
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    """A bit in the middle is another."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)


def delete_offset(hand: Hand) -> bool:
    """All workers are killed and their group is deleted before they are started again."""

    def deleted() -> bool:
        hand.outside.admin.delete_groups([hand.outside.group])
        return not hand.outside.committed()

    return _while_nobody_works(hand, deleted)


def set_back_offset(hand: Hand) -> bool:
    """All workers are killed, and before they are started again their group forgets the second half of what it was told."""
    to = min(hand.outside.committed().values(), default=0) // 2

    def set_back() -> bool:
        hand.outside.set_back(to)
        return set(hand.outside.committed().values()) == {to}

    return _while_nobody_works(hand, set_back)


def _while_nobody_works(hand: Hand, done: Callable[[], bool]) -> bool:
    """Whether something that takes an empty group came about while all workers were dead."""
    stage = hand.stage
    stage.held |= set(WORKERS)

    def tried() -> bool:
        try:
            return done()
        except KafkaError:
            return False

    try:
        for name in WORKERS:
            stage.signal(name, signal.SIGKILL)
        return hand.happens(tried, 40)
    finally:
        stage.held -= set(WORKERS)


def other_clock(hand: Hand) -> bool:
    """A worker's clock (`time.time`) is two hours or a day away from everybody else's, until it is next restarted."""
    number = hand.chance.randrange(len(WORKERS))
    shift = hand.chance.choice((-86_400, -7_200, 7_200))
    usual = hand.stage.worker(number)
    hand.stage.once[WORKERS[number]] = Start((sys.executable, "-c", OTHER_CLOCK, str(shift)), usual.changed)
    hand.stage.signal(WORKERS[number], signal.SIGKILL)
    return hand.happens(lambda: WORKERS[number] not in hand.stage.once, 20)


def trip_breaker(hand: Hand) -> bool:
    """150 invalid records in a row: every owner of the partition halts with 78 and commits nothing of them; with the limit lifted, as an
    operator would, they go on."""
    stage, number = hand.stage, APART_PARTITION
    hand.load.publish([(b"990108", b"{", [])] * 150, APART_PARTITION)
    until(lambda: stage.halted >= set(WORKERS), "every owner of the partition to halt", 120)
    ends = hand.outside.ends()
    assert hand.outside.committed()[number] <= ends[number] - 50, "refused in a row, and committed"
    usual = {name: stage.usual[name] for name in WORKERS}
    for n, name in enumerate(WORKERS):
        stage.usual[name] = stage.worker(n, dead_letter_streak=0)
    stage.halted.clear()
    until(lambda: hand.outside.committed().get(number, 0) >= ends[number], "the halted partition to go on", 90)
    hand.load.publish(apart(5), APART_PARTITION)
    stage.usual |= usual
    for name in WORKERS:  # else the next trip finds them with the limit lifted
        stage.signal(name, signal.SIGTERM)
    return True
