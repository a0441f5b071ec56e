"""What passes, what its content is, and when two events have the same content."""

from typing import Any

import orjson
import pytest

from schemas.events import KINDS, TYPES
from streams.core.outcome import Rejected
from streams.core.validate import structured, validate
from tests.badness.binary import binary
from tests.factories import (
    APPENDED_MS,
    BUREAU_SOURCE,
    DISTRICT,
    OFFICE_SOURCE,
    STREET,
    SUBJECT,
    TIME,
    amendment,
    encoded,
    event,
    message,
)

MS_OF_TIME = 1_741_138_200_000
"""TIME in milliseconds since 1970."""


def content(of: Any, **how: Any) -> dict[str, Any]:
    """The content of an event, or of bytes, that must pass."""
    found = validate(message(of, **how))
    assert not isinstance(found, Rejected), found
    return found[0]


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two events have the same content, as the core compares it."""
    return orjson.dumps(content(one)) == orjson.dumps(content(other))


@pytest.mark.parametrize("type_", TYPES)
def test_an_event_of_every_type_passes_in_both_modes(type_: str) -> None:
    given = event(type_, sequence="7", recordedtime="2025-03-05T10:00:00+08:00")
    found = validate(message(given))
    assert not isinstance(found, Rejected), found
    assert found[1:] == (MS_OF_TIME * 1000, KINDS[type_])
    value, headers = binary(given)
    assert validate(message(value, headers=headers)) == found
    assert orjson.loads(structured(value, headers)) == given | {"datacontenttype": "application/json"}
    assert validate(message(structured(value, headers))) == found


@pytest.mark.parametrize("type_", [t for t in TYPES if t != "dat.event.retracted"])
def test_every_type_but_the_retraction_can_amend(type_: str) -> None:
    given = amendment(type_, "e-1", 3)
    assert {"op": "amend", "target": "e-1", "revision": 3}.items() <= content(given).items()
    value, headers = binary(given)
    assert content(value, headers=headers) == content(given)


def test_content_is_the_event_without_transport_and_defaults() -> None:
    given = event(
        "soc.task.assigned",
        recordedtime="2025-03-05T09:30:00.5+08:00",
        op="assert",
        datacontenttype="application/json",
        dataschema="urn:suoheng:soc.task.assigned:1",
        partitionkey=DISTRICT,
        traceparent="00-13812345678",
        tracestate="a=13812345678",
        sequence="13812345678",
        data={"assigned_by": "self", "due_at": "2025-03-05T09:30:00.000001+08:00"},
    )
    assert content(given) == {
        "specversion": "1.0",
        "id": "e-1001",
        "source": OFFICE_SOURCE,
        "time": MS_OF_TIME * 1000,
        "district": DISTRICT,
        "sequence": "13812345678",
        "recordedtime": MS_OF_TIME * 1000 + 500_000,
        "type": "soc.task.assigned",
        "data": {"task_class": "inspection", "function_number": 7, "due_at": MS_OF_TIME * 1000 + 1},
        "office": f"sfs-{DISTRICT}-001",
        "subject": SUBJECT,
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"time": TIME}, {"time": "2025-03-05T01:30:00Z"}),
        ({"time": TIME}, {"time": "2025-03-05T01:30:00.000000-00:00"}),
        ({"time": TIME}, {"time": "2025-03-04T20:00:00.0-05:30"}),
        ({"recordedtime": "2025-03-05T10:30:00+08:00"}, {"recordedtime": "2025-03-05T02:30:00.00Z"}),
        ({}, {"op": "assert"}),
        ({}, {"data": {"assigned_by": "self"}}),
        ({}, {"traceparent": "00-1"}),
        ({"tracestate": "a=1"}, {"tracestate": "b=2"}),
        ({}, {"datacontenttype": "application/json"}),
        ({}, {"dataschema": "urn:suoheng:leg.consultation.given:1"}),
        ({}, {"partitionkey": DISTRICT}),
    ],
)
def test_the_same_content(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert same(event("leg.consultation.given", **one), event("leg.consultation.given", **other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {"time": "2025-03-05T09:30:00.000001+08:00"}),
        ({}, {"sequence": "1"}),
        ({}, {"recordedtime": TIME}),
        ({}, {"office": f"sfs-{DISTRICT}-002"}),
        ({}, {"data": {"persons": 2}}),
        ({}, {"data": {"minutes": 0}}),
        ({}, {"data": {"evidence": "none"}}),
        ({}, {"data": {"co_handlers": []}}),
        ({}, {"data": {"assigned_by": STREET}}),
        ({"data": {"co_handlers": ["police", "court"]}}, {"data": {"co_handlers": ["court", "police"]}}),
    ],
)
def test_other_content(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not same(event("leg.consultation.given", **one), event("leg.consultation.given", **other))


def test_decimals_are_compared_as_they_are_written_and_shares_in_their_order() -> None:
    assert not same(event("cap.premises.snapshot", data={"area_m2": "80.5"}), event("cap.premises.snapshot", data={"area_m2": "80.50"}))
    split = event("reg.split.decided")
    assert not same(split, event("reg.split.decided", data={"shares": split["data"]["shares"][::-1]}))


def test_naming_the_own_source_as_the_targets_says_nothing() -> None:
    assert same(amendment("clk.ticked", "e-1"), amendment("clk.ticked", "e-1", targetsource=BUREAU_SOURCE))
    assert same(event("dat.event.retracted"), event("dat.event.retracted", targetsource=OFFICE_SOURCE))
    by_bureau = event("dat.event.retracted", source=BUREAU_SOURCE, targetsource=OFFICE_SOURCE)
    assert content(by_bureau)["targetsource"] == OFFICE_SOURCE


def test_alert_rules_are_compared_by_what_they_say() -> None:
    rule = event("reg.rules.published")["data"]["rules"][0]
    spelt = dict(reversed(rule.items())) | {"below": 0.950, "for": 1, "min_denominator": 0, "dimension": ""}
    assert same(event("reg.rules.published"), event("reg.rules.published", data={"rules": [spelt]}))
    assert content(event("reg.rules.published", data={"rules": []}))["data"] == {"rules": []}


def test_the_order_of_fields_and_the_spelling_of_texts_do_not_matter() -> None:
    given = event("reg.split.decided", sequence="1")
    turned = dict(reversed((given | {"data": dict(reversed(given["data"].items()))}).items()))
    pretty = orjson.dumps(turned, option=orjson.OPT_INDENT_2).replace("司".encode(), b"\\u53f8")
    assert orjson.dumps(content(pretty)) == orjson.dumps(content(given))


@pytest.mark.parametrize(
    ("type_", "changes"),
    [
        ("med.case.accepted", {"data": {"party_count": 2, "is_collective": True}}),
        ("med.case.accepted", {"data": {"party_count": 10**9}}),
        ("med.case.agreed", {"data": {"amount_yuan": "0.00"}}),
        ("med.case.agreed", {"data": {"amount_yuan": "9999999999.99"}}),
        ("med.case.agreed", {"data": {"perform_due_on": "0001-01-01"}}),
        ("med.case.agreed", {"data": {"perform_due_on": "9999-12-31"}}),
        ("med.case.agreed", {"data": {"perform_due_on": "2024-02-29"}}),
        ("med.escalation.recorded", {"subject": ...}),
        ("leg.consultation.given", {"data": {"minutes": 0, "persons": 10**9}}),
        ("leg.consultation.given", {"data": {"minutes": 1440, "worker": "w-0123456789ab"}}),
        ("leg.consultation.given", {"data": {"topic": "x" * 32, "worker": "w-abcd"}}),
        ("pub.activity.held", {"data": {"audience_est": 0}}),
        ("soc.task.assigned", {"data": {"function_number": "outside_list"}}),
        ("soc.task.assigned", {"data": {"function_number": 9}}),
        ("soc.task.assigned", {"data": {"due_at": "9999-12-31T15:59:59.999999Z"}}),
        ("cap.staff.snapshot", {"data": {"staff": 60, "dedicated": 0}}),
        ("cap.staff.snapshot", {"data": {"staff": 0}}),
        ("cap.premises.snapshot", {"data": {"area_m2": "5"}}),
        ("cap.premises.snapshot", {"data": {"area_m2": "5000.00"}}),
        ("cap.premises.snapshot", {"data": {"area_m2": "4999.9"}}),
        ("cap.rating.withdrawn", {"data": {"programme": "city_star"}}),
        ("cap.rating.withdrawn", {"data": {"programme": "city_star", "level": 1}}),
        ("cap.rating.awarded", {"data": {"programme": "fengqiao", "level": ...}}),
        ("reg.office.opened", {"data": {"name": "所" * 64}}),
        ("reg.office.opened", {"data": {"name": "🏛" * 64}}),
        ("reg.office.opened", {"data": {"name": "所"}}),
        ("reg.office.opened", {"data": {"opened_on": "1949-10-01"}}),
        ("reg.split.decided", {"data": {"shares": [{"authority": STREET, "bp": 10_000}]}}),
        (
            "reg.split.decided",
            {"data": {"shares": [{"authority": STREET, "bp": 10_000}, {"authority": f"au-{DISTRICT}-unknown", "bp": 0}]}},
        ),
        ("reg.period.closed", {"data": {"window_kind": "half", "window_start": "2025-01-01"}}),
        ("clk.ticked", {"id": "x" * 64, "sequence": "999999999999999999"}),
        ("clk.ticked", {"id": ":", "sequence": "0"}),
        ("clk.ticked", {"time": "1990-01-01T00:00:00+08:00"}),
        ("clk.ticked", {"time": "1989-12-31T16:00:00Z"}),
        ("clk.ticked", {"recordedtime": "2025-03-05T09:25:00+08:00"}),
        ("clk.ticked", {"recordedtime": "2999-01-01T00:00:00Z"}),
        ("clk.ticked", {"traceparent": "", "tracestate": "x" * 10_000}),
    ],
)
def test_just_within_the_bounds(type_: str, changes: dict[str, Any]) -> None:
    content(event(type_, **changes))


@pytest.mark.parametrize(
    "name", ["所\u0000", "a\r\nb", "\u202e所", "a\u200bb", "=cmd()", "<script>", "'; DROP TABLE events; --", "\x7f", " ", "A/B"]
)
def test_a_name_may_hold_any_characters(name: str) -> None:
    """The contract bounds its length only; whoever shows it must escape it."""
    assert content(event("reg.office.opened", data={"name": name}))["data"]["name"] == name


@pytest.mark.parametrize(
    "name",
    [
        "A13812345678",
        "138123456789",
        "12812345678",
        "010-88888888",
        "x11010519491231002X",
        "110105194912310021",
        "110105194913310025",
        "11010518991231002X",
        "name@example",
        "@example.org",
        "30.12,114.45",
        "30.581 114.298",
        "30.581;114.298",
        "30.581,114",
        "2025.123",
    ],
)
def test_what_only_looks_personal(name: str) -> None:
    content(event("reg.office.opened", data={"name": name}))
    content(event("reg.office.opened", data={"name": f"《{name}》"}))


def test_clocks_may_be_five_minutes_apart() -> None:
    assert content(event("clk.ticked"), appended_ms=MS_OF_TIME - 300_000)
    too_early = validate(message(event("clk.ticked"), appended_ms=MS_OF_TIME - 300_001))
    assert isinstance(too_early, Rejected)
    assert too_early.code == "TIME_FUTURE"


def test_an_event_of_16_kib_passes() -> None:
    text = encoded(event("clk.ticked"))
    content(text + b" " * (16 * 1024 - len(text)))
    value, headers = binary(event("clk.ticked"))
    room = 16 * 1024 - len(structured(value, headers))
    content(value + b" " * room, headers=headers)


@pytest.mark.parametrize("spaced", [b' {"a":1}\r\n\t', b"\n"])
def test_white_space_around_the_event(spaced: bytes) -> None:
    content(spaced.replace(b'{"a":1}', b"") + encoded(event("clk.ticked")) + b"\n \t\r")


def test_a_structured_event_stays_one_beside_other_headers() -> None:
    given = event("clk.ticked")
    for headers in (
        [("content-type", b"application/cloudevents+json; charset=UTF-8"), ("ce_id", b"other"), ("ce_type", b"x")],
        [("Content-Type", b"APPLICATION/CLOUDEVENTS+JSON"), ("ce_specversion", b"1.0")],
        [("traceparent", b"00-1"), ("ce_time", b"x"), ("", b"")],
        [("content-type", b"\xff\xfe")],
    ):
        assert content(given, headers=headers) == content(given)
        assert structured(encoded(given), headers) == encoded(given)


@pytest.mark.parametrize("media_type", [b"application/json", b"Application/JSON; charset=UTF-8", b'application/json;charset="utf-8"'])
def test_binary_mode_with_other_headers(media_type: bytes) -> None:
    given = event("clk.ticked")
    value, headers = binary(given)
    others = [one for one in headers if one[0] != "content-type"]
    assert content(value, headers=others) == content(given)
    assert content(
        value, headers=[*others, ("content-type", media_type), ("dl-code", b"JSON_SYNTAX"), ("traceparent", b"\xff")]
    ) == content(given)


def test_the_key_must_be_there() -> None:
    """The district's order is that of its partition, and without a key the partition is any."""
    refusal = validate((0, APPENDED_MS, None, encoded(event("clk.ticked")), ()))
    assert isinstance(refusal, Rejected)
    assert refusal.code == "ENV_KEY_MISMATCH"
