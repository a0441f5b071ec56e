"""What a row of `indicator_values` says, exactly: a value, its two counts, and how it differs from another one.

Rows carry integers; a figure keeps them and divides as a fraction, so nothing is rounded before it is printed. A missing row is a
row of zeros (contract, section 6); a period of which the log tells nothing is `None`, not zero.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

FEN_PER_YUAN = 100


class Kind(StrEnum):
    """How the integers of an indicator become the value that is printed."""

    COUNT = "count"
    """numerator / scale, a number of things (in `share_weighted` with up to four decimals)."""
    MONEY = "money"
    """numerator / scale, in yuan."""
    PERCENT = "percent"
    """numerator / denominator, printed as a percentage."""
    MONEY_SHARE = "money_share"
    """numerator / denominator, printed as a percentage; both are fen."""
    PER_OFFICE = "per_office"
    """numerator / denominator, an average per office."""
    AREA = "area"
    """numerator / denominator / 100, an average per office; the numerator is in 0.01 m²."""
    DAYS = "days"
    """numerator, a quantile in days; there is none without observations."""
    RATE = "rate"
    """numerator / denominator, in a unit of the indicator's own (per person, per 1,000)."""
    MONEY_RATE = "money_rate"
    """The same in yuan; the numerator is fen."""
    POINTS = "points"
    """numerator / denominator (100), percentage points; none when a side of the difference is null (0/0)."""


RATIOS = frozenset({Kind.PERCENT, Kind.MONEY_SHARE, Kind.PER_OFFICE, Kind.AREA, Kind.RATE, Kind.MONEY_RATE})
_UNIT = {Kind.MONEY: FEN_PER_YUAN, Kind.AREA: 100}


class Row(NamedTuple):
    """One row of the view `indicator_values`, reduced to what pages print. Of any days `state` is that word, by which it is told from a window that
    begins on the same day."""

    indicator: str
    mode: str
    dimension: str
    subject: str
    window_start: date
    numerator: int
    denominator: int | None
    scale: int
    value: float | None
    state: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with the counts it was made of, all in whole units. `value` is None where the formula has none: 0/0, a quantile of nothing."""

    kind: Kind
    value: Fraction | None
    numerator: Fraction
    denominator: Fraction | None
    state: str


class Change(NamedTuple):
    """How a figure differs from an earlier one: in the figure's unit, and relative to the earlier value (counts and money only)."""

    difference: Fraction
    relative: Fraction | None


def figure(kind: Kind, row: Row | None, per: Fraction = Fraction(1)) -> Figure:
    """The figure of a row; of a missing row, the one that zeros give. `per`: what the unit of a rate counts by."""
    if row is None:
        row = Row("", "", "", "", date.min, 0, 0 if kind in RATIOS or kind is Kind.POINTS else None, 1, None, "")
    numerator, denominator = _parts(kind, row)
    value = _value(kind, row, numerator, denominator)
    return Figure(
        kind, value * per if value is not None and kind in (Kind.RATE, Kind.MONEY_RATE) else value, numerator, denominator, row.state
    )


def change(now: Figure | None, before: Figure | None) -> Change | None:
    """The difference between two figures of one indicator; None where one of them is missing or has no value."""
    if now is None or before is None or now.value is None or before.value is None:
        return None
    difference = now.value - before.value
    relative = difference / before.value if now.kind in (Kind.COUNT, Kind.MONEY) and before.value else None
    return Change(difference, relative)


def _parts(kind: Kind, row: Row) -> tuple[Fraction, Fraction | None]:
    """Numerator and denominator without weights and hundredths; the denominator of an area counts offices, so only the weight leaves it."""
    if kind is Kind.MONEY_SHARE:
        return Fraction(row.numerator, FEN_PER_YUAN), Fraction(row.denominator or 0, FEN_PER_YUAN)
    if kind is Kind.POINTS:
        return Fraction(row.numerator), Fraction(row.denominator or 0)
    if kind in (Kind.RATE, Kind.MONEY_RATE):
        return Fraction(row.numerator, FEN_PER_YUAN if kind is Kind.MONEY_RATE else 1), Fraction(row.denominator or 0)
    weight = row.scale // _UNIT.get(kind, 1) or 1
    return Fraction(row.numerator, row.scale), None if row.denominator is None else Fraction(row.denominator, weight)


def _value(kind: Kind, row: Row, numerator: Fraction, denominator: Fraction | None) -> Fraction | None:
    if kind is Kind.DAYS:
        return None if row.value is None else numerator
    if kind in (Kind.COUNT, Kind.MONEY):
        return numerator
    return numerator / denominator if denominator else None
