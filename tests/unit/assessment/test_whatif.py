"""What if: changes as people write them, and what they change."""

from fractions import Fraction

import pytest

from consumers.assessment.fields import Asked
from consumers.assessment.inputs import parts_of
from consumers.assessment.whatif import Change, changed, parse_change
from tests.assessing import AFTER, YEAR, inputs, judged, office, shipped, value

SUCCESS = Asked("med_success_rate")
LOST = Asked("cor_lost_cnt")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("med_success_rate=0.98", Change("", "", SUCCESS, "", Fraction("0.98"), Fraction("0.98"), None)),
        ("med_success_rate=98%", Change("", "", SUCCESS, "", Fraction("0.98"), Fraction(98), None)),
        (
            f"{office(1)}:med_success_rate@second=490/500",
            Change(office(1), "second", SUCCESS, "", Fraction("0.98"), Fraction(490), Fraction(500)),
        ),
        (
            "cor_findings_cnt{form=suggestion}=2",
            Change("", "", Asked("cor_findings_cnt", "form=suggestion"), "", Fraction(2), Fraction(2), None),
        ),
        ("grade.management=11.5", Change("", "", None, "management", Fraction("11.5"), Fraction("11.5"), None)),
    ],
)
def test_a_change_is_read(text: str, said: Change) -> None:
    assert parse_change(text) == said


@pytest.mark.parametrize(
    "text", ["", "x", "x=", "x=1e9", "x=-1", "x=1/0", "x@third=1", "sfs-1:x=1", "grade.x=50%", "grade.x{a=b}=1", "x=１", "x=1;y=2"]
)
def test_what_is_no_change_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no change|of nothing"):
        parse_change(text)


def test_a_share_given_as_one_number_keeps_its_whole_and_a_half_moves_the_year() -> None:
    scheme = shipped("xiangyin")
    parts = parts_of(scheme, YEAR, AFTER)
    one = inputs(
        scheme,
        1,
        {"med_success_rate": "80/100", "cor_lost_cnt": "2"},
        {"med_success_rate": "40/50"},
        whole={"med_success_rate": "120/150", "cor_lost_cnt": "2"},
    )
    (tried,) = changed([one], [parse_change("med_success_rate@first=90%"), parse_change("cor_lost_cnt@first=0")], parts)
    assert [part[SUCCESS] for part in tried.parts] == [value("90/100"), value("40/50")]
    assert tried.whole[SUCCESS] == value("130/150")
    assert tried.whole[LOST] == value("0")
    (other,) = changed([one], [parse_change(f"{office(2)}:cor_lost_cnt=0")], parts)
    assert other == one


def test_a_grade_can_be_tried_where_there_is_none() -> None:
    scheme = shipped("district_2023")
    parts = parts_of(scheme, YEAR, AFTER)
    one = inputs(scheme, 1)
    (tried,) = judged(scheme, changed([one], [parse_change("grade.management=10")], parts)).results
    assert (tried.parts[0].low, judged(scheme, [one]).results[0].parts[0].low) == (Fraction(98), Fraction(88))
