"""Laws of the snapshot: folding on from a loaded state gives the rows, byte for byte and in order, and the state of folding on without it."""

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.simulate.district import Plan, simulate
from schemas.rules import parse_rules
from streams.core import measures
from streams.core.message import Message
from streams.core.pipeline import Breaker, Outputs, Partition, apply
from streams.core.snapshot import dump, load
from tests.plain_state import first_difference, plain
from tests.scenarios import SCENARIOS, Scenario
from tests.scenarios.chance import chance_district
from tests.scenarios.story import APPENDED_MS, BUREAU_SOURCE, D, Event, log

SLICES = (1, 3, 40, 7)
"""Sizes of the slices in which the rest is folded, by turns."""
RULES = [
    {"id": "low", "title": {"zh": "低", "en": "Low"}, "severity": "high", "indicator": "med_success_rate", "subjects": "office", "window": "month", "below": "0.95"},
    {"id": "payer", "title": {"zh": "付", "en": "Payer"}, "severity": "info", "indicator": "med_success_rate", "subjects": "authority", "mode": "lead", "window": "month", "at_most": "0.5", "clear": "0.750"},
    {"id": "none", "title": {"zh": "无", "en": "None"}, "severity": "low", "indicator": "med_accepted", "subjects": "district", "window": "week", "below": 1, "for": 2, "since": "2023-12-01"},
    {"id": "open", "title": {"zh": "期", "en": "Due"}, "severity": "low", "deadline": "med_conclude", "within": 9, "subjects": "office", "window": "day", "above": 0, "for": 2, "keep_firing_for": 1},
    {"id": "over", "title": {"zh": "逾", "en": "Over"}, "severity": "low", "deadline": "cor_control", "overdue": 1, "subjects": "district", "window": "day", "above": 0},
    {"id": "quiet", "title": {"zh": "静", "en": "Silent"}, "severity": "low", "silence": "working_days", "subjects": "office", "window": "day", "above": 2},
    {"id": "still", "title": {"zh": "止", "en": "Still"}, "severity": "low", "silence": "days", "subjects": "source", "window": "day", "at_least": 1, "running": False},
    {"id": "gaps", "title": {"zh": "缺", "en": "Gaps"}, "severity": "low", "gaps_older_than": 0, "subjects": "source", "window": "day", "above": 0},
    {"id": "bad", "title": {"zh": "拒", "en": "Bad"}, "severity": "low", "refusals": ["JSON_SYNTAX", "BYTES_EMPTY"], "subjects": "district", "window": "year", "above": 0, "since": "2023-11-01"},
]  # fmt: skip


def new() -> Partition:
    return Partition(0, 3, lambda key: key != b"990299", Breaker(0, 0))


def loaded(data: bytes) -> Partition:
    partition = new()
    for _ in load(data, partition):
        pass
    return partition


def messages(events: Sequence[Event]) -> list[Message]:
    return [message[1:] for message in log(events)]


def with_rules_and_trash(events: Sequence[Event], seed: int) -> Iterator[Event]:
    """The events; among them publications of rules, and records that become dead letters."""
    chance = Random(seed)
    for number, event in enumerate(events):
        yield event
        what = chance.random()
        if what < 0.04 or number == 12:
            yield {
                "specversion": "1.0", "id": f"rules-{number}", "source": BUREAU_SOURCE, "type": "reg.rules.published",
                "time": "2023-11-20T09:00:00+08:00", "district": D, "data": {"rules": chance.sample(RULES, chance.randrange(len(RULES)))},
            }  # fmt: skip
        elif what < 0.08:
            yield event | chance.choice(({"_value": b"{"}, {"_key": None}, {"_key": b"990299"}, {"_value": b""}))


@lru_cache
def chance_log(seed: int, size: int = 160) -> list[Message]:
    return messages(list(with_rules_and_trash(chance_district(seed, size, days=90), seed)))


def slices(of: Sequence[Message]) -> Iterator[Sequence[Message]]:
    start = turn = 0
    while start < len(of):
        size = SLICES[turn % len(SLICES)]
        yield of[start : start + size]
        start, turn = start + size, turn + 1


def told(outputs: Outputs) -> Any:
    """All that a slice gives; sources of a slice come in the order of a set."""
    return {**outputs.rows, "sources": sorted(outputs.rows["sources"])}, outputs.dead, outputs.tripped


