"""What a reader waits for who opens a page: every page and its JSON, over five years of a city of 60 offices, alone and four at a time.

The embedded ClickHouse with rows that the core made of simulated events, stored as the sink stores them, and the page's own process. `quiet`: nothing
arrives meanwhile, as at night, or for a district of a few offices mostly. `arriving`: an event every second, sixty times the city's own pace in
working hours, so that no answer that rests on values, facts or events holds for longer; a page is then up to half a minute behind and says so.
`newest`: the same for one reader who reloads and waits for the newest, as a page does that renews itself. `first`: the first reader after the page's
process began.
"""

import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from consumers.clickhouse.client import connect
from consumers.dashboard.pages import PAGES
from schemas.settings import Settings
from streams.core.message import Message
from tests.benchmark.clickhouse import DISTRICT, SLICE, clickhouse, district, page
from tests.benchmark.machine import cpu_seconds
from tests.storing import Storing

OFFICES = int(os.environ.get("BENCH_OFFICES", "60"))
DAYS = int(os.environ.get("BENCH_DAYS", "1826"))
READERS = (1, 4)
ASKED = int(os.environ.get("BENCH_ASKED", "24"))
"""Times that each page is asked for, by each number of readers."""
RELOADED = 6
"""Times that it is reloaded."""
NEWEST = {"Cache-Control": "no-cache"}
GOAL_P95_MS = 300
_FAILED_MS, _UNAVAILABLE = 60_000.0, 503
_ARRIVING, _EVERY_S = 1, 1.0
_KEPT_BACK = 0.01
"""Which part of the events, the last, has not arrived when the measuring begins."""
_LIVE, _LIVE_SLICE = 0.04, 20
"""Which part of the events, the last two months and more, is folded as it would come by day, so many at once: so closed values move step by step."""
_OFFICE, _AUTHORITY, _INDICATOR = f"sfs-{DISTRICT}-002", f"au-{DISTRICT}-sfj", "med_success_rate"
_TOLD = "dq_backfill_share"
_EVENT = """
SELECT source, id, record FROM record_events(district = {d:String}, records = [], family = 'med')
WHERE standing = 'live' ORDER BY time DESC LIMIT 1
"""
_MOST_MOVED = """
SELECT window_start FROM restated_values(district = {d:String})
WHERE window_kind = 'month' AND dimension = '' AND closed_at >= (SELECT max(closed_at) - INTERVAL 1 SECOND FROM closings(district = {d:String}))
GROUP BY window_start ORDER BY count() DESC LIMIT 1
"""


def run() -> dict[str, Any]:
    """Make the city, then ask for each page."""
    with clickhouse() as (settings, server):
        began = time.monotonic()
        events = district(OFFICES, date(2021, 1, 1), DAYS)
        city = Storing(settings)
        arrived = int(len(events) * (1 - _KEPT_BACK))
        live = int(arrived * (1 - _LIVE))
        for first, last, slice_ in ((0, live, SLICE), (live, arrived, _LIVE_SLICE)):
            for start in range(first, last, slice_):
                city.take(events[start : min(start + slice_, last)])
        city.flush()
        made_s = round(time.monotonic() - began)
        result = {"events": len(events), "offices": OFFICES, "days": DAYS, "made_in_s": made_s, "goal_p95_ms": GOAL_P95_MS}
        with page(settings) as pages:
            result |= measure(settings, (server, pages), city, events[arrived:])
        city.close()
    return result


