"""What the second validator lets in and what it refuses, each refusal with a code of the contract's section 10."""

import json
from typing import Any

import pytest

from consumers.reconcile.event import Event
from consumers.reconcile.partitioner import murmur2, partition_of
from consumers.reconcile.reading import Refused
from consumers.reconcile.validator import read_event
from tests.scenarios.story import APPENDED_MS, BUREAU, BUREAU_SOURCE, O1, OFFICE_SOURCE, D, case

ACCEPTED: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": OFFICE_SOURCE,
    "type": "med.case.accepted",
    "time": "2024-03-01T09:00:00+08:00",
    "district": D,
    "office": O1,
    "subject": case(1),
    "data": {"dispute_type": "labour", "source": "applied", "is_collective": False},
}
SPLIT: dict[str, Any] = {
    "specversion": "1.0",
    "id": "s-1",
    "source": BUREAU_SOURCE,
    "type": "reg.split.decided",
    "time": "2024-03-01T09:00:00+08:00",
    "district": D,
    "data": {
        "office": O1,
        "role": "funding",
        "cost_category": "operating",
        "valid_from": "2024-01-01",
        "shares": [{"authority": BUREAU, "bp": 10_000}],
        "doc_no": "99-1",
    },
}

RULE = {
    "id": "r", "title": {"zh": "甲", "en": "a"}, "severity": "high", "indicator": "med_success_rate", "subjects": "office", "window": "month",
    "below": "0.95",
}  # fmt: skip


def read(value: bytes | None, *, key: bytes | None = D.encode(), headers: Any = (), appended_ms: int = APPENDED_MS) -> Event:
    return read_event((0, 7, appended_ms, key, value, headers))


def read_changed(event: dict[str, Any], **changes: Any) -> Event:
    """The event with attributes replaced (None: left out) and `data__field` put into its data."""
    attributes = {name: value for name, value in {**event, **changes}.items() if value is not None and not name.startswith("data__")}
    data = {**event["data"], **{name[6:]: value for name, value in changes.items() if name.startswith("data__")}}
    if "data" not in changes:
        attributes["data"] = {name: value for name, value in data.items() if value is not ...}
    return read(json.dumps(attributes, ensure_ascii=False).encode())


def refused_as(event: dict[str, Any], **changes: Any) -> str:
    with pytest.raises(Refused) as refused:
        read_changed(event, **changes)
    return refused.value.code


