"""Too many dead letters stop the worker; what has passed all the same, let through by an operator, is past."""

from streams.core.message import Message
from streams.core.pipeline import Breaker, Partition, apply
from tests.factories import DISTRICT, event, message


def good(offset: int) -> Message:
    return message(event("reg.office.opened"), offset=offset)


def bad(offset: int, key: bytes | None = DISTRICT.encode()) -> Message:
    return message(b"{", offset=offset, key=key)


def partition() -> Partition:
    return Partition(0, 0, lambda _key: True, Breaker(100, 0))


def test_a_hundred_in_a_row_trip_it() -> None:
    assert apply(partition(), [bad(n) for n in range(99)]).tripped is None
    assert apply(partition(), [bad(n) for n in range(100)]).tripped == "100 dead letters in a row"


def test_a_streak_that_has_ended_in_the_slice_does_not_trip_the_next_one() -> None:
    """Recovery folds past a streak that was let through, in slices that end anywhere."""
    recovered = partition()
    assert apply(recovered, [*(bad(n) for n in range(150)), good(150)]).tripped
    assert recovered.breaker.streak == 0
    assert apply(recovered, [bad(151)]).tripped is None


def test_a_streak_runs_through_all_districts_in_the_order_of_the_log() -> None:
    """Although the fold takes them one after the other: those of another district, or of none, end it or add to it."""
    ended = [bad(n, b"990999") if n % 2 else good(n) for n in range(150)]
    assert apply(partition(), ended).tripped is None
    keys = [b"990999", None, b"\xff", b"990998"]
    added = apply(partition(), [bad(n, keys[n % 4]) for n in range(101)])
    assert added.tripped == "100 dead letters in a row"
    assert [letter.offset for letter in added.dead] == list(range(101))


def test_what_passes_without_a_refusal_moves_the_window_as_if_seen_one_by_one() -> None:
    whole, pieces = Partition(0, 0, lambda _key: True, Breaker(0, 20)), Partition(0, 0, lambda _key: True, Breaker(0, 20))
    log = [*(good(n) for n in range(900)), *(bad(n) for n in range(900, 1_101))]
    assert apply(whole, log).tripped == "201 dead letters among the last 1,000 events"
    assert not any(apply(pieces, log[start : start + 7]).tripped for start in range(0, 1_099, 7))
    assert apply(pieces, log[1_099:]).tripped == "201 dead letters among the last 1,000 events"
