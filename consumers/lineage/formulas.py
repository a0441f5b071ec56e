"""Which sums make each indicator, as the migration wrote it from the catalogue; consumers learn of the catalogue in no other way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from consumers.clickhouse.store import Query, Rows

_FORMULAS = Query("SELECT id, shape, modes, windows, dims, total, offices, authorities, terms FROM formula_rows FINAL")


_PLAIN = frozenset({"flow", "stock", "distinct", "histogram", "months"})


class Term(NamedTuple):
    """One sum of a formula. `scope`: the subject's own facts or `all` of the district's; `told_as`: the component under which facts tell it,
    and `told_dimension` the dimension that those must have ('': that of the value). `kind` `months`: the sum, over the months of a window, of
    what `of_kind` counts in each, times the month's weight; else both are one. `assigner_kinds`: of tasks that count only when an authority of
    such a kind assigned them, else empty."""

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


@dataclass(frozen=True, slots=True)
class Formula:
    """What an indicator is computed from. `shape`: sum, ratio, p50, p90, own_share, gap, mismatch."""

    id: str
    shape: str
    modes: Sequence[str]
    windows: Sequence[str]
    dims: Sequence[str]
    total: bool
    offices: bool
    authorities: bool
    terms: tuple[Term, ...]

    @property
    def plain(self) -> bool:
        """Whether all its terms are."""
        return all(term.plain for term in self.terms)

    @property
    def quantile(self) -> int:
        """The percentage of a quantile; 0 when it is none."""
        return int(self.shape[1:]) if self.shape in ("p50", "p90") else 0

    def modes_of(self, subject: str) -> Sequence[str]:
        """The modes in which a subject has values; none when it has no values at all."""
        if subject.startswith("au-"):
            return self.modes if self.authorities else ()
        return ("none",) if self.offices else ()


async def formulas(store: Rows) -> Mapping[str, Formula]:
    """Every indicator's formula by its id. Raises Unavailable."""
    rows = await store.rows(_FORMULAS)
    found = ((*words, tuple(Term(**term) for term in terms)) for *words, terms in rows)
    return {row[0]: Formula(*row) for row in found}
