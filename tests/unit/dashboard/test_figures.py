"""Rows to exact figures, and figures to what is printed: the contract's golden vectors among them."""

from datetime import date
from fractions import Fraction

import pytest

from consumers.dashboard import formats
from consumers.dashboard.figures import Change, Kind, Row, change, figure
from consumers.dashboard.presentation import Told, presentation


def row(numerator: int, denominator: int | None = None, scale: int = 1, value: float | None = 0.0) -> Row:
    return Row("x", "none", "", "s", date(2024, 1, 1), numerator, denominator, scale, value, "closed")


@pytest.mark.parametrize(
    ("numerator", "denominator", "scale", "value", "counts"),
    [
        (842, 869, 1, "96.89%", ("842", "869")),  # Huangshi, August 2016
        (665_000, 700_000, 10_000, "95.00%", ("66.5", "70")),  # O1 in 2024: the street, share-weighted
        (1_065_000, 1_100_000, 10_000, "96.82%", ("106.5", "110")),  # the bureau
        (173, 180, 1, "96.11%", ("173", "180")),  # the district
        (95, 100, 1, "95.00%", ("95", "100")),
        (78, 80, 1, "97.50%", ("78", "80")),
        (0, 0, 1, "–", ("0", "0")),
        (1, 32, 1, "3.13%", ("1", "32")),  # 3.125: half is rounded up, as people do
        (3_333, 10_001, 10_000, "33.33%", ("0.3333", "1.0001")),
    ],
)
def test_a_ratio_is_printed_with_both_counts(numerator: int, denominator: int, scale: int, value: str, counts: tuple[str, str]) -> None:
    shown = figure(Kind.PERCENT, row(numerator, denominator, scale))
    assert (formats.value(shown), formats.counts(shown)) == (value, counts)


@pytest.mark.parametrize(
    ("kind", "numerator", "denominator", "scale", "value"),
    [
        (Kind.COUNT, 1_080, None, 1, "1,080"),
        (Kind.COUNT, 5_000, None, 10_000, "0.5"),
        (Kind.COUNT, 1_000, None, 10_000, "0.1"),
        (Kind.MONEY, 123_456_789, None, 100, "1,234,567.89"),
        (Kind.MONEY, 700_000, None, 1_000_000, "0.70"),
        (Kind.AREA, 105_000, 7, 100, "150.00"),
        (Kind.AREA, 735_000_000, 49_000, 1_000_000, "150.00"),  # the same, share-weighted at 70 %
        (Kind.PER_OFFICE, 49, 7, 1, "7.00"),
        (Kind.PER_OFFICE, 343_000, 49_000, 10_000, "7.00"),
        (Kind.POINTS, -1_380, 100, 1, "−13.80"),
        (Kind.POINTS, 833, 100, 1, "+8.33"),
        (Kind.POINTS, 0, 0, 1, "–"),
        (Kind.MONEY_SHARE, 610_000, 1_000_000, 1, "61.00%"),
    ],
)
def test_values_by_kind(kind: Kind, numerator: int, denominator: int | None, scale: int, value: str) -> None:
    assert formats.value(figure(kind, row(numerator, denominator, scale))) == value


def test_the_parts_of_an_area_are_square_metres_and_offices() -> None:
    assert formats.counts(figure(Kind.AREA, row(735_000_000, 49_000, 1_000_000))) == ("735", "4.9")


def test_the_parts_of_a_money_share_are_yuan() -> None:
    assert formats.counts(figure(Kind.MONEY_SHARE, row(7_200_000, 14_000_000))) == ("72,000.00", "140,000.00")


def test_a_quantile_of_nothing_is_a_dash_and_a_quantile_of_zero_days_is_zero() -> None:
    assert formats.value(figure(Kind.DAYS, row(0, value=None))) == "–"
    assert formats.value(figure(Kind.DAYS, row(0, value=0.0))) == "0"
    assert formats.value(figure(Kind.DAYS, row(5, value=5.0))) == "5"


