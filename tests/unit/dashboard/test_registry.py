"""Who pays on a day: splits in force, the fallback to `all`, gaps, and the history without repetitions."""

from datetime import date

from consumers.dashboard.registry import Share, Span, Split, assemble, funding_history, holders, payers

DISTRICT = "990107"
OFFICE = "sfs-990107-001"
STREET, BUREAU = "au-990107-jd-001", "au-990107-sfj"
Y24, MID24, Y25 = date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)


def split(role: str, category: str, start: date, until: date | None, *shares: tuple[str, int], doc: str = "1") -> Split:
    return Split(OFFICE, role, category, start, until, tuple(Share(*share) for share in shares), doc)


def test_a_split_is_put_together_from_its_rows_and_zero_shares_left_out() -> None:
    rows = [
        (OFFICE, "funding", "operating", Y24, MID24, STREET, 10_000, "a"),
        (OFFICE, "funding", "operating", Y24, MID24, BUREAU, 0, "a"),
        (OFFICE, "funding", "operating", MID24, None, BUREAU, 10_000, "b"),
    ]
    assert assemble(rows) == [
        split("funding", "operating", Y24, MID24, (STREET, 10_000), doc="a"),
        split("funding", "operating", MID24, None, (BUREAU, 10_000), doc="b"),
    ]


def test_it_holds_from_its_first_day_until_the_day_before_the_next() -> None:
    splits = [split("funding", "operating", Y24, MID24, (STREET, 10_000)), split("funding", "operating", MID24, None, (BUREAU, 10_000))]
    assert payers(splits, DISTRICT, date(2024, 6, 30)) == (Share(STREET, 10_000),)
    assert payers(splits, DISTRICT, MID24) == (Share(BUREAU, 10_000),)


def test_all_serves_the_days_on_which_the_category_has_nothing_of_its_own() -> None:
    splits = [split("funding", "all", Y24, None, (STREET, 10_000)), split("funding", "operating", MID24, None, (BUREAU, 10_000))]
    assert payers(splits, DISTRICT, date(2024, 3, 1)) == (Share(STREET, 10_000),)
    assert payers(splits, DISTRICT, date(2024, 8, 1)) == (Share(BUREAU, 10_000),)


def test_where_nobody_was_named_the_pseudo_authority_pays() -> None:
    splits = [split("funding", "personnel", Y24, None, (STREET, 10_000)), split("managing", "all", Y24, None, (BUREAU, 10_000))]
    assert payers(splits, DISTRICT, Y25) == (Share("au-990107-unknown", 10_000),)


def test_a_role_without_cost_is_held_whatever_category_it_was_written_under() -> None:
    splits = [split("managing", "personnel", Y24, None, (BUREAU, 10_000))]
    assert holders(splits, "managing", Y25) == (Share(BUREAU, 10_000),)
    assert holders(splits, "managing", date(2023, 1, 1)) == ()
    assert holders(splits, "premises_owner", Y25) == ()


def test_the_history_repeats_no_decision() -> None:
    splits = [
        split("funding", "all", Y24, MID24, (STREET, 10_000), doc="a"),
        split("funding", "all", MID24, None, (BUREAU, 10_000), doc="b"),
        split("funding", "operating", date(2024, 3, 1), Y25, (STREET, 7_000), (BUREAU, 3_000), doc="c"),
        split("funding", "operating", Y25, None, (BUREAU, 10_000), doc="d"),
        split("funding", "personnel", date(2024, 5, 1), None, (BUREAU, 10_000), doc="e"),
    ]
    assert funding_history(splits) == [
        Span(Y24, date(2024, 3, 1), (Share(STREET, 10_000),), "a"),
        Span(date(2024, 3, 1), Y25, (Share(STREET, 7_000), Share(BUREAU, 3_000)), "c"),
        Span(Y25, None, (Share(BUREAU, 10_000),), "d"),
    ]


def test_no_decision_no_history() -> None:
    assert funding_history([]) == []
