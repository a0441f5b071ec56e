"""An assessment scheme as a file: a hundred points in domains, what costs points and what brings some, vetoes, halves of the year, grades, money.

The rule language is that of domain.md 3.10. Figures that the printed scheme does not tell are marked `assumption: true`, each where it stands.
Nothing here computes.
"""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from consumers.assessment.fields import (
    Asked,
    Condition,
    Day,
    Dimension,
    Id,
    IndicatorId,
    OfficeId,
    Points,
    Sources,
    Strict,
    Version,
    Words,
    parsed,
    twice,
)
from schemas.rules import Level

_Flag = Annotated[bool, Field(strict=True)]


class Told(Strict):
    """What every part of a scheme says of itself."""

    id: Id
    name: Words
    sources: Sources = ()
    assumption: _Flag = False
    """Whether its figures are ours and not the print's."""


class PerEvent(Strict):
    """So many points for each one that an indicator counts, beyond `over`; `at_most` in all."""

    indicator: IndicatorId
    dimension: Dimension = ""
    points: Points
    over: Level = Field(default=0, validate_default=True, ge=0)
    at_most: Points | None = None


class PerFailure(Strict):
    """So many points for each one that a share's whole has and its part has not: a task not done in time, a report that came late."""

    indicator: IndicatorId
    dimension: Dimension = ""
    points: Points
    at_most: Points | None = None


class IfBeyond(Strict):
    """Points lost when a value misses the threshold: once, or with `step` for every step that it misses it by (`partial`: of a step begun)."""

    indicator: IndicatorId
    dimension: Dimension = ""
    threshold: Level
    points: Points
    step: Level | None = Field(default=None, gt=0)
    partial: Literal["in_proportion", "whole", "nothing"] = "in_proportion"
    at_most: Points | None = None


class Findings(Strict):
    """Points for each finding that somebody records with evidence; of a list the nth finding costs the nth, further ones the last."""

    points: tuple[Points, ...] = Field(min_length=1, max_length=10)
    at_most: Points | None = None
    none_unless_recorded: _Flag = False
    """Whether no record means that there is none; else somebody has to record that there was none (count 0), or it is missing."""


class Rule(Strict):
    """One rule of an item: exactly one of its kinds."""

    id: Id = "rule"
    name: Words | None = None
    sources: Sources = ()
    assumption: _Flag = False
    deduct_per_event: PerEvent | None = None
    deduct_per_failure: PerFailure | None = None
    deduct_if_ratio_below: IfBeyond | None = None
    deduct_if_ratio_above: IfBeyond | None = None
    deduct_findings: Findings | None = None
    gain_per_event: PerEvent | None = None
    when_empty: Literal["nothing_lost", "missing"] = "nothing_lost"
    """What no value means (0 of 0): that there was nothing to lose by, or that the figure is missing."""

    @property
    def kind(self) -> str:
        """Which of its kinds it is."""
        return next(name for name in _KINDS if getattr(self, name) is not None)

    @property
    def asked(self) -> Asked | None:
        """The value that it is about; None of findings."""
        what = getattr(self, self.kind)
        return None if isinstance(what, Findings) else Asked(what.indicator, what.dimension)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (n := sum(getattr(self, name) is not None for name in _KINDS)) != 1:
            raise ValueError(f"needs exactly one of {', '.join(_KINDS)}; has {n}")
        return self


_KINDS = ("deduct_per_event", "deduct_per_failure", "deduct_if_ratio_below", "deduct_if_ratio_above", "deduct_findings", "gain_per_event")


class Item(Told):
    """One line of a domain. With `points` it can cost no more than those less its floor; without, whatever the domain has. `manual_grade`: somebody
    gives it 0 to `points`, with evidence."""

    points: Points | None = None
    item_floor: Points = Field(default=0, validate_default=True)
    manual_grade: _Flag = False
    rules: tuple[Rule, ...] = Field(default=(), max_length=20)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.manual_grade == bool(self.rules):
            raise ValueError("has either rules or manual_grade: true")
        if self.manual_grade and self.points is None:
            raise ValueError("a manual grade needs points: the most that can be given")
        if self.item_floor and (self.points is None or self.item_floor > self.points):
            raise ValueError("item_floor lies above the item's points")
        if doubles := twice([rule.id for rule in self.rules], ("rules",)):
            raise ValueError(f"{doubles[0]}; give the rules ids")
        return self


