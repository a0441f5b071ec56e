"""What a sheet says of each kind of rule, in both languages: figures with their counts, the sum, who found it, and what is open."""

from fractions import Fraction

import pytest

from consumers.assessment.inputs import parts_of
from consumers.assessment.sheet import Applied, part_sheets
from consumers.assessment.telling import Named, Teller, score
from tests.assessing import AFTER, YEAR, given, inputs, office, shipped

NAMED = {
    "med_success_rate": Named("调解成功率", "Success rate", "%", "%", 100),
    "cor_lost_cnt": Named("脱管人数", "Persons lost", "人", "persons", 1),
    "dual_completion_bureau": Named("局任务按期完成率", "Bureau tasks on time", "%", "%", 100),
    "res_key_handover_rate": Named("必接必送率", "Key persons fetched", "%", "%", 100),
}


def applied(item: str, n: int = 0, **told: str) -> Applied:
    """A rule of the Xiangyin scheme, applied to an office's first half."""
    scheme = shipped("xiangyin")
    found = given(
        "xiangyin",
        {"office": office(1), "of": "premises.untidy", "period": "half:2025-H1", "count": 2, "revision": 2},
        {"office": office(1), "of": "premises.untidy", "period": "half:2025-H1", "count": 3},
        {"office": office(1), "of": "publicity_quality", "period": "half:2025-H1", "points": "5.5"},
    )
    (sheet, _) = part_sheets(scheme, parts_of(scheme, YEAR, AFTER), inputs(scheme, 1, told, given=found))
    return next(one for domain in sheet.domains for one in domain.items if one.item.id == item).applied[n]


@pytest.mark.parametrize(
    ("rule", "zh", "en"),
    [
        (
            applied("mediation_success", med_success_rate="185/200"),
            "每低于95%一个百分点:调解成功率 92.5% (185/200) < 95%:2.5 × 1 = 2.5",
            "each percentage point below 95 %: Success rate 92.5% (185/200) < 95%: 2.5 × 1 = 2.5",
        ),
        (
            applied("mediation_success", med_success_rate="1/2"),
            "每低于95%一个百分点:调解成功率 50% (1/2) < 95%:45 × 1 = 45,至多6",
            "each percentage point below 95 %: Success rate 50% (1/2) < 95%: 45 × 1 = 45, at most 6",
        ),
        (applied("correction_lost", cor_lost_cnt="2"), "脱管:脱管人数 2 人:2 × 3 = 6", "a person lost: Persons lost 2 persons: 2 × 3 = 6"),
        (
            applied("tasks", dual_completion_bureau="57/60"),
            "未按期完成的任务:局任务按期完成率 95% (57/60):3 × 2 = 6",
            "a task not done in time: Bureau tasks on time 95% (57/60): 3 × 2 = 6",
        ),
        (
            applied("resettlement_handover", res_key_handover_rate="0/0"),
            "未接回的重点对象:必接必送率 0/0,无可扣",
            "a key person not fetched: Key persons fetched 0/0, nothing to lose by",
        ),
        (
            applied("premises"),
            "室内不整洁:2项(基层科,2025-12-31,考核记录1号,已更正1次):2 × 1 = 2",
            "untidy rooms: 2 found (基层科, 2025-12-31, 考核记录1号, corrected 1 times): 2 × 1 = 2",
        ),
        (applied("premises", 1), "标牌、制度缺失:尚无检查记录", "a sign or rule missing: no inspection on record"),
        (applied("publicity_quality"), "5.5(基层科,2025-12-31,考核记录1号)", "5.5 (基层科, 2025-12-31, 考核记录1号)"),
    ],
)
def test_a_rule_says_what_it_took_and_why(rule: Applied, zh: str, en: str) -> None:
    assert Teller("zh", NAMED).reason(rule) == zh
    assert Teller("en", NAMED).reason(rule) == en


def test_an_indicator_that_nobody_named_goes_by_its_id() -> None:
    assert Teller("en", {}).reason(applied("correction_lost", cor_lost_cnt="1")) == "a person lost: cor_lost_cnt 1: 1 × 3 = 3"


def test_a_score_is_told_as_one_number_or_from_to() -> None:
    assert [score(Fraction(low), Fraction(high), 2) for low, high in ((80, 80), (80, 90))] == ["80.00", "80.00 – 90.00"]
