"""Small batches wait in proportion to the rows that they make; light loads and full batches do not."""

from collections.abc import Iterator

import pytest

from streams.worker.pace import LONGEST_S, ROWS_PER_S, SHORTEST_S, Pace
from tests.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pace(clock: Clock) -> Pace:
    return Pace(clock)


def test_after_a_pause_an_event_goes_at_once(pace: Pace, clock: Clock) -> None:
    assert pace.rest(0.0) <= 0
    pace.wrote(10 * ROWS_PER_S)
    assert pace.rest(clock.now - LONGEST_S) <= 0, "also where other partitions are busy"


def test_batches_of_few_rows_begin_the_shortest_time_apart(pace: Pace, clock: Clock) -> None:
    began = clock.now
    pace.wrote(60)
    assert pace.rest(began) == pytest.approx(SHORTEST_S)
    clock.now += SHORTEST_S
    assert pace.rest(began) <= 0


def test_batches_of_many_rows_wait_as_long_as_their_rows_take(pace: Pace, clock: Clock) -> None:
    began = clock.now
    pace.wrote(ROWS_PER_S // 5)
    assert pace.rest(began) == pytest.approx(0.2)
    clock.now += 0.15
    assert pace.rest(began) == pytest.approx(0.05)


def test_rows_of_all_partitions_count(pace: Pace, clock: Clock) -> None:
    began = clock.now
    for _ in range(3):
        pace.wrote(ROWS_PER_S // 10)
    assert pace.rest(began) == pytest.approx(0.3)


def test_nobody_waits_longer_than_the_longest_time_however_much_was_written(pace: Pace, clock: Clock) -> None:
    began = clock.now
    pace.wrote(400_000)
    assert pace.rest(began) == pytest.approx(LONGEST_S)
    clock.now += LONGEST_S
    assert pace.rest(began) <= 0
    assert pace.rest(clock.now) == pytest.approx(SHORTEST_S), "the full batch is forgotten by then"


def _ten_seconds(pace: Pace, clock: Clock, events_per_s: int, rows: int) -> Iterator[int]:
    """The batches of one partition in ten seconds, by events; each event makes so many rows."""
    end, began, left = clock.now + 10.0, 0.0, 0.0
    while clock.now < end:
        rest = max(pace.rest(began), 0.001)
        clock.now += rest
        left += events_per_s * rest
        if pace.rest(began) <= 0 and left >= 1:
            began = clock.now
            yield int(left)
            pace.wrote(int(left) * rows)
            left -= int(left)


@pytest.mark.parametrize(("events_per_s", "least", "most"), [(20, 1, 2), (100, 4, 6), (1_000, 300, 410)])
def test_batches_grow_with_the_load(pace: Pace, clock: Clock, events_per_s: int, least: int, most: int) -> None:
    batches = list(_ten_seconds(pace, clock, events_per_s, rows=50))[5:-1]
    assert batches
    assert least <= min(batches)
    assert max(batches) <= most
