"""Every day and instant that an event's data can name, at the ends of the calendar: the fold and the independent code come to the same."""

import pytest

from consumers.reconcile.oracle import oracle_rows
from schemas.events import CATALOGUE
from tests.factories import event, message
from tests.field_kinds import fields_of
from tests.folding import fold

ENDS = {"day": ("1900-01-01", "9999-12-31"), "instant": ("1900-01-01T00:00:00+08:00", "9999-12-31T23:59:59.999999+08:00")}
FIELDS = [
    (kind.name, name, end)
    for kind in CATALOGUE
    for name, of in fields_of(kind).items()
    for end in ENDS.get(of.name, ())
    if name not in kind.since
]


@pytest.mark.parametrize(("type_", "field", "end"), FIELDS)
def test_the_ends_of_the_calendar_stop_nothing(type_: str, field: str, end: str) -> None:
    told = (
        event("reg.office.opened", id="opened", time="2020-01-01T00:00:00Z"),
        event(type_, data={field: end}),
        event("clk.ticked", id="tick", time="2025-09-09T00:00:00Z"),
    )
    log = [message(one, offset=offset) for offset, one in enumerate(told)]
    folded = fold(log)
    values, facts, counts = oracle_rows([(0, *one) for one in log])
    assert (folded.counts, folded.facts) == (counts, facts)
    assert folded.values == {key: row for key, row in values.items() if row[0] or row[1]}
