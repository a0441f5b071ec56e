"""The district of the report, as events."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson

from deploy.demo import report

NOW = datetime(2026, 11, 24, 3, 11, tzinfo=UTC)


@cache
def events() -> tuple[dict[str, Any], ...]:
    return tuple(orjson.loads(text) for text in report.events(NOW))


def of(kind: str) -> list[dict[str, Any]]:
    return [event for event in events() if event["type"] == kind and event.get("op") != "amend"]


def test_it_ends_now_and_began_two_years_ago() -> None:
    times = [datetime.fromisoformat(event["time"]) for event in events() if not event["type"].startswith("reg.")]
    assert max(times) <= NOW
    assert (NOW - max(times)).total_seconds() < 3 * 86_400
    assert min(of("med.case.accepted"), key=lambda e: e["time"])["time"].startswith("2024-11-2")


def test_rooms_and_people_before_and_now() -> None:
    for kind, field, before, now in (("cap.premises.snapshot", "area_m2", 60, 150), ("cap.staff.snapshot", "staff", 5, 6)):
        for office in report.OFFICES:
            told = [float(e["data"][field]) for e in sorted(of(kind), key=lambda e: e["time"]) if e["office"] == office]
            told = [value for value in told if value != report.MISPRINT]
            assert told[0] < before
            assert told[-1] > now
    first = [e["data"]["staff"] for e in of("cap.staff.snapshot") if e["time"].startswith("2024-11-24")]
    assert sorted(first) == [3, 3, 3, 3, 4, 4, 4]


def test_honours_are_those_of_the_report() -> None:
    awards = Counter((e["data"]["programme"], e["data"].get("level")) for e in of("cap.rating.awarded"))
    assert awards == {("prov_standard", None): 7, ("prov_excellent", None): 5, ("city_star", 5): 1, ("city_star", 4): 1}


def test_the_misprint_comes_once() -> None:
    misprints = [e for e in events() if e["data"].get("staff") == report.MISPRINT]
    assert [e["office"] for e in misprints] == [report.MISPRINT_OFFICE]


def test_payers_are_of_every_kind() -> None:
    funding: dict[str, list[Any]] = {}
    for event in of("reg.split.decided"):
        data = event["data"]
        if data["role"] == "funding" and data["cost_category"] == "all":
            funding.setdefault(data["office"], []).append([share["bp"] for share in data["shares"]])
    assert sorted(map(len, funding.values())) == [1, 1, 1, 1, 1, 1, 3]
    assert Counter(tuple(shares[0]) for shares in funding.values()) == {(10_000,): 3, (7_000, 3_000): 3, (5_000, 3_000, 2_000): 1}
    roles = {event["data"]["role"] for event in of("reg.split.decided")}
    assert roles == {"funding", "staff_assigning", "managing", "head_appointing", "premises_owner", "establishment"}


def test_one_decision_about_money_was_learned_late() -> None:
    late = [e for e in of("reg.split.decided") if e["data"]["valid_from"] < e["time"][:10] and not e["time"].startswith("2024-11-23")]
    assert [(e["data"]["office"][-3:], e["data"]["role"]) for e in late] == [("007", "funding")]


def test_the_rules_are_those_of_the_file() -> None:
    assert [rule["id"] for rule in of("reg.rules.published")[0]["data"]["rules"]] == ["monitor_over_limit", "staff_below_five"]
