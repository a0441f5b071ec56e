"""The Xiangyin scheme, worked out by hand: halves 40/60, floors by domain, the first six and the last one, money."""

from datetime import date
from fractions import Fraction

from consumers.assessment.manual import Given
from tests.assessing import HALVES, YEAR, given, inputs, judged, office, shipped

SCHEME = shipped("xiangyin")
FINDINGS = ("premises.untidy", "premises.signs", "archives.disorder", "archives.keeper", "plans.absent", "plans.vague")


def graded(number: int, quality: tuple[str, str] = ("6", "6"), **found: int) -> list[Given]:
    """An office with all inspections on record in both halves; `found` counts findings of the first half."""
    entries: list[dict[str, object]] = []
    for half, points in zip(("half:2025-H1", "half:2025-H2"), quality, strict=True):
        entries.append({"office": office(number), "of": "publicity_quality", "period": half, "points": points})
        for of in FINDINGS:
            count = found.get(of.replace(".", "_"), 0) if half.endswith("1") else 0
            entries.append({"office": office(number), "of": of, "period": half, "count": count})
    return given("xiangyin", *entries)


def test_a_year_of_three_offices() -> None:
    # Office 1, first half:
    #   daily      20: untidy once -1; tasks 18 of 20 in time: 2 x 2 = -4                               -> 15
    #   mediation  22: success 190/200 = 95 %, the threshold itself: 0; one escalation -3                -> 19
    #   correction 38: reports 10 of 12: -2; help 99 %: 1 point x 0.1 = -0.1; placed 95 %: -0.5          -> 35.4
    #   publicity  20: 10 activities, 2 short of 12: -2; quality 5 of 6: -1                              -> 17
    #                                                                                                     = 86.4
    # second half: 12 tasks late: -24, but the domain has 20 (4 spared): 0; the rest whole: 22 + 38 + 20   = 80
    # year: 0.4 x 86.4 + 0.6 x 80 = 34.56 + 48                                                             = 82.56
    first = {
        "dual_completion_bureau": "18/20", "med_success_rate": "190/200", "med_escalation_cnt": "1", "cor_report_ontime_rate": "10/12",
        "res_help_rate": "99/100", "res_placement_rate": "95/100", "pub_activity_cnt": "10",
    }  # fmt: skip
    one = inputs(SCHEME, 1, first, {"dual_completion_bureau": "48/60"}, given=graded(1, ("5", "6"), premises_untidy=1))
    # Office 2: nothing lost: 100.
    two = inputs(SCHEME, 2, given=graded(2))
    # Office 3: success 88/100, 7 points below 95: 7 x 1, at most 6: mediation 16 in both halves: 94.
    three = inputs(SCHEME, 3, {"med_success_rate": "88/100"}, given=graded(3))

    found = judged(SCHEME, [one, two, three])
    assert found.known
    assert not found.running
    assert [(r.office, r.place, r.low) for r in found.results] == [
        (office(2), 1, Fraction(100)),
        (office(3), 2, Fraction(94)),
        (office(1), 3, Fraction("82.56")),
    ]
    sheet = found.of(office(1))
    assert sheet is not None
    first_half, second_half = sheet.parts
    assert [domain.high for domain in first_half.domains] == [15, 19, Fraction("35.4"), 17]
    assert [domain.high for domain in second_half.domains] == [0, 22, 38, 20]
    assert second_half.domains[0].spared == 4
    # The last one loses all honours, so that it only passes although it is among the first six; 82.56 x 30 yuan.
    assert [(r.grade and r.grade.id, list(r.honours_lost), r.money_yuan) for r in found.results] == [
        ("excellent", [], Fraction(3000)),
        ("excellent", [], Fraction(2820)),
        ("passed", ["last_place"], Fraction("2476.80")),
    ]


def test_below_sixty_there_is_no_money() -> None:
    # Everything missed that costs: daily 0 (20 tasks late), mediation 22 - 6 - 4 - 2 - 9 - 5 < 0: 0, correction: 10 x 3 = 30 -> 8,
    # publicity 20 - 10 - 6 = 4. Together 12 in both halves.
    told = {
        "dual_completion_bureau": "0/20", "med_success_rate": "80/100", "med_handling_rate": "80/100", "med_screening_ok": "7/8",
        "med_escalation_cnt": "3", "med_fulfilment_rate": "30/50", "cor_lost_cnt": "10", "pub_activity_cnt": "0",
    }  # fmt: skip
    found = judged(SCHEME, [inputs(SCHEME, 1, told, given=graded(1, ("0", "0")))])
    (result,) = found.results
    assert (result.low, result.money_yuan, result.grade and result.grade.id) == (Fraction(12), Fraction(0), "below")
    assert result.honours_lost == []  # who is alone is first, not last


def test_a_missing_grade_is_told_and_never_guessed() -> None:
    # Office 1 lacks the quality grade of the second half: 6 points x 60 % = 3.6 are open. Compared without that item of that half:
    # office 1: 0.4 x 100 + 0.6 x 94 = 96.4; office 2, which lost 8 there by activities: 0.4 x 100 + 0.6 x (94 - 8) = 91.6.
    without = [one for one in graded(1) if (one.entry.of, one.span) != ("publicity_quality", HALVES[1])]
    one = inputs(SCHEME, 1, given=without)
    two = inputs(SCHEME, 2, {}, {"pub_activity_cnt": "4"}, given=graded(2))
    found = judged(SCHEME, [two, one])
    assert [(r.office, r.low, r.high, r.comparable, r.place) for r in found.results] == [
        (office(1), Fraction("96.4"), 100, Fraction("96.4"), 1),
        (office(2), Fraction("95.2"), Fraction("95.2"), Fraction("91.6"), 2),
    ]
    assert not found.known
    # Office 1 cannot come below 96.4 and office 2 not above 95.2: the places are certain already.
    assert [(r.best, r.worst) for r in found.results] == [(1, 1), (2, 2)]


def test_an_inspection_that_nobody_recorded_leaves_its_domain_open() -> None:
    without = [one for one in graded(1) if one.entry.of != "plans.absent"]
    (result,) = judged(SCHEME, [inputs(SCHEME, 1, {"dual_completion_bureau": "59/60"}, given=without)]).results
    daily = result.parts[0].domains[0]
    assert (daily.lost, daily.low, daily.high, daily.open) == tuple(map(Fraction, (2, 0, 18, 18)))
    assert (result.low, result.high) == (Fraction(80), Fraction(98))
    assert result.grade is not None  # whatever comes: 80 passes the 60, and it is first
    assert result.money_yuan is None


def test_a_half_that_has_not_begun_is_open_and_one_that_runs_counts_so_far() -> None:
    may = date(2025, 5, 1)
    both = inputs(SCHEME, 1, {"med_escalation_cnt": "1"}, {}, given=graded(1), today=may)
    found = judged(SCHEME, [both], today=may)
    assert [part.state for part in found.parts] == ["running", "ahead"]
    (result,) = found.results
    assert (result.low, result.high) == (Fraction("38.8"), Fraction("98.8"))  # 0.4 x 97, and 60 to come
    assert result.comparable == Fraction("38.8")


def test_equal_scores_share_a_place() -> None:
    offices = [inputs(SCHEME, n, {"med_escalation_cnt": "1"} if n < 3 else {}, given=graded(n)) for n in (1, 2, 3, 4)]
    found = judged(SCHEME, offices, YEAR)
    assert [(r.office[-1], r.place) for r in found.results] == [("3", 1), ("4", 1), ("1", 3), ("2", 3)]
    assert [list(r.honours_lost) for r in found.results] == [[], [], ["last_place"], ["last_place"]]
