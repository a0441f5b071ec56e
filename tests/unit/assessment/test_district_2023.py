"""The district's scheme of 2023, worked out by hand: places that bring points, one matter counted once, penalties without a floor, vetoes."""

from fractions import Fraction

from consumers.assessment.manual import Given
from tests.assessing import given, inputs, judged, office, shipped

SCHEME = shipped("district_2023")
FENGQIAO = "cap_programme_held{programme=fengqiao}"


def graded(number: int, leaders: str, sections: str, reports: str, *more: dict[str, object]) -> list[Given]:
    marks = {"peer_review.leaders": leaders, "peer_review.sections": sections, "information.reports": reports}
    about = {"office": office(number), "period": "year:2025"}
    return given(
        "district_2023",
        {**about, "of": "management", "points": "12"},
        *({**about, "of": of, "mark": mark} for of, mark in marks.items()),
        *({**about, **one} for one in more),
    )


def test_a_year_of_three_offices() -> None:
    # Base, office 1: success 193/200 = 96.5 %: 1.5 points below 98: -1.5; overdue 6.5 %: 1.5 above 5: -1.5; two escalations -4: 25 - 7 = 18;
    #   correction: 7 lost x 2 = 14, the item has 12 (2 spared); 3 reports late -3; 25 - 15 = 10; the others 15 + 15 + 20        = 78
    # Base, office 2: tasks 184/200 = 92 %: -3                                                                                   = 97
    # Base, office 3: nothing lost                                                                                              = 100
    told = {
        "med_success_rate": "193/200", "med_overdue_rate": "13/200", "med_escalation_cnt": "2", "cor_lost_cnt": "7", "cor_report_ontime_rate": "9/12",
    }  # fmt: skip
    # Marks: office 1 0.6 x 90 + 0.4 x 85 = 88; office 2 0.6 x 92 + 0.4 x 82 = 88; office 3 80: places 1, 1, 3: 4, 4, 3 points.
    # Information: 300, 200, 100: 2.0, 1.7, 1.4.
    # Office 1: Fengqiao created in the year +3, and put forward +1: one matter: 3. Province and city for one matter: 3 of 3 and 2.
    #   4 + 2 + 3 + 3 = 12                                                                                          78 + 12 = 90
    grants: list[dict[str, object]] = [
        {"of": "fengqiao_selected", "level": "selected"},
        {"of": "superior", "level": "province", "matter": "mediation_prize", "key": "province"},
        {"of": "superior", "level": "city", "matter": "mediation_prize", "key": "city"},
    ]
    one = inputs(SCHEME, 1, told, whole={**told, FENGQIAO: "1"}, given=graded(1, "90", "85", "300", *grants))
    # Office 2: put forward +1; found wanting by a superior authority -5: 4 + 1.7 + 1 = 6.7                       97 + 6.7 - 5 = 98.7
    two = inputs(
        SCHEME,
        2,
        {"dual_completion_bureau": "184/200"},
        given=graded(2, "92", "82", "200", {"of": "fengqiao_selected", "level": "selected"}, {"of": "conduct_superior.rule", "count": 1}),
    )
    # Office 3: Fengqiao since last year brings nothing; by the bureau once and later twice: -1 -2 -2: 3 + 1.4 = 4.4   100 + 4.4 - 5 = 99.4
    three = inputs(
        SCHEME,
        3,
        whole={FENGQIAO: "1"},
        before={FENGQIAO: "1"},
        given=graded(
            3,
            "80",
            "80",
            "100",
            {"of": "conduct_bureau.rule", "count": 1, "key": "may"},
            {"of": "conduct_bureau.rule", "count": 2, "key": "june"},
        ),
    )
    found = judged(SCHEME, [one, two, three])
    assert found.known
    assert [(r.office[-1], r.place, r.low) for r in found.results] == [
        ("3", 1, Fraction("99.4")),
        ("2", 2, Fraction("98.7")),
        ("1", 3, Fraction(90)),
    ]
    assert {r.office[-1]: r.bonus.low for r in found.results} == {"1": 12, "2": Fraction("6.7"), "3": Fraction("4.4")}
    first = found.of(office(1))
    assert first is not None
    assert [(c.bonus.id, c.level, c.verdict, c.points, c.place) for c in first.bonus.claims] == [
        ("peer_review", "", "gained", Fraction(4), 1),
        ("fengqiao_created", "", "gained", Fraction(3), None),
        ("fengqiao_selected", "selected", "highest_only", Fraction(1), None),
        ("information", "", "gained", Fraction(2), 1),
        ("superior", "city", "highest_only", Fraction(2), None),
        ("superior", "province", "gained", Fraction(3), None),
    ]
    assert first.parts[0].domains[1].items[0].spared == 2
    assert {r.office[-1]: [hit.veto.id for hit in r.vetoes] for r in found.results} == {
        "1": [],
        "2": ["veto_superior"],
        "3": ["veto_bureau"],
    }
    assert {r.office[-1]: list(r.honours_lost) for r in found.results} == {"1": [], "2": ["veto"], "3": ["veto"]}


def test_places_are_not_given_before_every_mark_is() -> None:
    complete = inputs(SCHEME, 1, given=graded(1, "90", "90", "10"))
    lacking = [one for one in graded(2, "80", "80", "5") if one.entry.of != "peer_review.sections"]
    found = judged(SCHEME, [complete, inputs(SCHEME, 2, given=lacking)])
    # Up to 4 points are open for both; information is told: 2.0 and 1.7.
    assert [(r.office[-1], r.low, r.high, r.place, r.best, r.worst) for r in found.results] == [
        ("1", Fraction(102), Fraction(106), 1, 1, 2),
        ("2", Fraction("101.7"), Fraction("105.7"), 2, 1, 2),
    ]


def test_a_share_of_nothing_costs_nothing_and_says_so() -> None:
    found = judged(SCHEME, [inputs(SCHEME, 1, {"res_key_handover_rate": "0/0"}, given=graded(1, "1", "1", "1"))])
    (handover, *_) = found.results[0].parts[0].domains[2].items
    assert (handover.lost, handover.applied[0].verdict) == (Fraction(0), "empty")
