"""Row by row: what must be known of a district against what is stored. A row that the log has overtaken since it was read is no difference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from consumers.clickhouse.columns import DATE32_TEXT, DATE_TEXT, INT64
from consumers.reconcile.admission import District
from consumers.reconcile.oracle import Expected, FactKey
from consumers.reconcile.records import DISTINCT
from consumers.reconcile.stored import Stored
from consumers.reconcile.values import QUANTILES, Row, ValueKey
from schemas.outputs import MOST_GAPS

DOUBLE = Fraction(1, 2**50)
"""How far a stored quotient may be from the exact one, relatively: a few units in a double's last place."""


class Difference(NamedTuple):
    """A row that is not as it must be; None: there is no such row. `behind` names records or events that the row rests on."""

    table: str
    key: str
    expected: Any
    found: Any
    behind: tuple[str, ...] = ()


@dataclass(slots=True)
class Comparison:
    """What was compared of a district. `overtaken`: rows that later messages have changed, so that nothing can be said about them."""

    compared: dict[str, int] = field(default_factory=dict)
    differences: list[tuple[tuple[Any, ...], Difference]] = field(default_factory=list)
    """Each with its key in parts."""
    overtaken: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)

    def judge(self, table: str, expected: Mapping[Any, Any], found: Mapping[Any, Stored], upto: int, end: int) -> None:
        """Compare a table whose contents must be equal; a missing row is None.

        `upto`: offset to which the log was recomputed; `end`: the log's end now. A version in between belongs to a message that was not read;
        one at or after the end belongs to no message at all.
        """
        compared = 0
        for key in expected.keys() | found.keys():
            stored = found.get(key)
            must, is_ = expected.get(key), None if stored is None else stored.content
            compared += must is not None or is_ is not None
            if must == is_:
                continue
            parts = key if isinstance(key, tuple) else (key,)
            if stored is not None and upto < stored.offset < end:
                self.overtaken.setdefault(table, []).append(parts)
            else:
                self.differences.append((parts, Difference(table, "|".join(map(str, parts)), must, is_)))
        self.compared[table] = compared


def compare(district: District, expected: Expected, found: Mapping[str, Mapping[Any, Stored]], upto: int, end: int) -> Comparison:
    """Compare everything known of a district; `found` holds the stored rows by table.

    Days that no column can hold are not stored; an integer that Int64 cannot hold is stored as the nearest one that it can.
    """
    comparison = Comparison()
    must_values = {key: _storable(row) for key, row in expected.values.items() if DATE_TEXT[0] <= key[7] <= DATE_TEXT[1]}
    must_facts = {key: amount for key, amount in expected.facts.items() if DATE32_TEXT[0] <= key[2] <= DATE32_TEXT[1]}
    values = {
        key: stored for key, stored in found["indicator_values"].items() if not _says_nothing(stored.content[:3]) or key in must_values
    }
    comparison.judge("indicator_values", must_values, _numbers_of(must_values, values), upto, end)
    facts = {key: Stored(_counted(key, stored.content), stored.offset) for key, stored in found["facts"].items()}
    comparison.judge("facts", must_facts, facts, upto, end)
    comparison.judge("events", {event.identity: event.offset for event in district.admitted()}, found["events"], upto, end)
    comparison.judge("sources", _sources(district), found["sources"], upto, end)
    return comparison


def _numbers_of(expected: Mapping[ValueKey, Row], found: Mapping[ValueKey, Stored]) -> dict[ValueKey, Stored]:
    """The stored rows without their quotient where it fits the numbers; with it, and so a difference, where it does not."""
    rows = {}
    for key, (content, offset) in found.items():
        row, value = content[:3], content[3]
        rows[key] = Stored(row if quotient_fits(key, row, value) else content, offset)
    # A quantile of 0 days and no row at all mean the same.
    for key, must in expected.items():
        if key not in rows and _says_nothing(must):
            rows[key] = Stored(must, -1)
    return rows


def quotient_fits(key: ValueKey, row: Row, value: float | None) -> bool:
    """Whether the view's `value` is the quotient of the row's integers; null when its denominator is 0, and perhaps for a quantile of 0."""
    numerator, denominator, scale = row
    if denominator == 0:
        return value is None
    if value is None:
        return key[1] in QUANTILES and numerator == 0
    unit = scale if denominator is None else denominator * (scale // 10_000 if key[2] == "share_weighted" else scale)
    if value == numerator / unit:
        return True
    exact = Fraction(numerator, unit)
    return abs(Fraction(value) - exact) <= abs(exact) * DOUBLE


def _storable(row: Row) -> Row:
    numerator, denominator, scale = row
    return _nearest(numerator), None if denominator is None else _nearest(denominator), scale


def _nearest(number: int) -> int:
    return max(INT64[0], min(number, INT64[1]))


def _says_nothing(row: Row) -> bool:
    """Whether a row says the same as no row."""
    return row[0] == 0 and not row[1]


def _counted(key: FactKey, amount: int | None) -> int | None:
    """Of components that count records only whether there is an amount matters; None: the fact is gone."""
    return min(amount, 1) if amount is not None and key[1] in DISTINCT else amount


def _sources(district: District) -> dict[str, tuple[int, list[tuple[int, int]], int]]:
    return {
        source: (ledger.high_water(), ledger.gaps()[:MOST_GAPS], ledger.last_seen // 1000) for source, ledger in district.ledgers.items()
    }


def settled(expected: Expected, overtaken: Iterable[ValueKey], history: Mapping[ValueKey, Row]) -> int:
    """How many of the overtaken indicator rows had the right numbers when the log had been folded just as far."""
    return sum(1 for key in overtaken if _storable(expected.values.get(key, (0, None, 0)))[:2] == history.get(key, (0, None, 0))[:2])
