"""Messages of the output topics to columns: what each topic's rows become, which are kept, what is refused."""

import json
from typing import Any, NamedTuple

import pytest

from consumers.clickhouse import rows
from consumers.clickhouse.rows import BLOCK, READERS, TABLES, Batch, UnreadableRow
from schemas import topics


class Sent(NamedTuple):
    """A message as the loop hands it over."""

    topic: str
    key: bytes | None
    value: bytes | None
    offset: int = 0
    partition: int = 3
    timestamp: int = 1_795_489_891_123
    headers: list[tuple[str, bytes]] = []  # noqa: RUF012


def message(topic: topics.Topic, row: dict[str, Any], offset: int = 0, key: bytes | None = None) -> Sent:
    return Sent(topic.name, key or topic.key_of(row), json.dumps(row).encode(), offset)


def stored(*messages: Sent) -> dict[str, list[dict[str, Any]]]:
    """What a flush would send, as rows by table."""
    batch = Batch()
    for one in messages:
        batch.add(READERS[one.topic], [one])
    return {
        table.name: [dict(zip(table.columns, row, strict=True)) for row in zip(*columns, strict=True)] for table, columns in batch.tables()
    }


VALUE = {
    "district": "990001",
    "indicator": "med_success_rate",
    "mode": "share_weighted",
    "dimension": "",
    "subject_kind": "authority",
    "subject_id": "au-990001-street-001",
    "window_kind": "month",
    "window_start": "2024-02-01",
    "numerator": 665_000,
    "denominator": 700_000,
    "scale": 10_000,
    "version": 7,
    "computed_at": "2026-11-24T03:11:31.123Z",
}
FACT = {
    "district": "990001",
    "record": "med:01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "component": "med.accepted",
    "day": "2024-02-29",
    "dimension": "",
    "office": "sfs-990001-001",
    "assigner": "self",
    "amount": 1,
    "gone": False,
    "version": 7,
}


def test_every_output_topic_has_a_reader() -> None:
    assert set(READERS) == {t.name for t in (*topics.OUTPUT_TOPICS, topics.EPOCHS)}


def test_a_deleted_key_is_no_row() -> None:
    deleted = Sent(topics.FACTS.name, topics.FACTS.key_of(FACT), None)
    assert [len(rows) for rows in stored(message(topics.FACTS, FACT), deleted).values()] == [1]


def test_a_value_becomes_integers_and_texts() -> None:
    (row,) = stored(message(topics.INDICATOR_VALUES, VALUE))["indicator_value_versions"]
    assert row["window_start"] == 19_754  # days from 1970-01-01 to 2024-02-01
    assert row["computed_at"] == 1_795_489_891_123
    assert (row["numerator"], row["denominator"], row["scale"], row["empty"], row["version"]) == (665_000, 700_000, 10_000, False, 7)


def test_the_quantile_of_nothing_is_marked() -> None:
    (row,) = stored(message(topics.INDICATOR_VALUES, VALUE | {"denominator": None, "numerator": 0, "empty": True}))[
        "indicator_value_versions"
    ]
    assert row["empty"] is True
    assert row["denominator"] is None


def test_every_version_of_a_value_is_kept() -> None:
    sent = [message(topics.INDICATOR_VALUES, VALUE | {"version": v, "numerator": v}, v) for v in (5, 6, 6, 9)]
    assert [r["version"] for r in stored(*sent)["indicator_value_versions"]] == [5, 6, 6, 9]


def test_every_version_of_a_fact_is_sent_in_the_order_of_its_topic() -> None:
    """The table keeps the greatest version, and of two alike the later one."""
    rebuilt = 1 << 48
    sent = [message(topics.FACTS, FACT | {"version": v, "amount": n}) for n, v in enumerate((5, rebuilt | 2, 9, 9))]
    assert [(r["version"], r["amount"]) for r in stored(*sent)["fact_rows"]] == [(5, 0), (rebuilt | 2, 1), (9, 2), (9, 3)]


@pytest.mark.parametrize(("day", "days"), [("1969-12-31", -1), ("1900-01-01", -25_567), ("2299-12-31", 120_529)])
def test_facts_of_all_days_that_the_type_knows_are_stored(day: str, days: int) -> None:
    (row,) = stored(message(topics.FACTS, FACT | {"day": day}))["fact_rows"]
    assert row["day"] == days


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2300-01-01", "9999-12-31"])
def test_a_fact_of_another_day_is_not_stored_under_the_nearest(day: str) -> None:
    assert stored(message(topics.FACTS, FACT), message(topics.FACTS, FACT | {"day": day}))["fact_rows"][0]["day"] == 19_782