class Domain(Told):
    """A part of the scheme with points of its own: never below its floor, never above its cap (default: its points)."""

    points: Points
    domain_floor: Points = Field(default=0, validate_default=True)
    domain_cap: Points | None = None
    items: tuple[Item, ...] = Field(min_length=1, max_length=60)

    @property
    def cap(self) -> Fraction:
        """The most that it can come to."""
        return Fraction(self.points if self.domain_cap is None else self.domain_cap)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        own = [item.points for item in self.items]
        if all(points is not None for points in own) and sum(points for points in own if points is not None) != self.points:
            raise ValueError(f"its items have {sum(p for p in own if p is not None)} points together, the domain {self.points}")
        if sum(points or 0 for points in own) > self.points:
            raise ValueError("its items have more points than the domain")
        if self.domain_floor > self.points or self.cap < self.domain_floor:
            raise ValueError("its floor lies above its points or its cap")
        return self


class ByRank(Strict):
    """Points for the first places among all offices, by an indicator or by manual grades weighted in percent; who shares a place has its points."""

    points: tuple[Points, ...] = Field(min_length=1, max_length=60)
    indicator: IndicatorId | None = None
    dimension: Dimension = ""
    better: Literal["up", "down"] = "up"
    grades: dict[Id, Annotated[int, Field(ge=1, le=100, strict=True)]] = Field(default_factory=dict)
    out_of: Points = Field(default=100, validate_default=True)
    """The most that each of the grades can be."""

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.indicator is None) != bool(self.grades):
            raise ValueError("needs either indicator or grades")
        if self.grades and sum(self.grades.values()) != 100:
            raise ValueError("the weights of its grades must sum to 100")
        return self


class Bonus(Told):
    """Points on top: for a condition kept, for a place, or granted by somebody by level. Of bonuses and grants of one `matter` the highest counts."""

    points: Points | None = None
    when: Condition | None = None
    by_rank: ByRank | None = None
    granted: dict[Id, Points] = Field(default_factory=dict)
    matter: Id | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum((self.when is not None, self.by_rank is not None, bool(self.granted))) != 1:
            raise ValueError("needs exactly one of when, by_rank, granted")
        if (self.when is not None) != (self.points is not None):
            raise ValueError("points belong to `when`; by_rank and granted have their own")
        return self


class Penalty(Told):
    """Points lost beyond the hundred, in the whole year; no floor holds them."""

    rules: tuple[Rule, ...] = Field(min_length=1, max_length=20)


class Veto(Told):
    """One event that takes all honours of the year, by an indicator or by a finding that somebody records; `grade`: and gives this grade."""

    when: Condition | None = None
    on_finding: _Flag = False
    of_penalty: Id | None = None
    """A penalty whose findings are a veto as well, from the `from_finding`th on."""
    from_finding: Annotated[int, Field(ge=1, le=100, strict=True)] = 1
    grade: Id | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum((self.when is not None, self.on_finding, self.of_penalty is not None)) != 1:
            raise ValueError("needs exactly one of when, on_finding, of_penalty")
        return self


class Grade(Strict):
    """A grade for a score of at least so much and for the first places; the first of the list that fits holds."""

    id: Id
    name: Words
    at_least: Points | None = None
    first: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    honours: _Flag = False
    """Whether it is an honour, which a veto or the last place takes away."""


