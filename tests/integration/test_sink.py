"""The sink as a process between real Kafka and ClickHouse: what arrives in the tables and views, and what repeats do."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from schemas.topics import ADMITTED_EVENTS, ALERTS, CONSERVATION, EPOCHS, FACTS, INDICATOR_VALUES, REGISTRY, SOURCES
from tests.integration.sink_stage import (
    DISTRICT,
    OFFICE,
    STREET,
    Settle,
    Worker,
    ask,
    closed,
    fact,
    health,
    output_writer,
    registered,
    running_sink,
    sink,
    today,
    until,
    value,
)
from tests.ports import free_port

BEIJING = timezone(timedelta(hours=8))
REBUILT = 1 << 48
SWITCHED = {"switch": 1, "epoch": 1, "previous": 0, "decided_at": "2026-03-01T00:00:00.000Z", "build": ""}


worker = pytest.fixture(output_writer)
settle = pytest.fixture(running_sink)


@pytest.fixture
def running(installation: Any, tmp_path: Path) -> Callable[..., AbstractContextManager[Any]]:
    """The sink's process; settings may be changed."""

    def start(*, ready: bool = True, **changed: str) -> AbstractContextManager[Any]:
        return sink(installation.environment, tmp_path / "sink.log", {"SUOHENG_HEALTH_PORT": str(free_port())} | changed, ready=ready)

    return start


def test_values_have_the_contracts_columns_and_numbers(installation: Any, worker: Worker, settle: Settle) -> None:
    authority = {"subject_kind": "authority", "subject_id": STREET}
    rate = {"indicator": "med_success_rate"}
    weighted = authority | rate | {"mode": "share_weighted", "numerator": 665_000, "denominator": 700_000, "scale": 10_000}
    money = authority | {"indicator": "fund_disbursed_yuan", "mode": "own", "numerator": 123_456, "scale": 100}
    area = {"indicator": "cap_area_m2", "numerator": 31_550, "denominator": 2, "scale": 100}
    worker.write(
        INDICATOR_VALUES,
        value(1, numerator=842),
        value(2, **rate, numerator=842, denominator=869),
        value(3, **weighted),
        value(4, **money),
        value(5, **area),
        value(6, **area | authority, mode="share_weighted") | {"numerator": 63_100_000, "denominator": 40_000, "scale": 1_000_000},
        value(7, indicator="med_handling_rate", numerator=0, denominator=0),
        value(8, indicator="med_duration_p50", numerator=0),
        value(9, indicator="med_duration_p90", numerator=0, empty=True),
        value(10, indicator="dual_balance_gap_pp", numerator=-1250, denominator=100),
    )
    settle()
    values = dict(ask(installation, "SELECT version, value FROM indicator_values"))
    assert values == {
        1: 842.0,
        2: pytest.approx(842 / 869),
        3: 0.95,
        4: 1234.56,
        5: 157.75,
        6: pytest.approx(15.775),
        7: None,
        8: 0.0,
        9: None,
        10: -12.5,
    }
    described = ask(installation, "DESCRIBE indicator_values")
    columns = [(name, kind.replace("LowCardinality(String)", "String")) for name, kind, *_ in described]
    assert columns[:17] == [
        ("district", "String"), ("indicator", "String"), ("definition", "String"), ("mode", "String"), ("dimension", "String"),
        ("subject_kind", "String"), ("subject_id", "String"), ("window_kind", "String"), ("window_start", "Date"), ("window_end", "Date"),
        ("numerator", "Int64"), ("denominator", "Nullable(Int64)"), ("scale", "UInt32"), ("value", "Nullable(Float64)"),
        ("period_state", "String"), ("computed_at", "DateTime64(3, 'Asia/Shanghai')"), ("version", "UInt64"),
    ]  # fmt: skip
    assert [name for name, _ in columns[17:]] == ["definition_version", "effective_from"]
    assert ask(installation, "DESCRIBE indicator_history") == described


def test_an_indicator_says_what_it_means(installation: Any, worker: Worker, settle: Settle) -> None:
    worker.write(INDICATOR_VALUES, value(1), value(2, indicator="not_in_this_catalogue"))
    settle()
    found = dict(ask(installation, "SELECT indicator, definition FROM indicator_values"))
    assert found["med_accepted_cnt"]
    assert found["not_in_this_catalogue"] == ""


