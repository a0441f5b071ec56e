"""The assessment of all offices of a district under a scheme: scores, places, grades, vetoes, money. Pure; the order of offices never matters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from consumers.assessment.bonuses import BonusSheet, bonus_sheets
from consumers.assessment.fields import Measured
from consumers.assessment.inputs import Inputs, Part, parts_of
from consumers.assessment.manual import Given, within
from consumers.assessment.places import places, reach, rounded
from consumers.assessment.scheme import Grade, Scheme, Veto
from consumers.assessment.sheet import ZERO, DomainSheet, PartSheet, PenaltySheet, part_sheets, penalty_sheets
from consumers.report.span import Span


class VetoHit(NamedTuple):
    """A veto that holds, and what it rests on."""

    veto: Veto
    measured: Measured | None
    given: Sequence[Given]


@dataclass(frozen=True, slots=True)
class OfficeResult:
    """One office. Scores are rounded as the scheme says; the score is known when `low` is `high`.

    `place` is by what of all offices is known (`comparable`), but never beyond `best` and `worst`, the places that it can still come to: as long as
    something is open anywhere it is provisional. `grade` None: it depends on what is open. `honours_lost`: why: veto, last_place. `money_yuan` None: not known, or the scheme has none.
    """

    office: str
    parts: Sequence[PartSheet]
    bonus: BonusSheet
    penalties: Sequence[PenaltySheet]
    vetoes: Sequence[VetoHit]
    low: Fraction
    high: Fraction
    comparable: Fraction
    place: int
    best: int
    worst: int
    grade: Grade | None
    honours_lost: Sequence[str]
    money_yuan: Fraction | None

    @property
    def known(self) -> bool:
        """Whether the score depends on nothing that is open."""
        return self.low == self.high

    @property
    def extra(self) -> Fraction:
        """What bonuses bring for certain, less what penalties take."""
        return self.bonus.low - sum((penalty.lost for penalty in self.penalties), ZERO)

    def domain(self, n: int) -> tuple[Fraction, Fraction]:
        """From where to where the nth domain is known, its parts weighted."""
        low, high = (sum((part.part.weight * getattr(part.domains[n], end) / 100 for part in self.parts), ZERO) for end in ("low", "high"))
        return low, high


@dataclass(frozen=True, slots=True)
class Assessment:
    """All offices, the first place first."""

    scheme: Scheme
    span: Span
    today: date
    parts: Sequence[Part]
    results: Sequence[OfficeResult]

    @property
    def running(self) -> bool:
        """Whether its days are not over."""
        return any(part.state != "over" for part in self.parts)

    @property
    def known(self) -> bool:
        """Whether every score is."""
        return all(result.known for result in self.results)

    def of(self, office: str) -> OfficeResult | None:
        """The result of an office."""
        return next((result for result in self.results if result.office == office), None)


class _Score(NamedTuple):
    low: Fraction
    high: Fraction
    comparable: Fraction


class _Standing(NamedTuple):
    """Where all offices stand: their scores, their places, and which places they can still come to."""

    scores: Mapping[str, _Score]
    at: Mapping[str, int]
    between: Mapping[str, tuple[int, int]]

    def is_last(self, office: str, *, surely: bool) -> bool:
        """Whether an office is the last one, or could be: not the first, and nobody is (could be) below it. Where all are equal nobody is."""
        if surely:
            mine, best = self.scores[office].high, self.between[office][0]
            return best > 1 and not any(one.low < mine for other, one in self.scores.items() if other != office)
        mine, worst = self.scores[office].low, self.between[office][1]
        return worst > 1 and not any(one.high < mine for other, one in self.scores.items() if other != office)


def assess(scheme: Scheme, span: Span, today: date, offices: Sequence[Inputs]) -> Assessment:
    """Assess offices in a span. Every office is assessed by the same rules and parts; `offices` in any order."""
    parts = parts_of(scheme, span, today)
    sheets = {one.office: part_sheets(scheme, parts, one) for one in offices}
    bonuses = bonus_sheets(scheme, span, offices)
    penalties = {one.office: penalty_sheets(scheme, span, one) for one in offices}
    missing = [_missing(own) for own in sheets.values()]
    dropped = [frozenset().union(*(of_office[n] for of_office in missing)) for n in range(len(parts))]
    scores = {office: _score(scheme, own, bonuses[office], penalties[office], dropped) for office, own in sheets.items()}
    at = places({office: score.comparable for office, score in scores.items()})
    between = reach({o: s.low for o, s in scores.items()}, {o: s.high for o, s in scores.items()})
    results = [
        _result(scheme, span, one, sheets[one.office], bonuses[one.office], penalties[one.office], _Standing(scores, at, between))
        for one in offices
    ]
    return Assessment(scheme, span, today, parts, sorted(results, key=lambda result: (result.place, result.office)))


def _missing(parts: Sequence[PartSheet]) -> list[frozenset[str]]:
    """The items of each part of which something is missing."""
    return [frozenset(item.item.id for domain in part.domains for item in domain.items if item.missing) for part in parts]


def _score(
    scheme: Scheme, parts: Sequence[PartSheet], bonus: BonusSheet, penalties: Sequence[PenaltySheet], dropped: Sequence[frozenset[str]]
) -> _Score:
    lost = sum((penalty.lost for penalty in penalties), ZERO)
    low = sum((part.part.weight * part.low / 100 for part in parts), ZERO)
    high = sum((part.part.weight * part.high / 100 for part in parts), ZERO)
    same = sum(
        (part.part.weight * _comparable(domain, drop) / 100 for part, drop in zip(parts, dropped, strict=True) for domain in part.domains),
        ZERO,
    )
    sure = bonus.low - lost
    return _Score(*(rounded(score, scheme.decimals) for score in (low + sure, high + bonus.high - lost, same + sure)))


def _comparable(domain: DomainSheet, dropped: frozenset[str]) -> Fraction:
    """What a domain comes to without some items: their points and what they cost are left out."""
    kept = [item for item in domain.items if item.item.id not in dropped]
    away = sum((item.points or ZERO for item in domain.items if item.item.id in dropped), ZERO)
    if not kept:
        return ZERO
    points = domain.points - away - sum((item.lost - item.gained for item in kept), ZERO)
    return min(max(points, min(Fraction(domain.domain.domain_floor), domain.points - away)), domain.domain.cap - away)


def _result(
    scheme: Scheme,
    span: Span,
    one: Inputs,
    parts: Sequence[PartSheet],
    bonus: BonusSheet,
    penalties: Sequence[PenaltySheet],
    standing: _Standing,
) -> OfficeResult:
    score, (best, worst) = standing.scores[one.office], standing.between[one.office]
    vetoes = _vetoes(scheme, span, one, penalties)
    lost, may_lose = (
        [
            *(["veto"] if vetoes else []),
            *(["last_place"] if scheme.last_place_loses_honours and standing.is_last(one.office, surely=sure) else []),
        ]
        for sure in (True, False)
    )
    grade, least = _grade(scheme, score.high, best, vetoes, lost), _grade(scheme, score.low, worst, vetoes, may_lose)
    return OfficeResult(
        one.office,
        parts,
        bonus,
        penalties,
        vetoes,
        score.low,
        score.high,
        score.comparable,
        min(max(standing.at[one.office], best), worst),
        best,
        worst,
        grade if grade == least else None,
        lost,
        _money(scheme, one.office, score.low) if score.low == score.high else None,
    )


def _vetoes(scheme: Scheme, span: Span, one: Inputs, penalties: Sequence[PenaltySheet]) -> list[VetoHit]:
    hit = []
    for veto in scheme.vetoes:
        measured, given = None, within(one.given, one.office, veto.id, span)
        if veto.when is not None:
            measured = one.whole.get(veto.when.asked)
            holds = measured is not None and veto.when.kept_by(measured.value)
        elif veto.of_penalty is not None:
            sheet = next(penalty for penalty in penalties if penalty.penalty.id == veto.of_penalty)
            holds = sum(applied.number or 0 for applied in sheet.applied) >= veto.from_finding
            given = [given for applied in sheet.applied for given in applied.given]
        else:
            holds = any(found.entry.count for found in given)
        if holds:
            hit.append(VetoHit(veto, measured, given))
    return hit


def _grade(scheme: Scheme, score: Fraction, place: int, vetoes: Sequence[VetoHit], lost: Sequence[str]) -> Grade | None:
    forced = next((hit.veto.grade for hit in vetoes if hit.veto.grade), None)
    for grade in scheme.grades:
        if forced is not None:
            if grade.id == forced:
                return grade
            continue
        if grade.honours and lost:
            continue
        if (grade.at_least is None or score >= grade.at_least) and (grade.first is None or place <= grade.first):
            return grade
    return None


def _money(scheme: Scheme, office: str, score: Fraction) -> Fraction | None:
    """Yuan and fen, half up."""
    if scheme.money is None:
        return None
    if score < scheme.money.nothing_below:
        return ZERO
    return rounded(score * Fraction(scheme.money.other.get(office, scheme.money.yuan_per_point)), 2)
