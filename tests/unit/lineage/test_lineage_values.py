"""What sums make of a formula, who pays when, and how a formula is written out."""

from datetime import date

import pytest

from consumers.dashboard.behind import expression
from consumers.formulas import Formula
from consumers.lineage.payers import Funding

D = "990107"
BUREAU, STREET, UNKNOWN = f"au-{D}-sfj", f"au-{D}-jd-001", f"au-{D}-unknown"
O1, O2 = f"sfs-{D}-001", f"sfs-{D}-002"


PLACES = (("numerator", 1), ("numerator", 2), ("denominator", 1), ("denominator", 2))


@pytest.mark.parametrize(
    ("shape", "totals", "parts"),
    [
        ("sum", (12,), (12, None)),
        ("p90", (31,), (31, None)),
        ("ratio", (3, 2, 40, 10), (5, 50)),
        ("ratio", (0, 0, 0, 0), (0, 0)),
        ("average", (3, 0, 40), (93, 40)),
        ("average", (3, 0, 0), (0, 0)),
        ("own_share", (3, 0, 40), (3, 40)),
        ("own_share", (0, 0, 40), (0, 0)),
        ("gap", (95, 100, 78, 80), (-250, 100)),
        ("gap", (1, 3, 1, 3), (0, 100)),
        ("gap", (1, 0, 1, 3), (0, 0)),
        ("gap", (1, 8, 0, 3), (1250, 100)),
        ("mismatch", (0, 10, 0, 10), (0, 0)),
        ("mismatch", (1, 20_000, 0, 10), (0, 100)),
        ("mismatch", (3, 20_000, 0, 10), (2, 100)),
    ],
)
def test_the_parts_that_sums_give(shape: str, totals: tuple[int, ...], parts: tuple[int, int | None]) -> None:
    """Differences are in hundredths of a percentage point, rounded half to even; 0/0 on either side is null."""
    formula = Formula("any", shape, (), ("month",), (), True, True, True, 1, ())
    assert formula.parts(dict(zip(PLACES, totals, strict=False)), 31) == parts


def funding() -> Funding:
    def given(authority: str, bp: int) -> list[tuple[str, str, int]]:
        return [("share_weighted", authority, bp), ("full", authority, 1), ("lead", authority, 1)]

    return Funding(
        D,
        [
            (O1, date(2024, 1, 1), [{"authority": BUREAU, "bp": 10_000}], BUREAU, given(BUREAU, 10_000)),
            (O1, date(2024, 7, 1), [{"authority": STREET, "bp": 10_000}], STREET, given(STREET, 10_000)),
        ],
    )


@pytest.mark.parametrize(
    ("office", "day", "lead"),
    [
        (O1, date(2023, 12, 31), UNKNOWN),
        (O1, date(2024, 1, 1), BUREAU),
        (O1, date(2024, 6, 30), BUREAU),
        (O1, date(2024, 7, 1), STREET),
        (O2, date(2024, 7, 1), UNKNOWN),
    ],
)
def test_who_pays_on_a_day(office: str, day: date, lead: str) -> None:
    stretch = funding().on(office, day)
    assert (stretch.lead, stretch.shares, stretch.weights["full", lead]) == (lead, [(lead, 10_000)], 1)


def test_who_pays_in_a_window_in_which_that_changes() -> None:
    assert [s.lead for s in funding().between(O1, date(2024, 6, 1), date(2024, 7, 1))] == [BUREAU, STREET]
    assert [s.lead for s in funding().between(O1, date(2024, 7, 1), date(2024, 12, 31))] == [STREET]


@pytest.mark.parametrize(
    ("shape", "sums", "written"),
    [
        ("sum", [("numerator", "a")], "a"),
        ("ratio", [("numerator", "a"), ("denominator", "b")], "a ÷ b"),
        ("ratio", [("numerator", "a"), ("numerator", "b"), ("denominator", "c"), ("denominator", "d")], "(a + b) ÷ (c + d)"),
        ("own_share", [("numerator", "3"), ("denominator", "40")], "3 ÷ 40"),
        ("average", [("numerator", "a"), ("denominator", "b")], "a × 31 ÷ b"),
        ("gap", [("numerator", "a"), ("numerator", "b"), ("denominator", "c"), ("denominator", "d")], "100 × (a ÷ b − c ÷ d)"),
    ],
)
def test_a_formula_is_written_out(shape: str, sums: list[tuple[str, str]], written: str) -> None:
    assert expression(shape, sums, "31") == written
