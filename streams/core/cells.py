"""Where values are kept: cells (one measure of one subject over all windows) and the lines (published series) made from them.

Cells know their lines and plans keep their cells, so the loops of the roll-up look nothing up by name.
"""

from typing import Any, Protocol

from streams.core.catalogue import Indicator
from streams.core.catalogue.model import MONTHS
from streams.core.windows import DAY, END, KIND_NAMES, MONTH, MONTHS_IN

Subject = tuple[str, str, str]
"""Kind (`office`, `authority`, `district`), id, mode (`none` but for authorities)."""
Values = dict[int, Any]
"""Window -> integer; for histograms window -> {value: count}."""


class Cell:
    """The values of one measure for one subject."""

    __slots__ = ("lines", "touched", "values")

    def __init__(self) -> None:
        self.values: Values = {}
        self.lines: list[Line] = []
        self.touched: set[int] = set()


class MonthSums:
    """Values made from another component's: the sum over the months of a window. Read like a table of values."""

    __slots__ = ("of", "weights")

    def __init__(self, of: Values, weights: tuple[int, ...]) -> None:
        self.of, self.weights = of, weights

    def get(self, window: int, default: int = 0) -> int:
        """The sum over the window's months, each weighted by its place in the year."""
        of, weights = self.of, self.weights
        return sum(of.get(month, 0) * weights[place] for month, place in MONTHS_IN[window]) or default

    def __contains__(self, window: int) -> bool:
        return any(month in self.of for month, _ in MONTHS_IN[window])


class DaysPassed:
    """How many days of a window have come, up to its end or today. Read like a table of values."""

    __slots__ = ("district",)

    def __init__(self, district: "HasToday") -> None:
        self.district = district

    def get(self, window: int, default: int = 0) -> int:
        """The days, today included."""
        today = self.district.today
        return default if today is None else max(0, min(END[window] - 1, today) - (window >> 3) + 1)


class HasToday(Protocol):
    """A district, of which only today matters here."""

    today: int | None


class Line:
    """One published series: an indicator (and dimension) of one subject under one mode.

    `num` and `den` are the values of its parts; `shortest` is the shortest kind of window that it has rows of. `anchors`: where given, rows exist
    only for windows in which one of them has a value.
    """

    __slots__ = (
        "anchors",
        "by_month",
        "den",
        "dimension",
        "head",
        "indicator",
        "key",
        "num",
        "scale",
        "shape",
        "shortest",
        "subject",
        "touched",
    )

    def __init__(self, district: str, indicator: Indicator, dimension: str, subject: Subject) -> None:
        kind, ident, mode = subject
        self.indicator, self.dimension, self.subject, self.shape = indicator, dimension, subject, indicator.shape
        self.num: tuple[Any, ...] = ()
        self.den: tuple[Any, ...] = ()
        self.anchors: tuple[Values, ...] = ()
        self.touched: set[int] = set()
        self.by_month = any(part.kind is MONTHS for part in indicator.parts)
        """A month that changes then changes all windows that hold it."""
        # The cells of authorities hold nothing shorter than months.
        months_at_least = kind != "authority" and (bool(dimension) or not indicator.has_days)
        self.shortest = max(KIND_NAMES.index(indicator.shortest), MONTH if months_at_least else DAY)
        self.scale = (10_000 if mode == "share_weighted" else 1) * indicator.divisor
        self.key = f"{district}|{indicator.id}|{mode}|{dimension}|{kind}|{ident}|".encode()
        self.head = (
            f'{{"district":"{district}","indicator":"{indicator.id}","mode":"{mode}","dimension":"{dimension}",'
            f'"subject_kind":"{kind}","subject_id":"{ident}",'
        )
