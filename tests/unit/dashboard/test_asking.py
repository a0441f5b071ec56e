"""Addresses read and written; a wrong parameter is told, not guessed."""

from collections.abc import Sequence
from datetime import date

import pytest

from consumers.dashboard.asking import PageError, ask, language
from consumers.dashboard.pages import NOW
from consumers.periods import KINDS, Period, between


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


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"from": "2025-03-01"}, "error.400.days"),
        ({"to": "2025-03-01"}, "error.400.days"),
        ({"from": "2025-03-02", "to": "2025-03-01"}, "error.400.days"),
        ({"from": "2005-03-02", "to": "2025-03-01"}, "error.400.days"),
        ({"from": "2025-03-01", "to": "2025-03-02", "as_of": "2025-04-01"}, "error.400.as_of"),
        ({"as_of": "yesterday"}, "error.400.day"),
    ],
)
def test_days_that_cannot_be_are_told(query: dict[str, str], key: str) -> None:
    with pytest.raises(PageError) as caught:
        ask("/d/990107", query)
    assert caught.value.key == key


def test_any_days_and_a_day_of_reports_go_along_where_they_can_be_shown() -> None:
    days = ask("/d/990107", {"from": "2025-02-10", "to": "2025-03-01", "page": "2"})
    period = days.period(date(2025, 6, 18))
    assert period == between(date(2025, 2, 10), date(2025, 3, 1))
    assert days.link("/d/990107/offices/sfs-990107-001", period) == "/d/990107/offices/sfs-990107-001?lang=zh&from=2025-02-10&to=2025-03-01"
    assert days.link("/d/990107/assessment", period) == "/d/990107/assessment?lang=zh&kind=month&start=2025-03-01"
    assert days.at(period.earlier()) == "/d/990107?from=2025-01-21&to=2025-02-09&lang=zh"
    assert days.here(kind="month", start="2025-03-01") == "/d/990107?lang=zh&kind=month&start=2025-03-01"
    then = ask("/d/990107", {"as_of": "2025-02-10"})
    assert then.period(date(2025, 6, 18)) == Period("month", date(2025, 2, 1))
    assert then.link("/d/990107/authorities/au-990107-sfj") == "/d/990107/authorities/au-990107-sfj?lang=zh&as_of=2025-02-10"
    assert then.link("/d/990107/matrix") == "/d/990107/matrix?lang=zh&as_of=2025-02-10"
    assert then.link("/d/990107/today") == "/d/990107/today?lang=zh"


@pytest.mark.parametrize(
    ("path", "kinds", "query", "key"),
    [
        ("/assessment", KINDS, {"from": "2025-03-01", "to": "2025-03-02"}, "error.400.undated"),
        ("/values/med_success_rate", KINDS, {"as_of": "2025-03-01"}, "error.400.unreported"),
        ("/today", NOW, {"as_of": "2025-03-01"}, "error.400.now"),
        ("/wall", NOW, {"from": "2025-03-01", "to": "2025-03-02"}, "error.400.now"),
    ],
)
def test_a_page_says_which_days_mean_nothing_on_it(path: str, kinds: Sequence[str], query: dict[str, str], key: str) -> None:
    with pytest.raises(PageError) as caught:
        ask(f"/d/990107{path}", query, kinds)
    assert caught.value.key == key


def test_days_to_come_are_told() -> None:
    asked = ask("/d/990107", {"from": "2025-07-01", "to": "2025-07-02"})
    with pytest.raises(PageError):
        asked.period(date(2025, 6, 18))


def test_an_unknown_language_is_the_default() -> None:
    assert language({"lang": "fr"}) == "zh"


def test_links_keep_language_and_period_and_escape_what_they_carry() -> None:
    asked = ask("/d/990107", {"lang": "en", "kind": "month", "start": "2025-05-01", "sort": 'a&b="c"'})
    assert asked.link("/d/990107/matrix") == "/d/990107/matrix?lang=en&kind=month&start=2025-05-01"
    assert asked.here(lang="zh") == "/d/990107?lang=zh&kind=month&start=2025-05-01&sort=a%26b%3D%22c%22"


def test_the_newest_period_stays_the_newest_in_a_link() -> None:
    assert ask("/d/990107", {}).link("/d/990107/matrix") == "/d/990107/matrix?lang=zh"
    assert ask("/d/990107", {"kind": "year"}).link("/d/990107/matrix") == "/d/990107/matrix?lang=zh&kind=year"
