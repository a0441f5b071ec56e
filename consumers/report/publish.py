"""What may leave the bureau: ratios of enough cases with the bounds that chance leaves them, and no small cell of persons, nor what gives one away.

Of community correction and resettlement (domain.md 5.5) a cell of one to four persons is withheld, whether it is a count, or the numerator of a
share or what is left of its denominator. A sum that is shown would give a single withheld part away, and parts that are all as small as they can be,
so further parts are withheld, least first, until neither is so; if none is left to withhold, the sum is. Ratios of fewer than five cases say nothing
and are withheld everywhere (domain.md 3.1). All that is withheld looks alike.

Pure: takes cells, knows neither reports nor tables.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt
from typing import NamedTuple, TypeVar

MIN_CASES = 5
"""Smallest denominator of a ratio that is published; also the smallest number of persons."""
OF_PERSONS = frozenset(("cor", "res"))
"""Families of indicators that count persons of a special kind."""
_Z = 1.959963984540054
"""97.5 % quantile of the normal distribution: bounds at 95 %."""

Key = TypeVar("Key")


class Bounds(NamedTuple):
    """Wilson's bounds of a share at 95 %."""

    low: float
    high: float


def wilson(successes: Fraction, cases: Fraction) -> Bounds | None:
    """The bounds of a share of so many cases; None where it is no share (no cases, or more successes than cases)."""
    if not 0 <= successes <= cases or not cases:
        return None
    n, p = float(cases), float(successes / cases)
    centre, spread, scale = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n * n)), 1 + _Z**2 / n
    # The share itself lies between them, which rounding must not undo at 0 and 1.
    return Bounds(min(p, max(0.0, (centre - spread) / scale)), max(p, min(1.0, (centre + spread) / scale)))


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with what it is a part of. `numerator` and `denominator` in whole cases (weights and hundredths taken out); `of`: the sum that it is
    a part of, or '' of the sum itself; `counts`: its denominator counts cases, so that it has to have enough of them."""

    family: str
    series: tuple[object, ...]
    """What sum and parts have in common: indicator, mode, dimension, days."""
    of: str
    numerator: Fraction
    denominator: Fraction | None
    counts: bool = True
    withheld: bool = False

    @property
    def of_persons(self) -> bool:
        """Whether its cases are persons of a special kind."""
        return self.family in OF_PERSONS

    @property
    def bounds(self) -> Bounds | None:
        """Of a share that is shown."""
        return None if self.withheld or self.denominator is None or not self.counts else wilson(self.numerator, self.denominator)


def for_publication(cells: Mapping[Key, Cell]) -> dict[Key, Cell]:
    """The same cells, those withheld that may not leave the bureau."""
    found = {key: replace(cell, withheld=is_small(cell)) for key, cell in cells.items()}
    by_series: dict[tuple[object, ...], list[Key]] = defaultdict(list)
    for key, cell in found.items():
        by_series[cell.series].append(key)
    for keys in by_series.values():
        for key in _also(found, keys):
            found[key] = replace(found[key], withheld=True)
    return found


def is_small(cell: Cell) -> bool:
    """Whether a cell alone tells of few: a share of few cases, or of few persons."""
    if cell.denominator is not None and cell.counts and 0 < cell.denominator < MIN_CASES:
        return True
    return cell.of_persons and few(cell.numerator, cell.denominator)


def few(numerator: Fraction, denominator: Fraction | None) -> bool:
    """Whether a count of persons, the numerator of a share of them, or what is left of its denominator, is one to four."""
    rest = None if denominator is None else denominator - numerator
    return any(part is not None and 0 < part < MIN_CASES for part in (numerator, rest))


def _also(cells: Mapping[Key, Cell], keys: Sequence[Key]) -> Iterable[Key]:
    """What else of a sum and its parts is to be withheld, so that nothing that is shown gives a withheld part away."""
    sums = [key for key in keys if not cells[key].of]
    parts = [key for key in keys if cells[key].of]
    withheld = [key for key in parts if cells[key].withheld]
    if not withheld or not sums or not cells[withheld[0]].of_persons:
        return
    shown = sorted(
        (key for key in parts if not cells[key].withheld and cells[key].numerator), key=lambda key: (cells[key].numerator, str(key))
    )
    while _is_told(cells, withheld):
        if not shown:
            yield from (key for key in sums if not cells[key].withheld)
            return
        withheld.append(shown.pop(0))
        yield withheld[-1]


def _is_told(cells: Mapping[Key, Cell], withheld: Sequence[Key]) -> bool:
    """Whether the withheld parts follow from their sum: one alone does, and such as are all one person."""
    return len(withheld) < 2 or sum(cells[key].numerator for key in withheld) <= len(withheld)