def test_a_window_ends_on_the_day_after_its_last(installation: Any, worker: Worker, settle: Settle) -> None:
    ends = {
        ("day", "2026-12-31"): "2027-01-01",
        ("week", "2026-12-28"): "2027-01-04",
        ("month", "2024-02-01"): "2024-03-01",
        ("quarter", "2026-10-01"): "2027-01-01",
        ("half", "2026-07-01"): "2027-01-01",
        ("year", "2024-01-01"): "2025-01-01",
    }
    worker.write(INDICATOR_VALUES, *(value(1, window_kind=kind, window_start=start) for kind, start in ends))
    settle()
    found = ask(installation, "SELECT window_kind, toString(window_start), toString(window_end) FROM indicator_values")
    assert {(kind, start): end for kind, start, end in found} == ends


def test_the_state_of_a_period_follows_today_and_its_closing(installation: Any, worker: Worker, settle: Settle) -> None:
    def states() -> dict[str, str]:
        rows = ask(installation, "SELECT window_start, period_state FROM indicator_values ORDER BY window_start")
        return {f"{start:%m}": state for start, state in rows}

    worker.write(
        INDICATOR_VALUES, value(3, window_start="2026-01-01"), value(4, window_start="2026-02-01"), value(5, window_start="2026-03-01")
    )
    settle()
    assert states() == {"01": "open", "02": "open", "03": "open"}, "without a today nothing has ended"
    worker.write(REGISTRY, today("2026-02-28", 6))
    settle()
    assert states() == {"01": "provisional", "02": "open", "03": "open"}
    worker.write(REGISTRY, today("2026-03-01", 7), closed("2026-01-01", 8))
    settle()
    assert states() == {"01": "closed", "02": "provisional", "03": "open"}
    worker.write(INDICATOR_VALUES, value(9, window_start="2026-01-01"))
    settle()
    assert states()["01"] == "restated"
    worker.write(REGISTRY, closed("2026-01-01", 8, version=10, gone=True))
    settle()
    assert states()["01"] == "provisional", "a closing that was retracted closes nothing"


def test_in_a_rebuild_closed_stays_closed(installation: Any, worker: Worker, settle: Settle) -> None:
    worker.write(REGISTRY, today("2026-03-01", REBUILT | 1), closed("2026-02-01", REBUILT | 8))
    worker.write(INDICATOR_VALUES, value(REBUILT | 5), value(REBUILT | 9, indicator="med_concluded_cnt"))
    worker.write(EPOCHS, SWITCHED)
    settle()
    found = ask(installation, "SELECT period_state FROM indicator_values ORDER BY version")
    assert found == [("closed",), ("restated",)]


def test_readers_see_the_epoch_that_is_served_and_its_history(installation: Any, worker: Worker, settle: Settle) -> None:
    worker.write(INDICATOR_VALUES, value(7), value(8, indicator="med_concluded_cnt"), value(REBUILT | 7, numerator=41))
    worker.write(FACTS, fact(7), fact(REBUILT | 7, amount=2), fact(8, component="med.concluded"))
    settle()
    values, facts = "SELECT version, numerator FROM indicator_values ORDER BY version", "SELECT version, amount FROM facts ORDER BY version"
    history = "SELECT count() FROM indicator_history"
    assert (ask(installation, values), ask(installation, facts), ask(installation, history)) == ([(7, 7), (8, 8)], [(7, 1), (8, 1)], [(2,)])
    worker.write(EPOCHS, SWITCHED)
    settle()
    assert (ask(installation, values), ask(installation, facts)) == ([(REBUILT | 7, 41)], [(REBUILT | 7, 2)])
    worker.write(EPOCHS, SWITCHED | {"switch": 2, "epoch": 0, "previous": 1})
    settle()
    assert (ask(installation, values), ask(installation, facts), ask(installation, history)) == ([(7, 7), (8, 8)], [(7, 1), (8, 1)], [(3,)])


def test_an_older_version_never_wins_and_history_keeps_every_one(installation: Any, worker: Worker, settle: Settle) -> None:
    worker.write(INDICATOR_VALUES, value(7), value(9))
    settle()
    worker.write(INDICATOR_VALUES, value(8), value(9), value(3))
    settle()
    assert ask(installation, "SELECT version, numerator FROM indicator_values") == [(9, 9)]
    assert ask(installation, "SELECT version FROM indicator_history ORDER BY version") == [(3,), (7,), (8,), (9,)]


def test_a_fact_that_is_gone_is_not_seen_and_does_not_come_back(installation: Any, worker: Worker, settle: Settle) -> None:
    worker.write(FACTS, fact(4), fact(5, component="med.concluded", amount=-1), fact(6, day="1956-01-01"))
    worker.write(FACTS, fact(8, gone=True, amount=0))
    settle()
    worker.write(FACTS, fact(7))
    settle()
    found = ask(installation, "SELECT component, day, amount, version FROM facts ORDER BY version")
    assert found == [("med.concluded", date(2026, 2, 3), -1, 5), ("med.accepted", date(1956, 1, 1), 1, 6)]


