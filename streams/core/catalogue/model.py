"""What a component and an indicator are. Nothing here computes."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal


class Kind(Enum):
    """How the facts of a component make a value in a window (contract, section 4)."""

    FLOW = "flow"
    """Sum of the facts whose day lies in the window."""
    STOCK = "stock"
    """Sum of all facts up to the window's last day, or today."""
    DISTINCT = "distinct"
    """Number of records with at least one fact in the window."""
    HISTOGRAM = "histogram"
    """Quantile of the facts' values in the window."""


FLOW, STOCK, DISTINCT, HISTOGRAM = Kind.FLOW, Kind.STOCK, Kind.DISTINCT, Kind.HISTOGRAM

Mode = Literal["share_weighted", "full", "lead", "assigned_by", "own"]
ALL_MODES: tuple[Mode, ...] = ("share_weighted", "full", "lead", "assigned_by")
MODES_OF: dict[Kind, tuple[Mode, ...]] = {FLOW: ALL_MODES, STOCK: ALL_MODES[:3], DISTINCT: ("full", "lead"), HISTOGRAM: ("lead",)}
"""The modes in which a component can be given to authorities (contract, section 5)."""

Form = Literal["sum", "ratio", "p50", "p90", "own_share", "gap", "mismatch"]
"""How the parts make a value: a sum; a ratio of sums; quantiles; own flow over the district's; difference of two rates of one subject
(num/den of the first two parts against the last two); difference of an authority's shares of tasks and of money."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: a formula over components, declared.

    `num` and `den` name components; their sums are the parts of a ratio. `dims`: dimensions shown besides the total. `unit`: what the
    integers are hundredths of (100 for money and area). `modes`: None means all that its parts allow.
    """

    id: str
    zh: str
    en: str
    definition: str
    kinds: dict[str, Kind]
    num: tuple[str, ...]
    den: tuple[str, ...] = ()
    form: Form | None = None
    dims: tuple[str, ...] = ()
    modes: tuple[Mode, ...] | None = None
    subjects: Literal["all", "office_district", "authority"] = "all"
    unit: int = 1
    total: bool = True

    @property
    def shape(self) -> Form:
        """The form; where none is named, a ratio if there is a denominator, else a sum."""
        return self.form or ("ratio" if self.den else "sum")

    @property
    def attribution(self) -> tuple[Mode, ...]:
        """The modes in which the indicator is given to authorities."""
        if self.modes is not None:
            return self.modes
        return tuple(m for m in ALL_MODES if all(m in MODES_OF[self.kinds[c]] for c in self.num + self.den))

    @property
    def has_days(self) -> bool:
        """Whether offices and the district have rows by day and week: only where every part is a flow or a histogram."""
        return all(self.kinds[c] in (FLOW, HISTOGRAM) for c in self.num + self.den)

    @property
    def windows(self) -> tuple[str, ...]:
        """The kinds of window of its office and district rows without dimension (authorities and dimensions: month and longer)."""
        long = ("month", "quarter", "half", "year")
        return ("day", "week", *long) if self.has_days and self.subjects != "authority" else long
