"""The core against the hand-computed scenarios, in one slice and in slices of one."""

import pytest

from schemas.events import TYPES
from streams.core.catalogue import BY_ID
from tests.folding import fold
from tests.scenarios import SCENARIOS, Scenario, differences, log


@pytest.mark.parametrize("every", [1, 3, 10_000])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_a_scenario_ends_in_its_rows(scenario: Scenario, every: int) -> None:
    messages = [message[1:] for message in log(scenario.events)]
    folded = fold(messages, range(0, len(messages), every))
    assert differences(scenario, folded.values, folded.facts) == []  # type: ignore[arg-type]
    if scenario.counts is not None:
        assert folded.counts == scenario.counts
    if scenario.dead is not None:
        assert tuple(letter.offset for letter in folded.dead) == scenario.dead
    for source, (high_water, gaps) in scenario.sources.items():
        (row,) = [r for r in folded.rows["sources"].values() if r["source"] == source]
        assert (row["high_water"], [tuple(gap) for gap in row["gaps"]]) == (high_water, list(gaps))
    if scenario.today is not None:
        (district,) = [r for r in folded.rows["registry"].values() if r["kind"] == "district"]
        assert district["today"] == scenario.today


def test_every_type_of_event_and_every_stored_indicator_has_a_scenario() -> None:
    """Those that a view tells of the log have theirs in tests/integration/test_quality.py."""
    assert set(TYPES) - {event["type"] for scenario in SCENARIOS for event in scenario.events} == set()
    assert set(BY_ID) - {key[1] for scenario in SCENARIOS for key in scenario.values} == set()
