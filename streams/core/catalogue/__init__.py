"""The catalogue: every component and indicator, declared. Topics, tables, rows, pages and documents derive from it.

Adding an indicator is one entry in a domain's module (and, for a new component, the facts of its life cycle).
"""

from collections.abc import Iterator

from streams.core.catalogue import cap, cor, dq, dual, fund, gov, leg, med, outcomes, pub, res
from streams.core.catalogue.derived import DERIVED, Derived
from streams.core.catalogue.model import Component, Indicator, Kind, named, split_term

DOMAINS = (med, cor, res, leg, pub, gov, cap, fund, outcomes, dual, dq)

COMPONENTS: dict[str, Component] = named(component for domain in DOMAINS for component in domain.COMPONENTS.values())
INDICATORS: tuple[Indicator, ...] = tuple(indicator for domain in DOMAINS for indicator in domain.INDICATORS)
BY_ID = {indicator.id: indicator for indicator in INDICATORS}
"""Those that workers fold; `DERIVED` are told by a view."""
BY_COMPONENT = {
    name: tuple(i for i in INDICATORS if any(part.kept_as == name for part in i.parts))
    for name, one in COMPONENTS.items()
    if one.kept_as == name
}
"""Component whose values are kept -> the indicators that rest on it."""


def fed_by(component: str, dimension: str) -> Iterator[tuple[Indicator, str]]:
    """The series that facts of a component with a dimension ('': none) go into: indicator, and its own dimension ('': the total)."""
    for indicator in BY_COMPONENT[component]:
        fixed = [dim for name, dim in map(split_term, indicator.num + indicator.den) if COMPONENTS[name].kept_as == component]
        if dimension in fixed and (dimension or indicator.total):
            yield indicator, ""
        elif "" in fixed and dimension.partition("=")[0] in indicator.dims:
            yield indicator, dimension


__all__ = [
    "BY_COMPONENT",
    "BY_ID",
    "COMPONENTS",
    "DERIVED",
    "INDICATORS",
    "Component",
    "Derived",
    "Indicator",
    "Kind",
    "fed_by",
    "split_term",
]
