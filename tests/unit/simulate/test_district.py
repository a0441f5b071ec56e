"""The simulated district: reproducible, in order of arrival, shaped like the figures it is calibrated by."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from statistics import median
from typing import Any

import orjson
import pytest

from deploy.simulate.days import Calendar
from deploy.simulate.district import Plan, simulate
from deploy.simulate.offices import draw_office

YEAR = Plan("990001", offices=7, start=date(2024, 1, 1), days=366, seed=1)


@cache
def events(plan: Plan) -> tuple[dict[str, Any], ...]:
    return tuple(orjson.loads(text) for text in simulate(plan))


def typed(plan: Plan) -> list[datetime]:
    return [datetime.fromisoformat(e["recordedtime"]) for e in events(plan)]


def test_equal_plans_give_equal_bytes() -> None:
    plan = Plan("990001", offices=3, start=date(2025, 3, 1), days=40, seed=5)
    assert list(simulate(plan)) == list(simulate(plan))


@pytest.mark.parametrize("changed", [{"seed": 6}, {"offices": 4}, {"district": "990002"}, {"start": date(2025, 3, 2)}, {"disorder": True}])
def test_another_plan_gives_other_events(changed: dict[str, Any]) -> None:
    plan = Plan("990001", offices=3, start=date(2025, 3, 1), days=20, seed=5)
    assert list(simulate(plan)) != list(simulate(replace(plan, **changed)))


def test_the_registry_comes_before_the_events_of_an_office() -> None:
    opened: set[str] = set()
    for event in events(YEAR):
        if event["type"] == "reg.office.opened":
            opened.add(event["data"]["office"])
        elif "office" in event:
            assert event["office"] in opened
    assert len(opened) == 7


def test_an_identity_has_one_content_and_some_events_come_twice() -> None:
    contents = defaultdict(list)
    for event in events(YEAR):
        contents[event["source"], event["id"]].append(event)
    assert all(one == first for first, *more in contents.values() for one in more)
    repeated = sum(len(same) - 1 for same in contents.values())
    assert 0.01 <= repeated / len(events(YEAR)) <= 0.03


def test_corrections_name_an_event_of_the_district_that_is_no_correction_itself() -> None:
    asserted = {(e["source"], e["id"]): e for e in events(YEAR) if e.get("op") != "amend" and e["type"] != "dat.event.retracted"}
    amendments = [e for e in events(YEAR) if e.get("op") == "amend"]
    retractions = [e for e in events(YEAR) if e["type"] == "dat.event.retracted"]
    for event in amendments:
        target = asserted[event.get("targetsource", event["source"]), event["target"]]
        assert target["type"] == event["type"]
        assert "targetsource" not in event or event["source"].endswith("/bureau")
    assert amendments
    assert all((e["source"], e["data"]["target"]) in asserted for e in retractions)
    assert 0.003 <= len(retractions) / len(asserted) <= 0.008


def test_sequences_rise_by_one_in_the_order_of_typing_with_a_rare_gap() -> None:
    typed_at: dict[str, dict[int, datetime]] = defaultdict(dict)
    for event, when in zip(events(YEAR), typed(YEAR), strict=True):
        typed_at[event["source"]][int(event["sequence"])] = when
    missing = 0
    for numbers in typed_at.values():
        in_order = sorted(numbers)
        missing += in_order[-1] - len(in_order)
        assert [numbers[n] for n in in_order] == sorted(numbers.values())
    assert 0 < missing < 0.02 * len(events(YEAR))


@pytest.mark.parametrize(("disorder", "least", "most"), [(False, 0.005, 0.08), (True, 0.15, 0.6)])
def test_arrival_is_nearly_the_order_of_typing_unless_disorder_is_asked_for(disorder: bool, least: float, most: float) -> None:
    plan = Plan("990001", offices=7, start=date(2024, 1, 1), days=100, seed=1, disorder=disorder)
    times = typed(plan)
    latest, late = times[0], 0
    for when in times:
        late += when < latest - timedelta(minutes=1)
        latest = max(latest, when)
    assert least <= late / len(times) <= most


def test_in_disorder_corrections_overtake_what_they_correct() -> None:
    plan = Plan("990001", offices=7, start=date(2024, 1, 1), days=100, seed=1, disorder=True)
    arrived: set[tuple[str, str]] = set()
    early = 0
    for event in events(plan):
        target = event.get("target") or event["data"].get("target")
        early += target is not None and (event.get("targetsource", event["source"]), target) not in arrived
        arrived.add((event["source"], event["id"]))
    assert early > 10


def test_nothing_is_typed_before_it_happened_or_arrives_after_the_end() -> None:
    for event, when in zip(events(YEAR), typed(YEAR), strict=True):
        assert datetime.fromisoformat(event["time"]) <= when < datetime.fromisoformat("2025-01-01T00:00:00+08:00")


def test_a_year_has_the_published_shape() -> None:
    kinds = Counter(e["type"] for e in events(YEAR) if e.get("op") != "amend")
    accepted = [e["data"] for e in events(YEAR) if e["type"] == "med.case.accepted"]
    concluded = kinds["med.case.agreed"] + sum(kinds[f"med.case.{how}"] for how in ("failed", "withdrawn", "transferred", "terminated"))
    assert 7 * 150 <= kinds["med.case.accepted"] <= 7 * 900
    assert 0.95 <= kinds["med.case.agreed"] / concluded <= 0.995
    types = Counter(case["dispute_type"] for case in accepted)
    assert types["neighbour"] / len(accepted) == pytest.approx(278 / 869, abs=0.03)
    assert Counter(case["source"] for case in accepted)["referred"] / len(accepted) == pytest.approx(36 / 869, abs=0.015)
    february, march = (sum(e["type"] == "med.case.accepted" and e["time"][5:7] == m for e in events(YEAR)) for m in ("02", "03"))
    assert february < 0.85 * march


def test_cases_are_concluded_in_about_five_days() -> None:
    begun = {e["subject"]: e["time"] for e in events(YEAR) if e["type"] == "med.case.accepted"}
    days = [
        (datetime.fromisoformat(e["time"]) - datetime.fromisoformat(begun[e["subject"]])).days
        for e in events(YEAR)
        if e["type"] == "med.case.agreed" and e["subject"] in begun
    ]
    assert 3 <= median(days) <= 6
    assert 0.005 <= sum(d > 30 for d in days) / len(days) <= 0.06


def test_payers_follow_the_round_of_seven() -> None:
    calendar = Calendar(date(2024, 1, 1))
    offices = [draw_office(Random(1), calendar, "990001", number) for number in range(1, 8)]
    funding = [[split for split in office.splits if split.role == "funding"] for office in offices]
    assert [[bp for _authority, bp in splits[0].shares] for splits in funding] == [
        [10_000],
        [10_000],
        [7_000, 3_000],
        [7_000, 3_000],
        [7_000, 3_000],
        [5_000, 3_000, 2_000],
        [10_000],
    ]
    assert [calendar.dates[split.valid_from] for split in funding[6][1:]] == ["2025-07-01", "2027-01-01"]
    assert funding[6][2].decided > funding[6][2].valid_from
