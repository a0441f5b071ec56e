"""How ready an office is for a title: which criteria of the next level it meets, how far the others are, and who is nearest. Pure and exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from consumers.assessment.fields import Asked, Measured
from consumers.assessment.places import places
from consumers.assessment.programme import Criterion, Level, Over, Programme
from consumers.report.span import back


class Award(NamedTuple):
    """A title that an office holds: its level (None where the programme has none), since when, and the last award. `record`: its events."""

    office: str
    programme: str
    level: int | None
    since: date
    awarded_on: date
    record: str


class Confirmed(NamedTuple):
    """Somebody's word on a criterion that no event tells: whether it is met, by whom, when, on which evidence."""

    met: bool
    by: str
    on: date
    evidence: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one office: its values by the days that criteria ask for, its titles by programme, and what was confirmed by programme and criterion."""

    office: str
    values: Mapping[Over, Mapping[Asked, Measured]]
    awards: Mapping[str, Award]
    confirmed: Mapping[tuple[str, str], Confirmed]


@dataclass(frozen=True, slots=True)
class Checked:
    """A criterion of an office. `verdict`: met, missing, unknown (no value, or nobody has confirmed it). `away`: how far the value is from the level,
    in the indicator's unit; `progress`: how much of the way is gone, 0 to 1."""

    criterion: Criterion
    verdict: str
    measured: Measured | None
    away: Fraction | None
    progress: Fraction
    confirmed: Confirmed | None


@dataclass(frozen=True, slots=True)
class Readiness:
    """An office and a programme. `next` None: nothing higher is left. `valid_to`: the first day on which the award no longer holds; None: no end is
    stated. `place`: among the offices that still have a next level, the nearest first; None without one."""

    office: str
    programme: Programme
    held: Award | None
    valid_to: date | None
    expired: bool
    next: Level | None
    checked: Sequence[Checked]
    place: int | None = None

    @property
    def met(self) -> int:
        """How many criteria of the next level are met."""
        return sum(one.verdict == "met" for one in self.checked)

    @property
    def share(self) -> Fraction | None:
        """Criteria met / criteria of the next level (indicator 90, 创建就绪度); None without a next level."""
        return Fraction(self.met, len(self.checked)) if self.checked else None

    @property
    def nearness(self) -> tuple[int, Fraction]:
        """Orders offices by how near they are: fewest criteria open, then the most of the way gone on those; the smaller the nearer."""
        return len(self.checked) - self.met, -sum((one.progress for one in self.checked), Fraction(0))


def readiness(programme: Programme, offices: Sequence[Standing], day: date) -> list[Readiness]:
    """Every office's readiness on a day, the nearest first, then those with nothing left to reach; `offices` in any order."""
    found = [_of_office(programme, one, day) for one in offices]
    open_ = [one for one in found if one.next is not None]
    # Nearness is a pair; places compare one number, so each distinct pair is numbered in order.
    order = {pair: Fraction(n) for n, pair in enumerate(sorted({one.nearness for one in open_}))}
    at = places({one.office: order[one.nearness] for one in open_}, "down")
    placed = [_placed(one, at.get(one.office)) for one in found]
    return sorted(placed, key=lambda one: (one.place is None, one.place or 0, one.office))


def _placed(one: Readiness, place: int | None) -> Readiness:
    return Readiness(one.office, one.programme, one.held, one.valid_to, one.expired, one.next, one.checked, place)


def _of_office(programme: Programme, one: Standing, day: date) -> Readiness:
    held = one.awards.get(programme.programme)
    valid_to = back(held.awarded_on, -programme.valid_months) if held and programme.valid_months else None
    expired = valid_to is not None and valid_to <= day
    following = _next(programme, None if held is None or expired else held)
    checked = [_check(criterion, programme, one) for criterion in following.criteria] if following is not None else []
    return Readiness(one.office, programme, held, valid_to, expired, following, checked)


def _next(programme: Programme, held: Award | None) -> Level | None:
    """The level after the one that is held; None when there is no higher one."""
    if held is None:
        return programme.levels[0]
    return next((level for level in programme.levels if held.level is not None and (level.level or 0) > held.level), None)


def _check(criterion: Criterion, programme: Programme, one: Standing) -> Checked:
    if criterion.holds is not None:
        award = one.awards.get(criterion.holds.programme)
        met = award is not None and (award.level or 0) >= (criterion.holds.level or 0)
        return Checked(criterion, "met" if met else "missing", None, None, Fraction(met), None)
    if criterion.when is None:
        said = one.confirmed.get((programme.programme, criterion.id))
        verdict = "unknown" if said is None else "met" if said.met else "missing"
        return Checked(criterion, verdict, None, None, Fraction(verdict == "met"), said)
    measured = one.values.get(criterion.over, {}).get(criterion.when.asked)
    if measured is None or measured.value is None:
        return Checked(criterion, "unknown", measured, None, Fraction(0), None)
    if criterion.when.kept_by(measured.value):
        return Checked(criterion, "met", measured, Fraction(0), Fraction(1), None)
    level, value = criterion.when.level, measured.value
    # A level that must not be reached has no last step: the way is told all the same, and is whole only when the criterion is met.
    if criterion.when.upward:
        progress = max(value / level, Fraction(0)) if level > 0 else Fraction(0)
    else:
        progress = level / value if value > 0 and level > 0 else Fraction(0)
    return Checked(criterion, "missing", measured, abs(level - value), min(progress, Fraction(1)), None)
