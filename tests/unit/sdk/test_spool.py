"""The outbox on disk: numbers without gaps, order, bounds, one holder, and a kill at any point."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from streams.ingest.sdk.spool import Place, Refused, Spool, SpoolError

SOURCE = "/districts/990107/office-1"
WRITER = """
import sys
from pathlib import Path
from streams.ingest.sdk.spool import Spool
spool = Spool(Path(sys.argv[1]))
while True:
    spool.say("s", lambda number: b"%d" % number)
    print(spool.head(1_000_000)[-1][1].decode(), flush=True)
"""


def numbers(spool: Spool) -> list[int]:
    return [int(event) for _, event in spool.head(1_000_000)]


def say(spool: Spool, times: int = 1) -> None:
    for _ in range(times):
        spool.say(SOURCE, lambda number: b"%d" % number)


def test_numbers_have_no_gaps_over_restarts(tmp_path: Path) -> None:
    for _ in range(3):
        spool = Spool(tmp_path)
        say(spool, 2)
        spool.close()
    assert numbers(Spool(tmp_path)) == [1, 2, 3, 4, 5, 6]


def test_what_cannot_be_built_uses_up_no_number(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    with pytest.raises(ZeroDivisionError):
        spool.say(SOURCE, lambda number: b"%d" % (number // 0))
    say(spool)
    assert (numbers(spool), spool.waiting) == ([1], 1)


def test_each_source_counts_for_itself(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    say(spool, 2)
    spool.say("other", lambda number: b"%d" % number)
    assert numbers(spool) == [1, 2, 1]


def test_what_has_arrived_is_gone_and_the_order_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    say(spool, 5)
    spool.arrived(spool.head(2), [None, Refused(b"2", "STRUCT_VALUE", "data.x")])
    assert numbers(spool) == [3, 4, 5]
    assert spool.waiting == 3
    assert spool.refused() == [Refused(b"2", "STRUCT_VALUE", "data.x")]
    spool.forget()
    assert spool.refused() == []


def test_a_full_spool_takes_nothing_until_something_has_arrived(tmp_path: Path) -> None:
    spool = Spool(tmp_path, most_bytes=20)
    spool.say(SOURCE, lambda _: b"x" * 15)
    with pytest.raises(SpoolError, match="full: 1 events wait"):
        spool.say(SOURCE, lambda _: b"y" * 6)
    spool.arrived(spool.head(1), [None])
    spool.say(SOURCE, lambda number: b"%d" % number)
    assert numbers(spool) == [2]  # what was not taken used up no number


def test_one_process_holds_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    say(spool)
    with pytest.raises(SpoolError, match="in use by another process"):
        Spool(tmp_path)
    spool.close()
    Spool(tmp_path).close()


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError, match="cannot be used"):
        Spool(tmp_path / "file")
    (tmp_path / "outbox.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(SpoolError, match="cannot be used"):
        Spool(tmp_path)


def test_lines_and_how_far_they_were_read_are_one(tmp_path: Path) -> None:
    spool = Spool(tmp_path, most_bytes=10)
    spool.copy([b"a", b"b"], "f", Place("1:2", 4))
    with pytest.raises(SpoolError):
        spool.copy([b"c" * 20], "f", Place("1:2", 25))
    assert spool.place("f") == Place("1:2", 4)
    assert [event for _, event in spool.head(9)] == [b"a", b"b"]


def test_killed_at_any_point_nothing_is_lost_and_no_number_is_missing(tmp_path: Path) -> None:
    told = 0
    for round_ in range(3):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(0.04 * round_)
            os.kill(process.pid, signal.SIGKILL)
            # Numbers that were told after the write returned, the last of them perhaps cut in the middle.
            told = max([told, *(int(line) for line in process.stdout.read().splitlines()[:-1])])
        spool = Spool(tmp_path)
        found = numbers(spool)
        spool.close()
        assert found == list(range(1, len(found) + 1))
        assert len(found) >= told
    assert told > 5
