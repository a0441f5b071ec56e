"""What a report waits for: a month, and days that are no window, of a district of 40 offices, beside the period and the year before.

The embedded ClickHouse with one district of two years, stored as the sink stores it; one asker, each question once after a few to warm up.
"""

import os
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from consumers.report.ground import Ground, read
from consumers.report.report import Grouping, read_report
from consumers.report.span import Span, asked, window
from schemas.settings import Settings
from tests.benchmark.clickhouse import DISTRICT, SLICE, clickhouse, district
from tests.benchmark.machine import answered, cpu_seconds
from tests.storing import store

OFFICES = int(os.environ.get("BENCH_OFFICES", "40"))
DAYS = int(os.environ.get("BENCH_DAYS", "730"))
MONTH = window("month", date(2024, 3, 1))
ANY_DAYS = Span(date(2024, 3, 1), date(2024, 5, 15))
WARM_UP = 5
REPEATS = 20


def run() -> dict[str, Any]:
    """Store a district, then ask."""
    with clickhouse() as (settings, server):
        messages = district(OFFICES, date(2023, 1, 1), DAYS)
        store(settings, messages, SLICE)
        ground = read(settings, DISTRICT)
        assert ground
        result = {"events": len(messages), "offices": OFFICES, "days": DAYS} | _measure(settings, ground, server)
    for name, value in result.items():
        print(f"report: {name} {value}", flush=True)
    return result


def _measure(settings: Settings, ground: Ground, server: int) -> dict[str, Any]:
    def question(span: Span, *indicators: str, by: Sequence[str] = ("office", "authority"), compare: bool = False) -> Callable[[], None]:
        def ask() -> None:
            found = read_report(settings, ground, asked("bench", span, ground.today), Grouping(by, indicators, (), compare))
            assert found.lines, indicators

        return ask

    def each(span: Span) -> list[Callable[[], None]]:
        """Of each indicator that the simulated district tells something of; some are about types of event that it does not send."""
        found = read_report(settings, ground, asked("bench", span, ground.today), Grouping(("office", "authority"), (), (), compare=False))
        return [question(span, id_) for id_ in dict.fromkeys(line.key.indicator for line in found.lines)]

    return {
        "an_indicator_of_all_offices_and_authorities_in_a_month": _timed(each(MONTH), server),
        "an_indicator_of_all_offices_and_authorities_on_any_days": _timed(each(ANY_DAYS), server),
        "all_indicators_of_the_district_in_a_month": _timed([question(MONTH, by=())] * REPEATS, server),
        "all_indicators_of_the_district_compared": _timed([question(MONTH, by=(), compare=True)] * REPEATS, server),
        "an_indicator_by_day_of_a_year": _timed(
            [question(window("year", date(2024, 1, 1)), "med_success_rate", by=("day",))] * REPEATS, server
        ),
        "what_is_known_first": _timed([partial(_ground, settings)] * REPEATS, server),
    }


def _ground(settings: Settings) -> None:
    assert read(settings, DISTRICT)


def _timed(questions: Sequence[Callable[[], object]], server: int) -> dict[str, float]:
    """Milliseconds a question by the wall, and of the server's CPU time."""
    for question in questions[:WARM_UP]:
        question()
    cpu, found = cpu_seconds(server), []
    for question in questions:
        began = time.perf_counter()
        question()
        found.append(1e3 * (time.perf_counter() - began))
    return answered(found, cpu_seconds(server) - cpu)
