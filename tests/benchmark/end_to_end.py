"""From the log into ClickHouse with everything on, both cores: events a second until the last row is visible."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from deploy.local.stack import local_settings, local_stack
from deploy.waiting import wait
from tests.benchmark import backlog
from tests.benchmark.broker import publish
from tests.benchmark.machine import cpu_seconds
from tests.conftest import free_port_base

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
    result: dict[str, Any] = {
        "events": EVENTS,
        "events_per_s": round(EVENTS / wall),
        "publishing_s": round(published, 1),
        "wall_s": round(wall, 1),
    }
    result["cpu_us_per_event"] = cpu
    for name, value in result.items():
        print(f"end to end: {name} {value}", flush=True)
    return result
