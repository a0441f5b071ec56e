"""Who holds which role of an office on which day: the splits, read by day (contract, section 2).

A split holds from `valid_from` until the next one of its office, role and cost category; `all` serves every day on which the category has
none of its own; where neither has one the payer is the pseudo-authority `au-<district>-unknown`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

OPERATING = "operating"
"""The cost category by which indicators are attributed."""
EVERY_CATEGORY = "all"
WHOLE_BP = 10_000

SplitRow = tuple[str, str, str, date, date | None, str, int, str]
"""office, role, cost_category, valid_from, valid_until, authority, bp, doc_no — as `queries.splits` returns them, sorted."""


class Share(NamedTuple):
    """What one authority carries, in basis points."""

    authority: str
    bp: int


@dataclass(frozen=True, slots=True)
class Split:
    """One decision: who holds a role of an office, from a day until the day before which the next one holds."""

    office: str
    role: str
    cost_category: str
    valid_from: date
    valid_until: date | None
    shares: tuple[Share, ...]
    doc_no: str

    def holds_on(self, day: date) -> bool:
        """Whether the day lies in [valid_from, valid_until)."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class Span(NamedTuple):
    """Days [start, end) on which the same decision decides who pays; `end` None while nothing follows."""

    start: date
    end: date | None
    shares: tuple[Share, ...]
    doc_no: str


def assemble(rows: Iterable[SplitRow]) -> list[Split]:
    """Splits from their rows, one row a share, in the order of the query; an authority with nothing to carry is left out."""
    splits = []
    for (office, role, category, valid_from, valid_until), group in groupby(rows, key=lambda row: row[:5]):
        shares = [row[5:] for row in group]
        held = tuple(Share(authority, bp) for authority, bp, _ in shares if bp)
        splits.append(Split(office, role, category, valid_from, valid_until, held, shares[0][2]))
    return splits


def in_force(splits: Iterable[Split], role: str, category: str, day: date) -> Split | None:
    """The split of a role that decides for a cost category on a day; None where none does."""
    held = {split.cost_category: split for split in splits if split.role == role and split.holds_on(day)}
    return held.get(category) or held.get(EVERY_CATEGORY)


def holders(splits: Iterable[Split], role: str, day: date) -> tuple[Share, ...]:
    """Who holds a role other than funding on a day; such decisions have no cost of their own, so any category will do."""
    held = [split for split in splits if split.role == role and split.holds_on(day)]
    chosen = in_force(held, role, EVERY_CATEGORY, day) or min(held, key=lambda split: split.cost_category, default=None)
    return chosen.shares if chosen else ()


def payers(splits: Iterable[Split], district: str, day: date) -> tuple[Share, ...]:
    """Who pays the operating cost of an office on a day; the pseudo-authority where nobody was named."""
    split = in_force(splits, "funding", OPERATING, day)
    return split.shares if split else unknown(district)


def unknown(district: str) -> tuple[Share, ...]:
    """The whole, carried by the pseudo-authority."""
    return (Share(f"au-{district}-unknown", WHOLE_BP),)


def funding_history(splits: Sequence[Split]) -> list[Span]:
    """The decisions on operating cost of one office, oldest first; neighbours that are one decision in force are one span."""
    relevant = [split for split in splits if split.role == "funding" and split.cost_category in (OPERATING, EVERY_CATEGORY)]
    days = sorted({split.valid_from for split in relevant})
    spans: list[Span] = []
    for day, following in zip(days, [*days[1:], None], strict=False):
        split = in_force(relevant, "funding", OPERATING, day)
        if split is None:
            continue
        if spans and spans[-1].doc_no == split.doc_no and spans[-1].shares == split.shares:
            spans[-1] = spans[-1]._replace(end=following)
        else:
            spans.append(Span(day, following, split.shares, split.doc_no))
    return spans
