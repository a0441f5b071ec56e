"""Laws of assessments, whatever the values and grades: parts sum to the score, floors and caps hold, the order of offices never matters, ties share a
place, a missing grade only widens what is known, and what gets better never costs points."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given as cases
from hypothesis import settings
from hypothesis import strategies as st

from consumers.assessment.fields import Asked, Measured
from consumers.assessment.inputs import Inputs, parts_of
from consumers.assessment.manual import Given
from consumers.assessment.places import places, rounded
from consumers.assessment.scheme import Scheme
from consumers.assessment.whatif import changed, parse_change
from tests.assessing import AFTER, PERFECT, YEAR, given, judged, office, shipped

SCHEMES = ("xiangyin", "district_2023", "shangcheng_2022")
SEEDS = st.integers(0, 2**32)
TODAYS = (AFTER, date(2025, 9, 1), date(2025, 3, 1))


def district(random: Random) -> tuple[Scheme, date, list[Inputs]]:
    """A scheme, a today, and up to five offices with anything. Drawn from one seed: of so many values nothing could be shrunk in time."""
    scheme, today = shipped(random.choice(SCHEMES)), random.choice(TODAYS)
    return scheme, today, [_office(random, scheme, today, number) for number in range(1, random.randint(1, 5) + 1)]


def _office(random: Random, scheme: Scheme, today: date, number: int) -> Inputs:
    asked = sorted(scheme.asks())
    parts = [{one: _value(random, one) for one in asked} if part.state != "ahead" else {} for part in parts_of(scheme, YEAR, today)]
    return Inputs(office(number), parts, {one: _value(random, one) for one in asked}, {}, _grades(random, scheme, number))


def _value(random: Random, asked: Asked) -> Measured:
    if "/" not in PERFECT.get(asked.indicator, ""):
        n = Fraction(random.choice((0, 0, 1, 2, random.randint(0, 40))))
        return Measured(n, n, None)
    whole = random.choice((0, random.randint(1, 60)))
    part = random.choice((whole, random.randint(0, whole)))
    return Measured(Fraction(part, whole) if whole else None, Fraction(part), Fraction(whole))


def _grades(random: Random, scheme: Scheme, number: int) -> list[Given]:
    points = {item.id: item.points for domain in scheme.domains for item in domain.items}
    entries = []
    for of, kind in scheme.gradable().items():
        for period in ("half:2025-H1", "half:2025-H2") if scheme.half_weights else ("year:2025",):
            if random.random() < 0.8:
                said = {
                    "points": random.randint(0, int(points.get(of) or 100)),
                    "mark": random.randint(0, 100),
                    "count": random.randint(0, 4),
                }
                levels = next((list(bonus.granted) for bonus in scheme.bonuses if bonus.id == of), [])
                entries.append(
                    {"office": office(number), "of": of, "period": period, kind: random.choice(levels) if levels else said[kind]}
                )
    return given(scheme.scheme, *entries)


@settings(max_examples=60, deadline=None)
@cases(SEEDS)
def test_parts_sum_to_the_score_and_floors_and_caps_hold(seed: int) -> None:
    scheme, today, offices = district(Random(seed))
    for result in judged(scheme, offices, today=today).results:
        for domain in (domain for part in result.parts for domain in part.domains):
            assert domain.points - domain.lost + domain.gained + domain.spared - domain.cut == domain.high
            assert domain.domain.domain_floor <= domain.low <= domain.high <= domain.domain.cap
            assert domain.lost == sum(item.lost for item in domain.items)
            for item in domain.items:
                assert item.lost + item.spared == sum(applied.points for applied in item.applied if applied.verdict == "lost")
                assert item.points is None or item.lost + (item.open or 0) <= item.points - Fraction(item.item.item_floor)
        base = sum((part.part.weight * part.high / 100 for part in result.parts), Fraction(0))
        lost = sum(penalty.lost for penalty in result.penalties)
        assert result.high == rounded(base + result.bonus.high - lost, scheme.decimals)
        assert 0 <= base <= scheme.points
        assert result.low <= result.high
        assert result.best <= result.place <= result.worst


@settings(max_examples=60, deadline=None)
@cases(SEEDS)
def test_the_order_of_offices_never_matters(seed: int) -> None:
    scheme, today, offices = district(Random(seed))
    shuffled = offices.copy()
    Random(seed + 1).shuffle(shuffled)
    assert judged(scheme, shuffled, today=today) == judged(scheme, offices, today=today)


@settings(max_examples=60, deadline=None)
@cases(SEEDS)
def test_who_has_the_same_shares_a_place_and_nobody_is_skipped(seed: int) -> None:
    scheme, today, offices = district(Random(seed))
    twin = replace(offices[0], office=office(9), given=[_of(one, office(9)) for one in offices[0].given])
    found = judged(scheme, [*offices, twin], today=today)
    first, second = found.of(offices[0].office), found.of(twin.office)
    assert first is not None
    assert second is not None
    assert (first.low, first.high, first.place) == (second.low, second.high, second.place)
    for result in found.results:
        assert not found.known or result.place == 1 + sum(other.low > result.low for other in found.results)


def _of(one: Given, whose: str) -> Given:
    return one._replace(entry=one.entry.model_copy(update={"office": whose}))


@settings(max_examples=60, deadline=None)
@cases(SEEDS)
def test_taking_a_grade_away_only_widens_what_is_known(seed: int) -> None:
    random = Random(seed)
    scheme, today, (one, *_) = district(random)
    # Findings and grades of domains alone: without a grant or a finding on conduct there is none.
    items = {item.id for domain in scheme.domains for item in domain.items}
    own = [given_ for given_ in one.given if given_.entry.of.partition(".")[0] in items]
    if not own:
        return
    away = random.choice(own)
    (before,) = judged(scheme, [one], today=today).results
    (after,) = judged(scheme, [replace(one, given=[given_ for given_ in one.given if given_ != away])], today=today).results
    assert after.low <= before.low <= before.high <= after.high


@settings(max_examples=60, deadline=None)
@cases(SEEDS)
def test_what_gets_better_never_costs_points(seed: int) -> None:
    random = Random(seed)
    scheme, today, offices = district(random)
    asked = random.choice(sorted({rule.asked for rule in scheme.rules() if rule.asked is not None}))
    rule = next(rule for rule in scheme.rules() if rule.asked == asked)
    more_is_better = rule.kind in ("deduct_if_ratio_below", "deduct_per_failure", "gain_per_event")
    best = "100%" if more_is_better and "/" in PERFECT[asked.indicator] else "1000" if more_is_better else "0"
    dimension = f"{{{asked.dimension}}}" if asked.dimension else ""
    change = parse_change(f"{offices[0].office}:{asked.indicator}{dimension}={best}")
    before = judged(scheme, offices, today=today)
    after = judged(scheme, changed(offices, [change], before.parts), today=today)
    one, better = before.of(offices[0].office), after.of(offices[0].office)
    assert one is not None
    assert better is not None
    assert better.low >= one.low
    assert better.high >= one.high
    for other in offices[1:]:
        was, now = before.of(other.office), after.of(other.office)
        assert was is not None
        assert now is not None
        assert (was.low, was.high) == (now.low, now.high)


@pytest.mark.parametrize(
    ("score", "decimals", "said"), [("1/3", 2, "33/100"), ("1/200", 2, "1/100"), ("-1/200", 2, "-1/100"), ("5/2", 0, "3")]
)
def test_a_score_is_rounded_half_up(score: str, decimals: int, said: str) -> None:
    assert rounded(Fraction(score), decimals) == Fraction(said)


def test_places_down() -> None:
    assert places({"a": Fraction(1), "b": Fraction(2), "c": Fraction(1)}, "down") == {"a": 1, "b": 3, "c": 1}