class Halves(Strict):
    """What the halves of the year weigh, in percent."""

    first: Annotated[int, Field(ge=0, le=100, strict=True)]
    second: Annotated[int, Field(ge=0, le=100, strict=True)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.first + self.second != 100:
            raise ValueError("first and second must sum to 100")
        return self


class Money(Strict):
    """What a point is worth in yuan, for some offices more; below a score nothing."""

    yuan_per_point: Points
    other: dict[OfficeId, Points] = Field(default_factory=dict)
    nothing_below: Points = Field(default=0, validate_default=True)


class Scheme(Strict):
    """A scheme in one version, in force from a day on."""

    scheme: Id
    version: Version
    name: Words
    about: Words | None = None
    effective_from: Day
    effective_to: Day | None = None
    first_month: Annotated[int, Field(ge=1, le=12, strict=True)] = 1
    sources: Sources = Field(min_length=1)
    assumptions: tuple[Words, ...] = ()
    decimals: Annotated[int, Field(ge=0, le=4, strict=True)] = 2
    """Of a score: rounded half up at the very end; places and grades follow the rounded score, as it is printed."""
    half_weights: Halves | None = None
    domains: tuple[Domain, ...] = Field(min_length=1, max_length=40)
    bonuses: tuple[Bonus, ...] = Field(default=(), max_length=60)
    bonus_cap: Points | None = None
    penalties: tuple[Penalty, ...] = Field(default=(), max_length=60)
    vetoes: tuple[Veto, ...] = Field(default=(), max_length=60)
    grades: tuple[Grade, ...] = Field(default=(), max_length=20)
    last_place_loses_honours: _Flag = False
    money: Money | None = None

    @property
    def points(self) -> Fraction:
        """The points of all domains."""
        return sum((Fraction(domain.points) for domain in self.domains), Fraction(0))

    def year_begins(self, elsewhere: int) -> int:
        """The month in which its year begins; of a scheme of calendar years the one in which the installation's assessment years do."""
        return self.first_month if self.first_month != 1 else elsewhere

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    def rules(self) -> Iterator[Rule]:
        """Every rule, of items and of penalties."""
        for domain in self.domains:
            for item in domain.items:
                yield from item.rules
        for penalty in self.penalties:
            yield from penalty.rules

    def conditions(self) -> Iterator[Condition]:
        """Every condition, of bonuses and of vetoes."""
        yield from (bonus.when for bonus in self.bonuses if bonus.when is not None)
        yield from (veto.when for veto in self.vetoes if veto.when is not None)

    def asks(self) -> set[Asked]:
        """Every value that the scheme needs."""
        ranked = (bonus.by_rank for bonus in self.bonuses if bonus.by_rank is not None)
        return {
            *(rule.asked for rule in self.rules() if rule.asked is not None),
            *(condition.asked for condition in self.conditions()),
            *(Asked(one.indicator, one.dimension) for one in ranked if one.indicator is not None),
        }

    def gradable(self) -> dict[str, str]:
        """What somebody can grade or record: `item`, `item.rule`, bonus, `bonus.grade` or veto, and its kind: points, count, level or mark."""
        found: dict[str, str] = {}
        for item in (item for domain in self.domains for item in domain.items):
            if item.manual_grade:
                found[item.id] = "points"
            found |= _findings(item.id, item.rules)
        for penalty in self.penalties:
            found |= _findings(penalty.id, penalty.rules)
        for bonus in self.bonuses:
            if bonus.granted:
                found[bonus.id] = "level"
            found |= {f"{bonus.id}.{grade}": "mark" for grade in (bonus.by_rank.grades if bonus.by_rank else ())}
        return found | {veto.id: "count" for veto in self.vetoes if veto.on_finding}

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for message in self._contradictions():
            raise ValueError(message)
        return self

    def _contradictions(self) -> Iterator[str]:
        items = [item.id for domain in self.domains for item in domain.items]
        parts = [one.id for one in (*self.domains, *self.bonuses, *self.penalties, *self.vetoes)]
        yield from twice([*items, *parts], ("ids",))
        yield from twice([grade.id for grade in self.grades], ("grades",))
        known = {grade.id for grade in self.grades}
        yield from (f"veto {veto.id}: there is no grade {veto.grade!r}" for veto in self.vetoes if veto.grade and veto.grade not in known)
        penalties = {penalty.id for penalty in self.penalties}
        lost = [veto.of_penalty for veto in self.vetoes if veto.of_penalty and veto.of_penalty not in penalties]
        yield from (f"vetoes: there is no penalty {one!r}" for one in lost)
        if self.effective_to is not None and self.effective_to < self.effective_from:
            yield "effective_to lies before effective_from"


def _findings(id_: str, rules: tuple[Rule, ...]) -> dict[str, str]:
    return {f"{id_}.{rule.id}": "count" for rule in rules if rule.deduct_findings is not None}


def parse_scheme(document: Any) -> Scheme:
    """A scheme from a parsed YAML document. Raises FileError with every mistake found."""
    return parsed(Scheme, document)
