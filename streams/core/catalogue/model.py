"""What a component and an indicator are. Nothing here computes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Literal, NamedTuple

from streams.core.catalogue.units import NO_UNIT, Unit


class Kind(Enum):
    """How the facts of a component make a value in a window (contract, section 4)."""

    FLOW = "flow"
    """Sum of the facts whose day lies in the window."""
    STOCK = "stock"
    """Sum of all facts up to the window's last day, or today."""
    DISTINCT = "distinct"
    """Number of records with at least one fact in the window."""
    NAMED = "named"
    """Number of things, such as villages, that the facts of an office in the window name in their dimension."""
    HISTOGRAM = "histogram"
    """Quantile of the facts' values in the window."""
    DAYS = "days"
    """Sum of what a stock has on each day of the window, up to today: person-days."""
    MONTHS = "months"
    """Sum of what another component has in each month of the window: person-months of those present, office-months of a stock."""


FLOW, STOCK, DISTINCT, NAMED, HISTOGRAM = Kind.FLOW, Kind.STOCK, Kind.DISTINCT, Kind.NAMED, Kind.HISTOGRAM
DAYS, MONTHS = Kind.DAYS, Kind.MONTHS

Mode = Literal["share_weighted", "full", "lead", "assigned_by", "own"]
ALL_MODES: tuple[Mode, ...] = ("share_weighted", "full", "lead", "assigned_by")
MODES_OF: dict[Kind, tuple[Mode, ...]] = {
    FLOW: ALL_MODES,
    STOCK: ALL_MODES[:3],
    DISTINCT: ("full", "lead"),
    NAMED: ("full", "lead"),
    HISTOGRAM: ("lead",),
}
"""The modes in which a component can be given to authorities (contract, section 5); one made from another has the modes of that: of days each
goes to who pays on it, of months to who pays for the stock or person in it."""

Window = Literal["day", "week", "month", "quarter", "half", "year"]
WINDOWS: tuple[Window, ...] = ("day", "week", "month", "quarter", "half", "year")

Form = Literal["sum", "ratio", "average", "p50", "p90", "own_share", "gap", "mismatch"]
"""How the parts make a value: a sum; a ratio of sums; a sum over the average of a stock on the days of the window; quantiles; own flow over the district's; difference of two rates of one subject
(num/den of the first two parts against the last two); difference of an authority's shares of tasks and of money."""

Direction = Literal["up", "down", "band", "neutral"]
"""Which way is better: higher, lower, within a band, or neither (context only)."""


@dataclass(frozen=True, slots=True)
class Component:
    """A named kind of fact: how it is counted, what it is called, and the types of the events that make its facts (`*`: every type)."""

    name: str
    kind: Kind
    zh: str
    en: str
    told_by: tuple[str, ...]
    owned: bool = False
    """Its facts name an authority themselves (who paid), in the assigner's place."""
    of: "Component | None" = None
    """The component that it is made from, of one that has no facts of its own."""
    weights: tuple[int, ...] = (1,) * 12
    """Of `months`: what each month of the year counts."""

    @property
    def told_as(self) -> str:
        """The component under which facts tell it."""
        return self.of.name if self.of else self.name

    @property
    def kept_as(self) -> str:
        """The component under which values are kept: sums over months are formed of another's when they are read."""
        return self.told_as if self.kind is Kind.MONTHS else self.name


def days_of(base: Component, name: str, zh: str, en: str) -> Component:
    """The sum of a stock over the days of a window."""
    return Component(name, DAYS, zh, en, base.told_by, of=base)


def months_of(base: Component, name: str, zh: str, en: str, weights: tuple[int, ...] = (1,) * 12) -> Component:
    """The sum of a stock or of the records present over the months of a window."""
    return Component(name, MONTHS, zh, en, base.told_by, of=base, weights=weights)


def named(components: Iterable[Component]) -> dict[str, Component]:
    """Components by name. Raises ValueError for one declared twice."""
    found: dict[str, Component] = {}
    for component in components:
        if found.setdefault(component.name, component) is not component:
            raise ValueError(f"component {component.name} is declared twice")
    return found


