"""What an authority's card shows of it when it is handed to the street."""

from datetime import date
from fractions import Fraction

import pytest

from consumers.dashboard.authority import Got, for_street
from consumers.dashboard.figures import Figure, Kind
from consumers.dashboard.presentation import Presentation
from consumers.dashboard.reading import Indicator
from consumers.periods import Period

QUARTER, MONTH = Period("quarter", date(2026, 1, 1)), Period("month", date(2026, 1, 1))


def got(indicator: str, numerator: int, denominator: int | None = None, kind: Kind = Kind.COUNT) -> Got:
    told = Figure(kind, Fraction(numerator), Fraction(numerator), None if denominator is None else Fraction(denominator), "closed")
    return Got(Indicator(indicator, "", ""), Presentation(kind), {"share_weighted": told, "full": told, "lead": told}, told)


@pytest.mark.parametrize(
    ("one", "period", "shown"),
    [
        (got("cor_caseload", 7), QUARTER, True),
        (got("cor_caseload", 0), QUARTER, True),
        (got("cor_caseload", 7), MONTH, False),  # a quarter less two months is a month
        (got("cor_caseload", 4), QUARTER, False),
        (got("cor_caseload", 5), QUARTER, True),
        (got("res_help_rate", 20, 20, Kind.PERCENT), QUARTER, True),
        (got("res_help_rate", 18, 20, Kind.PERCENT), QUARTER, False),  # two were not helped
        (got("cor_per_worker", 40, 2, Kind.RATE), QUARTER, False),
        (got("cor_regain_hours_p50", 30, kind=Kind.DAYS), QUARTER, False),  # perhaps of one person
    ],
)
def test_of_persons_a_quarter_of_the_lead_alone_and_never_few(one: Got, period: Period, shown: bool) -> None:
    told = for_street(one, period)
    assert (list(told.modes), told.district, told.withheld) == (["lead"] if shown else [], None, not shown)


def test_all_else_is_as_it_is() -> None:
    one = got("med_escalation_cnt", 1)
    assert for_street(one, MONTH) == one
