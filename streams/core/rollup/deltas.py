"""The differences of one district in one slice, collected by kind, and how a cell moves.

By day first: an office-year of one measure costs 365 additions and one fan-out, however many events it has.
"""

from collections import defaultdict
from collections.abc import Iterable

from streams.core.catalogue import Kind
from streams.core.catalogue.dual import BUREAU_KINDS, STREET_KINDS
from streams.core.cells import Cell
from streams.core.lifecycles.facts import ALL_MINUTES, FactKey
from streams.core.lifecycles.governance import INSTRUCTION_DONE, INSTRUCTION_DUE
from streams.core.lifecycles.task import ASSIGNED, DONE, DUE
from streams.core.measures import measure, shown
from streams.core.splits import Plan, Timeline
from streams.core.state import NOBODY, District

Days = dict[int, int]
Change = tuple[FactKey, int, int]
"""A fact, its amount before, its amount now."""
Table = defaultdict[tuple[int, int], defaultdict[int, int]]
"""Differences by day."""

SIDES = {
    ASSIGNED: {"street": measure("soc.assigned_street")},
    DUE: {"street": measure("soc.due_street"), "bureau": measure("soc.due_bureau")},
    DONE: {"street": measure("soc.done_street"), "bureau": measure("soc.done_bureau")},
    INSTRUCTION_DUE: {"bureau": measure("soc.instruction_due_bureau")},
    INSTRUCTION_DONE: {"bureau": measure("soc.instruction_done_bureau")},
    ALL_MINUTES: {"street": measure("work.street_minutes")},
}
"""Measure -> measure by the side of its assigner."""
SHOWN_ITSELF = frozenset((ASSIGNED, ALL_MINUTES))
"""Of those the measures that also count whoever the assigner is."""
UNPAID = measure("work.unpaid_minutes")
"""Minutes for assigners who pay nothing of the office on that day."""


class _Plain(dict[int, bool]):
    def __missing__(self, m: int) -> bool:
        self[m] = plain = shown(m).kind is Kind.FLOW and m not in SIDES
        return plain


_PLAIN = _Plain()
"""Measure -> whether it is a flow that counts alike whoever the assigner is: most facts are of such."""


def _no_days() -> defaultdict[int, int]:
    return defaultdict(int)


def side_of(kind: str | None) -> str | None:
    """`street`, `bureau`, or neither."""
    return "street" if kind in STREET_KINDS else "bureau" if kind in BUREAU_KINDS else None


def pays(plan: Plan, authority: int) -> bool:
    """Whether an authority has a share in an office under this plan."""
    return any(who == authority for who, _ in plan.shares)


class Deltas:
    """Differences taken so far, and the cells they touched."""

    def __init__(self, district: District, today: int) -> None:
        self.district, self.today = district, today
        self.flows: Table = defaultdict(_no_days)
        """(measure, office)."""
        self.by_fact: Table = defaultdict(_no_days)
        """(measure, authority that the fact itself names)."""
        self.stocks: Table = defaultdict(_no_days)
        self.histograms: defaultdict[tuple[int, int], defaultdict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
        """(measure, office) -> {(day, value): difference}."""
        self.owned_stocks: Table = defaultdict(_no_days)
        """(measure, authority that the fact itself names)."""
        self.names: Table = defaultdict(_no_days)
        """(measure with the thing named, office)."""
        self.dirty: list[Cell] = []

    def take(self, changes: Iterable[Change]) -> None:
        """Facts changed. What is dated after today, as the slice leaves it, is only remembered."""
        today, flows, plain = self.today, self.flows, _PLAIN
        for key, was, now in changes:
            m, day, office, who = key
            if day > today:
                held = self.district.future.setdefault(day, {})
                held[key] = held.get(key, 0) + now - was
            elif plain[m]:
                flows[m, office][day] += now - was
                if who != NOBODY and shown(m).by_fact:
                    self.by_fact[m, who][day] += now - was
            else:
                self._take_special(key, was, now)

    def _take_special(self, key: FactKey, was: int, now: int) -> None:
        m, day, office, who = key
        kind = shown(m).kind
        if kind is Kind.FLOW:
            self._take_side(key, now - was)
        elif kind is Kind.STOCK:
            self.stocks[m, office][day] += now - was
            if shown(m).by_fact:
                self.owned_stocks[m, who][day] += now - was
        elif kind is Kind.NAMED:
            self.names[m, office][day] += now - was
        elif kind is Kind.HISTOGRAM:
            values = self.histograms[m, office]
            if was:
                values[day, was - 1] -= 1
            if now:
                values[day, now - 1] += 1

    def _take_side(self, key: FactKey, change: int) -> None:
        """Remembered by assigner, since the kind of an authority, and who pays, may be learned later."""
        m, day, office, who = key
        if m in SHOWN_ITSELF:
            self.flows[m, office][day] += change
        if who == NOBODY:
            return
        if shown(m).by_fact:
            self.by_fact[m, who][day] += change
        amounts = self.district.by_assigner.setdefault((m, office, who), {})
        amounts[day] = amounts.get(day, 0) + change
        to = SIDES[m].get(side_of(self.district.kinds.get(who)) or "")
        if to is not None:
            self.flows[to, office][day] += change
        if m == ALL_MINUTES and not pays(self.district.timelines[office].at(day), who):
            self.by_fact[UNPAID, who][day] += change

    def release(self) -> None:
        """Today moved: facts whose day has come count now."""
        future = self.district.future
        for day in [d for d in future if d <= self.today]:
            self.take((key, 0, amount) for key, amount in future.pop(day).items() if amount)

    def kind_learned(self, authority: int, was: str | None, now: str | None) -> None:
        """An authority's kind changed: its tasks move to the other side."""
        before, after = side_of(was), side_of(now)
        if before == after:
            return
        for (m, office, who), amounts in self.district.by_assigner.items():
            if who == authority:
                for side, sign in ((before, -1), (after, 1)):
                    to = SIDES[m].get(side or "")
                    if to is not None:
                        self._move(to, office, amounts, sign)

    def _move(self, m: int, office: int, amounts: Days, sign: int) -> None:
        for day, amount in amounts.items():
            self.flows[m, office][day] += sign * amount

    def resplit(self, office: int, old: Timeline, new: Timeline) -> None:
        """The office's payers changed: minutes for those who begin or cease to pay."""
        for first, end, before, after in old.differences(new):
            for (m, at, who), amounts in self.district.by_assigner.items():
                if m == ALL_MINUTES and at == office and pays(before, who) != pays(after, who):
                    sign = 1 if pays(before, who) else -1
                    for day, amount in amounts.items():
                        if first <= day < end:
                            self.by_fact[UNPAID, who][day] += sign * amount

    # -- cells
    def touch(self, cell: Cell, windows: Iterable[int]) -> None:
        """Note that these windows of a cell have changed."""
        if not cell.touched:
            self.dirty.append(cell)
        cell.touched.update(windows)

    def bump(self, cell: Cell, changes: Days, weight: int = 1) -> None:
        """Add to windows of a cell."""
        values = cell.values
        get = values.get
        if weight == 1:
            for window, amount in changes.items():
                values[window] = get(window, 0) + amount
        else:
            for window, amount in changes.items():
                values[window] = get(window, 0) + amount * weight
        if not cell.touched:
            self.dirty.append(cell)
        cell.touched.update(changes)
