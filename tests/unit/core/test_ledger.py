"""The sequence ledger: high-water mark and gaps, by example and against a set of numbers."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.reconcile import compare
from consumers.reconcile.oracle import Expected, by_key
from consumers.reconcile.stored import Stored
from schemas.outputs import MOST_GAPS
from streams.core import reports
from streams.core.ledger import Ledger
from tests.factories import DISTRICT, OFFICE_SOURCE, encoded, event, message
from tests.folding import fold


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


def test_a_publisher_that_numbers_by_its_clock_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its events opens a gap; the row tells the lowest, and the reconciliation knows of it."""
    monkeypatch.setattr(reports, "MOST_GAPS", 3)
    monkeypatch.setattr(compare, "MOST_GAPS", 3)
    told = [event("reg.office.opened", id="opened", time="2020-01-01T00:00:00Z")]
    told += [event("leg.consultation.given", id=f"e{n}", sequence=str(10**17 + 2 * n)) for n in range(5)]
    log = [message(one, offset=offset) for offset, one in enumerate(told)]
    (row,) = (row for row in fold(log).rows["sources"].values() if row["source"] == OFFICE_SOURCE)
    assert (row["high_water"], row["gaps"]) == (0, [[1, 10**17 - 1], [10**17 + 1] * 2, [10**17 + 3] * 2])
    district = by_key((0, *one) for one in log)[DISTRICT.encode()]
    content = (0, [tuple(gap) for gap in row["gaps"]], district.ledgers[OFFICE_SOURCE].last_seen // 1000)
    found = defaultdict(dict, {"sources": {OFFICE_SOURCE: Stored(content, 0)}})
    compared = compare.compare(district, Expected({}, {}), found, len(log), len(log) + 1)
    assert not [one for _, one in compared.differences if one.table == "sources"]


def test_the_largest_row_of_a_source_is_smaller_than_what_kafka_takes() -> None:
    gap, at = [10**18 - 2] * 2, "2026-11-30T12:58:44.378Z"
    assert len(encoded({"gaps": [gap] * MOST_GAPS, "gaps_first_seen": [at] * MOST_GAPS})) < (1 << 20) * 0.9
