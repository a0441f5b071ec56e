"""What the rules in force look at besides values: open duties, and on which days offices and sources were heard.

Kept only for rules that need it. All of it follows from the events: it is read from the state when rules come into force or a snapshot was
loaded, and moved on by each slice, with the same result.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from schemas.rules import Deadline, Rule
from streams.core.duties import DEADLINES, Duty
from streams.core.lifecycles.person import Person
from streams.core.lifecycles.slots import DAY, FAMILY, KIND, OFFICE, SOURCE, Slot

Days = dict[int, int]
"""Differences by day."""


class View(NamedTuple):
    """What a rule counts of a deadline's duties: those due `within` so many days, or `overdue` by so many."""

    deadline: Deadline
    within: int | None
    overdue: int | None

    def days(self, duty: Duty) -> tuple[int, int | None]:
        """First and last day on which the duty is counted; None: it still is. Empty where the last lies before the first."""
        last = None if duty.ends is None else duty.ends - 1
        if self.overdue is not None:
            return max(duty.begins, duty.due + self.overdue), last
        in_time = duty.due if last is None else min(duty.due, last)
        return max(duty.begins, duty.due - (self.within or 0)), in_time


def view_of(rule: Rule) -> View | None:
    """The view that a rule has; None if it is not about a deadline."""
    return None if rule.deadline is None else View(rule.deadline, rule.within, rule.overdue)


class Watch:
    """The days that rules are judged on, of one district."""

    __slots__ = ("heard", "held", "in_view", "listens", "of_domain", "touched")

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        rules = list(rules)
        self.listens = any(rule.silence for rule in rules)
        self.in_view: dict[View, dict[int, Days]] = {view: {} for rule in rules if (view := view_of(rule)) is not None}
        """By office how many duties more or less are in view from a day on."""
        self.of_domain: dict[int, list[Deadline]] = {}
        for deadline in dict.fromkeys(view.deadline for view in self.in_view):
            self.of_domain.setdefault(DEADLINES[deadline][0], []).append(deadline)
        self.held: dict[tuple[Deadline, Any], tuple[Duty, ...]] = {}
        """By deadline and record the duties as they are counted."""
        self.heard: dict[int | str, list[int]] = {}
        """By office (number) or source the days of its events, in order."""
        self.touched: set[tuple[View | None, int | str]] = set()
        """What the slice has moved: a view and the office, or nothing and whoever was heard."""

    def read(self, records: Sequence[Mapping[Any, Any]], admitted: Iterable[Slot]) -> None:
        """Take in all that there is, by domain; `admitted` are the events that were ever admitted."""
        for domain in self.of_domain:
            for key, record in records[domain].items():
                self.reread(domain, key, record)
        if self.listens:
            for slot in admitted:
                self.hear(slot)

    def reread(self, domain: int, key: Any, record: Any) -> None:
        """A record has changed: its duties are counted as they are now."""
        slots = record.slots if isinstance(record, Person) else record
        for deadline in self.of_domain.get(domain, ()):
            was, now = self.held.get((deadline, key), ()), tuple(DEADLINES[deadline][1](slots))
            if was == now:
                continue
            if now:
                self.held[deadline, key] = now
            else:
                del self.held[deadline, key]
            for view in self.in_view:
                if view.deadline == deadline:
                    self.touched.update((view, duty.office) for duty in (*was, *now))
                    self._count(view, was, -1)
                    self._count(view, now, 1)

    def _count(self, view: View, duties: Iterable[Duty], sign: int) -> None:
        for duty in duties:
            first, last = view.days(duty)
            if last is None or first <= last:
                days = self.in_view[view].setdefault(duty.office, {})
                _add(days, first, sign)
                if last is not None:
                    _add(days, last + 1, -sign)
                if not days:
                    del self.in_view[view][duty.office]

    def hear(self, slot: Slot) -> None:
        """An event was admitted: that day its source, and the office whose business it is, were not silent."""
        for who in (slot[OFFICE], slot[SOURCE]) if FAMILY[slot[KIND]] == "business" else (slot[SOURCE],):
            days, day = self.heard.setdefault(who, []), slot[DAY]
            if not days or days[-1] < day:
                days.append(day)
            elif days[at := bisect_left(days, day)] != day:
                days.insert(at, day)
            else:
                continue
            self.touched.add((None, who))

    def days_of(self, view: View, who: int | str | None) -> Days:
        """Differences by day of an office, or of all of them."""
        if isinstance(who, int):
            return self.in_view[view].get(who, {})
        total: Days = {}
        for days in self.in_view[view].values():
            for day, change in days.items():
                _add(total, day, change)
        return total


def _add(days: Days, day: int, change: int) -> None:
    """Add to a day; one that comes to 0 is none."""
    total = days.get(day, 0) + change
    if total:
        days[day] = total
    else:
        del days[day]


def admitted_slots(identities: Mapping[str, Mapping[str, Any]], chains: Mapping[Any, Any], waiting: Mapping[Any, Any]) -> Iterator[Slot]:
    """Every assertion and amendment that was admitted, live or not; retractions name no office and say nothing."""
    for of in identities.values():
        for slot in of.values():
            if type(slot) is tuple:
                yield slot
    for chain in chains.values():
        for (_, ident, source), slot in chain.amendments.items():
            if (source, ident) not in waiting:
                yield slot