def test_a_plain_event_is_read() -> None:
    event = read_changed(ACCEPTED)
    assert (event.identity, event.day, event.assigner, event.family) == ((OFFICE_SOURCE, "e-1"), 738_946, "self", "business")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "BYTES_EMPTY"),
        (b"", "BYTES_EMPTY"),
        (b'{"a":"' + b"x" * 16_400 + b'"}', "BYTES_TOO_LARGE"),
        (b"\xef\xbb\xbf{}", "BYTES_ENCODING"),
        (b'{"a":"\xff"}', "BYTES_ENCODING"),
        (b"{", "JSON_SYNTAX"),
        (b'{"a":NaN}', "JSON_SYNTAX"),
        (b'{"a":-Infinity}', "JSON_SYNTAX"),
        (b'{"a":"\\ud800"}', "JSON_SYNTAX"),
        (b"{} {}", "JSON_SYNTAX"),
        (b'{"a":1,"a":1}', "JSON_DUPLICATE_KEY"),
        (b'{"a":{"b":1,"b":2}}', "JSON_DUPLICATE_KEY"),
        (b'{"a":' + b"[" * 8 + b"]" * 8 + b"}", "JSON_DEPTH"),
        (b"[" * 8000 + b"]" * 8000, "JSON_DEPTH"),
        (b"[]", "STRUCT_TYPE"),
        (b'{"a":1e5,"b":' + b"9" * 5000 + b"}", "JSON_SYNTAX"),
    ],
)
def test_bytes_that_are_no_event(value: bytes | None, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read(value)
    assert refused.value.code == code


@pytest.mark.parametrize("left_out", ["specversion", "id", "source", "type", "time", "district", "data", "office", "subject"])
def test_what_must_be_there(left_out: str) -> None:
    changes: dict[str, Any] = {left_out: None}
    assert refused_as(ACCEPTED, **changes) == "STRUCT_MISSING"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"specversion": "1.1"}, "STRUCT_VALUE"),
        ({"comment": "free text"}, "STRUCT_UNKNOWN_FIELD"),
        ({"data__note": "free text"}, "STRUCT_UNKNOWN_FIELD"),
        ({"id": ""}, "STRUCT_VALUE"),
        ({"id": "x" * 65}, "STRUCT_VALUE"),
        ({"id": "a/b"}, "STRUCT_VALUE"),
        ({"id": 5}, "STRUCT_TYPE"),
        ({"source": "/districts/990107/Office"}, "STRUCT_VALUE"),
        ({"source": "/districts/990108/office-1"}, "ENV_DISTRICT_MISMATCH"),
        ({"district": "99010"}, "STRUCT_VALUE"),
        ({"office": "sfs-990108-001"}, "ENV_DISTRICT_MISMATCH"),
        ({"office": "sfs-990107-1"}, "STRUCT_VALUE"),
        ({"subject": "CASEO" + "0" * 21}, "STRUCT_VALUE"),
        ({"subject": "0" * 25}, "STRUCT_VALUE"),
        ({"type": "med.case.forgotten"}, "TYPE_UNKNOWN"),
        ({"time": "2024-03-01 09:00:00Z"}, "TIME_FORMAT"),
        ({"time": "2024-03-01T09:00:00"}, "TIME_FORMAT"),
        ({"time": "2024-02-30T09:00:00Z"}, "TIME_FORMAT"),
        ({"time": "2024-03-01T24:00:00Z"}, "TIME_FORMAT"),
        ({"time": "2024-03-01T09:00:00.1234567Z"}, "TIME_FORMAT"),
        ({"time": "1989-12-31T15:59:59Z"}, "TIME_TOO_OLD"),
        ({"recordedtime": "2024-03-01T08:54:59+08:00"}, "TIME_ORDER"),
        ({"sequence": "01"}, "STRUCT_VALUE"),
        ({"sequence": "1" * 19}, "STRUCT_VALUE"),
        ({"sequence": 1}, "STRUCT_TYPE"),
        ({"op": "delete"}, "STRUCT_VALUE"),
        ({"op": "amend"}, "STRUCT_MISSING"),
        ({"op": "amend", "target": "x"}, "STRUCT_MISSING"),
        ({"op": "amend", "target": "x", "revision": 1}, "NUM_RANGE"),
        ({"op": "amend", "target": "x", "revision": 2**53 + 1}, "NUM_RANGE"),
        ({"op": "amend", "target": "x", "revision": 2.0}, "STRUCT_TYPE"),
        ({"target": "x"}, "STRUCT_UNKNOWN_FIELD"),
        ({"targetsource": OFFICE_SOURCE}, "STRUCT_UNKNOWN_FIELD"),
        ({"op": "amend", "target": "x", "revision": 2, "targetsource": BUREAU_SOURCE}, "DOMAIN_NOT_BUREAU"),
        ({"datacontenttype": "text/plain"}, "STRUCT_VALUE"),
        ({"dataschema": "urn:suoheng:med.case.accepted:2"}, "SCHEMA_UNKNOWN"),
        ({"partitionkey": "990108"}, "STRUCT_VALUE"),
        ({"data": []}, "STRUCT_TYPE"),
        ({"data__dispute_type": "quarrel"}, "STRUCT_VALUE"),
        ({"data__is_collective": 1}, "STRUCT_TYPE"),
        ({"data__is_collective": ...}, "STRUCT_MISSING"),
        ({"data__referred_by": None}, "STRUCT_TYPE"),
        ({"data__referred_by": "The Court"}, "STRUCT_VALUE"),
        ({"data__party_count": 1}, "NUM_RANGE"),
        ({"data__party_count": 10**9 + 1}, "NUM_RANGE"),
        ({"data__party_count": True}, "STRUCT_TYPE"),
        ({"data__minutes": 1441}, "NUM_RANGE"),
        ({"data__worker": "w-abc"}, "STRUCT_VALUE"),
        ({"data__co_handlers": "police"}, "STRUCT_TYPE"),
        ({"data__co_handlers": ["Police"]}, "STRUCT_VALUE"),
        ({"data__assigned_by": "au-990108-sfj"}, "ENV_DISTRICT_MISMATCH"),
        ({"data__assigned_by": "nobody"}, "STRUCT_VALUE"),
        ({"data__evidence": "photo"}, "STRUCT_VALUE"),
    ],
)
def test_an_attribute_or_field_out_of_bounds(changes: dict[str, Any], code: str) -> None:
    assert refused_as(ACCEPTED, **changes) == code