def test_an_aborted_transaction_is_never_seen(installation: Any, worker: Worker, settle: Settle) -> None:
    worker.write(INDICATOR_VALUES, value(1), abort=True)
    worker.write(FACTS, fact(1))
    worker.write(INDICATOR_VALUES, value(2), abort=True)
    settle()
    assert ask(installation, "SELECT count() FROM indicator_history") == [(0,)]
    assert ask(installation, "SELECT count() FROM facts") == [(1,)]


def test_events_lie_open_with_their_place_in_the_log(installation: Any, worker: Worker, settle: Settle) -> None:
    event = {
        "specversion": "1.0", "id": "e-1", "source": f"/districts/{DISTRICT}/vendor", "type": "med.case.agreed",
        "time": "2026-02-28T23:59:59.123456+08:00", "district": DISTRICT, "office": OFFICE, "subject": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "sequence": "17", "recordedtime": "2026-03-01T09:00:00Z", "data": {"form": "written", "amount_yuan": "10.50"},
    }  # fmt: skip
    row = {"district": DISTRICT, "partition": 1, "offset": 41, "appended_at": "2026-03-01T09:00:01.500Z", "version": 41, "event": event}
    worker.write(ADMITTED_EVENTS, row, row)
    settle()
    (found,) = ask(
        installation,
        "SELECT source, id, type, toString(time), office, subject, sequence, op, toString(recordedtime), JSONExtractString(data, 'form'), "
        "partition, offset, appended_at FROM events",
    )
    assert found[:8] == (event["source"], "e-1", event["type"], "2026-02-28 23:59:59.123456", OFFICE, event["subject"], 17, "assert")
    assert found[8:] == ("2026-03-01 17:00:00.000000", "written", 1, 41, datetime(2026, 3, 1, 17, 0, 1, 500_000, tzinfo=BEIJING))


def test_the_registry_stands_as_it_was_last_told(installation: Any, worker: Worker, settle: Settle) -> None:
    def split(valid_from: str, version: int, *shares: tuple[str, int], **changed: Any) -> dict[str, Any]:
        fields = {
            "office": OFFICE, "role": "funding", "cost_category": "operating", "valid_from": valid_from, "doc_no": "文〔2024〕1号",
            "decided_at": "2024-06-01T00:00:00.000Z", "shares": [{"authority": a, "bp": bp} for a, bp in shares],
        }  # fmt: skip
        return registered("split", f"{OFFICE}:funding:operating:{valid_from}", version, **fields) | changed

    office = {"office": OFFICE, "name": "东城司法所", "opened_on": "1956-03-01", "closed_on": None, "merged_into": None}
    unopened = office | {"office": "sfs-990101-009", "opened_on": None, "closed_on": "2030-01-01"}
    worker.write(
        REGISTRY,
        registered("office", OFFICE, 1, **office),
        registered("office", "sfs-990101-009", 2, **unopened),
        registered("authority", STREET, 3, authority=STREET, name="东城街道", authority_kind="street_office"),
        split("2020-01-01", 4, (STREET, 7000), ("au-990101-bureau", 3000)),
        split("2024-07-01", 5, ("au-990101-bureau", 10000)),
        split("2022-01-01", 6, (STREET, 10000)),
        split("2022-01-01", 7, gone=True),
    )
    settle()
    assert ask(installation, "SELECT office, name, opened_on, closed_on FROM offices") == [(OFFICE, "东城司法所", date(1956, 3, 1), None)]
    assert ask(installation, "SELECT authority, name, kind FROM authorities") == [(STREET, "东城街道", "street_office")]
    assert ask(installation, "SELECT valid_from, valid_until, authority, bp FROM splits ORDER BY valid_from, bp") == [
        (date(2020, 1, 1), date(2024, 7, 1), "au-990101-bureau", 3000),
        (date(2020, 1, 1), date(2024, 7, 1), STREET, 7000),
        (date(2024, 7, 1), None, "au-990101-bureau", 10000),
    ]


