"""The golden vectors of the contract, section 6, kept as tests."""

from tests.folding import Folded, fold
from tests.scenarios import log
from tests.scenarios.story import BUREAU, FINANCE, O1, STREET, Story, case, row


def golden(*splits: tuple[str, str, dict[str, int]], cases: list[tuple[str, bool]]) -> Folded:
    """An office with these (role, valid from, shares) and concluded cases (day, agreed?)."""
    story = Story(O1)
    for role, valid_from, shares in splits:
        story.split(O1, valid_from, shares, role=role, when="2020-01-02")
    for number, (day, agreed) in enumerate(cases):
        (story.agreed if agreed else story.failed)(day, case(number))
    return fold([message[1:] for message in log(story.events)])


def test_year_2024_of_an_office_whose_payers_change_in_july() -> None:
    cases = [("2024-03-05", i < 95) for i in range(100)] + [("2024-08-05", i < 78) for i in range(80)]
    splits = (("funding", "2020-01-01", {STREET: 7000, BUREAU: 3000}), ("funding", "2024-07-01", {BUREAU: 10_000}))
    values = golden(*splits, cases=cases).values

    def rate(subject: str, mode: str = "none") -> tuple[int, int | None]:
        return values[row("med_success_rate", subject, "year 2024-01-01", mode)][:2]

    assert rate(STREET, "share_weighted") == (665_000, 700_000)
    assert rate(BUREAU, "share_weighted") == (1_065_000, 1_100_000)
    assert (rate(STREET, "full"), rate(BUREAU, "full")) == ((95, 100), (173, 180))
    assert (rate(STREET, "lead"), rate(BUREAU, "lead")) == ((95, 100), (78, 80))
    assert rate("990107") == (173, 180)


def test_three_payers_of_one_agreed_case() -> None:
    values = golden(("funding", "2020-01-01", {STREET: 5000, BUREAU: 3000, FINANCE: 2000}), cases=[("2024-03-05", True)]).values
    parts = [values[row("med_concluded_cnt", a, "year 2024-01-01", "share_weighted")] for a in (STREET, BUREAU, FINANCE)]
    assert parts == [(5000, None, 10_000), (3000, None, 10_000), (2000, None, 10_000)]


def test_the_managing_authority_leads_where_shares_are_equal() -> None:
    splits = (("funding", "2020-01-01", {STREET: 5000, BUREAU: 5000}), ("managing", "2020-01-01", {BUREAU: 10_000}))
    values = golden(*splits, cases=[("2024-03-05", True)]).values
    assert values[row("med_concluded_cnt", BUREAU, "year 2024-01-01", "lead")] == (1, None, 1)
    assert row("med_concluded_cnt", STREET, "year 2024-01-01", "lead") not in values
