"""What befalls the sink, its line to ClickHouse, and ClickHouse. As in `worker_faults.py`."""

import signal
import sys
import time
from collections.abc import Callable

from tests.fault.chaos.hand import Hand
from tests.fault.chaos.proxy import Cut
from tests.fault.chaos.stage import Start
from tests.integration.test_sink_faults import DIES_BETWEEN_INSERT_AND_COMMIT, DIES_BETWEEN_TWO_TABLES

LANDS_WITHIN_S = 20.0


def kill(hand: Hand) -> bool:
    """SIGKILL at any moment."""
    hand.stage.signal("sink", signal.SIGKILL)
    return True


def kill_in(program: str) -> Callable[[Hand], bool]:
    """The sink dies at a named place of its first flush."""

    def land(hand: Hand) -> bool:
        dead = hand.stage.ends["sink -9"]
        hand.stage.once["sink"] = Start((sys.executable, "-c", program), hand.stage.usual["sink"].changed)
        hand.stage.signal("sink", signal.SIGKILL)
        return hand.happens(lambda: hand.stage.ends["sink -9"] >= dead + 2, 40)

    return land


kill_before_commit = kill_in(DIES_BETWEEN_INSERT_AND_COMMIT)
kill_between_tables = kill_in(DIES_BETWEEN_TWO_TABLES)


def freeze(hand: Hand) -> bool:
    """SIGSTOP beyond its session."""
    hand.stage.frozen("sink", 8)
    return True


def restart(hand: Hand) -> bool:
    """SIGTERM; it is started again."""
    hand.stage.signal("sink", signal.SIGTERM)
    return True


def cut(where: Cut) -> Callable[[Hand], bool]:
    """The next insert is cut off."""
    return lambda hand: hand.stage.proxy.land(where, LANDS_WITHIN_S)


def cut_line(hand: Hand) -> bool:
    """No connection to ClickHouse for five seconds."""
    proxy = hand.stage.proxy
    proxy.is_down = True
    try:
        proxy.cut_all()
        time.sleep(5)
    finally:
        proxy.is_down = False
    return True


def kill_clickhouse(hand: Hand) -> bool:
    """SIGKILL while an insert is on its way."""

    def strike() -> None:
        hand.stage.signal("clickhouse", signal.SIGKILL)

    return hand.stage.proxy.land(strike, LANDS_WITHIN_S)


def freeze_clickhouse(hand: Hand) -> bool:
    """SIGSTOP for three seconds."""
    hand.stage.frozen("clickhouse", 3)
    return True


def clickhouse_away(hand: Hand) -> bool:
    """Killed and not started again for a minute."""
    hand.stage.held.add("clickhouse")
    hand.stage.signal("clickhouse", signal.SIGKILL)
    time.sleep(60)
    hand.stage.held.discard("clickhouse")
    return True
