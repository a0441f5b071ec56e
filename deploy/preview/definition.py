"""Another definition of an indicator, over components that the catalogue has."""

from collections.abc import Sequence
from dataclasses import replace

from deploy.errors import Usage
from deploy.explain.question import likely
from streams.core.catalogue import BY_ID, COMPONENTS, DERIVED, Indicator, split_term

_FIXED = ("own_share", "gap", "mismatch", "average", "p50", "p90")
"""Forms whose number of parts is their meaning."""


def another(id_: str, num: Sequence[str], den: Sequence[str] | None) -> Indicator:
    """The indicator with another numerator, and another denominator unless it is None. Raises Usage."""
    if id_ in {one.id for one in DERIVED}:
        raise Usage(f"{id_} is told by a view and never published: ask the view `told_values`, there is nothing that a change would move")
    if id_ not in BY_ID:
        raise Usage(f"there is no indicator {id_!r}{likely(id_, list(BY_ID))}; `suoheng indicators` lists them")
    there = BY_ID[id_]
    parts = tuple(num) or there.num, there.den if den is None else tuple(den)
    for term in (*parts[0], *parts[1]):
        if (component := split_term(term)[0]) not in COMPONENTS:
            raise Usage(
                f"there is no component {component!r}{likely(component, list(COMPONENTS))}; `suoheng indicators --json` names them in formulas"
            )
    if there.form in _FIXED and tuple(map(len, parts)) != (len(there.num), len(there.den)):
        raise Usage(f"{id_} is of the form {there.form}: it keeps {len(there.num)} parts above and {len(there.den)} below")
    return replace(there, num=parts[0], den=parts[1], components=COMPONENTS, version=there.version + 1)
