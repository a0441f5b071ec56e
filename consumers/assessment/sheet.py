"""A score sheet: what each rule took or gave and why, item by item, under floors and caps. Exact fractions; nothing is rounded here.

Of everything that depends on a grade or finding that nobody has given yet, the sheet tells how many points are `open`; a missing grade is never
guessed. So a score is known from `low` to `high`, and known when both are one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from consumers.assessment.fields import Asked, Measured
from consumers.assessment.inputs import Inputs, Part, Values
from consumers.assessment.manual import Given, grade_of, within
from consumers.assessment.scheme import Domain, Findings, IfBeyond, Item, Penalty, PerEvent, PerFailure, Rule, Scheme
from consumers.report.span import Span

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Applied:
    """What one rule did; `rule` None: a manual grade. `verdict`: kept, lost, gained, empty (0 of 0: nothing to lose by), missing. `number`: of what is
    counted — events beyond those allowed, failures, steps, findings — how many; None of a threshold that costs once."""

    rule: Rule | None
    verdict: str
    points: Fraction = ZERO
    number: Fraction | None = None
    each: Fraction | None = None
    measured: Measured | None = None
    threshold: Fraction | None = None
    given: Sequence[Given] = ()

    @property
    def kind(self) -> str:
        """The rule's kind."""
        return self.rule.kind if self.rule else "manual_grade"

    @property
    def id(self) -> str:
        """The rule's id; `grade` of a manual grade."""
        return self.rule.id if self.rule else "grade"

    @property
    def asked(self) -> Asked | None:
        """The value that it is about."""
        return self.rule.asked if self.rule else None


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """One item. `points` None: it has none of its own. `open`: points that a missing grade or finding may still cost (None: as many as the domain
    has left); `spared`: what its floor kept from being lost."""

    item: Item
    points: Fraction | None
    lost: Fraction
    gained: Fraction
    open: Fraction | None
    spared: Fraction
    applied: Sequence[Applied]

    @property
    def missing(self) -> bool:
        """Whether a grade, a finding or a figure that it needs is missing."""
        return self.open != 0

    def assumes(self, applied: Applied) -> bool:
        """Whether what was applied rests on an assumption: its rule's, or the whole item's."""
        return self.item.assumption or bool(applied.rule and applied.rule.assumption)


@dataclass(frozen=True, slots=True)
class DomainSheet:
    """One domain: points - lost + gained + spared - cut - open = low, and high = low + open. `spared` by its floor, `cut` by its cap."""

    domain: Domain
    points: Fraction
    lost: Fraction
    gained: Fraction
    spared: Fraction
    cut: Fraction
    low: Fraction
    high: Fraction
    items: Sequence[ItemSheet]

    @property
    def open(self) -> Fraction:
        """Points that are not told yet."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class PartSheet:
    """One part of the year, of all its domains."""

    part: Part
    domains: Sequence[DomainSheet]

    @property
    def items(self) -> list[ItemSheet]:
        """The items of all domains."""
        return [item for domain in self.domains for item in domain.items]

    @property
    def low(self) -> Fraction:
        """The least that it can come to."""
        return sum((domain.low for domain in self.domains), ZERO)

    @property
    def high(self) -> Fraction:
        """The most that it can come to."""
        return sum((domain.high for domain in self.domains), ZERO)


@dataclass(frozen=True, slots=True)
class PenaltySheet:
    """One penalty in the whole span."""

    penalty: Penalty
    lost: Fraction
    applied: Sequence[Applied]


def part_sheets(scheme: Scheme, parts: Sequence[Part], inputs: Inputs) -> list[PartSheet]:
    """Every part of an office's year."""
    return [_part_sheet(scheme, part, values, inputs) for part, values in zip(parts, inputs.parts, strict=True)]


def penalty_sheets(scheme: Scheme, span: Span, inputs: Inputs) -> list[PenaltySheet]:
    """The penalties of an office in the whole span; what is missing there costs nothing yet."""
    sheets = []
    for penalty in scheme.penalties:
        applied = [_apply(rule, f"{penalty.id}.{rule.id}", inputs.whole, inputs, span) for rule in penalty.rules]
        sheets.append(PenaltySheet(penalty, _sum(one.points for one in applied if one.verdict == "lost"), applied))
    return sheets


def _part_sheet(scheme: Scheme, part: Part, values: Values, inputs: Inputs) -> PartSheet:
    return PartSheet(part, [_domain_sheet(domain, part, values, inputs) for domain in scheme.domains])