@pytest.mark.parametrize(
    "changes",
    [
        {"time": "2024-03-01T09:00:00.5+08:00"},
        {"time": "1989-12-31T16:00:00Z"},
        {"time": "2024-02-29T23:59:59.999999-12:30"},
        {"recordedtime": "2024-03-01T08:55:00+08:00"},
        {"sequence": "999999999999999999"},
        {"op": "amend", "target": "x", "revision": 2**53},
        {"op": "amend", "target": "x", "revision": 2, "targetsource": OFFICE_SOURCE},
        {"dataschema": "urn:suoheng:med.case.accepted:1", "datacontenttype": "application/json", "partitionkey": D},
        {"traceparent": "", "tracestate": "13812345678"},
        {"data__co_handlers": [], "data__minutes": 0, "data__worker": "w-00ab", "data__assigned_by": "au-990107-jd-001"},
    ],
)
def test_what_is_just_within_bounds(changes: dict[str, Any]) -> None:
    assert read_changed(ACCEPTED, **changes).id == "e-1"


@pytest.mark.parametrize("late_by", [0, 1])
def test_a_clock_may_be_five_minutes_ahead(late_by: int) -> None:
    value = json.dumps({**ACCEPTED, "time": "2024-03-01T01:05:00.000" + ("000Z", "001Z")[late_by]}).encode()
    appended = 1_709_254_800_000  # 2024-03-01T01:00:00Z
    if late_by:
        with pytest.raises(Refused, match="TIME_FUTURE"):
            read(value, appended_ms=appended)
    else:
        assert read(value, appended_ms=appended).time == (appended + 300_000) * 1000


