"""How long after `publish` an event is visible in ClickHouse at a quiet time: one event a second, polled."""

import asyncio
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from consumers.clickhouse.client import connect
from deploy.local.stack import local_settings, local_stack
from deploy.waiting import wait
from tests.benchmark import backlog
from tests.benchmark.broker import publish
from tests.ports import free_port_base

PROBES = int(os.environ.get("BENCH_PROBES", "60"))


def run() -> dict[str, Any]:
    """A district with some history; then a consultation every second."""
    with tempfile.TemporaryDirectory(prefix="suoheng-bench-") as folder:
        settings = local_settings(Path(folder), free_port_base())
        with local_stack(settings, workers=1):
            publish(settings, backlog.records(10_000, backlog.DISTRICTS[:1]))
            wait(settings, 600)
            seconds = asyncio.run(_probe(settings))
    seconds.sort()
    result = {f"p{p}_ms": round(seconds[min(len(seconds) - 1, len(seconds) * p // 100)] * 1000) for p in (50, 95, 99)}
    result |= {"probes": len(seconds)}
    print(f"latency: {result}", flush=True)
    return result


async def _probe(settings: Any) -> list[float]:
    client = connect(settings)
    seconds = []
    for n in range(PROBES):
        event = {
            "specversion": "1.0", "id": f"probe-{n}", "source": "/districts/990200/probe", "type": "leg.consultation.given",
            "time": "2023-03-01T09:00:00+08:00", "district": "990200", "office": "sfs-990200-001",
            "data": {"channel": "phone", "persons": 1},
        }  # fmt: skip
        began = time.monotonic()
        await asyncio.to_thread(publish, settings, [(b"990200", json.dumps(event).encode())])
        sent = time.monotonic()
        query = f"SELECT count() FROM facts WHERE record = '/districts/990200/probe#probe-{n}'"
        while not (await asyncio.to_thread(client.query, query)).result_rows[0][0]:  # noqa: ASYNC110 - polls, as a page does
            await asyncio.sleep(0.01)
        seconds.append(time.monotonic() - sent)
        await asyncio.sleep(max(0.0, 1 - (time.monotonic() - began)))
    return seconds
