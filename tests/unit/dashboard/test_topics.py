"""Topics and funnels: every indicator named exists, is shown in a period that it has, and shades tell the greatest apart."""

from datetime import date
from fractions import Fraction

import pytest

from consumers.dashboard.dual import DUAL
from consumers.dashboard.figures import Figure, Kind
from consumers.dashboard.groups import TOPICS, steps
from consumers.dashboard.presentation import Told
from consumers.dashboard.reading import Indicator, Line
from consumers.dashboard.spans import Told as Shown
from consumers.dashboard.spans import shown_in
from consumers.dashboard.topics import CENTRES, Topic, shades
from consumers.periods import KINDS, Period
from streams.core.catalogue import INDICATORS

ALL = {indicator.id: indicator for indicator in INDICATORS}
MARCH = Period("month", date(2025, 3, 1))


def counted(numerator: int, denominator: int | None = None) -> Figure:
    return Figure(Kind.COUNT, Fraction(numerator), Fraction(numerator), None if denominator is None else Fraction(denominator), "open")


@pytest.mark.parametrize("topic", [*CENTRES, *TOPICS, DUAL], ids=lambda topic: topic.id)
def test_a_topic_names_indicators_that_exist_for_offices_and_by_month_where_it_draws(topic: Topic) -> None:
    drawn = {id_ for chart in topic.drawn for id_ in chart}
    assert {*topic.lines, *topic.columns, *drawn} <= set(ALL)
    assert set(topic.columns) <= set(topic.lines)
    assert all("month" in ALL[id_].windows for id_ in drawn)


@pytest.mark.parametrize(
    ("windows", "period", "shown"),
    [
        (("month", "quarter", "half", "year"), MARCH, MARCH),
        (("quarter", "half", "year"), MARCH, Period("quarter", date(2025, 1, 1))),
        (("half", "year"), Period("quarter", date(2025, 7, 1)), Period("half", date(2025, 7, 1))),
        (("year",), Period("half", date(2025, 7, 1)), Period("year", date(2025, 1, 1))),
        (("quarter", "half", "year"), Period("year", date(2025, 1, 1)), Period("year", date(2025, 1, 1))),
        ((), MARCH, MARCH),
    ],
)
def test_an_indicator_is_shown_in_the_shortest_period_that_it_has(windows: tuple[str, ...], period: Period, shown: Period) -> None:
    assert set(windows) <= set(KINDS)
    assert shown_in(Indicator("x", "", "", windows=windows), period) == shown


def test_a_funnel_takes_either_sum_of_a_ratio() -> None:
    def told(id_: str, figure: Figure | None) -> Shown:
        return Shown(Line(Indicator(id_, id_, id_), Indicator(id_, id_, id_).looks, figure, None, None, MARCH, MARCH, None, None), MARCH)

    lines = [
        told(id_, counted(3, 4) if id_ == "cor_report_ontime_rate" else None if id_ == "cor_lost_cnt" else counted(9))
        for id_ in TOPICS[0].lines
    ]
    found = {step.id: int(step.number) for step in steps("cor", lines)}
    assert (found["due"], found["ontime"], found["lost"], found["caseload"]) == (4, 3, 0, 9)


def test_shades_are_shares_of_the_greatest() -> None:
    assert shades([counted(5), counted(10), None, counted(0)]) == [5_000, 10_000, 0, 0]
    assert shades([None, counted(0)]) == [0, 0]


def test_ratios_which_lie_close_together_are_told_apart_from_the_least_on() -> None:
    rates = [Figure(Kind.PERCENT, Fraction(part, 100), Fraction(part), Fraction(100), "open") for part in (96, 98, 100)]
    assert shades([*rates, None]) == [1_000, 5_500, 10_000, 0]
    assert shades([rates[0], rates[0]]) == [0, 0]


def test_a_target_is_the_first_level_to_keep_and_never_one_only_observed() -> None:
    levels = (("见于 98.49 % [S26]", "≥ 95 % (年) [S13 S14]"), ("observed 98.49 % [S26]", "≥ 95 % (year) [S13 S14]"))
    assert Indicator("x", "", "", levels=levels).target("zh") == "≥ 95 % (年)"
    assert Indicator("x", "", "", levels=levels).target("en") == "≥ 95 % (year)"
    assert Indicator("x", "", "", levels=(("见于 1 件",), ("observed 1",))).target("en") == ""
    band = Told("ratio", "%", "%", 100, 1, "band")
    assert Indicator("x", "", "", told=band, levels=((), ("≥ 20 % [S1]", "≤ 50 % [S1]"))).target("en") == "≥ 20 %, ≤ 50 %"
