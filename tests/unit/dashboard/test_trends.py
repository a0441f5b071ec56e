"""Trends: the pattern of the year, means, types that grow, the mix with its rest."""

from datetime import date
from fractions import Fraction

from consumers.dashboard.figures import Figure, Kind
from consumers.dashboard.reading import District, Values
from consumers.dashboard.trends import hot, last_quarter, means, mix, seasons
from consumers.periods import Period

DISTRICT = "990107"
MONTHS = [Period("month", date(2024 + n // 12, n % 12 + 1, 1)) for n in range(15)]


def count(number: int) -> Figure:
    return Figure(Kind.COUNT, Fraction(number), Fraction(number), None, "closed")


def rate(part: int, whole: int) -> Figure:
    return Figure(Kind.PERCENT, Fraction(part, whole), Fraction(part), Fraction(whole), "closed")


def types(kind: str, *told: tuple[date, str, int]) -> Values:
    rows = [
        ("med_accepted_cnt", "none", f"dispute_type={code}" if code else "", DISTRICT, start, n, None, 1, float(n), "closed")
        for start, code, n in told
    ]
    assert kind in ("month", "quarter")
    return Values(rows, date(2020, 1, 1))


def test_months_stand_in_a_calendar_with_gaps_where_there_are_none() -> None:
    newest, older = seasons([(month, count(n)) for n, month in enumerate(MONTHS)])
    assert (newest.year, older.year) == (2025, 2024)
    assert [cell is None for cell in newest.cells] == [False] * 3 + [True] * 9
    last = newest.cells[2]
    assert last is not None
    assert (last[0], last[1].shade) == (MONTHS[14], 10_000)


def test_means_divide_sums_and_never_average_rates() -> None:
    counts = means([count(n) for n in range(15)], MONTHS)
    assert counts[0] == Fraction(0 + 12, 2)
    assert counts[11] == 11
    rates = means([rate(1, 1), *[None] * 11, rate(1, 3), None, None], MONTHS)
    assert rates[0] == Fraction(2, 4)
    assert rates[1] is None


def test_types_that_grew_most_over_the_year_come_first() -> None:
    now, before, last_year = date(2025, 1, 1), date(2024, 10, 1), date(2024, 1, 1)
    values = types(
        "quarter",
        (now, "", 20),
        (now, "labour", 9),
        (now, "medical", 11),
        (last_year, "labour", 2),
        (last_year, "medical", 10),
        (before, "traffic", 4),
    )
    found = hot(values, Period("quarter", now), DISTRICT)
    assert [one.type for one in found] == ["labour", "medical", "traffic"]
    assert found[0].share == Fraction(9, 20)
    assert found[2].now is not None
    assert found[2].now.value == 0


def test_rare_types_are_drawn_together_and_nothing_is_lost() -> None:
    codes = ["neighbour", "labour", "medical", "traffic", "contract", "consumer", "environment", "demolition"]
    values = types("month", *((MONTHS[0].start, code, 10 - n) for n, code in enumerate(codes)))
    found = mix(values, MONTHS[:1], DISTRICT)
    assert [code for code, _ in found] == [*codes[:6], ""]
    assert sum(int(figures[0].numerator) for _, figures in found if figures[0]) == sum(10 - n for n in range(8))


def test_a_quarter_that_runs_is_not_compared() -> None:
    place = District(DISTRICT, date(2025, 5, 20), date(2024, 1, 1), {}, {}, {})
    assert last_quarter(place, Period("month", date(2025, 5, 1))) == Period("quarter", date(2025, 1, 1))
    assert last_quarter(place, Period("month", date(2025, 2, 1))) == Period("quarter", date(2025, 1, 1))
