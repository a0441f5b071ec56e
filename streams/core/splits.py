"""Who pays which share of an office on which day: the timeline of an office's funding, cut into segments.

A split is complete from its day on. `all` serves every day on which the category has no split of its own in force; where neither has
one the payer is the unknown authority. Core indicators are all of the category `operating`.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from streams.core.lifecycles.slots import PAYLOAD, Slot
from streams.core.windows import BEGINNING, END_OF_TIME

Shares = tuple[tuple[int, int], ...]
"""(authority, basis points)."""
CATEGORY = "operating"
SplitSlots = Mapping[tuple[str, str], Sequence[Slot]]
"""(role, cost category) -> live decisions in order."""


class Plan:
    """Who gets what of an office's facts on the days of one segment: shares above 0, and the lead authority."""

    __slots__ = ("fan", "lead", "shares")

    def __init__(self, shares: Shares, lead: int) -> None:
        self.shares, self.lead = shares, lead
        self.fan: dict[int, tuple[tuple[object, int], ...]] = {}
        """Measure -> (cell, weight) of every authority that shows it; filled by the district."""

    def same_as(self, other: "Plan") -> bool:
        """Whether both give the same to the same."""
        return self.shares == other.shares and self.lead == other.lead


class Timeline:
    """The segments of one office: from each start on, its plan."""

    __slots__ = ("plans", "starts")

    def __init__(self, starts: list[int], plans: list[Plan]) -> None:
        self.starts, self.plans = starts, plans

    def at(self, day: int) -> Plan:
        """The plan of a day."""
        return self.plans[bisect_right(self.starts, day) - 1]

    def crosses(self, a: int, b: int) -> bool:
        """Whether a segment begins after day `a` and on or before day `b`."""
        return bisect_right(self.starts, a) != bisect_right(self.starts, b)

    def by_plan(self, days: dict[int, int]) -> list[tuple[Plan, dict[int, int]]]:
        """Amounts by day, parted by segment."""
        low = bisect_right(self.starts, min(days)) - 1
        if low == bisect_right(self.starts, max(days)) - 1:
            return [(self.plans[low], days)]
        parts: dict[int, dict[int, int]] = {}
        for day, amount in days.items():
            parts.setdefault(bisect_right(self.starts, day) - 1, {})[day] = amount
        return [(self.plans[i], part) for i, part in parts.items()]

    def differences(self, new: "Timeline") -> Iterator[tuple[int, int, Plan, Plan]]:
        """Stretches in which this and a new timeline differ: first day, day after the last, plan before, plan after."""
        cuts = [*sorted({*self.starts, *new.starts}), END_OF_TIME]
        for first, end in pairwise(cuts):
            before, after = self.at(first), new.at(first)
            if not before.same_as(after):
                yield first, end, before, after


def in_force(decisions: Sequence[Slot]) -> dict[int, Slot]:
    """valid_from -> the decision that holds from it: of several the last by (time, id)."""
    return {slot[PAYLOAD][0]: slot for slot in decisions}


def timeline(splits: SplitSlots, unknown: Plan, name_of: Callable[[int], str]) -> Timeline:
    """The timeline of an office's funding; `name_of` gives an authority's id, which settles the last tie for the lead."""
    funding = _own_and_common(splits, "funding")
    managing = _own_and_common(splits, "managing")
    starts, plans = [BEGINNING], [unknown]
    for day in sorted({d for decisions in (*funding, *managing) for d in decisions}):
        shares = tuple((a, bp) for a, bp in _on(day, *funding) if bp > 0) or unknown.shares
        boss = dict(_on(day, *managing))
        most = max(bp for _, bp in shares)
        lead = min((a for a, bp in shares if bp == most), key=lambda a: (-boss.get(a, 0), name_of(a)))
        starts.append(day)
        plans.append(Plan(shares, lead))
    return Timeline(starts, plans)


def _own_and_common(splits: SplitSlots, role: str) -> tuple[dict[int, Shares], dict[int, Shares]]:
    """valid_from -> shares, of the category itself and of `all`."""
    own, common = (in_force(splits.get((role, category), ())) for category in (CATEGORY, "all"))
    return {d: s[PAYLOAD][1] for d, s in own.items()}, {d: s[PAYLOAD][1] for d, s in common.items()}


def _on(day: int, own: dict[int, Shares], common: dict[int, Shares]) -> Shares:
    for decisions in (own, common):
        if days := [d for d in decisions if d <= day]:
            return decisions[max(days)]
    return ()
