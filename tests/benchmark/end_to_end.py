"""From the log into ClickHouse with everything on, both cores: events a second until the last row is visible."""

import os
import re
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from consumers.clickhouse.client import connect
from deploy.local.stack import local_settings, local_stack
from deploy.waiting import wait
from schemas.settings import Settings
from tests.benchmark import backlog
from tests.benchmark.broker import publish
from tests.benchmark.machine import cpu_seconds
from tests.ports import free_port_base

EVENTS = int(os.environ.get("BENCH_EVENTS", "200000"))


def run() -> dict[str, Any]:
    """Publish at once, wait until all is visible."""
    with tempfile.TemporaryDirectory(prefix="suoheng-bench-") as folder:
        settings = local_settings(Path(folder), free_port_base())
        records = list(backlog.records(EVENTS))
        with local_stack(settings, workers=1) as stack:
            pids = stack.supervisor.pids
            before = {name: cpu_seconds(pid) for name, pid in pids.items()}
            began = time.monotonic()
            publish(settings, records)
            published = time.monotonic() - began
            wait(settings, 1_800)
            wall = time.monotonic() - began
            cpu = {name: round((cpu_seconds(pid) - before[name]) / EVENTS * 1e6, 1) for name, pid in pids.items()}
            disk = _bytes_per_event(settings)
    result: dict[str, Any] = {
        "events": EVENTS,
        "events_per_s": round(EVENTS / wall),
        "publishing_s": round(published, 1),
        "wall_s": round(wall, 1),
    }
    result["cpu_us_per_event"] = cpu
    result["disk_bytes_per_event"] = disk
    for name, value in result.items():
        print(f"end to end: {name} {value}", flush=True)
    return result


def _bytes_per_event(settings: Settings) -> dict[str, int]:
    """What stands on disk: the log, the topics that follow from it (before compaction), and ClickHouse's tables (merged as far as they are)."""
    of_topic: Counter[str] = Counter()
    for path in settings.data.rglob("*.log"):
        if match := re.fullmatch(r"(.+)-\d+", path.parent.name):
            of_topic["log" if match[1] == "office-events" else "outputs"] += path.stat().st_blocks * 512
    with connect(settings) as client:
        stored = client.query("SELECT sum(bytes_on_disk) FROM system.parts WHERE active").result_rows[0][0]
    return {name: round(size / EVENTS) for name, size in {**of_topic, "clickhouse": stored}.items()}