def test_windows_and_closings_before_1970_are_not_stored_under_1970() -> None:
    early = [message(topics.INDICATOR_VALUES, VALUE | {"window_start": start}) for start in ("1956-03-01", "1969-12-01", "1970-01-01")]
    assert [row["window_start"] for row in stored(*early)["indicator_value_versions"]] == [0]
    closed = {"district": "990001", "kind": "period", "gone": False, "version": 1, "closed_version": 1, "window_kind": "month"}
    for start, kept in (("1969-12-01", 0), ("1970-01-01", 1)):
        sent = message(topics.REGISTRY, closed | {"id": f"month:{start}", "window_start": start})
        assert len(stored(sent).get("period_rows", [])) == kept


def test_an_event_keeps_its_envelope_and_the_text_of_its_data() -> None:
    event = (
        b'{"specversion":"1.0","id":"e-1","source":"/districts/990001/vendor","type":"med.case.agreed",'
        b'"time":"2024-02-29T23:59:59.123456+08:00","district":"990001","office":"sfs-990001-001","subject":"01ARZ3NDEKTSV4RRFFQ69G5FAV",'
        b'"sequence":"17","op":"amend","target":"e-0","revision":2,"data":{ "form": "written",  "amount_yuan":"10.50" }}'
    )
    value = b'{"district":"990001","partition":3,"offset":41,"appended_at":"2026-11-24T03:11:31.123Z","version":41,"event":' + event + b"}"
    (row,) = stored(Sent(topics.ADMITTED_EVENTS.name, b"990001|/districts/990001/vendor|e-1", value))["event_rows"]
    assert row["data"] == b'{ "form": "written",  "amount_yuan":"10.50" }'
    assert row["time"] == 1_709_222_399_123_456
    assert (row["sequence"], row["revision"], row["op"], row["target"], row["targetsource"]) == (17, 2, "amend", "e-0", "")
    assert row["recordedtime"] is None
    assert (row["partition"], row["offset"], row["appended_at"]) == (3, 41, 1_795_489_891_123)


def test_an_instant_after_the_last_of_the_type_becomes_that() -> None:
    value = (
        b'{"district":"990001","partition":3,"offset":41,"appended_at":"2026-11-24T03:11:31.123Z","version":41,"event":{"id":"e","source":"s",'
        b'"type":"t","time":"2024-02-29T00:00:00Z","recordedtime":"9999-12-31T23:59:59Z","district":"990001","data":{}}}'
    )
    (row,) = stored(Sent(topics.ADMITTED_EVENTS.name, b"k", value))["event_rows"]
    assert row["recordedtime"] == 10_413_705_600_000_000


def test_the_registry_goes_to_a_table_a_kind() -> None:
    def registered(kind: str, identity: str, **fields: Any) -> Sent:
        return message(topics.REGISTRY, {"district": "990001", "kind": kind, "id": identity, "gone": False, "version": 1} | fields)

    found = stored(
        registered(
            "office", "sfs-990001-001", office="sfs-990001-001", name="东城司法所", opened_on="1956-03-01", closed_on=None, merged_into=None
        ),
        registered("authority", "au-990001-street", authority="au-990001-street", name="街道", authority_kind="street_office"),
        registered(
            "split",
            "sfs-990001-001:funding:operating:2024-07-01",
            office="sfs-990001-001",
            role="funding",
            cost_category="operating",
            valid_from="2024-07-01",
            shares=[{"authority": "au-990001-street", "bp": 7000}, {"authority": "au-990001-bureau", "bp": 3000}],
            doc_no="文〔2024〕1号",
            decided_at="2024-06-01T00:00:00.000Z",
        ),
        registered("period", "month:2024-02-01", window_kind="month", window_start="2024-02-01", closed_version=12),
        registered("district", "990001", today="2024-03-01"),
    )
    assert list(found) == ["district_rows", "office_rows", "authority_rows", "split_rows", "period_rows"]
    assert found["office_rows"][0] | {"name": ""} == {
        "district": "990001", "name": "", "merged_into": None, "split_from": None, "gone": False, "version": 1, "office": "sfs-990001-001", "opened_on": -5054, "closed_on": None,
    }  # fmt: skip
    assert found["split_rows"][0]["shares"] == [("au-990001-street", 7000), ("au-990001-bureau", 3000)]
    assert found["split_rows"][0]["valid_from"] == 19_905
    assert (found["period_rows"][0]["window_kind"], found["period_rows"][0]["window_start"]) == ("month", 19_754)


