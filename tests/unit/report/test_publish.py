"""What may leave the bureau: bounds, enough cases, no small cell of persons, and none that what is shown gives away."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.report.publish import MIN_CASES, Bounds, Cell, for_publication, wilson


def counts(of: list[int], family: str = "cor") -> dict[str, Cell]:
    """A sum and its parts, as counts."""
    series = (f"{family}_caseload", "none", "", "2024")
    parts = {f"office {n}": Cell(family, series, "district", Fraction(amount), None) for n, amount in enumerate(of)}
    return {"sum": Cell(family, series, "", Fraction(sum(of)), None), **parts}


def withheld(cells: dict[str, Cell]) -> set[str]:
    return {key for key, cell in for_publication(cells).items() if cell.withheld}


@pytest.mark.parametrize(
    ("successes", "cases", "low", "high"),
    [(95, 100, 0.8882, 0.9785), (5, 5, 0.5655, 1.0), (0, 10, 0.0, 0.2775), (1, 2, 0.0945, 0.9055)],
)
def test_bounds_are_wilsons(successes: int, cases: int, low: float, high: float) -> None:
    """Against the table of Newcombe (1998), method 3, and its formula by hand."""
    found = wilson(Fraction(successes), Fraction(cases))
    assert found == pytest.approx(Bounds(low, high), abs=5e-5)


@given(st.integers(0, 2_000), st.integers(1, 2_000))
def test_a_share_lies_between_its_bounds(successes: int, cases: int) -> None:
    found = wilson(Fraction(successes), Fraction(cases))
    if successes <= cases:
        assert found is not None
        assert 0 <= found.low <= successes / cases <= found.high <= 1


def test_what_is_no_share_has_no_bounds() -> None:
    assert wilson(Fraction(0), Fraction(0)) is None
    assert wilson(Fraction(3), Fraction(2)) is None
    assert wilson(Fraction(-1), Fraction(2)) is None


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([10, 20, 30], set()),
        ([10, 20, 0], set()),
        ([3, 20, 30], {"office 0", "office 1"}),  # alone it would be the sum less the others
        ([3, 4, 30], {"office 0", "office 1"}),
        ([1, 1, 30], {"office 0", "office 1", "office 2"}),  # two persons in two cells: one in each
        ([1, 0, 0], {"office 0", "sum"}),
        ([2, 0, 0], {"office 0", "sum"}),
        ([1, 1, 0], {"office 0", "office 1", "sum"}),
    ],
)
def test_small_cells_and_what_gives_them_away(parts: list[int], expected: set[str]) -> None:
    assert withheld(counts(parts)) == expected


def test_of_other_work_only_ratios_of_too_few_cases_are_withheld() -> None:
    assert withheld(counts([3, 20, 30], "med")) == set()
    series = ("med_success_rate",)
    few, enough = (Cell("med", series, "district", Fraction(cases - 1), Fraction(cases)) for cases in (4, 5))
    assert withheld({"few": few, "enough": enough}) == {"few"}
    money = Cell("fund", series, "", Fraction(1), Fraction(3), counts=False)
    assert withheld({"money": money}) == set()
    assert money.bounds is None


def test_a_share_of_persons_hides_few_of_either_kind() -> None:
    def share(numerator: int, denominator: int) -> Cell:
        return Cell("res", ("res_help_rate",), "", Fraction(numerator), Fraction(denominator))

    cells = {"few": share(3, 90), "few without": share(88, 90), "nobody without": share(90, 90), "enough": share(40, 90)}
    assert withheld(cells) == {"few", "few without"}


@given(st.lists(st.integers(0, 12), min_size=1, max_size=4))
def test_no_withheld_count_follows_from_what_is_shown(parts: list[int]) -> None:
    """Everybody who knows the rule tries every filling of the withheld cells that fits the sum: of each small one there is more than one answer."""
    found = for_publication(counts(parts))
    hidden = [n for n in range(len(parts)) if found[f"office {n}"].withheld]
    assert all(n in hidden for n, amount in enumerate(parts) if 0 < amount < MIN_CASES)
    if not hidden or found["sum"].withheld:
        return
    left = sum(parts[n] for n in hidden)
    fillings = [guess for guess in product(range(1, left + 1), repeat=len(hidden)) if sum(guess) == left]
    assert all(len({guess[place] for guess in fillings}) > 1 for place, n in enumerate(hidden) if parts[n] < MIN_CASES)
