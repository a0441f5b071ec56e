"""Differences of facts -> rows of `facts`, written as text: what the rows of a measure, office and assigner share is made once a slice."""

from typing import NamedTuple

from streams.core.catalogue import Kind
from streams.core.instants import LAST_DAY
from streams.core.measures import name_of, shown
from streams.core.rollup.deltas import Change
from streams.core.rows import Row, Rows, Unread
from streams.core.state import District
from streams.core.windows import DAY_TEXT


class _Texts(NamedTuple):
    """What all rows of one measure, office and assigner have in common."""

    component: str
    key_end: str
    """What follows the day in the key."""
    fields: str
    """What follows the day in the value, up to the amount."""
    above: int
    """By how much a fact's amount is above the one that is told."""


class FactRows:
    """Appends to `rows` what records of one district now say; `tail` ends each row."""

    def __init__(self, district: District, rows: Rows, tail: str) -> None:
        self._district, self._rows, self._tail = district, rows, tail
        self._texts: dict[tuple[int, int, int], _Texts] = {}
        self._unread = isinstance(rows, Unread)

    def tell(self, record: str, changes: list[Change]) -> None:
        """What a record now says of each fact: 0 and `gone` when it no longer stands for it.

        The day after 9999-12-31 (a contract or a limit that ends with the calendar) has no name and never comes: nothing is told of it.
        """
        if self._unread:
            return
        code, known, days, tail = self._district.code, self._texts, DAY_TEXT, self._tail
        begin, head = f"{code}|{record}|", f'{{"district":"{code}","record":"{record}","component":"'
        rows: list[Row] = []
        for (m, day, office, who), _, now in changes:
            if day > LAST_DAY:
                continue
            component, key_end, fields, above = known.get((m, office, who)) or self._learn(m, office, who)
            on = days[day]
            told = f'{now - above},"gone":false' if now else '0,"gone":true'
            rows.append((f"{begin}{component}|{on}{key_end}".encode(), f'{head}{component}","day":"{on}{fields}{told}{tail}'.encode()))
        self._rows.extend(rows)

    def _learn(self, m: int, office: int, who: int) -> _Texts:
        (component, dimension), at, by = name_of(m), self._district.offices[office], self._district.authorities[who]
        fields = f'","dimension":"{dimension}","office":"{at}","assigner":"{by}","amount":'
        texts = _Texts(component, f"|{dimension}|{at}|{by}", fields, above=shown(m).kind is Kind.HISTOGRAM)
        self._texts[m, office, who] = texts
        return texts
