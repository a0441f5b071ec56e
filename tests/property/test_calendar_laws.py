"""Laws of the working days: whenever a district decides them, amends or retracts a decision, everything ends as if it had always been so."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from chinese_calendar import constants
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.reconcile.oracle import oracle_rows
from streams.core.message import Message
from streams.core.pipeline import Breaker, Partition
from streams.core.snapshot import dump, load
from streams.core.windows import to_day
from streams.core.workdays import SHIPPED, Calendar
from tests.folding import Folded, fold
from tests.scenarios.chance import chance_district
from tests.scenarios.story import BUREAU_SOURCE, D, Event, log

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=6, deadline=None)
YEARS = (2023, 2024)


def decision(random: Random, number: int) -> Event:
    year = random.choice(YEARS)
    days = random.sample([date(year, 1, 1) + timedelta(days=n) for n in range(365)], 120)
    data = {"year": year, "off": [str(day) for day in days[:100]], "worked": [str(day) for day in days[100:]], "doc_no": "99"}
    return {"specversion": "1.0", "id": f"cal-{number}", "source": BUREAU_SOURCE, "type": "reg.calendar.decided", "district": D,
            "time": f"{random.choice(YEARS)}-01-0{random.randrange(1, 9)}T09:00:00+08:00", "data": data}  # fmt: skip


def decisions(random: Random) -> Iterator[Event]:
    """Decisions, some of them amended or retracted, in any order."""
    told = [decision(random, number) for number in range(random.randrange(1, 6))]
    for number, event in enumerate(list(told)):
        what = random.random()
        if what < 0.3:
            told.append(decision(random, 100 + number) | {"op": "amend", "target": event["id"], "revision": 2})
        elif what < 0.5:
            told.append(event | {"id": f"gone-{number}", "type": "dat.event.retracted", "data": {"target": event["id"], "reason": "test"}})
    random.shuffle(told)
    yield from told


def crowded(seed: int, at: str) -> list[Message]:
    """A crowded district with decisions before, among or after its events."""
    random = Random(seed)
    events, told = chance_district(seed, 250, days=400, subjects=4), list(decisions(random))
    if at == "among":
        for event in told:
            events.insert(random.randrange(7, len(events) + 1), event)
    else:
        events = [*told, *events] if at == "before" else [*events, *told]
    return [message[1:] for message in log(events)]


def said(folded: Folded) -> tuple[object, ...]:
    calendars = [{**row, "version": 0} for key, row in folded.rows["registry"].items() if row["kind"] == "calendar" and not row["gone"]]
    return folded.values, folded.facts, sorted(map(json.dumps, calendars))


def test_the_days_shipped_are_those_of_the_package() -> None:
    calendar = Calendar()
    assert set(SHIPPED) == {day.year for day in constants.holidays}
    first = date(min(SHIPPED), 1, 1)
    for n in range((date(max(SHIPPED) + 1, 1, 1) - first).days):
        day = first + timedelta(days=n)
        works = day in constants.workdays or (day.weekday() < 5 and day not in constants.holidays)
        assert calendar.is_working(to_day(str(day))) == works, day


def test_a_year_that_nobody_knows_counts_monday_to_friday() -> None:
    calendar = Calendar()
    assert [calendar.is_working(to_day(f"2031-01-0{day}")) for day in range(1, 8)] == [True, True, True, False, False, True, True]


@FEW
@given(SEEDS, st.integers(1, 60))
def test_it_does_not_matter_when_the_days_are_decided(seed: int, every: int) -> None:
    """Nor where the slices end."""
    before = fold(crowded(seed, "before"))
    for at in ("among", "after"):
        log_ = crowded(seed, at)
        assert said(fold(log_, range(0, len(log_), every))) == said(before)


@FEW
@given(SEEDS, st.integers(1, 60))
def test_other_code_counts_the_same(seed: int, every: int) -> None:
    log_ = crowded(seed, "among")
    values, facts, _ = oracle_rows([(0, *message) for message in log_])
    folded = fold(log_, range(0, len(log_), every))
    assert folded.values == {key: row for key, row in values.items() if row[0] or row[1]}
    assert {key: amount for key, amount in folded.facts.items() if key[1].startswith(("leg.aid", "cor.finding"))} == {
        key: amount for key, amount in facts.items() if key[1].startswith(("leg.aid", "cor.finding"))
    }


@FEW
@given(SEEDS, st.integers(0, 260))
def test_folding_on_from_a_snapshot_ends_the_same(seed: int, until: int) -> None:
    log_ = crowded(seed, "among")
    first = fold(log_[:until])
    again = Partition(0, 0, lambda _key: True, Breaker(0, 0))
    for _ in load(dump(first.partition), again):
        pass
    rest, straight = fold(log_[until:], range(0, len(log_), 9), again), fold(log_[until:], range(0, len(log_), 9), first.partition)
    assert rest.published == straight.published
