"""Components with their dimensions as small integers, shared by all districts of a process: facts and cells are keyed by them."""

from typing import NamedTuple

from streams.core.catalogue import BY_COMPONENT, COMPONENTS, Kind, fed_by, split_term
from streams.core.catalogue.model import Mode


class Shown(NamedTuple):
    """How a measure is given to authorities."""

    kind: Kind
    by_split: tuple[Mode, ...]
    """Modes that follow the funding split."""
    by_fact: Mode | None
    """Mode that follows the fact's own last field: its assigner, or the authority that paid."""
    anywhere: bool
    """Whether any indicator rests on it; if none does, its facts are told, but a flow is not rolled up."""


_NAMES: list[tuple[str, str]] = []
_NUMBERS: dict[tuple[str, str], int] = {}
_SHOWN: list[Shown] = []


def measure(component: str, dimension: str = "") -> int:
    """The number of a component with a dimension (`level=5`; '' is the total)."""
    number = _NUMBERS.get((component, dimension))
    if number is None:
        number = _NUMBERS[component, dimension] = len(_NAMES)
        _NAMES.append((component, dimension))
        _SHOWN.append(_shown(component, dimension))
    return number


class _OfTerm(dict[str, int]):
    def __missing__(self, term: str) -> int:
        self[term] = number = measure(*split_term(term))
        return number


_OF_TERM = _OfTerm()


def measure_of(term: str) -> int:
    """The number of a component that may carry a dimension in brackets."""
    return _OF_TERM[term]


def name_of(number: int) -> tuple[str, str]:
    """Component and dimension of a measure."""
    return _NAMES[number]


def all_names() -> list[tuple[str, str]]:
    """Component and dimension of every measure so far, by number."""
    return list(_NAMES)


def shown(number: int) -> Shown:
    """How a measure is counted and given to authorities."""
    return _SHOWN[number]


def _shown(component: str, dimension: str) -> Shown:
    modes = {mode for indicator in BY_COMPONENT[component] for mode in indicator.attribution}
    by_fact: Mode | None = None
    if COMPONENTS[component].owned:
        by_fact = "own"
    elif "assigned_by" in modes or component == "soc.assigned":
        by_fact = "assigned_by"
    by_split: tuple[Mode, ...] = ("share_weighted", "full", "lead")
    anywhere = next(fed_by(component, dimension), None) is not None
    return Shown(COMPONENTS[component].kind, tuple(m for m in by_split if m in modes), by_fact, anywhere)


for _component in BY_COMPONENT:
    measure(_component)
_DAYS_OF = {one.told_as: name for name, one in COMPONENTS.items() if one.kind is Kind.DAYS}


class _Daily(dict[int, int]):
    def __missing__(self, stock: int) -> int:
        component, dimension = name_of(stock)
        days = _DAYS_OF.get(component)
        self[stock] = found = -1 if days is None else measure(days, dimension)
        return found


DAILY = _Daily()
"""Stock -> the measure of its days, in the same dimension; -1 where they are not counted."""