def measure(settings: Settings, pids: Sequence[int], city: Storing, later: Sequence[Message]) -> dict[str, Any]:
    """Every page: the first reader, then quiet, then with events arriving."""
    base, paths = f"http://127.0.0.1:{settings.dashboard_port}", addresses(settings)
    _until_up(f"{base}/health")
    found: dict[str, Any] = {"first_ms": {name: round(_ask(base + path)) for name, path in paths.items()}}
    found["quiet"] = _round(base, paths, pids)
    with _arriving(city, later):
        found["arriving"] = _round(base, paths, pids)
        found["newest"] = {name: {"page": {"1_at_once": _asked(base + path, 1, pids, NEWEST, RELOADED)}} for name, path in paths.items()}
        print(f"pages: newest {json.dumps(found['newest'])}", flush=True)
    found["beyond_goal"] = [
        f"{state}: {name} {kind}, {readers}: {one['p95_ms']} ms"
        for state in ("quiet", "arriving", "newest")
        for name, kinds in found[state].items()
        for kind, by in kinds.items()
        for readers, one in by.items()
        if one["p95_ms"] > GOAL_P95_MS
    ]
    print(f"pages: beyond {GOAL_P95_MS} ms: {found['beyond_goal']}", flush=True)
    return found


def addresses(settings: Settings) -> Mapping[str, str]:
    """An address of every page there is, by its template's place in the list."""
    with connect(settings) as client:
        source, id_, record = client.query(_EVENT, {"d": DISTRICT}).result_rows[0]
        moved = client.query(_MOST_MOVED, {"d": DISTRICT}).result_rows[0][0]
    query = {
        "record": {"name": record},
        "event": {"source": source, "id": id_},
        "decisions": {"office": _OFFICE},
        "limits": {"of": "performance"},
        "restatements": {"start": str(moved)},
    }
    found = {}
    for one in PAGES:
        last = one.path.rpartition("/")[2]
        if last == "letter":  # the simulated city has no refused events
            continue
        told = _TOLD if "/told/" in one.path else _INDICATOR
        path = one.path.format(district=DISTRICT, office=_OFFICE, authority=_AUTHORITY, indicator=told)
        found[one.path.removeprefix("/d/{district}") or "/"] = f"{path}?{urlencode(query.get(last, {}))}"
    return found


def _round(base: str, paths: Mapping[str, str], pids: Sequence[int]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, path in paths.items():
        found[name] = {
            kind: {f"{readers}_at_once": _asked(f"{base}{before}{path}", readers, pids) for readers in READERS}
            for kind, before in (("page", ""), ("json", "/api"))
        }
        print(f"pages: {name} {json.dumps(found[name])}", flush=True)
    return found


def _asked(
    address: str, readers: int, pids: Sequence[int], headers: Mapping[str, str] = MappingProxyType({}), asked: int = ASKED
) -> dict[str, float]:
    """Milliseconds by the wall, and what an answer cost server and page in CPU time."""
    cpu = sum(map(cpu_seconds, pids))
    request = urllib.request.Request(address, headers=dict(headers))
    with ThreadPoolExecutor(readers) as pool:
        took = sorted(pool.map(_ask, [request] * asked))
    cost = round(1e3 * (sum(map(cpu_seconds, pids)) - cpu) / asked)
    failed = sum(one >= _FAILED_MS for one in took)
    p50, p95 = (round(took[int(asked * part)]) for part in (0.5, 0.95))
    return {"p50_ms": p50, "p95_ms": p95, "most_ms": round(took[-1]), "cpu_ms": cost, "failed": failed}


def _ask(address: str | urllib.request.Request) -> float:
    """Milliseconds until the whole answer is there; what the page gives up on, a 503, counts as the minute after which nobody waits any more."""
    began = time.perf_counter()
    try:
        with urllib.request.urlopen(address, timeout=120) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        if error.code != _UNAVAILABLE:
            raise
        return _FAILED_MS
    return 1e3 * (time.perf_counter() - began)


def _until_up(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"{address} does not answer")


@contextmanager
def _arriving(city: Storing, later: Sequence[Message]) -> Iterator[None]:
    """Events arrive, a few every second, until the block ends."""
    done = threading.Event()

    def go() -> None:
        for start in range(0, len(later), _ARRIVING):
            if done.wait(_EVERY_S):
                return
            city.take(later[start : start + _ARRIVING])
            city.flush()

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