@pytest.mark.parametrize(
    ("type_", "subject", "data", "code"),
    [
        ("med.case.agreed", True, {"form": "oral", "amount_yuan": "12.5"}, "STRUCT_VALUE"),
        ("med.case.agreed", True, {"form": "oral", "amount_yuan": "012.50"}, "STRUCT_VALUE"),
        ("med.case.agreed", True, {"form": "oral", "amount_yuan": "10000000000.00"}, "STRUCT_VALUE"),
        ("med.case.agreed", True, {"form": "oral", "amount_yuan": 12}, "STRUCT_TYPE"),
        ("med.case.agreed", True, {"form": "oral", "perform_due_on": "2024-02-30"}, "TIME_FORMAT"),
        ("med.case.agreed", True, {"form": "oral", "amount_yuan": "9999999999.99"}, ""),
        ("med.escalation.recorded", False, {"kind": "petition", "persons": 1, "prevented": True}, ""),
        ("med.escalation.recorded", True, {"kind": "petition", "persons": 0, "prevented": True}, "NUM_RANGE"),
        ("leg.consultation.given", True, {"channel": "phone", "persons": 1}, "STRUCT_UNKNOWN_FIELD"),
        ("leg.consultation.given", False, {"channel": "phone", "persons": 1}, ""),
        ("pub.activity.held", False, {"form": "film", "theme": "labour", "audience_est": 0, "purpose": "law"}, ""),
        ("soc.task.assigned", True, {"task_class": "x", "function_number": 9, "due_at": "2024-03-01T00:00:00Z"}, "STRUCT_MISSING"),
        ("soc.task.assigned", True, {"task_class": "x", "function_number": 10, "due_at": "2024-03-01T00:00:00Z", "assigned_by": "self"}, "NUM_RANGE"),
        ("soc.task.assigned", True, {"task_class": "x", "function_number": "9", "due_at": "2024-03-01T00:00:00Z", "assigned_by": "self"}, "STRUCT_TYPE"),
        ("soc.task.assigned", True, {"task_class": "x", "function_number": 1, "due_at": "2024-03-01", "assigned_by": "self"}, "TIME_FORMAT"),
        ("soc.task.assigned", True, {"task_class": "x", "function_number": "outside_list", "due_at": "2024-03-01T00:00:00Z", "assigned_by": "self"}, ""),
        ("cap.staff.snapshot", False, {"staff": 2023}, "NUM_RANGE"),
        ("cap.staff.snapshot", False, {"staff": 60}, ""),
        ("cap.premises.snapshot", False, {"area_m2": "4.99", "independent": True}, "NUM_RANGE"),
        ("cap.premises.snapshot", False, {"area_m2": "5000.01", "independent": True}, "NUM_RANGE"),
        ("cap.premises.snapshot", False, {"area_m2": "58.123", "independent": True}, "STRUCT_VALUE"),
        ("cap.premises.snapshot", False, {"area_m2": "058", "independent": True}, "STRUCT_VALUE"),
        ("cap.premises.snapshot", False, {"area_m2": "5000", "independent": True}, ""),
        ("cap.rating.awarded", False, {"programme": "city_star"}, "STRUCT_MISSING"),
        ("cap.rating.awarded", False, {"programme": "city_star", "level": 6}, "NUM_RANGE"),
        ("cap.rating.awarded", False, {"programme": "five_good", "level": 1}, "STRUCT_VALUE"),
        ("cap.rating.withdrawn", False, {"programme": "city_star"}, ""),
        ("cap.rating.withdrawn", False, {"programme": "city_star", "level": 1}, ""),
        ("cap.rating.withdrawn", False, {"programme": "fengqiao", "level": 1}, "STRUCT_VALUE"),
        ("cap.fund.disbursed", False, {"authority": "self", "category": "operating", "amount_yuan": "1.00", "fiscal_year": 2024}, "STRUCT_VALUE"),
        ("cap.fund.disbursed", False, {"authority": BUREAU, "category": "operating", "amount_yuan": "1.00", "fiscal_year": 2024}, ""),
    ],
)  # fmt: skip
def test_fields_of_the_types(type_: str, subject: bool, data: dict[str, Any], code: str) -> None:
    changes: dict[str, Any] = {"type": type_, "data": data, "subject": case(1) if subject else None}
    if code:
        assert refused_as(ACCEPTED, **changes) == code
    else:
        assert read_changed(ACCEPTED, **changes).type == type_


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"source": OFFICE_SOURCE}, "DOMAIN_NOT_BUREAU"),
        ({"office": O1}, "STRUCT_UNKNOWN_FIELD"),
        ({"subject": case(1)}, "STRUCT_UNKNOWN_FIELD"),
        ({"data__assigned_by": "self"}, "STRUCT_UNKNOWN_FIELD"),
        ({"data__minutes": 1}, "STRUCT_UNKNOWN_FIELD"),
        ({"data__shares": []}, "DOMAIN_SHARES_SUM"),
        ({"data__shares": [{"authority": BUREAU, "bp": 9_999}]}, "DOMAIN_SHARES_SUM"),
        ({"data__shares": [{"authority": BUREAU, "bp": 5_000}] * 2}, "DOMAIN_SHARES_SUM"),
        ({"data__shares": [{"authority": BUREAU, "bp": 10_001}]}, "NUM_RANGE"),
        ({"data__shares": [{"authority": BUREAU}]}, "STRUCT_MISSING"),
        ({"data__shares": [{"authority": "au-990108-sfj", "bp": 10_000}]}, "ENV_DISTRICT_MISMATCH"),
        ({"data__office": "sfs-990108-001"}, "ENV_DISTRICT_MISMATCH"),
        ({"data__doc_no": ""}, "STRUCT_VALUE"),
        ({"data__doc_no": "号" * 65}, "STRUCT_VALUE"),
        ({"data__role": "paying"}, "STRUCT_VALUE"),
        ({"type": "clk.ticked", "data": {"now": 1}}, "STRUCT_UNKNOWN_FIELD"),
        ({"type": "clk.ticked", "source": OFFICE_SOURCE, "data": {}}, "DOMAIN_NOT_BUREAU"),
        ({"type": "dat.event.retracted", "data": {"target": "x", "reason": "bored"}}, "STRUCT_VALUE"),
        ({"type": "dat.event.retracted", "data": {"target": "x", "reason": "test"}, "op": "amend", "target": "y", "revision": 2}, "STRUCT_VALUE"),
        ({"type": "dat.event.retracted", "data": {"target": "x", "reason": "test"}, "target": "x"}, "STRUCT_UNKNOWN_FIELD"),
        ({"type": "dat.event.retracted", "data": {"target": "x", "reason": "test"}, "targetsource": "/districts/990108/a"}, "ENV_DISTRICT_MISMATCH"),
        ({"type": "reg.rules.published", "data": {"rules": [{"id": "x"}]}}, "STRUCT_VALUE"),
        ({"type": "reg.rules.published", "data": {"rules": [RULE | {"only": ["sfs-990108-001"]}]}}, "ENV_DISTRICT_MISMATCH"),
    ],
)  # fmt: skip
def test_the_registry(changes: dict[str, Any], code: str) -> None:
    assert refused_as(SPLIT, **changes) == code


@pytest.mark.parametrize("changes", [{}, {"type": "clk.ticked", "data": {}}, {"type": "reg.rules.published", "data": {"rules": []}},
                                     {"type": "reg.rules.published", "data": {"rules": [RULE | {"only": [O1]}]}},
                                     {"type": "dat.event.retracted", "data": {"target": "x", "reason": "test"}, "targetsource": OFFICE_SOURCE}])  # fmt: skip
def test_the_bureau_may(changes: dict[str, Any]) -> None:
    assert read_changed(SPLIT, **changes).source == BUREAU_SOURCE


