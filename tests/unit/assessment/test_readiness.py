"""Titles: what is held and until when, which level is next, what is missing and how far, and who is nearest; worked out by hand."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from consumers.assessment.fields import Asked, FileError
from consumers.assessment.programme import Over, Programme, parse_programme
from consumers.assessment.readiness import Award, Confirmed, Standing, readiness
from tests.assessing import office, value

DAY = date(2025, 6, 30)


def programme(**changes: Any) -> Programme:
    """Stars: three for 120 m², four for 150 m², 98 % and nobody lost."""
    words = {"zh": "某某", "en": "so and so"}
    four: list[dict[str, Any]] = [
        {"id": "area", "name": words, "when": {"indicator": "cap_area_m2", "at_least": 150}},
        {"id": "success", "name": words, "over": "rolling-365", "when": {"indicator": "med_success_rate", "at_least": "0.98"}},
        {"id": "lost", "name": words, "over": "rolling-365", "when": {"indicator": "cor_lost_cnt", "at_most": 0}},
        {"id": "habit", "name": words, "confirmed": True},
    ]
    document = {
        "programme": "city_star", "version": 1, "name": words, "issuer": words, "effective_from": date(2000, 1, 1), "sources": ["S1"],
        "levels": [
            {"level": 3, "name": words, "criteria": [{"id": "area", "name": words, "when": {"indicator": "cap_area_m2", "at_least": 120}}]},
            {"level": 4, "name": words, "criteria": four},
        ],
    }  # fmt: skip
    return parse_programme(document | changes)


def standing(number: int, level: int | None, area: str, success: str, lost: str = "0", habit: bool | None = None) -> Standing:
    on = date(2024, 1, 31)
    values: Mapping[Over, Any] = {
        "day": {Asked("cap_area_m2"): value(area)},
        "rolling-365": {Asked("med_success_rate"): value(success), Asked("cor_lost_cnt"): value(lost)},
    }
    awards = {"city_star": Award(office(number), "city_star", level, on, on, f"cap.rating:{office(number)}:city_star")} if level else {}
    confirmed = {} if habit is None else {("city_star", "habit"): Confirmed(habit, "基层科", DAY, "核查记录")}
    return Standing(office(number), values, awards, confirmed)


def test_what_is_missing_and_who_is_nearest() -> None:
    # 1: three stars; of the next level area 160 and nobody lost are met, success is 95/100 and short of 98 % by 3 points, nobody has confirmed the habit:
    #    2 of 4, and of the way 1 + 1 + 95/98 + 0.
    # 2: three stars; area 135, short by 15; success 99/100; nobody lost; confirmed: 3 of 4.
    # 3: four stars: nothing is left.
    # 4: none: the first level; area 60, short by 60: 0 of 1.
    # Fewest open first: 2 and 4 lack one; of the way 2 has 3 + 135/150 = 3.9, 4 has 60/120 = 0.5. Then 1.
    offices = [
        standing(1, 3, "160", "95/100"),
        standing(2, 3, "135", "99/100", habit=True),
        standing(3, 4, "1", "1/2"),
        standing(4, None, "60", "1/1"),
    ]
    found = readiness(programme(), offices, DAY)
    assert [(one.office[-1], one.place, one.next and one.next.level, one.met, one.share) for one in found] == [
        ("2", 1, 4, 3, Fraction(3, 4)),
        ("4", 2, 3, 0, Fraction(0)),
        ("1", 3, 4, 2, Fraction(1, 2)),
        ("3", None, None, 0, None),
    ]
    second, _, first, third = found
    assert [(c.criterion.id, c.verdict, c.away, c.progress) for c in first.checked] == [
        ("area", "met", Fraction(0), Fraction(1)),
        ("success", "missing", Fraction(3, 100), Fraction(95, 98)),
        ("lost", "met", Fraction(0), Fraction(1)),
        ("habit", "unknown", None, Fraction(0)),
    ]
    assert [(c.criterion.id, c.away, c.progress) for c in second.checked if c.verdict != "met"] == [("area", Fraction(15), Fraction(9, 10))]
    assert third.held is not None
    assert third.valid_to is None
    assert [one.place for one in readiness(programme(), offices[::-1], DAY)] == [1, 2, 3, None]


def test_a_count_that_must_be_nought_is_never_half_way() -> None:
    (one,) = readiness(programme(), [standing(1, 3, "150", "98/100", lost="2", habit=False)], DAY)
    assert [(c.criterion.id, c.verdict, c.away, c.progress) for c in one.checked[2:]] == [
        ("lost", "missing", Fraction(2), Fraction(0)),
        ("habit", "missing", None, Fraction(0)),
    ]


def test_an_award_ends_with_its_term_and_the_way_begins_anew() -> None:
    # Awarded on 31 January 2024 for 17 months: until 30 June 2025, on which it no longer holds. For 18 months it does.
    (ended,) = readiness(programme(valid_months=17), [standing(1, 4, "150", "1/1")], DAY)
    assert (ended.valid_to, ended.expired, ended.next and ended.next.level) == (date(2025, 6, 30), True, 3)
    (holds,) = readiness(programme(valid_months=18), [standing(1, 4, "150", "1/1")], DAY)
    assert (holds.valid_to, holds.expired, holds.next) == (date(2025, 7, 31), False, None)


def test_equally_near_offices_share_a_place() -> None:
    found = readiness(programme(), [standing(n, 3, "150", "95/100") for n in (2, 1)], DAY)
    assert [(one.office[-1], one.place) for one in found] == [("1", 1), ("2", 1)]


def test_a_figure_that_nobody_can_tell_is_unknown() -> None:
    (one,) = readiness(programme(), [Standing(office(1), {}, {}, {})], DAY)
    assert [(c.verdict, c.measured) for c in one.checked] == [("unknown", None)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"programme": "six_good"}, "five_good"),
        ({"programme": "fengqiao"}, "city_star has levels with numbers"),
        ({"levels": []}, "at least 1 item"),
        ({"valid_months": 0}, "greater than or equal to 1"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_mistakes_are_told(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(FileError, match=said):
        programme(**changes)
