"""The catalogue as lineage reads it: for each indicator the sums that make it, and under which component facts tell each of them; and the names
of components.

The sides of a task are not told in `facts`: its assigner's kind, which may be learned later, decides which side it counts for.
"""

from typing import Any

from streams.core.catalogue import COMPONENTS, INDICATORS, Indicator, Kind, split_term
from streams.core.catalogue.dual import BUREAU_KINDS, STREET_KINDS
from streams.core.catalogue.model import Component
from streams.core.lifecycles.facts import ALL_MINUTES
from streams.core.measures import name_of
from streams.core.rollup.deltas import SIDES, UNPAID

_KINDS = {"street": STREET_KINDS, "bureau": BUREAU_KINDS}
_SIDES = {name_of(sided)[0]: (name_of(told)[0], sorted(_KINDS[side])) for told, sides in SIDES.items() for side, sided in sides.items()}
"""Component of one side -> the component under which facts tell it, and the kinds of assigner that count."""

_UNPAID, _MINUTES = name_of(UNPAID)[0], name_of(ALL_MINUTES)[0]

Term = dict[str, Any]
_HUNDREDTHS = 100


def formulas() -> list[dict[str, Any]]:
    """One row an indicator, as the table `formula_rows` has it."""
    return [formula(indicator) for indicator in INDICATORS]


def formula(indicator: Indicator) -> dict[str, Any]:
    """The row of one."""
    return {
        "id": indicator.id,
        "shape": indicator.shape,
        "modes": list(indicator.attribution),
        "windows": list(indicator.windows),
        "dims": list(indicator.dims),
        "total": indicator.total,
        "offices": indicator.subjects != "authority",
        "authorities": indicator.subjects != "office_district",
        "divisor": indicator.divisor,
        "terms": _terms(indicator),
    }


def components() -> list[dict[str, Any]]:
    """One row a component, as the table `component_rows` has it: amounts of a component that an indicator divides by 100 are hundredths."""
    divisors = {
        split_term(term)[0]: indicator.divisor for indicator in INDICATORS if indicator.divisor == _HUNDREDTHS for term in indicator.num
    }
    return [{"id": one.name, "zh": one.zh, "en": one.en, "divisor": divisors.get(one.name, 1)} for one in COMPONENTS.values()]


def _rule(component: Component) -> str:
    """`unpaid`: only of assigners who pay nothing; `held`: a stock that an authority holds by the facts' own word; else none."""
    if component.name == _UNPAID:
        return "unpaid"
    return "held" if component.owned and component.kind is Kind.STOCK else ""


def _terms(indicator: Indicator) -> list[Term]:
    """In the order of the formula; an authority's own is set against all of the district's."""
    num: list[tuple[str, str]] = [("own", c) for c in indicator.num]
    den = [("own", c) for c in indicator.den]
    if indicator.shape == "own_share":
        den = [("all", indicator.num[0])]
    elif indicator.shape == "mismatch":
        num, den = ([(scope, c) for _, c in part for scope in ("own", "all")] for part in (num, den))
    parts = (("numerator", num), ("denominator", den))
    return [_term(indicator, part, place, *each) for part, sums in parts for place, each in enumerate(sums, 1)]


def _term(indicator: Indicator, part: str, place: int, scope: str, written: str) -> Term:
    component, dimension = split_term(written)
    told_as, kinds = _SIDES.get(component, (indicator.components[component].told_as, []))
    if component == _UNPAID:
        told_as = _MINUTES
    return {
        "part": part,
        "place": place,
        "scope": scope,
        "component": component,
        "kind": indicator.components[component].kind.value,
        "told_as": told_as,
        "told_dimension": dimension,
        "of_kind": (indicator.components[component].of or indicator.components[component]).kind.value,
        "weights": list(indicator.components[component].weights),
        "assigner_kinds": kinds,
        "assigner_rule": _rule(indicator.components[component]),
    }
