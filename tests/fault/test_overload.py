"""Overload and poison on the whole stack: what unpacks to gigabytes, and a backlog of the largest events, under a limit of memory a process.

`BOMBS` and `PADDED` say how many; `make faults` sends many times as many.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from consumers.clickhouse.client import connect
from consumers.reconcile import reconcile
from deploy.local.stack import local_settings, local_stack
from deploy.waiting import wait
from schemas.envelope import MAX_EVENT_BYTES
from tests.benchmark import backlog
from tests.fault.report import LONG, publish
from tests.fault.workers import Feed
from tests.ports import free_port_base

BOMB = b" " * (64 << 20)
BOMBS = 100 if LONG else 4
PADDED = 100_000 if LONG else 2_000
LIMIT_MIB = 1_024
OURS = re.compile("worker|sink|alerts|gateway|dashboard")


def peak_mib(pid: int) -> int:
    """The most memory that a process ever had resident."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) >> 10  # type: ignore[index]


def padded(events: int) -> Iterator[tuple[bytes, bytes, list[tuple[str, bytes | None]]]]:
    """Good events, each blown up with white space to the largest that is allowed."""
    for key, value in islice(backlog.records(events), events):
        yield key, value + b" " * (MAX_EVENT_BYTES - len(value)), []


@pytest.mark.timeout(3_600)
def test_memory_stays_below_a_gibibyte_whatever_is_sent(tmp_path: Path) -> None:
    settings = local_settings(tmp_path, free_port_base()).model_copy(update={"partitions": 2})
    with local_stack(settings, workers=1) as stack:
        feed = Feed(settings, compression_type="zstd", max_request_size=128 << 20)
        good = padded(PADDED)
        for _ in range(BOMBS):
            feed.records([*islice(good, PADDED // BOMBS), (b"990200", BOMB, [])])
        feed.close()
        wait(settings, 1_800)
        peaks = {name: peak_mib(pid) for name, pid in stack.supervisor.pids.items() if OURS.match(name)}
        with connect(settings) as client:
            codes = dict(map(tuple, client.query("SELECT code, count() FROM dead_letters GROUP BY code").result_rows))
        report = reconcile(settings)
    assert codes == {"BYTES_TOO_LARGE": BOMBS}
    assert report.agrees, report.differences[:3]
    assert report.conserved
    assert max(peaks.values()) < LIMIT_MIB, peaks
    publish("overload", "memory", {"bombs_of_64_mib": BOMBS, "events_of_16_kib": PADDED, "peak_mib": peaks, "limit_mib": LIMIT_MIB})
