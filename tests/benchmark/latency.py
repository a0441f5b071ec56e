"""How long after `publish` an event is visible in ClickHouse, polled: one a second at a quiet time, one a second among a thousand others, one a minute."""

import asyncio
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from threading import Event, Thread
from typing import Any

from consumers.clickhouse.client import connect
from deploy.local.stack import local_settings, local_stack
from deploy.waiting import wait
from schemas.settings import Settings
from tests.benchmark import backlog
from tests.benchmark.broker import publish
from tests.benchmark.machine import cpu_seconds
from tests.fault.workers import Feed
from tests.ports import free_port_base

PROBES = int(os.environ.get("BENCH_PROBES", "60"))
MINUTES = int(os.environ.get("BENCH_MINUTES", "3"))
HISTORY = 10_000
LOAD = 1_000
"""Events a second."""
TICK_S = 0.05


def run() -> dict[str, Any]:
    """Districts with some history; then a consultation now and then."""
    with tempfile.TemporaryDirectory(prefix="suoheng-bench-") as folder:
        settings = local_settings(Path(folder), free_port_base())
        records = backlog.records(HISTORY + (PROBES + 60) * LOAD)
        with local_stack(settings, workers=1) as stack:
            publish(settings, islice(records, HISTORY))
            wait(settings, 600)
            result: dict[str, Any] = {"quiet": asyncio.run(_probe(settings, "quiet", PROBES, 1.0))}
            result["loaded"] = _loaded(settings, records, stack.supervisor.pids)
            wait(settings, 600)
            result["one_a_minute"] = asyncio.run(_probe(settings, "minute", MINUTES, 60.0))
    return result


def _loaded(settings: Settings, records: Iterator[backlog.Record], pids: Mapping[str, int]) -> dict[str, Any]:
    """Probes among the load, how much load it was, and who used how much of the machine meanwhile."""
    with _load(settings, records) as sent:
        before, began = _cpu(pids), time.monotonic()
        found = asyncio.run(_probe(settings, "loaded", PROBES, 1.0))
        after, seconds = _cpu(pids), time.monotonic() - began
        rate = round(sum(sent) / seconds)
    cores = {name: round((after[name] - before[name]) / seconds, 2) for name in after}
    print(f"latency, loaded: {rate} events/s, cores in use {cores}", flush=True)
    return found | {"events_per_s": rate, "cores_in_use": cores}


def _cpu(pids: Mapping[str, int]) -> dict[str, float]:
    return {name: cpu_seconds(pid) for name, pid in (*pids.items(), ("publisher and probes", os.getpid()))}


@contextmanager
def _load(settings: Settings, records: Iterator[backlog.Record]) -> Iterator[list[int]]:
    """`LOAD` events a second meanwhile, a handful every `TICK_S`; how many each handful had."""
    sent: list[int] = []
    done = Event()
    feed = Feed(settings)

    def send() -> None:
        began = time.monotonic()
        while not done.is_set():
            handful = list(islice(records, round(LOAD * TICK_S)))
            feed.records((key, value, []) for key, value in handful)
            sent.append(len(handful))
            time.sleep(max(0.0, began + len(sent) * TICK_S - time.monotonic()))

    sending = Thread(target=send)
    sending.start()
    try:
        yield sent
    finally:
        done.set()
        sending.join()
        feed.close()


async def _probe(settings: Settings, name: str, probes: int, every_s: float) -> dict[str, int]:
    client = connect(settings)
    seconds = []
    for n in range(probes):
        event = {
            "specversion": "1.0", "id": f"{name}-{n}", "source": "/districts/990200/probe", "type": "leg.consultation.given",
            "time": "2023-03-01T09:00:00+08:00", "district": "990200", "office": "sfs-990200-001",
            "data": {"channel": "phone", "persons": 1},
        }  # fmt: skip
        began = time.monotonic()
        await asyncio.to_thread(publish, settings, [(b"990200", json.dumps(event).encode())])
        sent = time.monotonic()
        query = f"SELECT count() FROM facts WHERE record = '/districts/990200/probe#{name}-{n}'"
        while not (await asyncio.to_thread(client.query, query)).result_rows[0][0]:  # noqa: ASYNC110 - polls, as a page does
            await asyncio.sleep(0.01)
        seconds.append(time.monotonic() - sent)
        await asyncio.sleep(max(0.0, every_s - (time.monotonic() - began)))
    seconds.sort()
    found = {f"p{p}_ms": round(seconds[min(len(seconds) - 1, len(seconds) * p // 100)] * 1000) for p in (50, 95, 99)}
    print(f"latency, {name}: {found}, {len(seconds)} probes", flush=True)
    return found | {"probes": len(seconds)}