def test_ledgers_and_the_conservation_sum(installation: Any, worker: Worker, settle: Settle) -> None:
    ledger = {"district": DISTRICT, "source": f"/districts/{DISTRICT}/v", "high_water": 5, "gaps": [[6, 6], [9, 11]], "version": 2}
    ledger |= {"gaps_first_seen": ["2026-03-01T00:00:00.000Z"] * 2, "last_seen": "2026-03-01T00:00:00.001Z"}
    counts = {
        "district": DISTRICT,
        "partition": 1,
        "read": 10,
        "admitted": 6,
        "duplicates": 2,
        "dead_letters": 1,
        "pending": 1,
        "version": 9,
    }
    worker.write(SOURCES, ledger)
    worker.write(CONSERVATION, counts, counts | {"version": 4, "read": 4, "admitted": 4})
    settle()
    assert ask(installation, "SELECT high_water, gaps, gaps[2].2, length(gaps_first_seen) FROM sources") == [
        (5, [{"from": 6, "to": 6}, {"from": 9, "to": 11}], 11, 2)
    ]
    assert ask(installation, "SELECT read, admitted + duplicates + dead_letters + pending FROM conservation") == [(10, 10)]


def test_an_alert_knows_when_it_began_and_ended(installation: Any, worker: Worker, settle: Settle) -> None:
    def alert(version: int, state: str, hour: int, **changed: Any) -> dict[str, Any]:
        base = {
            "district": DISTRICT, "rule": "lost", "subject_kind": "office", "subject_id": OFFICE, "start": "2026-02-01", "state": state,
            "severity": "high", "indicator": "cor_lost_cnt", "mode": "none", "dimension": "", "window_kind": "month", "window_start": "2026-02-01",
            "value": version / 2, "threshold": 0, "why": "1 > 0", "titles": {"zh": "脱管", "en": "Lost from control"}, "version": version,
            "computed_at": f"2026-03-01T{hour:02}:00:00.000Z",
        }  # fmt: skip
        return base | changed

    def found() -> list[tuple[Any, ...]]:
        return ask(
            installation,
            "SELECT rule, severity, subject, state, started_at, resolved_at, value, threshold, title_zh FROM alerts ORDER BY start",
        )

    def at(hour: int) -> datetime:
        return datetime(2026, 3, 1, hour, tzinfo=timezone.utc).astimezone(BEIJING)  # noqa: UP017

    worker.write(ALERTS, alert(3, "firing", 1), alert(5, "firing", 2, severity="critical"))
    settle()
    assert found() == [("lost", "critical", OFFICE, "firing", at(1), None, 2.5, 0.0, "脱管")]
    worker.write(ALERTS, alert(8, "resolved", 4, value=None), alert(5, "firing", 2), alert(3, "firing", 1))
    worker.write(ALERTS, alert(9, "resolved", 5, start="2026-01-01"))
    settle()
    assert found() == [
        ("lost", "high", OFFICE, "resolved", at(5), at(5), 4.5, 0.0, "脱管"),
        ("lost", "high", OFFICE, "resolved", at(1), at(4), None, 0.0, "脱管"),
    ]


def test_a_row_of_a_newer_format_stops_the_sink_with_its_place(
    installation: Any, worker: Worker, running: Callable[..., AbstractContextManager[Any]], tmp_path: Path
) -> None:
    worker.write(FACTS, fact(1, confidence=0.5))
    with running(ready=False) as process:
        assert process.wait(30) == 70
    said = (tmp_path / "sink.log").read_text()
    assert f"{installation.topic_prefix}facts partition 1 offset 0" in said
    assert "upgrade the sink" in said


def test_it_says_what_is_missing_and_starts_when_it_is_there(
    installation: Any, running: Callable[..., AbstractContextManager[Any]]
) -> None:
    name, port = f"{installation.clickhouse_database}_late", free_port()
    with running(ready=False, SUOHENG_CLICKHOUSE_DATABASE=name, SUOHENG_HEALTH_PORT=str(port)):
        until(lambda: health(port)[0] == 503 and "suoheng migrate" in health(port)[1], "the sink to ask for the tables")
        from deploy.migrate import migrate

        migrate(installation.model_copy(update={"clickhouse_database": name}))
        until(lambda: health(port)[0] == 200, "the sink to find the tables")


def test_at_a_quiet_time_a_row_does_not_wait_for_others(
    installation: Any, worker: Worker, running: Callable[..., AbstractContextManager[Any]]
) -> None:
    waits = []
    with running():
        for version in range(1, 11):
            worker.write(INDICATOR_VALUES, *(value(version, subject_id=f"sfs-{DISTRICT}-{i:03}") for i in range(115)))
            written = time.monotonic()
            seen = f"SELECT count() FROM indicator_values WHERE version = {version}"
            until(lambda seen=seen: ask(installation, seen) == [(115,)], f"version {version}")  # type: ignore[misc]
            waits.append(time.monotonic() - written)
    # How long exactly is `python -m tests.benchmark latency`; a shared machine stutters.
    assert sorted(waits)[len(waits) // 2] < 3.0, waits
