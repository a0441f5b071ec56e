"""The sequence ledger: high-water mark and gaps, by example and against a set of numbers."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core.ledger import Ledger


def test_a_gap_is_known_by_the_first_number_beyond_it() -> None:
    ledger = Ledger()
    for at, number in enumerate((1, 2, 5, 9, 6)):
        ledger.see(number, at)
    assert ledger.high_water == 2
    assert ledger.gaps() == [(3, 4), (7, 8)]
    assert ledger.first_seen() == [2, 3]


def test_a_leap_costs_one_entry() -> None:
    ledger = Ledger()
    ledger.see(10**18 - 1, 0)
    assert ledger.gaps() == [(1, 10**18 - 2)]


@given(st.lists(st.integers(0, 40)))
def test_it_says_what_a_set_of_numbers_says(numbers: list[int]) -> None:
    ledger = Ledger()
    for number in numbers:
        ledger.see(number, 0)
    seen = set(numbers) | {0}
    missing = [n for n in range(1, max(seen)) if n not in seen]
    assert [n for first, last in ledger.gaps() for n in range(first, last + 1)] == missing
    assert ledger.high_water == (missing[0] - 1 if missing else max(seen))
