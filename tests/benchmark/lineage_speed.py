"""What a page waits for when it asks behind a number: a month of a district, value to rows to events, and a record to its values.

The embedded ClickHouse with one district of 40 offices and so many days, stored as the sink stores it; one client, each question once.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from consumers.clickhouse.client import Client, connect
from deploy.explain import Question, Window, explain_record, explain_value
from deploy.local.child import as_environment, start_child, stop_children
from deploy.migrate import migrate
from deploy.simulate.district import Plan, simulate
from schemas.settings import Settings
from tests.benchmark.machine import cpu_seconds
from tests.conftest import free_port_base
from tests.storing import store

DISTRICT = "990200"
OFFICES = int(os.environ.get("BENCH_OFFICES", "40"))
DAYS = int(os.environ.get("BENCH_DAYS", "730"))
WINDOW = Window("month", date(2024, 3, 1))
WARM_UP = 5
SHOWN = 20
_THERE = """
SELECT DISTINCT indicator, subject_id, mode FROM indicator_values
WHERE district = {d:String} AND window_kind = 'month' AND window_start = {start:Date} AND dimension = ''
"""
_APPENDED_MS = 1_900_000_000_000


def run() -> dict[str, Any]:
    """Store a district, then ask."""
    with tempfile.TemporaryDirectory(prefix="suoheng-bench-") as folder:
        settings = Settings(data=Path(folder), port_base=free_port_base())
        server = start_child([sys.executable, "-m", "deploy.local.clickhouse"], as_environment(settings), Path(folder) / "clickhouse.log")
        try:
            events = _fill(settings)
            with connect(settings) as client:
                result = {"events": events, "offices": OFFICES, "days": DAYS, "window": str(WINDOW)} | _measure(client, server.pid)
        finally:
            stop_children([server], patience_s=20)
    for name, value in result.items():
        print(f"lineage: {name} {value}", flush=True)
    return result


def _fill(settings: Settings) -> int:
    for _ in range(100):
        try:
            migrate(settings)
            break
        except Exception:  # noqa: BLE001  not up yet
            time.sleep(0.3)
    messages = [
        (n, _APPENDED_MS + n, DISTRICT.encode(), event, ())
        for n, event in enumerate(simulate(Plan(DISTRICT, OFFICES, date(2023, 1, 1), DAYS, 1)))
    ]
    store(settings, messages, 20_000)
    return len(messages)


def _measure(client: Client, server: int) -> dict[str, Any]:
    there = set(client.query(_THERE, {"d": DISTRICT, "start": WINDOW.start}).result_rows)
    rows: list[int] = []

    def value(indicator: str, subject: str = "", mode: str = "") -> Callable[[], None]:
        def ask() -> None:
            found = explain_value(client, Question(DISTRICT, indicator, WINDOW, subject, mode), SHOWN)
            assert found.agrees, indicator
            rows.append(len(found.rows))

        return ask

    payer = f"au-{DISTRICT}-sfj"
    records = [name for (name,) in client.query("SELECT DISTINCT record FROM facts WHERE day = '2024-03-05' LIMIT 60").result_rows]
    return {
        "value_of_the_district": _timed([value(i) for i, subject, _ in there if subject == DISTRICT], server),
        "value_of_an_authority": _timed([value(i, payer, mode) for i, subject, mode in there if subject == payer], server),
        "record_to_values": _timed([partial(explain_record, client, DISTRICT, name) for name in records], server),
        "rows_behind_a_value_at_most": max(rows),
    }


def _timed(questions: Sequence[Callable[[], object]], server: int) -> dict[str, float]:
    """Milliseconds a question by the wall, and of the server's CPU time."""
    for question in questions[:WARM_UP]:
        question()
    cpu, found = cpu_seconds(server), []
    for question in questions:
        began = time.perf_counter()
        question()
        found.append(1e3 * (time.perf_counter() - began))
    found.sort()
    spent = 1e3 * (cpu_seconds(server) - cpu) / len(found)
    return {
        "questions": len(questions),
        "p50_ms": round(found[len(found) // 2]),
        "p95_ms": round(found[int(len(found) * 0.95)]),
        "longest_ms": round(found[-1]),
        "server_cpu_ms": round(spent),
    }