def test_a_registry_row_that_is_gone_needs_no_more_than_its_key() -> None:
    row = {"district": "990001", "kind": "split", "id": "sfs-990001-001:funding:all:2024-07-01", "gone": True, "version": 9}
    (found,) = stored(message(topics.REGISTRY, row))["split_rows"]
    assert (found["office"], found["role"], found["cost_category"], found["gone"]) == ("sfs-990001-001", "funding", "all", True)


def test_a_ledger_keeps_its_gaps() -> None:
    row = {"district": "990001", "source": "/districts/990001/v", "high_water": 5, "gaps": [[6, 6], [9, 11]], "version": 2}
    row |= {"gaps_first_seen": ["2026-11-24T03:11:31.123Z"] * 2, "last_seen": "2026-11-24T03:11:32.000Z"}
    (found,) = stored(message(topics.SOURCES, row))["source_rows"]
    assert found["gaps"] == [(6, 6), (9, 11)]
    assert found["gaps_first_seen"] == [1_795_489_891_123] * 2


@pytest.mark.parametrize(
    "value",
    [
        json.dumps(VALUE | {"confidence": 0.9}).encode(),
        json.dumps({k: v for k, v in VALUE.items() if k != "scale"}).encode(),
        json.dumps(VALUE | {"numerator": 1.5}).encode(),
        b"{",
        b"",
    ],
)
def test_a_row_of_another_format_is_refused_with_its_place(value: bytes) -> None:
    good = message(topics.INDICATOR_VALUES, VALUE, 16)
    with pytest.raises(UnreadableRow, match=r"indicator-values partition 3 offset 17 .*upgrade the sink"):
        Batch().add(READERS["indicator-values"], [good, Sent("indicator-values", b"k", value, 17)])


def test_messages_of_several_blocks_keep_their_order_and_share_repeated_texts() -> None:
    batch, count = Batch(), 3 * BLOCK + 1
    batch.add(READERS[topics.FACTS.name], [message(topics.FACTS, FACT | {"amount": number}, number) for number in range(count)])
    ((table, columns),) = batch.tables()
    told = dict(zip(table.columns, columns, strict=True))
    assert told["amount"] == list(range(count))
    assert len(batch) == count == len(told["office"])
    assert len({id(office) for office in told["office"]}) == 1


def test_a_refused_row_of_a_later_block_is_named_by_its_own_place() -> None:
    messages = [message(topics.FACTS, FACT, number) for number in range(2 * BLOCK)]
    messages[BLOCK + 7] = messages[BLOCK + 7]._replace(value=b"{}")
    with pytest.raises(UnreadableRow, match=f"partition 3 offset {BLOCK + 7} is not a row"):
        Batch().add(READERS[topics.FACTS.name], messages)


def test_a_batch_forgets_what_is_stored() -> None:
    batch = Batch()
    batch.add(READERS["facts"], [message(topics.FACTS, FACT)])
    batch.add(READERS["indicator-values"], [message(topics.INDICATOR_VALUES, VALUE)])
    assert len(batch) == 2
    batch.clear(rows.FACTS)
    assert [table.name for table, _ in batch.tables()] == ["indicator_value_versions"]


def test_the_registry_is_inserted_before_values_and_facts() -> None:
    names = [t.name for t in TABLES]
    assert names.index("period_rows") < names.index("indicator_value_versions")
    assert names.index("district_rows") < names.index("indicator_value_versions")


def test_a_number_beyond_int64_is_stored_as_the_nearest_and_stops_nothing() -> None:
    """A thousand agreements on the most money that an event can name, weighted with basis points."""
    big = 1_000 * 999_999_999_999 * 10_000
    sent = [message(topics.INDICATOR_VALUES, VALUE | {"numerator": n, "denominator": d}) for n, d in ((big, None), (-big, big), (7, 8))]
    rows_of = stored(*sent)["indicator_value_versions"]
    assert [(row["numerator"], row["denominator"]) for row in rows_of] == [(2**63 - 1, None), (-(2**63), 2**63 - 1), (7, 8)]
