"""Too many dead letters stop the worker; what has passed all the same, let through by an operator, is past."""

from streams.core.message import Message
from streams.core.pipeline import Breaker, Partition, apply
from tests.factories import event, message


def good(offset: int) -> Message:
    return message(event("reg.office.opened"), offset=offset)


def bad(offset: int) -> Message:
    return message(b"{", offset=offset)


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