class Level(NamedTuple):
    """A level that a value is expected to keep (`comparison` such as `>=`), or one that was observed somewhere (`=`), with its source.

    In the unit of `value` of the rows: shares as 0 to 1. `window`: the window it is meant for; '' for any.
    """

    comparison: Literal[">=", "<=", ">", "<", "="]
    value: str
    sources: tuple[str, ...]
    zh: str = ""
    en: str = ""
    window: Window | Literal[""] = ""


FROM_THE_BEGINNING = date(1990, 1, 1)
"""The first day that an event can have: a definition in force from here on applies to everything."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: a formula over components, declared.

    `num` and `den` name components; their sums are the parts of a ratio. A component with a dimension in brackets, such as
    `med.accepted[source=proactive]`, stands for its facts of that dimension alone. `dims`: dimensions shown besides the total.
    `divisor`: what the integers are parts of (100 for money and area). `modes`: None means all that its parts allow. `shortest`: the shortest
    windows that it is shown in, where its parts allow shorter ones.

    For readers: `number` in section 3 of the domain's catalogue; definitions in both languages, which also tell the reading taken where print
    leaves room; `better`, `unit`; `levels` expected or observed, with their sources; `sources` of the definition; `version` of the definition
    and the day from which it is in force; `variant_of` names the indicator whose counting rule this one replaces by another. `absent`: why
    there may be no value, in both languages.
    """

    id: str
    zh: str
    en: str
    definition_zh: str
    definition: str
    components: Mapping[str, Component]
    num: tuple[str, ...]
    den: tuple[str, ...] = ()
    form: Form | None = None
    dims: tuple[str, ...] = ()
    modes: tuple[Mode, ...] | None = None
    subjects: Literal["all", "office_district", "authority"] = "all"
    divisor: int = 1
    total: bool = True
    shortest: Window = "day"
    number: int = 0
    better: Direction = "neutral"
    unit: Unit = NO_UNIT
    levels: tuple[Level, ...] = ()
    sources: tuple[str, ...] = ()
    version: int = 1
    effective_from: date = FROM_THE_BEGINNING
    variant_of: str = ""
    absent: tuple[str, str] = ("", "")

    @property
    def shape(self) -> Form:
        """The form; where none is named, a ratio if there is a denominator, else a sum."""
        return self.form or ("ratio" if self.den else "sum")

    @property
    def parts(self) -> tuple[Component, ...]:
        """The components of its formula, in order."""
        return tuple(self.components[split_term(term)[0]] for term in self.num + self.den)

    @property
    def snapshots(self) -> tuple[str, ...]:
        """The types of the snapshots that state what the numerator counts; none where it counts no stock of snapshots."""
        told_by = (kind for term in self.num for kind in self.components[split_term(term)[0]].told_by)
        return tuple(dict.fromkeys(kind for kind in told_by if kind.endswith(".snapshot")))

    @property
    def attribution(self) -> tuple[Mode, ...]:
        """The modes in which the indicator is given to authorities."""
        if self.modes is not None:
            return self.modes
        return tuple(m for m in ALL_MODES if all(m in MODES_OF[(part.of or part).kind] for part in self.parts))

    @property
    def has_days(self) -> bool:
        """Whether offices and the district have rows by day and week: only where every part is a flow or a histogram."""
        return all(part.kind in (FLOW, HISTOGRAM) for part in self.parts)

    @property
    def windows(self) -> tuple[Window, ...]:
        """The kinds of window of its office and district rows without dimension (authorities and dimensions: month and longer)."""
        from_days = self.has_days and self.subjects != "authority"
        return WINDOWS[max(WINDOWS.index(self.shortest), 0 if from_days else WINDOWS.index("month")) :]


def split_term(term: str) -> tuple[str, str]:
    """`med.accepted[source=proactive]` -> component and dimension; without brackets the dimension is '': the total."""
    component, _, dimension = term.partition("[")
    return component, dimension.removesuffix("]")