def goes_on_the_same(of: Sequence[Message], cut: int) -> Partition:
    """Fold to the cut, dump, load, and fold the rest with both; the state at the end."""
    partition = new()
    for messages_ in slices(of[:cut]):
        apply(partition, messages_)
    data = dump(partition)
    other = loaded(data)
    assert not first_difference(plain(other), plain(partition))
    assert dump(other) == data
    for messages_ in slices(of[cut:]):
        assert told(apply(other, messages_)) == told(apply(partition, messages_))
    assert not first_difference(plain(other), plain(partition))
    return partition


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_at_the_cuts_of_a_scenario(scenario: Scenario) -> None:
    of = messages(scenario.events)
    for cut in range(0, len(of) + 1, 1 + len(of) // 15):
        goes_on_the_same(of, cut)


@settings(max_examples=60)
@given(st.integers(0, 400), st.integers(0, 170))
def test_at_any_cut_of_a_district_made_by_chance(seed: int, cut: int) -> None:
    goes_on_the_same(chance_log(seed), cut)


def test_at_every_cut_of_a_small_district_made_by_chance() -> None:
    of = chance_log(5, 60)
    for cut in range(len(of) + 1):
        goes_on_the_same(of, cut)


def test_chance_brings_everything_that_a_state_can_hold() -> None:
    """Else the laws above would hold of nothing."""
    partitions = [goes_on_the_same(chance_log(seed, 900), 500) for seed in (5, 7, 8)]
    districts = [partition.districts[D] for partition in partitions]
    chains = [chain for district in districts for chain in district.chains.values()]
    for table in ("waiting", "rules", "alerts", "future", "inside", "by_assigner", "ledgers"):
        assert any(getattr(district, table) for district in districts), table
    assert any(c.void for c in chains)
    assert any(c.gone and c.of for c in chains)
    assert any(len(timeline.plans) > 2 for district in districts for timeline in district.timelines.values())
    assert any(not slots for district in districts for of in district.records for slots in of.values() if isinstance(slots, list))
    assert any(partition.breaker.dead for partition in partitions)
    assert any(partition.counts[""].dead for partition in partitions)
    assert any(partition.counts["990299"].dead for partition in partitions)
    assert any({verdict.state for verdict in _alerts(seed)} == {"firing", "resolved"} for seed in range(12, 60))


def _alerts(seed: int) -> list[Any]:
    partition = new()
    apply(partition, chance_log(seed, 900))
    return list(partition.districts[D].alerts.values())


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 10_000), st.floats(0, 1))
def test_at_any_cut_of_simulated_districts(seed: int, share: float) -> None:
    """Two districts on the partition, in disorder."""
    both = [simulate(Plan(code, 2, date(2024, 1, 10), 40, seed, disorder=True)) for code in ("990001", "990002")]
    lines = [line for pair in zip(*both, strict=False) for line in pair]
    of: list[Message] = [(n, APPENDED_MS + n, json.loads(line)["district"].encode(), line, ()) for n, line in enumerate(lines)]
    goes_on_the_same(of, round(share * len(of)))


OTHER_PROCESS = """
import pickle, sys
from streams.core import measures
for dimension in ("source=referred", "dispute_type=other"):
    measures.measure("med.accepted", dimension)
from tests.property.test_snapshot_laws import apply, loaded, told, values
data, rest = pickle.load(sys.stdin.buffer)
partition = loaded(data)
before = pickle.dumps(values(partition))
sys.stdout.buffer.write(pickle.dumps((before, told(apply(partition, rest)), measures.all_names())))
"""


def values(of: Partition) -> dict[Any, Any]:
    """The cells of the district, by names."""
    return {(measures.name_of(m), subject): cell.values for (m, subject), cell in of.districts[D].cells.items()}


def test_another_process_may_number_measures_otherwise() -> None:
    """Measures with a dimension are numbered on first sight, so by what a process happened to read first."""
    of, partition = chance_log(8, 400), new()
    for dimension in ("source=applied", "dispute_type=labour"):
        measures.measure("med.accepted", dimension)
    apply(partition, of[:250])
    sent = pickle.dumps((dump(partition), of[250:]))
    other = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS], input=sent, stdout=subprocess.PIPE, check=True, cwd=Path(__file__).parents[2]
    )
    before, after, names = pickle.loads(other.stdout)
    assert names != measures.all_names()[: len(names)]
    assert pickle.loads(before) == values(partition)
    assert after == told(apply(partition, of[250:]))


def test_texts_that_many_slots_share_stay_one_object() -> None:
    """A third of the memory of a state."""
    partition = new()
    apply(partition, chance_log(3))
    district = loaded(dump(partition)).districts[D]
    for source, events in district.identities.items():
        for ident, slot in events.items():
            assert type(slot) is bytes or (slot[1] is ident and slot[2] is district.sources[source])
    slots = [slot for events in district.identities.values() for slot in events.values() if type(slot) is tuple]
    keys = {id(slot[9]) for slot in slots if type(slot[9]) is str}
    assert len(keys) == len({slot[9] for slot in slots if type(slot[9]) is str})
    assert len({id(slot[4]) for slot in slots}) == len({slot[4] for slot in slots})


def test_rules_are_read_back_as_they_were_published() -> None:
    rules = parse_rules(RULES)
    assert parse_rules([rule.as_published() for rule in rules]) == rules


@settings(max_examples=300)
@given(
    st.binary(max_size=60)
    | st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3), st.lists).map(msgspec.msgpack.encode)
)
def test_bytes_that_are_no_state_raise(data: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, msgspec.ValidationError)):
        loaded(data)


def test_a_sum_beyond_64_bits_is_not_written() -> None:
    partition = new()
    apply(partition, chance_log(3))
    next(iter(partition.districts[D].cells.values())).values[0] = 1 << 70
    with pytest.raises(OverflowError):
        dump(partition)