def _domain_sheet(domain: Domain, part: Part, values: Values, inputs: Inputs) -> DomainSheet:
    items = [_item_sheet(item, part, values, inputs) for item in domain.items]
    points, floor, cap = Fraction(domain.points), Fraction(domain.domain_floor), domain.cap
    lost, gained = _sum(item.lost for item in items), _sum(item.gained for item in items)
    known = points - lost + gained
    high = min(max(known, floor), cap)
    still = None if any(item.open is None for item in items) else _sum(item.open or ZERO for item in items)
    low = floor if still is None else min(max(known - still, floor), cap)
    return DomainSheet(domain, points, lost, gained, max(floor - known, ZERO), max(known - cap, ZERO), low, high, items)


def _item_sheet(item: Item, part: Part, values: Values, inputs: Inputs) -> ItemSheet:
    points = None if item.points is None else Fraction(item.points)
    if part.state == "ahead":
        return ItemSheet(item, points, ZERO, ZERO, points if points is None else points - Fraction(item.item_floor), ZERO, ())
    if item.manual_grade:
        return _graded(item, part, inputs)
    applied = [_apply(rule, f"{item.id}.{rule.id}", values, inputs, part.span) for rule in item.rules]
    raw = _sum(one.points for one in applied if one.verdict == "lost")
    gained = _sum(one.points for one in applied if one.verdict == "gained")
    most = raw if points is None else min(raw, points - Fraction(item.item_floor))
    missing = any(one.verdict == "missing" for one in applied)
    still = ZERO if not missing else None if points is None else points - Fraction(item.item_floor) - most
    return ItemSheet(item, points, most, gained, still, raw - most, applied)


def _graded(item: Item, part: Part, inputs: Inputs) -> ItemSheet:
    points, floor = Fraction(item.points or 0), Fraction(item.item_floor)
    grade = grade_of(inputs.given, inputs.office, item.id, part.span)
    lost = ZERO if grade is None else min(points - Fraction(grade.entry.points or 0), points - floor)
    verdict = "missing" if grade is None else "lost" if lost else "kept"
    applied = Applied(None, verdict, lost, given=() if grade is None else (grade,))
    return ItemSheet(item, points, lost, ZERO, points - floor if grade is None else ZERO, ZERO, [applied])


def _apply(rule: Rule, of: str, values: Values, inputs: Inputs, span: Span) -> Applied:
    what, asked = getattr(rule, rule.kind), rule.asked
    if isinstance(what, Findings):
        return _found(rule, what, within(inputs.given, inputs.office, of, span))
    assert asked is not None
    measured = values.get(asked)
    if measured is None or measured.value is None:
        empty = measured is not None and rule.when_empty == "nothing_lost"
        return Applied(rule, "empty" if empty else "missing", ZERO, measured=measured, threshold=_threshold(what))
    number = _number(rule.kind, what, measured)
    each = Fraction(what.points)
    points = each if number is None else number * each
    if number is None and not _missed(rule.kind, what, measured.value):
        points = ZERO
    if what.at_most is not None:
        points = min(points, Fraction(what.at_most))
    verdict = "kept" if not points else "gained" if rule.kind == "gain_per_event" else "lost"
    return Applied(rule, verdict, points, number=number, each=each, measured=measured, threshold=_threshold(what))


def _number(kind: str, what: PerEvent | PerFailure | IfBeyond, measured: Measured) -> Fraction | None:
    """How many events, failures or steps there are; None of a threshold that costs once."""
    assert measured.value is not None
    if isinstance(what, PerEvent):
        return max(measured.value - Fraction(what.over), ZERO)
    if isinstance(what, PerFailure):
        return max(measured.failures, ZERO)
    if what.step is None:
        return None
    by = Fraction(what.threshold) - measured.value
    steps = max(by if kind == "deduct_if_ratio_below" else -by, ZERO) / Fraction(what.step)
    return {"in_proportion": steps, "whole": Fraction(-(-steps // 1)), "nothing": Fraction(steps // 1)}[what.partial]


def _missed(kind: str, what: PerEvent | PerFailure | IfBeyond, value: Fraction) -> bool:
    assert isinstance(what, IfBeyond)
    return value < what.threshold if kind == "deduct_if_ratio_below" else value > what.threshold


def _threshold(what: PerEvent | PerFailure | IfBeyond) -> Fraction | None:
    if isinstance(what, IfBeyond):
        return Fraction(what.threshold)
    return Fraction(what.over) if isinstance(what, PerEvent) else None


def _found(rule: Rule, what: Findings, given: Sequence[Given]) -> Applied:
    if not given and not what.none_unless_recorded:
        return Applied(rule, "missing", ZERO)
    number = sum(one.entry.count or 0 for one in given)
    costs = [Fraction(points) for points in what.points]
    points = _sum(costs[min(n, len(costs) - 1)] for n in range(number))
    if what.at_most is not None:
        points = min(points, Fraction(what.at_most))
    each = costs[0] if len(costs) == 1 else None
    return Applied(rule, "lost" if points else "kept", points, number=Fraction(number), each=each, given=given)


def _sum(points: Iterable[Fraction]) -> Fraction:
    return sum(points, ZERO)
