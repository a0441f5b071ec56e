"""Which epochs may go, and how long dead letters are kept."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from deploy.retention import due_epochs
from schemas.outputs import Switch
from schemas.settings import Settings
from schemas.topics import DEAD_LETTERS, OFFICE_EVENTS, TOPICS, config_of

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def switch(number: int, previous: int, epoch: int, days_ago: int) -> Switch:
    return Switch(switch=number, epoch=epoch, previous=previous, decided_at=NOW - timedelta(days=days_ago), build="")


def test_an_epoch_goes_when_it_has_not_been_served_for_so_long() -> None:
    switches = [switch(1, 0, 1, 100), switch(2, 1, 2, 40)]
    assert due_epochs(switches, [0, 1], NOW, 60) == (0,)
    assert due_epochs(switches, [0, 1], NOW, 39) == (0, 1)
    assert due_epochs(switches, [0, 1], NOW, 0) == ()


def test_one_that_was_rolled_back_to_counts_from_when_it_was_left_last() -> None:
    switches = [switch(1, 0, 1, 100), switch(2, 1, 0, 90), switch(3, 0, 1, 10)]
    assert due_epochs(switches, [0], NOW, 60) == ()


def test_one_that_was_never_served_is_a_rebuild_and_stays() -> None:
    assert due_epochs([switch(1, 0, 1, 100)], [0, 2], NOW, 1) == (0,)


@pytest.mark.parametrize("days", [1, 30])
def test_a_letter_must_be_there_long_enough_to_be_answered(days: int) -> None:
    with pytest.raises(ValidationError, match="31 days at least"):
        Settings(dead_letter_days=days)


def test_only_dead_letters_are_ever_deleted_for_their_age() -> None:
    kept = {topic.name: config_of(topic, Settings(dead_letter_days=31)).get("retention.ms", "-1") for topic in TOPICS}
    assert kept.pop(DEAD_LETTERS.name) == str(31 * 86_400_000)
    assert set(kept.values()) == {"-1"}
    assert config_of(OFFICE_EVENTS, Settings())["retention.ms"] == "-1"
