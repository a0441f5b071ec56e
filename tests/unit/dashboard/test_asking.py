"""Addresses read and written; a wrong parameter is told, not guessed."""

from datetime import date

import pytest

from consumers.dashboard.asking import PageError, ask, language
from consumers.periods import Period


def test_without_parameters_it_is_this_month_in_chinese() -> None:
    asked = ask("/d/990107", {})
    assert (asked.lang, asked.period(date(2025, 6, 18))) == ("zh", Period("month", date(2025, 6, 1)))


def test_a_start_inside_a_window_means_that_window() -> None:
    asked = ask("/d/990107", {"kind": "quarter", "start": "2025-05-17", "lang": "en"})
    assert (asked.lang, asked.period(date(2025, 6, 18))) == ("en", Period("quarter", date(2025, 4, 1)))


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"kind": "week"}, "error.400.kind"),
        ({"start": "2025-02-30"}, "error.400.day"),
        ({"start": "20250201"}, "error.400.day"),
        ({"start": "2025-W05-1"}, "error.400.day"),
        ({"start": "1969-01-01"}, "error.400.day"),
        ({"start": "2149-01-01"}, "error.400.day"),
        ({"start": "２０２５-01-01"}, "error.400.day"),
        ({"start": "x" * 10_000}, "error.400.day"),
    ],
)
def test_a_wrong_parameter_is_told(query: dict[str, str], key: str) -> None:
    with pytest.raises(PageError) as caught:
        ask("/d/990107", query)
    assert (caught.value.status, caught.value.key) == (400, key)


def test_an_unknown_language_is_the_default() -> None:
    assert language({"lang": "fr"}) == "zh"


def test_links_keep_language_and_period_and_escape_what_they_carry() -> None:
    asked = ask("/d/990107", {"lang": "en", "kind": "month", "start": "2025-05-01", "sort": 'a&b="c"'})
    assert asked.link("/d/990107/matrix") == "/d/990107/matrix?lang=en&kind=month&start=2025-05-01"
    assert asked.here(lang="zh") == "/d/990107?lang=zh&kind=month&start=2025-05-01&sort=a%26b%3D%22c%22"


def test_the_newest_period_stays_the_newest_in_a_link() -> None:
    assert ask("/d/990107", {}).link("/d/990107/matrix") == "/d/990107/matrix?lang=zh"
    assert ask("/d/990107", {"kind": "year"}).link("/d/990107/matrix") == "/d/990107/matrix?lang=zh&kind=year"
