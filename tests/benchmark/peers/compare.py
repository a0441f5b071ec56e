"""The benchmark `peers`: the restricted job on our worker and on what users would pick instead, one after the other.

Same broker (first core), same log of one partition, each system alone on the second core, reading from the beginning into a topic of its
own. Every system's rows are compared with a plain recomputation before its rate counts. BENCH_PEERS names some only, by parts of names.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from kafka import KafkaAdminClient
from rich.console import Console
from rich.table import Table

from schemas.settings import Settings
from tests.benchmark.broker import kafka, publish
from tests.benchmark.peers.measure import Run, Tail, measure
from tests.benchmark.peers.systems import OURS, System, systems
from tests.benchmark.peers.verdict import check, written
from tests.benchmark.restricted import restricted_records
from tests.fault.workers import until

EVENTS = int(os.environ.get("BENCH_EVENTS", "500000"))
ASKED = [part.strip().lower() for part in os.environ.get("BENCH_PEERS", "").split(",") if part.strip()]
SOURCE = "office-events"


def run() -> list[dict[str, Any]]:
    """All systems; their lines, ours first."""
    chosen = [s for s in systems() if s.name == OURS or not ASKED or any(part in s.name.lower() for part in ASKED)]
    with _on_first_core(), kafka(partitions=1) as settings:
        for system in chosen:
            system.command(settings)
        print(f"publishing {EVENTS:,} events", flush=True)
        publish(settings, islice(restricted_records(EVENTS), EVENTS))
        lines = [_line(system, settings) for system in chosen]
    wall, cpu = lines[0]["events_per_s"], lines[0]["events_per_cpu_s"]
    for line in lines:
        line["ratio_to_ours"] = round(line["events_per_s"] / wall, 3)
        line["ratio_to_ours_cpu"] = round(line["events_per_cpu_s"] / cpu, 3)
    _print(lines)
    return lines


def _line(system: System, settings: Settings) -> dict[str, Any]:
    if system.name != OURS:
        _create(system.topic, settings)
    run = measure(system, settings, SOURCE, EVENTS)
    keys = _judged(system, settings, run)
    wall, cpu = run.rates
    print(f"{system.name}: {wall:,.0f} events/s, {cpu:,.0f} a CPU second; {keys:,} keys equal the recomputation", flush=True)
    return {
        "system": system.name,
        "version": system.version,
        "events": run.samples[-1].done - run.samples[0].done,
        "events_per_s": round(wall),
        "events_per_cpu_s": round(cpu),
        "keys_equal": keys,
        "whole_log": run.whole,
        "guarantee": system.guarantee,
        "settings": system.settings,
    }


def _judged(system: System, settings: Settings, run: Run) -> int:
    tail = Tail(settings.kafka, system.topic)
    try:
        return check(written(tail.rows()), EVENTS, whole=run.whole)
    except AssertionError as error:
        raise AssertionError(f"{system.name}: {error}") from None
    finally:
        tail.close()


def _create(topic: str, settings: Settings) -> None:
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        admin.create_topics({topic: {"num_partitions": 1, "replication_factor": 1}})
        until(lambda: topic in admin.list_topics(), f"topic {topic}")
    finally:
        admin.close()


@contextmanager
def _on_first_core() -> Iterator[None]:
    """This process, and the broker that it starts, keep off the core of the system under test."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {0})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _print(lines: list[dict[str, Any]]) -> None:
    table = Table("system", "version")
    for title in ("events/s", "events/CPU s", "to ours", "to ours, CPU"):
        table.add_column(title, justify="right")
    table.add_column("what a crash leaves")
    for line in lines:
        rates = (f"{line['events_per_s']:,}", f"{line['events_per_cpu_s']:,}")
        ratios = (f"{line['ratio_to_ours']:.3f}", f"{line['ratio_to_ours_cpu']:.3f}")
        table.add_row(line["system"], line["version"], *rates, *ratios, line["guarantee"])
    Console(width=180).print(table)
