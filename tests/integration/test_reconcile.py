"""The reconciliation on real Kafka, workers and ClickHouse: it agrees with what is right, and finds every kind of wrong row."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest
from kafka import KafkaProducer

from consumers.clickhouse.client import connect
from consumers.reconcile import Patience, Report, Unreachable, reconcile
from consumers.reconcile.partitioner import partition_of
from deploy.cli import run
from deploy.errors import MissingDependency
from deploy.local.child import last_line, start_child, stop_children
from deploy.waiting import wait
from schemas.topics import OFFICE_EVENTS, topic_name
from tests.conftest import Installation
from tests.scenarios.chance import chance_district
from tests.scenarios.story import D

DISTRICTS = (D, "990108", "990109")
QUICK = Patience(catch_up_s=30, settle_s=2)


def publish(installation: Installation, events: list[dict[str, Any]]) -> None:
    """Send events to the partitions of their districts."""
    producer = KafkaProducer(bootstrap_servers=installation.kafka, enable_idempotence=True)
    topic = topic_name(OFFICE_EVENTS, installation)
    for event in events:
        key = event["district"].encode()
        producer.send(topic, key=key, value=json.dumps(event).encode(), partition=partition_of(key, 4))
    producer.send(topic, key=b"990107", value=b'{"half":', partition=partition_of(b"990107", 4))
    producer.send(topic, value=b"nobody's", partition=0)
    producer.send(topic, key=b"990107", value=json.dumps(events[0]).encode(), partition=(partition_of(b"990107", 4) + 1) % 4)
    producer.flush()
    producer.close()


def crowd(district: str, seed: int, events: int = 250) -> list[dict[str, Any]]:
    """A district made by chance, under another code."""
    made: list[dict[str, Any]] = json.loads(json.dumps(chance_district(seed, events)).replace(D, district))
    return made


def crowds() -> list[dict[str, Any]]:
    """The events of all districts."""
    return [event for seed, district in enumerate(DISTRICTS) for event in crowd(district, seed)]


@pytest.fixture
def pipeline(installation: Installation, tmp_path: Path) -> Iterator[Installation]:
    """A worker and the sink, fed with three districts; half of what chance makes is refused, so the breaker is off."""
    publish(installation, crowds())
    environment = installation.environment | {"SUOHENG_DEAD_LETTER_PERCENT": "0", "SUOHENG_DEAD_LETTER_STREAK": "0"}
    logs = {name: tmp_path / f"{name}.log" for name in ("streams.worker", "consumers.clickhouse")}
    children = [start_child([sys.executable, "-m", name], environment, log) for name, log in logs.items()]
    try:
        until_visible(installation)
        yield installation
    finally:
        stop_children(children, patience_s=15)
        for log in logs.values():
            print(log.name, last_line(log))


def until_visible(installation: Installation) -> None:
    """A broker that has just started has no group coordinator for some seconds."""
    deadline = time.monotonic() + 120
    while True:
        try:
            wait(installation, timeout=120)
        except MissingDependency:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


def told(report: Report) -> str:
    return json.dumps(report.as_json(), ensure_ascii=False, default=str, indent=1)[:4000]


def change(installation: Installation, statement: str) -> None:
    with connect(installation) as client:
        client.command(statement)


def test_it_agrees_and_finds_what_was_changed(
    pipeline: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reconcile(pipeline, patience=QUICK, told=True)
    assert report.agrees, told(report)
    assert report.compared.pop("told_values") > 300
    assert report.districts == 3
    assert report.messages == len(crowds()) + 3
    assert report.messages == sum(report.counts.values())
    assert report.compared["indicator_values"] > 1_000
    assert set(report.compared) == {"indicator_values", "facts", "events", "sources", "conservation", "dead_letters"}
    with connect(pipeline) as client:
        rows = client.query("SELECT compared, rows_compared, rows_different FROM reconciliations").result_rows
    assert {table: (many, different) for table, many, different in rows if table != "told_values"} == {
        t: (n, 0) for t, n in report.compared.items()
    }
    monkeypatch.setattr("consumers.reconcile.run.GROUP_MESSAGES", 1)  # a group for each district: the same again
    assert reconcile(pipeline, patience=QUICK).compared == report.compared
    _finds_changes(pipeline)
    _ends_as_the_command_promises(pipeline, capsys, monkeypatch)


def _finds_changes(installation: Installation) -> None:
    """Five wrong rows, each planted as a newer version or an older one taken away."""
    columns = "district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start"
    plants = {
        "a number one too high": f"INSERT INTO indicator_value_rows SELECT {columns}, numerator + 1, denominator, scale, empty, version + 1, computed_at "
        "FROM indicator_value_rows FINAL WHERE indicator = 'med_accepted_cnt' AND subject_kind = 'district' AND window_kind = 'year' AND dimension = ''",
        "a fact that no record stands for": "INSERT INTO fact_rows (district, record, component, day, dimension, office, assigner, amount, gone, version) "
        f"VALUES ('{D}', 'med:X', 'med.accepted', '2024-01-01', '', 'sfs-{D}-001', 'self', 1, 0, 5)",
        "an event that was never admitted": "INSERT INTO event_rows (district, source, id, offset, version) VALUES ('990108', 's', 'i', 3, 3)",
        "a message counted twice": "INSERT INTO conservation_rows SELECT district, partition, read + 1, admitted + 1, duplicates, dead_letters, pending, version + 1 "
        "FROM conservation_rows FINAL WHERE district = '990109'",
        "a district that has no event": f"INSERT INTO fact_rows SELECT '990199', * EXCEPT district FROM fact_rows FINAL WHERE district = '{D}' LIMIT 1",
        "a version from the future": f"INSERT INTO indicator_value_rows SELECT {columns}, numerator + 1, denominator, scale, empty, version + 1000000, computed_at "
        "FROM indicator_value_rows FINAL WHERE indicator = 'cor_caseload' AND subject_kind = 'district' AND district = '990108' ORDER BY window_start LIMIT 1",
    }  # fmt: skip
    for statement in plants.values():
        change(installation, statement)
    report = reconcile(installation, patience=QUICK)
    assert not report.agrees
    assert not report.conserved
    assert report.different["facts"] == 2, told(report)
    assert report.districts == 3
    assert report.different["events"] == 1
    assert report.different["indicator_values"] >= 3
    wrong = {difference.key: difference for difference in report.differences}
    fact = wrong[f"med:X|med.accepted|2024-01-01||sfs-{D}-001|self"]
    assert (fact.expected, fact.found) == (None, 1)
    years = [d for key, d in wrong.items() if "|med_accepted_cnt|none||district|" in key and "|year|" in key]
    assert years
    assert all(year.found[0] == year.expected[0] + 1 for year in years)
    assert any(behind.startswith("med:CASE") for year in years for behind in year.behind)
    alone = reconcile(installation, "990108", patience=QUICK)
    assert alone.districts == 1
    assert {d.key.split("|")[0] for d in alone.differences if d.table == "indicator_values"} == {"990108"}


def _ends_as_the_command_promises(installation: Installation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("schemas.settings.settings", lambda: installation)
    assert run(["reconcile", "--district", D, "--json", "--limit", "1"]) == 1
    printed = capsys.readouterr()
    document = json.loads(printed.out)
    assert (document["agrees"], len(document["differences"])) == (False, 1)
    assert printed.err.startswith("suoheng: reconciliation: ")
    assert run(["reconcile", "--district", "12"]) == 2
    assert run(["reconcile", "--district", "990100"]) == 1
    assert "no message of district 990100" in capsys.readouterr().err
    assert run(["reconcile", "--district", D]) == 1
    assert "no such row" in capsys.readouterr().out


def test_it_needs_no_quiet_log(pipeline: Installation) -> None:
    """Events keep coming, of the same records too, while the comparison runs."""
    stop = Flag()
    more = crowd(D, 77, 2_000)[7:]

    def trickle() -> None:
        producer = KafkaProducer(bootstrap_servers=pipeline.kafka)
        for event in more:
            if stop.wait(0.02):
                break
            producer.send(
                topic_name(OFFICE_EVENTS, pipeline), key=D.encode(), value=json.dumps(event).encode(), partition=partition_of(D.encode(), 4)
            )
        producer.close()

    thread = Thread(target=trickle)
    thread.start()
    try:
        time.sleep(2)
        reports = [reconcile(pipeline, D, patience=QUICK) for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    for report in reports:
        assert report.agrees, told(report)
    assert reports[-1].messages > reports[0].messages
    until_visible(pipeline)
    last = reconcile(pipeline, patience=QUICK)
    assert last.agrees, told(last)
    assert last.overtaken == 0


def test_what_is_not_there_yet_is_told(installation: Installation) -> None:
    events = crowd(D, 1, 50)
    publish(installation, events)
    report = reconcile(installation, patience=Patience(catch_up_s=0.5, settle_s=0))
    assert not report.agrees
    assert report.lag == len(events) + 3
    assert "not caught up" in report.verdict
    with pytest.raises(Unreachable, match="no topic"):
        reconcile(installation.model_copy(update={"topic_prefix": "nobody."}))
    with pytest.raises(Unreachable, match="ClickHouse at"):
        reconcile(installation.model_copy(update={"clickhouse_database": "nobody"}))
