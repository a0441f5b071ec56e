"""A log of simulated districts, the same for every run of a seed."""

import heapq
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from deploy.simulate.district import Plan, simulate

Record = tuple[bytes, bytes]
"""Key and value."""
DAYS = 1_461
DISTRICTS = range(990_200, 990_206)


def records(events: int, districts: Sequence[int] = DISTRICTS, seed: int = 1, offices: int = 7) -> Iterator[Record]:
    """So many events of districts with so many offices each, taken in turn."""

    def one(code: int) -> Iterator[tuple[int, int, Record]]:
        plan = Plan(district=str(code), offices=offices, start=date(2022, 1, 1), days=DAYS, seed=seed)
        for n, value in enumerate(simulate(plan)):
            yield n, code, (str(code).encode(), value)

    merged = heapq.merge(*map(one, districts))
    yield from (record for _, _, record in islice(merged, events))
