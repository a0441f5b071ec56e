"""What the pages behind numbers read beside the district: formulas, the names of components, and, where they matter, who pays."""

import asyncio
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.reading import Component, District
from consumers.formulas import formulas
from consumers.lineage import Basis
from consumers.lineage.payers import Funding, payers


@dataclass(frozen=True, slots=True)
class Grounds:
    """The basis of lineage in a district, and the components in words."""

    basis: Basis
    components: dict[str, Component]

    def component(self, id_: str) -> Component:
        """A component; one that the catalogue does not name goes by its id."""
        return self.components.get(id_) or Component(id_, id_, id_, 1)

    def amount(self, component: str, amount: int) -> Fraction:
        """An amount in the unit of its component."""
        return Fraction(amount, self.component(component).divisor)


async def grounds(store: Store, place: District, *, funding: bool) -> Grounds:
    """The grounds of a district's numbers; `funding`: with who pays. Raises Unavailable."""
    told, named, paid = await asyncio.gather(
        formulas(store), store.rows(queries.components()), store.rows(payers(place.code)) if funding else _nothing()
    )
    kinds = {authority.id: authority.kind for authority in place.authorities.values()}
    basis = Basis(place.code, place.today, told, kinds, Funding(place.code, paid))
    return Grounds(basis, {row[0]: Component(*row) for row in named})


async def _nothing() -> list[tuple[Any, ...]]:
    return []
