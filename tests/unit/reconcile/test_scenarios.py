"""The oracle against every scenario computed by hand, the golden vectors of the contract's section 6 among them."""

from dataclasses import asdict
from itertools import permutations

import pytest

from consumers.reconcile import oracle_rows
from consumers.reconcile.admission import District
from consumers.reconcile.oracle import by_key, expected
from consumers.reconcile.reading import day_text
from tests.scenarios import SCENARIOS, Scenario, differences, log
from tests.scenarios.story import D


def _read(scenario: Scenario) -> District:
    return by_key(log(scenario.events))[D.encode()]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_oracle_agrees_with_what_was_computed_by_hand(scenario: Scenario) -> None:
    district = _read(scenario)
    found = expected(district)
    assert differences(scenario, found.values, found.facts) == []
    assert tuple(offset for _, offset, _, _ in district.dead) == (scenario.dead or ())
    if scenario.counts is not None:
        assert asdict(district.counts) == dict(scenario.counts)
    if scenario.today is not None:
        assert day_text(district.today) == scenario.today
    ledgers = {source: (ledger.high_water(), ledger.gaps()) for source, ledger in district.ledgers.items()}
    for source, (high_water, gaps) in scenario.sources.items():
        assert ledgers[source] == (high_water, list(gaps))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_every_message_is_counted_once(scenario: Scenario) -> None:
    counts = oracle_rows(log(scenario.events))[2]
    assert counts.pop("read") == sum(counts.values())


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.counts is None], ids=lambda scenario: scenario.name)
def test_sending_everything_twice_changes_nothing(scenario: Scenario) -> None:
    once, twice = oracle_rows(log(scenario.events)), oracle_rows(log([*scenario.events, *scenario.events]))
    assert once[:2] == twice[:2]
    assert twice[2]["duplicates"] == len(scenario.events)


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.counts is None], ids=lambda scenario: scenario.name)
def test_order_of_arrival_does_not_matter(scenario: Scenario) -> None:
    """The registry first, since admission depends on it; everything else backwards."""
    registry = [event for event in scenario.events if event["type"].startswith("reg.office.opened")]
    rest = [event for event in scenario.events if event not in registry]
    assert oracle_rows(log([*registry, *reversed(rest)]))[:2] == oracle_rows(log(scenario.events))[:2]


def test_corrections_commute() -> None:
    """An assertion, two amendments, a retraction of the greater one: whatever comes first, the lesser is live."""
    scenario = next(s for s in SCENARIOS if s.name == "retractions")
    start = 11  # the acceptance of case 3, its two amendments and the retraction
    registry, four = scenario.events[:5], scenario.events[start : start + 4]
    assert [event["type"] for event in four] == ["med.case.accepted"] * 3 + ["dat.event.retracted"]
    results = {str(sorted(oracle_rows(log([*registry, *order]))[1].items())) for order in permutations(four)}
    assert len(results) == 1
    assert "2024-04-02" in results.pop()


def test_sums_over_authorities_equal_the_district() -> None:
    for scenario in SCENARIOS:
        values = oracle_rows(log(scenario.events))[0]
        sums: dict[tuple[str, ...], int] = {}
        for (_, indicator, mode, dimension, kind, _, window, start), (numerator, _, _) in values.items():
            if kind == "authority" and mode in ("share_weighted", "lead") and not indicator.startswith("med_duration"):
                key = (indicator, mode, dimension, window, start)
                sums[key] = sums.get(key, 0) + numerator
        for (indicator, mode, dimension, window, start), total in sums.items():
            district = values.get((D, indicator, "none", dimension, "district", D, window, start), (0, None, 1))[0]
            assert total == district * (10_000 if mode == "share_weighted" else 1), (scenario.name, indicator, mode, start)
