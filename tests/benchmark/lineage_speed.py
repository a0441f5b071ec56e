"""What a reader waits for who asks behind a number: a month of a district, from values to facts and events, from events to values, as pages.

The embedded ClickHouse with a small district and one of 40 offices, stored as the sink stores them; one reader, each question once. With
`BENCH_BASE=DIR` another checkout of the project (of before a change) is measured in the same run, and the ratios are kept beside the figures.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from consumers.clickhouse.client import Client, connect
from consumers.clickhouse.store import Store
from consumers.lineage import Key, Shown, explain_record, explain_value, find_record, read_basis
from consumers.lineage.record import stand
from consumers.periods import Period
from schemas.settings import Settings
from tests.benchmark.clickhouse import DISTRICT, SLICE, clickhouse, district, page
from tests.benchmark.machine import answered, cpu_seconds
from tests.storing import store

SIZES = {"small": (7, 730), "large": (40, 730)}
"""Offices and days."""
MONTH = Period("month", date(2024, 3, 1))
WARM_UP, SHOWN, AT_MOST = 5, 20, 120
_THERE = """
SELECT DISTINCT indicator, subject_id, mode FROM indicator_values
WHERE district = {d:String} AND window_kind = 'month' AND window_start = {start:Date} AND dimension = '' ORDER BY cityHash64(indicator, mode, subject_id)
"""
_EVENTS = """
SELECT source, id, record FROM record_events(district = {d:String}, records = [], family = '')
WHERE standing = 'live' AND time >= {start:Date} AND time < {start:Date} + 5 AND record NOT LIKE 'reg%' ORDER BY cityHash64(id) LIMIT 60
"""
_OF_BASE = ("value_of_the_district", "value_of_an_authority", "record_to_values")

Ask = Callable[[], Awaitable[object]]


def run() -> dict[str, Any]:
    """Each size: store a district, then ask."""
    base = os.environ.get("BENCH_BASE", "")
    result: dict[str, Any] = {}
    for name, (offices, days) in SIZES.items():
        found = _size(offices, days)
        before = _of(Path(base), offices, days) if base else None
        if before:
            found |= {"before": before, "times_faster": _ratios(before, found)}
        for what, value in found.items():
            print(f"lineage: {name}: {what} {value}", flush=True)
        result[name] = found
    return result


def _size(offices: int, days: int) -> dict[str, Any]:
    with clickhouse() as (settings, server):
        messages = district(offices, date(2023, 1, 1), days)
        store(settings, messages, SLICE)
        with page(settings), connect(settings) as client:
            measured = asyncio.run(_measure(settings, client, server))
    return {"events": len(messages), "offices": offices, "days": days, "window": f"{MONTH.kind}:{MONTH.start}"} | measured


async def _measure(settings: Settings, client: Client, server: int) -> dict[str, Any]:
    there = client.query(_THERE, {"d": DISTRICT, "start": MONTH.start}).result_rows
    events = client.query(_EVENTS, {"d": DISTRICT, "start": MONTH.start}).result_rows
    payer, office = f"au-{DISTRICT}-sfj", f"sfs-{DISTRICT}-002"
    reader, rows = Store.of(settings), list[int]()

    async def value(indicator: str, subject: str, mode: str) -> None:
        key = Key(DISTRICT, indicator, mode, "", subject, MONTH)
        found = await explain_value(reader, key, await read_basis(reader, DISTRICT), Shown(SHOWN))
        assert found.agrees, key
        rows.append(sum(one.rows for one in found.sums))

    async def record(name: str) -> None:
        found = await explain_record(reader, await read_basis(reader, DISTRICT), name)
        await stand(reader, DISTRICT, found.values[:SHOWN])

    async def event(source: str, id_: str) -> None:
        await record(await find_record(reader, DISTRICT, source, id_) or "")

    def page(path: str, **query: str) -> Ask:
        address = f"http://127.0.0.1:{settings.dashboard_port}/d/{DISTRICT}/{path}?{urlencode(query)}"
        return lambda: asyncio.to_thread(_read, address)

    def values(of: str) -> list[Ask]:
        return [partial(value, i, subject, mode) for i, subject, mode in there if subject == of]

    month = {"kind": MONTH.kind, "start": str(MONTH.start)}
    pages = [page(f"values/{i}", **month, subject=subject, mode=mode) for i, subject, mode in there if subject in (DISTRICT, office, payer)]
    await asyncio.sleep(1)
    measured = {
        "value_of_the_district": await _timed(values(DISTRICT), server),
        "value_of_an_office": await _timed(values(office), server),
        "value_of_an_authority": await _timed(values(payer), server),
        "record_to_values": await _timed([partial(record, name) for _, _, name in events], server),
        "event_to_values": await _timed([partial(event, source, id_) for source, id_, _ in events], server),
        "page_of_a_value": await _timed(pages, server),
        "page_of_an_event": await _timed([page("event", source=source, id=id_) for source, id_, _ in events], server),
        "rows_behind_a_value_at_most": max(rows),
    }
    await reader.close()
    return measured


def _read(address: str) -> None:
    with urllib.request.urlopen(address, timeout=60) as answer:
        assert answer.status == 200
        answer.read()


async def _timed(questions: Sequence[Ask], server: int) -> dict[str, float]:
    """Milliseconds a question by the wall, and of the server's CPU time."""
    questions = questions[:AT_MOST]
    for question in questions[:WARM_UP]:
        await question()
    cpu, found = cpu_seconds(server), []
    for question in questions:
        began = time.perf_counter()
        await question()
        found.append(1e3 * (time.perf_counter() - began))
    return answered(found, cpu_seconds(server) - cpu)


def _of(base: Path, offices: int, days: int) -> dict[str, Any]:
    """The same size measured in another checkout, by its own benchmark, on this machine and now."""
    environment = os.environ | {"BENCH_OFFICES": str(offices), "BENCH_DAYS": str(days), "BENCH_BASE": ""}
    subprocess.run([sys.executable, "-m", "tests.benchmark", "lineage"], cwd=base, env=environment, check=True, stdout=subprocess.DEVNULL)
    document = json.loads((base / "tests" / "benchmark" / "results" / "lineage.json").read_text("utf-8"))
    return {"commit": document["machine"]["commit"]} | {name: document["result"][name] for name in _OF_BASE}


def _ratios(before: dict[str, Any], now: dict[str, Any]) -> dict[str, dict[str, float]]:
    kinds = ("p50_ms", "p95_ms", "server_cpu_ms")
    return {name: {kind: round(before[name][kind] / now[name][kind], 1) for kind in kinds} for name in _OF_BASE}
