"""Which sums make each indicator, as the migration wrote it from the catalogue; consumers learn of the catalogue in no other way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from consumers.clickhouse.client import Client
from consumers.clickhouse.store import Query, Rows

_FORMULAS = Query("SELECT id, shape, modes, windows, dims, total, offices, authorities, divisor, terms FROM formula_rows FINAL")
_POINTS = 10_000
"""Hundredths of a percentage point in a whole."""
_PLAIN = frozenset({"flow", "stock", "distinct", "histogram", "months"})


class Term(NamedTuple):
    """One sum of a formula. `scope`: the subject's own facts or `all` of the district's; `told_as`: the component under which facts tell it,
    and `told_dimension` the dimension that those must have ('': that of the value). `kind` `months`: the sum, over the months of a window, of
    what `of_kind` counts in each, times the month's weight; else both are one. `assigner_kinds`: of work that counts only when an authority of
    such a kind assigned it, else empty. `assigner_rule`: `unpaid` of work that counts only where its assigner pays nothing of the office on that day,
    `held` of stocks that an authority holds by the facts' own word."""

    part: str
    place: int
    scope: str
    component: str
    kind: str
    told_as: str
    told_dimension: str
    of_kind: str
    weights: Sequence[int]
    assigner_kinds: Sequence[str]
    assigner_rule: str

    @property
    def monthly(self) -> bool:
        """Whether it is a sum over months."""
        return self.kind == "months"

    @property
    def plain(self) -> bool:
        """Whether it is counted in a way that is asked for without the view `lineage`; what is not is left to that, which knows all ways."""
        return self.kind in _PLAIN and self.of_kind in _PLAIN and not self.assigner_rule

    @property
    def of_one_record(self) -> bool:
        """Whether what a record gives to it follows from that record alone: not where several that name the same thing count once."""
        return self.of_kind != "named"


@dataclass(frozen=True, slots=True)
class Formula:
    """What an indicator is computed from, and which rows it has. `shape`: sum, ratio, average, p50, p90, own_share, gap, mismatch. `divisor`: of
    amounts, which are integers in its hundredths where it is 100."""

    id: str
    shape: str
    modes: Sequence[str]
    windows: Sequence[str]
    dims: Sequence[str]
    total: bool
    offices: bool
    authorities: bool
    divisor: int
    terms: tuple[Term, ...]

    @property
    def plain(self) -> bool:
        """Whether all its terms are."""
        return all(term.plain for term in self.terms)

    @property
    def of_one_record(self) -> bool:
        """Whether what a record gives to it follows from that record alone."""
        return all(term.of_one_record for term in self.terms)

    @property
    def quantile(self) -> int:
        """The percentage of a quantile; 0 when it is none."""
        return int(self.shape[1:]) if self.shape in ("p50", "p90") else 0

    def modes_of(self, subject: str) -> Sequence[str]:
        """The modes in which a subject has values; none when it has no values at all."""
        if subject.startswith("au-"):
            return self.modes if self.authorities else ()
        return ("none",) if self.offices else ()

    def shows(self, dimension: str) -> bool:
        """Whether it has rows of a dimension; '' is the total."""
        return dimension.partition("=")[0] in self.dims if dimension else self.total

    def parts(self, sums: Mapping[tuple[str, int], int], days: int) -> tuple[int, int | None]:
        """Numerator and denominator, undivided, that the sums give by part and place; 0 over 0 where nothing can be said.

        An average is over the `days` of the window that have passed; differences are in hundredths of a percentage point, rounded half to even. Of
        a quantile the one sum is the quantile.
        """
        a, b, c, d = (sums.get((part, place), 0) for part in ("numerator", "denominator") for place in (1, 2))
        match self.shape:
            case "sum" | "p50" | "p90":
                return a, None
            case "average":
                return (a * days, c) if c else (0, 0)
            case "own_share":
                return (a, c) if a else (0, 0)
            case "gap" | "mismatch":
                if not b or not d or (self.shape == "mismatch" and not a and not c):
                    return 0, 0
                return round((Fraction(a, b) - Fraction(c, d)) * _POINTS), 100
            case _:
                return a + b, c + d


async def formulas(store: Rows) -> Mapping[str, Formula]:
    """Every indicator's formula by its id. Raises Unavailable."""
    return _by_id(await store.rows(_FORMULAS))


def read_formulas(client: Client) -> Mapping[str, Formula]:
    """The same by a client that waits."""
    return _by_id(client.query(_FORMULAS.sql).result_rows)


def of_row(row: Mapping[str, Any]) -> Formula:
    """A formula from its row, as the migration writes it."""
    return Formula(**{**row, "terms": tuple(Term(**term) for term in row["terms"])})


def _by_id(rows: Iterable[Sequence[Any]]) -> Mapping[str, Formula]:
    found = ((*words, tuple(Term(**term) for term in terms)) for *words, terms in rows)
    return {row[0]: Formula(*row) for row in found}
