"""The sink when something dies under it: itself between insert and commit, ClickHouse for a while, a second sink beside it."""

import signal
import time
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from consumers.clickhouse.__main__ import run
from consumers.clickhouse.metrics import Metrics
from schemas.topics import FACTS, INDICATOR_VALUES
from tests.integration.sink_stage import Line, Worker, ask, committed, fact, health, output_writer, sink, until, value, visible
from tests.ports import free_port

worker = pytest.fixture(output_writer)

DIES_BETWEEN_INSERT_AND_COMMIT = """
import os, sys
from consumers.clickhouse import __main__ as process
from consumers.clickhouse.sink import ClickHouseSink

store = ClickHouseSink.flush
def store_and_die(sink):
    store(sink)
    os.kill(os.getpid(), 9)
ClickHouseSink.flush = store_and_die
sys.exit(process.main())
"""

DIES_BETWEEN_TWO_TABLES = """
import os, sys
from consumers.clickhouse import __main__ as process
from consumers.clickhouse.writer import Writer

insert = Writer.insert
def insert_and_die(writer, table, columns):
    insert(writer, table, columns)
    os.kill(os.getpid(), 9)
Writer.insert = insert_and_die
sys.exit(process.main())
"""

NEVER_COMES_BACK_FROM_KAFKA = """
import sys
from threading import Event
from consumers.clickhouse import __main__ as process, metrics
from consumers.group import Member
from schemas.operation import ending

metrics._STILL_S, ending.LOOK_EVERY_S = 1.0, 0.2
Member.poll = lambda *_, **__: Event().wait()
sys.exit(process.main())
"""


def test_one_that_never_comes_back_from_kafka_ends_and_may_start_again(installation: Any, tmp_path: Path) -> None:
    log, place = tmp_path / "sink.log", {"SUOHENG_HEALTH_PORT": str(free_port())}
    with sink(installation.environment, log, place, code=NEVER_COMES_BACK_FROM_KAFKA, ready=False) as process:
        assert process.wait(60) == 70
    assert log.read_text().splitlines()[-1].startswith("suoheng sink: the loop has stood still for ")


@pytest.mark.parametrize(
    ("program", "facts_stored", "values_stored"), [(DIES_BETWEEN_INSERT_AND_COMMIT, 2, 3), (DIES_BETWEEN_TWO_TABLES, 2, 0)]
)
def test_killed_between_insert_and_commit_it_ends_with_the_same_rows(
    installation: Any, worker: Worker, tmp_path: Path, program: str, facts_stored: int, values_stored: int
) -> None:
    worker.write(FACTS, fact(1), fact(2, component="med.agreed"))
    worker.write(INDICATOR_VALUES, value(1), value(2), value(3, subject_id="sfs-990101-002"))
    # The same port is the same name in the group: what comes after takes the partitions over without waiting.
    place = {"SUOHENG_HEALTH_PORT": str(free_port())}
    with sink(installation.environment, tmp_path / "sink.log", place, code=program, ready=False) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert not committed(installation, FACTS), "the fault must hit before the commit"
    counts = "SELECT (SELECT count() FROM fact_rows), (SELECT count() FROM indicator_value_versions)"
    assert ask(installation, counts) == [(facts_stored, values_stored)], "and after the insert"
    with sink(installation.environment, tmp_path / "sink.log", place):
        visible(installation)
    assert ask(installation, "SELECT component, amount, version FROM facts ORDER BY version") == [
        ("med.accepted", 1, 1),
        ("med.agreed", 1, 2),
    ]
    assert ask(installation, "SELECT subject_id, numerator FROM indicator_values ORDER BY ALL") == [
        ("sfs-990101-001", 2),
        ("sfs-990101-002", 3),
    ]
    assert ask(installation, "SELECT version FROM indicator_history ORDER BY version") == [(1,), (2,), (3,)]


def test_while_clickhouse_is_away_it_waits_in_its_group_and_loses_nothing(installation: Any, worker: Worker, tmp_path: Path) -> None:
    line, port = Line(installation.clickhouse_url), free_port()
    near = {"SUOHENG_CLICKHOUSE_URL": line.url, "SUOHENG_HEALTH_PORT": str(port)}
    with sink(installation.environment, tmp_path / "sink.log", near):
        worker.write(INDICATOR_VALUES, value(1))
        visible(installation)
        time.sleep(2)  # a group that has just begun gives its partitions out a second time
        at = committed(installation, INDICATOR_VALUES)
        line.cut()
        worker.write(INDICATOR_VALUES, *(value(v) for v in range(2, 102)))
        until(lambda: health(port)[0] == 503, "the sink to notice")
        assert "does not answer" in health(port)[1]
        worker.write(INDICATOR_VALUES, value(102))
        assert committed(installation, INDICATOR_VALUES) == at
        line.mend()
        visible(installation)
        until(lambda: health(port)[0] == 200, "the sink to be well again")
    assert ask(installation, "SELECT count(), max(version) FROM indicator_history") == [(102, 102)]
    _, _, since = (tmp_path / "sink.log").read_text().partition("store_unavailable")
    assert since
    assert "partitions_assigned" not in since, "it never left the group"


def test_stopped_while_clickhouse_is_away_it_ends_cleanly_and_the_next_one_stores(
    installation: Any, worker: Worker, tmp_path: Path
) -> None:
    line, port = Line(installation.clickhouse_url), free_port()
    place = {"SUOHENG_HEALTH_PORT": str(port)}
    with sink(installation.environment, tmp_path / "sink.log", place | {"SUOHENG_CLICKHOUSE_URL": line.url}) as process:
        line.cut()
        worker.write(FACTS, fact(1))
        until(lambda: health(port)[0] == 503, "the sink to notice")
        process.terminate()
        assert process.wait(20) == 0
    with sink(installation.environment, tmp_path / "sink.log", place):
        visible(installation)
    assert ask(installation, "SELECT count() FROM facts") == [(1,)]


def test_two_sinks_share_the_partitions_and_one_may_leave(installation: Any, worker: Worker) -> None:
    stops = [Event(), Event()]
    sinks = [Thread(target=run, args=(installation, Metrics(), stop)) for stop in stops]
    others = [Worker(installation, partition) for partition in (0, 2, 3)]
    version = 0
    try:
        for step in range(12):
            if step in {0, 4}:
                sinks[step // 4].start()
            if step == 8:
                stops[0].set()
            for each in (worker, *others):
                version += 1
                each.write(INDICATOR_VALUES, *(value(version, subject_id=f"sfs-990101-{each.partition}{i:02}") for i in range(50)))
        visible(installation)
    finally:
        for stop, thread in zip(stops, sinks, strict=True):
            stop.set()
            thread.join(30)
        for each in others:
            each.close()
    assert ask(installation, "SELECT count(), uniqExact(version) FROM indicator_history") == [(50 * version, version)]
    assert ask(installation, "SELECT subject_id, min(version) FROM indicator_values GROUP BY 1 HAVING min(version) <= 44") == []