@pytest.mark.parametrize(
    ("kind", "printed"),
    [(Kind.COUNT, "0"), (Kind.MONEY, "0.00"), (Kind.PERCENT, "–"), (Kind.DAYS, "–"), (Kind.POINTS, "–"), (Kind.AREA, "–")],
)
def test_a_missing_row_is_a_row_of_zeros(kind: Kind, printed: str) -> None:
    assert formats.value(figure(kind, None)) == printed


def test_before_the_first_data_there_is_no_figure() -> None:
    assert formats.value(None) == "–"
    assert formats.counts(None) is None


@pytest.mark.parametrize(
    ("kind", "now", "before", "difference", "relative"),
    [
        (Kind.COUNT, row(396), row(381), "+15", "+3.9%"),
        (Kind.COUNT, row(0), row(1), "−1", "−100.0%"),
        (Kind.COUNT, row(4), row(0), "+4", ""),
        (Kind.COUNT, row(7), row(7), "±0", ""),
        (Kind.COUNT, row(665_000, scale=10_000), row(700_000, scale=10_000), "−3.5", "−5.0%"),
        (Kind.PERCENT, row(97, 100), row(98, 100), "−1.00 pp", ""),
        (Kind.PERCENT, row(0, 0), row(98, 100), "–", ""),
        (Kind.DAYS, row(5, value=5.0), row(7, value=7.0), "−2", ""),
        (Kind.MONEY, row(7_200_000, scale=100), row(6_400_000, scale=100), "+8,000.00", "+12.5%"),
        (Kind.POINTS, row(147, 100), row(824, 100), "−6.77 pp", ""),
    ],
)
def test_changes(kind: Kind, now: Row, before: Row, difference: str, relative: str) -> None:
    found = change(figure(kind, now), figure(kind, before))
    assert (formats.difference(kind, found), formats.relative(found)) == (difference, relative)


@pytest.mark.parametrize(
    ("better", "difference", "tone"),
    [("up", 1, "better"), ("up", -1, "worse"), ("down", 1, "worse"), ("down", -1, "better"), ("", 1, ""), ("up", 0, "")],
)
def test_tone_follows_the_direction_that_is_better(better: str, difference: int, tone: str) -> None:
    assert formats.tone(better, Change(Fraction(difference), None)) == tone


def test_large_numbers_keep_every_digit() -> None:
    assert formats.number(Fraction(2**63 - 1), 0) == "9,223,372,036,854,775,807"
    assert formats.number(Fraction(2**63 - 1, 100), 2) == "92,233,720,368,547,758.07"


def test_a_negative_number_that_rounds_to_nothing_has_no_sign() -> None:
    assert formats.number(Fraction(-1, 1_000), 2) == "0.00"


@pytest.mark.parametrize(("bp", "shade"), [(0, ""), (1, "heat-0"), (3_000, "heat-3"), (10_000, "heat-10")])
def test_heat_has_one_class_for_each_tenth(bp: int, shade: str) -> None:
    assert formats.heat(bp) == shade


def test_parts_of_money_are_in_yuan_and_give_the_value() -> None:
    """2,479.50 yuan for 13 units, 190.73 each; 11,161.48 of 21,320 yuan. Hours of training are no money, though divided by eight."""
    each = presentation("svc_unit_cost", Told("ratio", "元/件", "yuan each", 1, 100, "down"))
    arrived = presentation("fund_arrival_rate")
    days = presentation("cap_training_days", Told("average", "天/人", "days a head", 1, 8, "up"))
    rows = {"svc_unit_cost": (247_950, 13, 100), "fund_arrival_rate": (1_116_148, 2_132_000, 1), "cap_training_days": (160, 4, 8)}
    told = {
        id_: figure(shown.kind, Row(id_, "none", "", "990107", date(2026, 1, 1), *rows[id_], None, ""), shown.per)
        for id_, shown in (("svc_unit_cost", each), ("fund_arrival_rate", arrived), ("cap_training_days", days))
    }
    assert {id_: (formats.value(one), formats.counts(one)) for id_, one in told.items()} == {
        "svc_unit_cost": ("190.73", ("2,479.50", "13")),
        "fund_arrival_rate": ("52.35%", ("11,161.48", "21,320.00")),
        "cap_training_days": ("5.00", ("160", "4")),
    }
