"""Ranking of offices, the period's state, what charts are made of, and the sums of the page's foot."""

from datetime import date
from fractions import Fraction
from typing import Any

from consumers.dashboard import charts
from consumers.dashboard.figures import Figure, Kind
from consumers.dashboard.overview import ends, rank
from consumers.dashboard.reading import District, Office, Values, period_state
from consumers.dashboard.registry import Share, Span
from consumers.dashboard.trust import Conservation
from consumers.periods import Period

MAY = Period("month", date(2025, 5, 1))


def office(number: int, opened: date = date(2020, 1, 1), closed: date | None = None) -> Office:
    return Office(f"sfs-990107-00{number}", f"所{number}", opened, closed, None)


def district(*offices: Office) -> District:
    return District("990107", date(2025, 6, 18), date(2023, 7, 1), {one.id: one for one in offices}, {}, {})


def rows(indicator: str, *parts: tuple[int, int, int | None]) -> Values:
    return Values(
        [(indicator, "none", "", f"sfs-990107-00{n}", MAY.start, above, below, 1, 0.0, "open") for n, above, below in parts],
        date(2023, 7, 1),
    )


def ranks(place: District, values: Values, sort: str) -> list[tuple[int | None, str]]:
    return [(row.rank, row.office.id[-1]) for row in rank(place, values, MAY, sort)]


def test_equal_values_share_a_rank_and_the_next_is_counted_on() -> None:
    place = district(office(1), office(2), office(3), office(4))
    assert ranks(place, rows("med_accepted_cnt", (1, 5, None), (2, 9, None), (3, 9, None)), "med_accepted_cnt") == [
        (1, "2"),
        (1, "3"),
        (3, "1"),
        (4, "4"),
    ]


def test_less_is_better_where_the_indicator_says_so_and_no_value_has_no_rank() -> None:
    place = district(office(1), office(2), office(3))
    assert ranks(place, rows("med_overdue_rate", (1, 3, 10), (2, 1, 10)), "med_overdue_rate") == [(1, "2"), (2, "1"), (None, "3")]


def test_the_first_and_the_last_office_are_those_of_the_better_and_the_worse_value() -> None:
    place = district(office(1), office(2), office(3))
    found = ends(place, rows("med_overdue_rate", (1, 3, 10), (2, 1, 10), (3, 0, 0)), MAY, "med_overdue_rate")
    assert found is not None
    assert (found.first.id[-1], found.last.id[-1]) == ("2", "1")
    most = ends(place, rows("med_accepted_cnt", (1, 5, None), (2, 9, None)), MAY, "med_accepted_cnt")
    assert most is not None
    assert (most.first.id[-1], most.last.id[-1], most.worst.numerator == 0) == ("2", "3", True)


def test_offices_that_cannot_be_told_apart_have_no_first() -> None:
    place = district(office(1), office(2))
    assert ends(place, rows("med_accepted_cnt", (1, 5, None), (2, 5, None)), MAY, "med_accepted_cnt") is None
    assert ends(district(), rows("med_accepted_cnt"), MAY, "med_accepted_cnt") is None


def test_only_offices_that_existed_in_the_period_are_ranked() -> None:
    place = district(office(1), office(2, closed=date(2025, 5, 1)), office(3, opened=date(2025, 6, 1)), office(4, closed=date(2025, 5, 2)))
    assert [id_ for _, id_ in ranks(place, rows("med_accepted_cnt"), "med_accepted_cnt")] == ["1", "4"]


def test_before_the_first_data_there_is_nothing_and_within_it_zero() -> None:
    values = rows("med_accepted_cnt")
    assert values.figure("med_accepted_cnt", Period("month", date(2023, 6, 1)), "990107") is None
    found = values.figure("med_accepted_cnt", Period("month", date(2023, 7, 1)), "990107")
    assert found is not None
    assert found.value == 0


def test_the_state_of_a_period_is_that_of_its_rows() -> None:
    assert period_state({}) == ("none", 0)
    assert period_state({"open": 40}) == ("open", 0)
    assert period_state({"provisional": 40}) == ("provisional", 0)
    assert period_state({"closed": 40}) == ("closed", 0)
    assert period_state({"closed": 38, "restated": 2}) == ("restated", 2)


def count(value: int) -> Figure:
    return Figure(Kind.COUNT, Fraction(value), Fraction(value), None, "")


def test_a_structure_is_labelled_with_counts_and_shares() -> None:
    parts = [("proactive", count(455)), ("applied", count(378)), ("referred", count(36))]
    drawn: Any = charts.structure("受理", "source", parts, "zh", "/why?{}".format)
    assert drawn["categories"] == ["主动调解", "申请调解", "委托移送"]
    (one,) = drawn["series"]
    assert one["values"] == [455.0, 378.0, 36.0]
    assert one["texts"] == ["455 (52.4%)", "378 (43.5%)", "36 (4.1%)"]
    assert one["links"] == ["/why?proactive", "/why?applied", "/why?referred"]


def test_a_series_leaves_a_gap_where_there_is_no_value() -> None:
    figures = [
        Figure(Kind.PERCENT, Fraction(842, 869), Fraction(842), Fraction(869), ""),
        Figure(Kind.PERCENT, None, Fraction(0), Fraction(0), ""),
        None,
    ]
    assert charts.series("x", figures) == {"name": "x", "values": [96.893, None, None], "texts": ["96.89%", "–", "–"]}


def test_the_timeline_stacks_shares_and_fills_the_width() -> None:
    history = [
        Span(date(2024, 1, 1), date(2024, 7, 1), (Share("a", 7_000), Share("b", 3_000)), "1"),
        Span(date(2024, 7, 1), None, (Share("b", 10_000),), "2"),
    ]
    shapes = charts.timeline(history, date(2024, 12, 1))
    assert [(one.authority, one.y, one.height) for one in shapes] == [("a", 0, 7_000), ("b", 7_000, 3_000), ("b", 0, 10_000)]
    assert (shapes[0].x, shapes[-1].x + shapes[-1].width) == (0, 10_000)
    assert shapes[0].width == shapes[-1].x
    assert charts.timeline([], date(2024, 12, 1)) == []


def test_conservation_has_no_remainder_or_names_it() -> None:
    assert Conservation(101_204, 99_120, 2_061, 21, 2).remainder == 0
    assert Conservation(101_204, 99_120, 2_061, 20, 2).remainder == 1
