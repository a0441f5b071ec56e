"""Facts into the parts of indicators: integers by mode, subject and window (sections 4 and 5). Nothing dated after today is let in."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from consumers.reconcile.records import DURATIONS, FactKey, Record, Sighting, Stay
from consumers.reconcile.registry import Registry
from consumers.reconcile.windows import ALL, MONTH_AND_LONGER, first_day, last_day, windows_between

PartKey = tuple[str, str, str, str, str, int]
"""mode, dimension, subject kind, subject id, window kind, first day of the window."""
Part = Mapping[PartKey, int]
Cell = tuple[str, str, str, int]
"""office, dimension, assigner, day."""


@dataclass(slots=True)
class Book:
    """The facts of a district up to today: sums by component and cell, and what distinct counts and quantiles need of each record."""

    district: str
    today: int
    registry: Registry
    cells: dict[str, dict[Cell, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    durations: dict[str, list[tuple[str, int, int]]] = field(default_factory=lambda: defaultdict(list))
    """office, day, value of each duration, by component."""
    sightings: dict[str, list[tuple[str, Sighting]]] = field(default_factory=lambda: defaultdict(list))
    stays: dict[str, list[tuple[str, Stay]]] = field(default_factory=lambda: defaultdict(list))

    _weights: dict[tuple[str, int], list[tuple[str, str, int]]] = field(default_factory=dict)
    _flows: dict[tuple[str, frozenset[str] | None], Part] = field(default_factory=dict)
    _stocks: dict[str, Part] = field(default_factory=dict)
    _distinct: dict[str, Part] = field(default_factory=dict)

    def enter(self, record: Record, told: Mapping[FactKey, int]) -> None:
        """Take in what a record stands for."""
        for (component, day, dimension, office, assigner), amount in told.items():
            if day > self.today:
                continue
            if component in DURATIONS:
                self.durations[component].append((office, day, amount))
            else:
                self.cells[component][office, dimension, assigner, day] += amount
        for sighting in record.sightings:
            self.sightings[sighting.component].append((record.name, sighting))
        for stay in record.stays:
            self.stays[stay.component].append((record.name, stay))

    def flow(self, component: str, assigners: frozenset[str] | None = None) -> Part:
        """Sums of the facts whose day lies in the window; `assigners`: only of facts with one of these."""
        asked = component, assigners
        if asked not in self._flows:
            self._flows[asked] = self._flow(component, assigners)
        return self._flows[asked]

    def _flow(self, component: str, assigners: frozenset[str] | None) -> Part:
        part: dict[PartKey, int] = defaultdict(int)
        for (office, dimension, assigner, day), amount in self.cells.get(component, {}).items():
            if assigners is not None and assigner not in assigners:
                continue
            for kind in MONTH_AND_LONGER if dimension else ALL:
                first = first_day(kind, day)
                part["none", dimension, "office", office, kind, first] += amount
                part["none", dimension, "district", self.district, kind, first] += amount
            weighted = self._weighted(office, day)
            if assigner != "self":
                weighted = [*weighted, ("assigned_by", assigner, 1)]
            for kind in MONTH_AND_LONGER:
                first = first_day(kind, day)
                for mode, authority, weight in weighted:
                    part[mode, dimension, "authority", authority, kind, first] += amount * weight
        return part

    def stock(self, component: str) -> Part:
        """Sums of all facts up to the window's last day, or today; authorities by the split of that very day."""
        if component not in self._stocks:
            self._stocks[component] = self._stock(component)
        return self._stocks[component]

    def _stock(self, component: str) -> Part:
        part: dict[PartKey, int] = defaultdict(int)
        for dimension, levels in self._levels(component).items():
            begin = min(days[0] for days, _ in levels.values())
            for kind in MONTH_AND_LONGER:
                for first in windows_between(kind, begin, self.today):
                    at = min(last_day(kind, first), self.today)
                    for office, (days, sums) in levels.items():
                        amount = sums[bisect_right(days, at)]
                        if not amount:
                            continue
                        part["none", dimension, "office", office, kind, first] += amount
                        part["none", dimension, "district", self.district, kind, first] += amount
                        for mode, authority, weight in self._weighted(office, at):
                            part[mode, dimension, "authority", authority, kind, first] += amount * weight
        return part

    def own_stock(self, component: str) -> Part:
        """What authorities hold of a stock at the window's last day, or today, by what the facts themselves name."""
        part: dict[PartKey, int] = defaultdict(int)
        steps: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for (_office, _dimension, holder, day), amount in self.cells.get(component, {}).items():
            steps[holder][day] += amount
        for holder, changes in steps.items():
            for kind in MONTH_AND_LONGER:
                for first in windows_between(kind, min(changes), self.today):
                    at = min(last_day(kind, first), self.today)
                    part["own", "", "authority", holder, kind, first] = sum(x for day, x in changes.items() if day <= at)
        return {key: amount for key, amount in part.items() if amount}

    def unpaid(self, component: str) -> Part:
        """Sums of the facts at offices of which their assigners pay nothing on that day, by assigner."""
        part: dict[PartKey, int] = defaultdict(int)
        for (office, _dimension, assigner, day), amount in self.cells.get(component, {}).items():
            shares = self.registry.split(office, day) or {f"au-{self.district}-unknown": 10_000}
            if assigner != "self" and not shares.get(assigner, 0):
                for kind in MONTH_AND_LONGER:
                    part["assigned_by", "", "authority", assigner, kind, first_day(kind, day)] += amount
        return part

    def names(self, component: str) -> Part:
        """Numbers of things that the facts of an office name in their dimension; authorities by each thing's last fact in the window."""
        days: dict[tuple[str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for (office, dimension, _assigner, day), amount in self.cells.get(component, {}).items():
            days[office, dimension][day] += amount
        part: dict[PartKey, int] = defaultdict(int)
        for (office, _), amounts in days.items():
            seen = sorted(day for day, amount in amounts.items() if amount)
            for kind in MONTH_AND_LONGER:
                for first, last in {first_day(kind, day): day for day in seen}.items():
                    part["none", "", "office", office, kind, first] += 1
                    part["none", "", "district", self.district, kind, first] += 1
                    for mode, authority, _weight in self._weighted(office, last):
                        if mode != "share_weighted":
                            part[mode, "", "authority", authority, kind, first] += 1
        return part

    def stock_days(self, component: str) -> Part:
        """What the stock has on each day of the window up to today, summed; each day goes to who pays for it."""
        part: dict[PartKey, int] = defaultdict(int)
        for dimension, levels in self._levels(component).items():
            for office, (days, sums) in levels.items():
                for at in range(days[0], self.today + 1):
                    amount = sums[bisect_right(days, at)]
                    if not amount:
                        continue
                    weighted = self._weighted(office, at)
                    for kind in MONTH_AND_LONGER:
                        first = first_day(kind, at)
                        part["none", dimension, "office", office, kind, first] += amount
                        part["none", dimension, "district", self.district, kind, first] += amount
                        for mode, authority, weight in weighted:
                            part[mode, dimension, "authority", authority, kind, first] += amount * weight
        return part

    def days_gone_by(self, kind: str, first: int) -> int:
        """The days of a window up to today, today included."""
        return min(last_day(kind, first), self.today) - first + 1

    def _levels(self, component: str) -> dict[str, dict[str, tuple[list[int], list[int]]]]:
        """For each dimension and office the days of change, ascending, and the stock before the first and after each."""
        steps: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
        for (office, dimension, _assigner, day), amount in self.cells.get(component, {}).items():
            steps[dimension][office][day] += amount
        return {
            dimension: {
                office: (days := sorted(changes), list(accumulate((changes[day] for day in days), initial=0)))
                for office, changes in offices.items()
            }
            for dimension, offices in steps.items()
        }

    def distinct(self, component: str) -> Part:
        """Numbers of records with at least one fact in the window; authorities by each record's last fact there."""
        if component not in self._distinct:
            self._distinct[component] = self._count_records(component)
        return self._distinct[component]

    def _count_records(self, component: str) -> Part:
        windows: dict[tuple[str, int], dict[str, list[Sighting]]] = defaultdict(lambda: defaultdict(list))
        for kind in MONTH_AND_LONGER:
            for record, sighting in self._seen(component, kind):
                windows[kind, first_day(kind, sighting.day)][record].append(sighting)
        part: dict[PartKey, int] = defaultdict(int)
        for (kind, first), records in windows.items():
            part["none", "", "district", self.district, kind, first] = len(records)
            for seen in records.values():
                for office in {sighting.office for sighting in seen}:
                    part["none", "", "office", office, kind, first] += 1
                last = max(seen)
                for mode, authority, _ in self._weighted(last.office, last.day):
                    if mode != "share_weighted":
                        part[mode, "", "authority", authority, kind, first] += 1
        return part

    def _seen(self, component: str, kind: str) -> Iterator[tuple[str, Sighting]]:
        """The sightings of a component; of a stay one for each window that it touches, on its last day there."""
        yield from ((record, sighting) for record, sighting in self.sightings.get(component, ()) if sighting.day <= self.today)
        for record, stay in self.stays.get(component, ()):
            until = self.today if stay.last is None else min(stay.last, self.today)
            for first in windows_between(kind, stay.first, until):
                yield record, Sighting(component, min(last_day(kind, first), until), stay.time, stay.id, stay.source, stay.office)

    def quantile(self, component: str, numerator: int, denominator: int) -> Part:
        """The smallest duration at or below which lie at least numerator/denominator of all in the window; authorities as lead."""
        values: dict[PartKey, list[int]] = defaultdict(list)
        for office, day, value in self.durations[component]:
            for kind in ALL:
                first = first_day(kind, day)
                values["none", "", "office", office, kind, first].append(value)
                values["none", "", "district", self.district, kind, first].append(value)
                if kind in MONTH_AND_LONGER:
                    for mode, authority, _ in self._weighted(office, day):
                        if mode == "lead":
                            values[mode, "", "authority", authority, kind, first].append(value)
        return {key: sorted(found)[-(-len(found) * numerator // denominator) - 1] for key, found in values.items()}

    def own(self, component: str) -> Part:
        """Sums of the facts that name an authority themselves, by that authority."""
        part: dict[PartKey, int] = defaultdict(int)
        for (_office, dimension, authority, day), amount in self.cells.get(component, {}).items():
            if authority != "self":
                for kind in MONTH_AND_LONGER:
                    part["own", dimension, "authority", authority, kind, first_day(kind, day)] += amount
        return part

    def _weighted(self, office: str, day: int) -> list[tuple[str, str, int]]:
        """Mode, authority, weight of whoever has a part in a fact of this office on this day."""
        known = self._weights.get((office, day))
        if known is None:
            weights = self.registry.weights(office, day, self.district)
            known = [(mode, authority, weight) for mode, shares in weights.items() for authority, weight in shares.items()]
            self._weights[office, day] = known
        return known


def plus(*parts: Part) -> Part:
    """The sum of several parts."""
    total: dict[PartKey, int] = defaultdict(int)
    for part in parts:
        for key, amount in part.items():
            total[key] += amount
    return total


def unattributed(part: Part) -> Part:
    """Only what offices and the district have."""
    return {key: amount for key, amount in part.items() if key[0] == "none"}


def subjects(keys: Iterable[PartKey], modes: frozenset[str]) -> list[PartKey]:
    """The keys of offices and the district, and of authorities in these modes."""
    return [key for key in keys if key[0] == "none" or key[0] in modes]
