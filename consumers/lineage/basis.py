"""What the values of a district rest on beside its facts: formulas, today, the kinds of its authorities, and who pays."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from consumers.clickhouse.store import Query, Rows
from consumers.formulas import Formula, formulas
from consumers.lineage.payers import Funding, payers


@dataclass(frozen=True, slots=True)
class Basis:
    """Read once for a question. `kinds`: kind by authority; `today` None: the district is not known."""

    district: str
    today: date | None
    formulas: Mapping[str, Formula]
    kinds: Mapping[str, str]
    funding: Funding

    def of_kinds(self, wanted: Sequence[str]) -> list[str]:
        """The authorities of some kinds."""
        return [id_ for id_, kind in self.kinds.items() if kind in wanted]


def today(district: str) -> Query:
    """The district's today; no row for a district that the log does not know."""
    return Query("SELECT today FROM districts WHERE district = {district:String}", {"district": district})


def kinds(district: str) -> Query:
    """The registered authorities with their kinds."""
    return Query("SELECT authority, kind FROM authorities WHERE district = {district:String}", {"district": district})


async def read_basis(store: Rows, district: str) -> Basis:
    """The basis of a district's values. Raises Unavailable."""
    known, told, of_kind, paid = await asyncio.gather(
        store.rows(today(district)), formulas(store), store.rows(kinds(district)), store.rows(payers(district))
    )
    return Basis(district, known[0][0] if known else None, told, dict(of_kind), Funding(district, paid))
