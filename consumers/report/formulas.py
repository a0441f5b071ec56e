"""Which sums make each indicator, as the migration wrote it from the catalogue; consumers learn of the catalogue in no other way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from consumers.clickhouse.client import Client

_FORMULAS = """
SELECT p.id, shape, modes, dims, total, offices, authorities, i.divisor, groupArray((part, place, scope, kind, told_as, told_dimension, of_kind, weights, assigner_kinds))
FROM indicator_parts AS p INNER JOIN indicators AS i ON i.id = p.id
GROUP BY ALL
"""


class Term(NamedTuple):
    """One sum of a formula. `scope`: the subject's own or `all` of the district's. `kind`: how it is counted; `told_as`: the component under which
    facts tell it, counted as `of_kind`; `told_dimension`: the dimension that they must have ('': that of the value). `assigner_kinds`: of tasks that
    count only where such an authority assigned them, else empty."""

    part: str
    place: int
    scope: str
    kind: str
    told_as: str
    told_dimension: str
    of_kind: str
    weights: Sequence[int]
    assigner_kinds: Sequence[str]


@dataclass(frozen=True, slots=True)
class Formula:
    """What an indicator is computed from, and which rows it has. `shape`: sum, ratio, average, p50, p90, own_share, gap, mismatch."""

    id: str
    shape: str
    modes: Sequence[str]
    dims: Sequence[str]
    total: bool
    offices: bool
    authorities: bool
    divisor: int
    terms: tuple[Term, ...]

    def shows(self, dimension: str) -> bool:
        """Whether it has rows of a dimension; '' is the total."""
        return dimension.partition("=")[0] in self.dims if dimension else self.total


def read_formulas(client: Client) -> Mapping[str, Formula]:
    """Every indicator's formula by its id."""
    return {row[0]: _formula(row) for row in client.query(_FORMULAS).result_rows}


def _formula(row: Sequence[Any]) -> Formula:
    id_, shape, modes, dims, total, offices, authorities, divisor, terms = row
    return Formula(id_, shape, modes, dims, total, offices, authorities, divisor, tuple(Term(*term) for term in terms))
