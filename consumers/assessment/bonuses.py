"""Points on top of a scheme's domains: for a condition, a place among all offices, or a grant; of one matter the highest alone counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from consumers.assessment.fields import Asked, Measured
from consumers.assessment.inputs import Inputs
from consumers.assessment.manual import Given, grade_of, within
from consumers.assessment.places import places
from consumers.assessment.scheme import Bonus, ByRank, Scheme
from consumers.report.span import Span

_ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim to a bonus. `verdict`: gained, not_kept, highest_only (a higher one of the same matter counts), missing (what it rests on is not all
    given: up to `most` points are open). `place`, `mark`: of a bonus by rank."""

    bonus: Bonus
    verdict: str
    points: Fraction = _ZERO
    most: Fraction = _ZERO
    matter: str = ""
    level: str = ""
    place: int | None = None
    mark: Fraction | None = None
    measured: Measured | None = None
    given: Sequence[Given] = ()


@dataclass(frozen=True, slots=True)
class BonusSheet:
    """All bonuses of an office: from `low` to `high`, under the cap; `cut` by it."""

    claims: Sequence[Claim]
    low: Fraction
    high: Fraction
    cut: Fraction


def bonus_sheets(scheme: Scheme, span: Span, offices: Sequence[Inputs]) -> dict[str, BonusSheet]:
    """The bonuses of every office by its id; places are among these offices."""
    found: dict[str, list[Claim]] = {one.office: [] for one in offices}
    for bonus in scheme.bonuses:
        if bonus.by_rank is not None:
            for office, claim in _ranked(bonus, bonus.by_rank, span, offices).items():
                found[office].append(claim)
            continue
        for one in offices:
            found[one.office] += _kept(bonus, one) if bonus.when is not None else _granted(bonus, span, one)
    return {office: _sheet(_highest_only(claims), scheme) for office, claims in found.items()}


def _sheet(claims: Sequence[Claim], scheme: Scheme) -> BonusSheet:
    gained = sum((claim.points for claim in claims if claim.verdict == "gained"), _ZERO)
    still = sum((claim.most for claim in claims if claim.verdict == "missing"), _ZERO)
    cap = None if scheme.bonus_cap is None else Fraction(scheme.bonus_cap)
    low = gained if cap is None else min(gained, cap)
    return BonusSheet(claims, low, gained + still if cap is None else min(gained + still, cap), gained - low)


def _kept(bonus: Bonus, one: Inputs) -> list[Claim]:
    condition, points = bonus.when, Fraction(bonus.points or 0)
    assert condition is not None
    now, before = one.whole.get(condition.asked), one.before.get(condition.asked)
    kept = now is not None and condition.kept_by(now.value)
    if condition.new and before is not None and condition.kept_by(before.value):
        kept = False
    return [Claim(bonus, "gained" if kept else "not_kept", points if kept else _ZERO, matter=bonus.matter or "", measured=now)]


def _granted(bonus: Bonus, span: Span, one: Inputs) -> list[Claim]:
    claims = []
    for given in within(one.given, one.office, bonus.id, span):
        level = given.entry.level or ""
        own = bonus.matter or given.entry.matter or "/".join(given.entry.identity[1:])
        claims.append(Claim(bonus, "gained", Fraction(bonus.granted.get(level, 0)), matter=own, level=level, given=[given]))
    return claims


def _ranked(bonus: Bonus, by: ByRank, span: Span, offices: Sequence[Inputs]) -> dict[str, Claim]:
    if by.indicator is not None:
        return _by_indicator(bonus, by, offices)
    grades = {one.office: {name: grade_of(one.given, one.office, f"{bonus.id}.{name}", span) for name in by.grades} for one in offices}
    given = {office: [grade for grade in own.values() if grade is not None] for office, own in grades.items()}
    if any(len(own) < len(by.grades) for own in given.values()):
        most = Fraction(max(by.points))
        return {office: Claim(bonus, "missing", _ZERO, most=most, given=given[office]) for office in grades}
    marks = {
        office: sum((Fraction(grade.entry.mark or 0) * by.grades[name] / 100 for name, grade in own.items() if grade is not None), _ZERO)
        for office, own in grades.items()
    }
    return {office: _placed(bonus, by, place, marks[office], given=given[office]) for office, place in places(marks).items()}


def _by_indicator(bonus: Bonus, by: ByRank, offices: Sequence[Inputs]) -> dict[str, Claim]:
    assert by.indicator is not None
    asked = Asked(by.indicator, by.dimension)
    measured = {one.office: one.whole.get(asked) for one in offices}
    values = {office: one.value for office, one in measured.items() if one is not None and one.value is not None}
    at = places(values, by.better)
    return {
        office: _placed(bonus, by, at[office], None, measured=one) if office in at else Claim(bonus, "not_kept", _ZERO, measured=one)
        for office, one in measured.items()
    }


def _placed(
    bonus: Bonus, by: ByRank, place: int, mark: Fraction | None, *, measured: Measured | None = None, given: Sequence[Given] = ()
) -> Claim:
    points = Fraction(by.points[place - 1]) if place <= len(by.points) else _ZERO
    verdict = "gained" if points else "not_kept"
    return Claim(bonus, verdict, points, matter=bonus.matter or "", place=place, mark=mark, measured=measured, given=given)


def _highest_only(claims: Sequence[Claim]) -> list[Claim]:
    """Of the claims that have gained something for one matter, the first of the highest; claims without a matter all count."""
    best: dict[str, int] = {}
    for n, claim in enumerate(claims):
        if claim.matter and claim.verdict == "gained":
            first = best.setdefault(claim.matter, n)
            if claim.points > claims[first].points:
                best[claim.matter] = n
    return [
        claim if claim.verdict != "gained" or not claim.matter or best[claim.matter] == n else replace(claim, verdict="highest_only")
        for n, claim in enumerate(claims)
    ]
