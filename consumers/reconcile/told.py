"""The indicators that no worker folds, of the newest calendar windows: what views must tell of them, by other code.

Twelve follow from the log alone (`quality`). Refusals are counted here from the index of dead letters, of which every row is compared with the log by
itself; closed windows that moved from what was published when they were closed and what must stand now.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from consumers.reconcile.admission import District
from consumers.reconcile.oracle import Expected
from consumers.reconcile.quality import Told, ToldKey, told
from consumers.reconcile.reading import day_text, local_day
from consumers.reconcile.values import QUANTILES, Row
from consumers.reconcile.windows import first_day, last_day

NEWEST = {"month": 13, "quarter": 5, "half": 3, "year": 3}
"""How many windows of a kind are compared: a year of each and the one that runs."""
FIRST_DAY = date(1970, 1, 2).toordinal()
"""ClickHouse's days begin before it."""

Window = tuple[str, int, int]
"""Kind, first and last day."""
Numbers = tuple[int, int | None]


class Refusal(NamedTuple):
    """A row of the index of dead letters."""

    code: str
    office: str
    received_ms: int


class Closed(NamedTuple):
    """A closing, and the totals of offices and of the district that had been published by then: indicator, subject and row."""

    kind: str
    first: int
    then: Mapping[tuple[str, str], Row]


def newest_windows(today: int) -> list[Window]:
    """The windows that are compared, as of a district's today."""
    found: list[Window] = []
    for kind, most in NEWEST.items():
        first = first_day(kind, today)
        for _ in range(most):
            if first >= FIRST_DAY:
                found.append((kind, first, last_day(kind, first)))
                first = first_day(kind, first - 1)
    return found


def must_be_told(
    district: District, must: Expected, windows: Sequence[Window], refusals: Iterable[Refusal], closings: Iterable[Closed]
) -> Told:
    """Every value that says something, of these windows. Windows of two kinds are never the same days."""
    assert must.book is not None
    periods = [(first, last) for _, first, last in windows]
    found = told(district, must.book, periods)
    found |= _refused(district.code, refusals, periods)
    found |= _moved(district.code, must, closings, periods)
    return found


def _refused(district: str, refusals: Iterable[Refusal], periods: Sequence[tuple[int, int]]) -> Told:
    counts: dict[ToldKey, int] = defaultdict(int)
    for one in refusals:
        day = local_day(one.received_ms * 1000)
        for period in periods:
            if period[0] <= day <= period[1]:
                for dimension in ("", f"code={one.code}"):
                    counts["dq_quarantine_cnt", "none", dimension, "district", district, *period] += 1
                    if one.office:
                        counts["dq_quarantine_cnt", "none", dimension, "office", one.office, *period] += 1
    return {key: (count, None) for key, count in counts.items()}


def _moved(district: str, must: Expected, closings: Iterable[Closed], periods: Sequence[tuple[int, int]]) -> Told:
    """Closed windows that begin in a period and of which some total moved by more than one per cent; a row that is missing stands for 0."""
    totals: dict[tuple[str, str], dict[tuple[str, str], Row]] = defaultdict(dict)
    for (_, indicator, mode, dimension, kind, subject, window, start), row in must.values.items():
        if mode == "none" and not dimension and kind in ("office", "district"):
            totals[window, start][indicator, subject] = row
    counts: dict[ToldKey, int] = defaultdict(int)
    for one in closings:
        now = totals[one.kind, date.fromordinal(one.first).isoformat()]
        if one.then and any(_apart(id_, one.then.get((id_, of)), now.get((id_, of))) for id_, of in one.then.keys() | now.keys()):
            for period in periods:
                if period[0] <= one.first <= period[1]:
                    counts["dq_restated_periods", "none", "", "district", district, *period] += 1
    return {key: (count, None) for key, count in counts.items()}


def _apart(indicator: str, then: Row | None, now: Row | None) -> bool:
    before, after = _value(indicator, then), _value(indicator, now)
    return abs(after - before) > abs(before) / 100


def _value(indicator: str, row: Row | None) -> float:
    """As the view has it; what has none counts as 0."""
    if row is None:
        return 0.0
    numerator, denominator, scale = row
    if denominator is None or indicator in QUANTILES:
        return numerator / scale
    return numerator / denominator / scale if denominator else 0.0


def legible(key: ToldKey) -> tuple[str, ...]:
    """A key with its days as people write them."""
    return (*key[:5], day_text(key[5]), day_text(key[6]))


def by_day(rows: Iterable[Sequence[Any]]) -> Told:
    """Rows of the view, by the same keys."""
    return {(*row[:5], row[5].toordinal(), row[6].toordinal()): (row[7], row[8]) for row in rows}