@pytest.mark.parametrize(
    ("name", "private"),
    [
        ("13812345678", True),
        ("电话13812345678", True),
        ("A13812345678", False),
        ("138123456789", False),
        ("12812345678", False),
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("110105194912310021", False),
        ("110105194913310025", False),
        ("x11010519491231002X", False),
        ("name@example.org", True),
        ("name@example", False),
        ("张三@example.org", True),
        ("30.123,114.456", True),
        ("30.123, -114.456", True),
        ("30.12,114.45", False),
        ("110105194912310021@example.org", True),
    ],
)
def test_private_texts(name: str, private: bool) -> None:
    changes: dict[str, Any] = {"data__doc_no": name}
    if private:
        assert refused_as(SPLIT, **changes) == "TEXT_PRIVATE"
        escaped = json.dumps({**SPLIT, "data": {**SPLIT["data"], "doc_no": "§"}}).replace(
            "\\u00a7", "".join(f"\\u{ord(letter):04x}" for letter in name)
        )
        with pytest.raises(Refused, match="TEXT_PRIVATE"):
            read(escaped.encode())
    else:
        assert read_changed(SPLIT, **changes).id == "s-1"


def test_the_key_is_the_district_and_decides_the_partition() -> None:
    value = json.dumps(ACCEPTED).encode()
    for key in (None, b"", b"990108", b"990107 "):
        with pytest.raises(Refused, match="ENV_KEY_MISMATCH"):
            read(value, key=key)
    right = partition_of(D.encode(), 12)
    assert read_event((right, 0, APPENDED_MS, D.encode(), value, ()), 12).district == D
    with pytest.raises(Refused, match="ENV_WRONG_PARTITION"):
        read_event(((right + 1) % 12, 0, APPENDED_MS, D.encode(), value, ()), 12)


@pytest.mark.parametrize(
    ("key", "hashed"),
    # From the tests of Kafka's own client (org.apache.kafka.common.utils.UtilsTest).
    [("21", -973932308), ("foobar", -790332482), ("a-little-bit-long-string", -985981536), ("a-little-bit-longer-string", -1486304829),
     ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971), ("abc", 479470107)],
)  # fmt: skip
def test_murmur2_is_kafkas(key: str, hashed: int) -> None:
    assert murmur2(key.encode()) == hashed & 0xFFFFFFFF


def _binary(event: dict[str, Any], **more: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    headers = [(f"ce_{name}", str(value).encode()) for name, value in event.items() if name != "data"]
    return json.dumps(event["data"]).encode(), [*headers, *((name.replace("__", "-"), value) for name, value in more.items())]


def test_binary_mode_is_the_same_event() -> None:
    for event in (ACCEPTED, ACCEPTED | {"op": "amend", "target": "x", "revision": 3}):
        value, headers = _binary(event, content__type=b"application/json", other=b"\xff")
        assert read(value, headers=headers) == read_changed(event)


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ([("ce_data", b"{}")], "JSON_DUPLICATE_KEY"),
        ([("ce_id", b"again")], "JSON_DUPLICATE_KEY"),
        ([("ce_colour", b"red")], "STRUCT_UNKNOWN_FIELD"),
        ([("ce_sequence", b"\xff")], "BYTES_ENCODING"),
        ([("content-type", b"text/plain")], "STRUCT_VALUE"),
        ([("ce_revision", b"2.0")], "STRUCT_UNKNOWN_FIELD"),
        ([("ce_", b"x")], "STRUCT_UNKNOWN_FIELD"),
        ([("ce_traceparent", b"x" * 16_200)], "BYTES_TOO_LARGE"),
    ],
)
def test_binary_mode_is_refused_alike(headers: list[tuple[str, bytes]], code: str) -> None:
    value, rest = _binary(ACCEPTED)
    with pytest.raises(Refused) as refused:
        read(value, headers=[*rest, *headers])
    assert refused.value.code == code


def test_minus_zero_is_no_integer() -> None:
    value = json.dumps(ACCEPTED | {"data": ACCEPTED["data"] | {"minutes": 0}}).encode()
    assert read(value).data["minutes"] == 0
    with pytest.raises(Refused, match="STRUCT_TYPE"):
        read(value.replace(b'"minutes": 0', b'"minutes": -0'))


def test_what_counts_as_the_same_content() -> None:
    first = read_changed(ACCEPTED)
    assert first == read_changed(ACCEPTED, time="2024-03-01T01:00:00.000000Z", op="assert", traceparent="00", data__assigned_by="self")
    assert first != read_changed(ACCEPTED, recordedtime="2024-03-01T01:00:00Z")
    assert first != read_changed(ACCEPTED, sequence="1")
    assert first != read_changed(ACCEPTED, data__evidence="none")
