"""Ticks: whom the clock tells that a day has begun, what it says, and that the real worker says it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from streams.core.outcome import Rejected
from streams.core.validate import validate
from streams.worker.clock import LIVING_DAYS, LOCAL, District, due, local_day, tick
from tests.conftest import Installation
from tests.fault.workers import REAL, Feed, Outside, Worker, ending, until

pytestmark = pytest.mark.topics_only

TODAY = 20_781
"""2026-11-24."""


@dataclass
class Seen:
    today: int | None
    ticked: bool = False


def test_a_local_day_begins_at_sixteen_hours_utc() -> None:
    midnight = datetime(2026, 11, 24, tzinfo=LOCAL).timestamp()
    assert local_day(midnight) == TODAY
    assert local_day(midnight - 0.001) == TODAY - 1


def test_living_districts_are_due_and_history_is_not() -> None:
    districts: Mapping[str, District] = {
        "990001": Seen(TODAY - 1),
        "990002": Seen(TODAY - LIVING_DAYS),
        "990003": Seen(TODAY - LIVING_DAYS - 1),
        "990004": Seen(TODAY - 3_000, ticked=True),
        "990005": Seen(TODAY),
        "990006": Seen(TODAY + 1, ticked=True),
        "990007": Seen(None),
    }
    assert due(districts, TODAY) == ["990001", "990002", "990004"]


def test_a_tick_is_a_valid_event_and_the_same_whoever_publishes_it() -> None:
    said = tick("990001", TODAY)
    assert said == tick("990001", TODAY)
    event = json.loads(said)
    assert (event["id"], event["time"]) == ("tick-990001-20261124", "2026-11-24T00:00:00+08:00")
    appended_ms = int(datetime(2026, 11, 24, 0, 0, 5, tzinfo=LOCAL).timestamp() * 1000)
    assert not isinstance(validate((0, appended_ms, b"990001", said, ())), Rejected)


def opened(district: str, at: datetime) -> bytes:
    """An event of the bureau's with this time."""
    office = f"sfs-{district}-001"
    return _event(district, at, "reg.office.opened", "o-1", {"office": office, "name": "城关司法所", "opened_on": "2010-01-01"})


def _event(district: str, at: datetime, kind: str, ident: str, data: dict[str, Any]) -> bytes:
    source = f"/districts/{district}/bureau"
    event = {
        "specversion": "1.0",
        "id": ident,
        "source": source,
        "type": kind,
        "time": at.isoformat(timespec="seconds"),
        "district": district,
    }
    return json.dumps(event | {"data": data}).encode()


def test_the_worker_ticks_living_districts_after_recovery(installation: Installation, tmp_path: Path) -> None:
    now = datetime.now(LOCAL)
    history = {
        "990001": opened("990001", now - timedelta(days=3)),
        "990002": opened("990002", datetime(2016, 8, 15, tzinfo=LOCAL)),
        "990003": _event("990003", now - timedelta(days=400), "clk.ticked", "t-1", {}),
    }
    feed, outside = Feed(installation), Outside(installation)
    feed.records([(district.encode(), event, []) for district, event in history.items()])
    with ending([]) as workers:
        workers.append(Worker(installation, tmp_path, "first", command=REAL))
        outside.wait_drained()
        assert workers[0].stop() == 0
        workers.append(Worker(installation, tmp_path, "second", command=REAL))
        until(lambda: _ticked(outside, now) >= {"990001", "990003"}, "ticks of both living districts")
        outside.wait_drained()
        assert _ticked(outside, now) == {"990001", "990003"}
        workers[1].wait_ready(4)
        assert workers[1].stop() == 0
        workers.append(Worker(installation, tmp_path, "third", command=REAL))
        workers[2].wait_ready(4)
        outside.wait_drained()
    assert sum(record.key == b"990001" for record in outside.read("office-events")) == 2, "a district that has been told is not told again"
    assert outside.read("dead-letters") == []
    feed.close()
    outside.close()


def _ticked(outside: Outside, now: datetime) -> set[str]:
    """Districts with an admitted tick of today."""
    rows = [json.loads(record.value or b"{}") for record in outside.read("admitted-events")]
    return {row["district"] for row in rows if row["event"]["id"] == f"tick-{row['district']}-{now:%Y%m%d}"}
