"""The first page: who must act, limits counted by office, key dates, numbers that moved, and the menu."""

from datetime import UTC, date, datetime

import pytest

from consumers.acting import FUNDING, MANAGING, OFFICE, STAFF, roles
from consumers.dashboard.acting import actors
from consumers.dashboard.asking import PageError, ask
from consumers.dashboard.key_dates import key_dates, name
from consumers.dashboard.limits import LIMITS, LISTS, concerned, counted, days_ahead
from consumers.dashboard.menu import GROUPS, menu, under
from consumers.dashboard.pages import PAGES
from consumers.dashboard.reading import Authority, District, Indicator, Office
from consumers.dashboard.registry import Share, Split
from consumers.dashboard.today import day_before, moved_numbers
from consumers.periods import Period
from streams.core.catalogue import INDICATORS

TODAY = date(2026, 2, 10)
BUREAU, STREET = "au-990107-sfj", "au-990107-jd-001"
ONE, TWO = "sfs-990107-001", "sfs-990107-002"
PLACE = District(
    "990107",
    TODAY,
    date(2024, 1, 1),
    {id_: Office(id_, id_, date(2020, 1, 1), None, None) for id_ in (ONE, TWO)},
    {BUREAU: Authority(BUREAU, "局", "district_bureau"), STREET: Authority(STREET, "街道", "street_office")},
    {"med_success_rate": Indicator("med_success_rate", "调解成功率", "Success rate")},
)
SPLITS = [
    Split(ONE, role, "all", date(2020, 1, 1), None, shares, "1")
    for role, shares in {
        "managing": (Share(BUREAU, 10_000),),
        "staff_assigning": (Share(STREET, 6_000), Share(BUREAU, 4_000)),
        "funding": (Share(STREET, 10_000),),
    }.items()
]


def who(subject_kind: str, subject: str, *wanted: str) -> list[tuple[str, str]]:
    return [(one.role, one.id) for one in actors(PLACE, SPLITS, subject_kind, subject, wanted, TODAY)]


def test_who_must_act_is_who_holds_the_role_on_that_day() -> None:
    assert who("office", ONE, MANAGING, OFFICE) == [(MANAGING, BUREAU), (OFFICE, ONE)]
    assert who("office", ONE, STAFF, FUNDING) == [(STAFF, STREET), (STAFF, BUREAU)]
    assert who("office", TWO, FUNDING) == [(FUNDING, "au-990107-unknown")]
    assert who("office", TWO, MANAGING) == []


def test_an_authority_answers_for_itself_beside_the_bureau_which_answers_for_the_district() -> None:
    assert who("authority", STREET, MANAGING) == [("itself", STREET), (MANAGING, BUREAU)]
    assert who("authority", BUREAU, MANAGING) == [("itself", BUREAU)]
    assert who("district", "990107", OFFICE) == [(MANAGING, BUREAU)]
    assert who("source", "/districts/990107/office-1", OFFICE) == [(MANAGING, BUREAU)]


@pytest.mark.parametrize("indicator", [one.id for one in INDICATORS])
def test_every_indicator_has_somebody_who_can_mend_it(indicator: str) -> None:
    assert roles(indicator)


@pytest.mark.parametrize(
    ("series", "first"), [("deadline:cor_report", MANAGING), ("deadline:med_open", OFFICE), ("silence", MANAGING), ("gaps", OFFICE)]
)
def test_a_series_of_no_indicator_has_somebody_too(series: str, first: str) -> None:
    assert roles(series)[0] == first


def test_limits_are_counted_by_office_in_the_order_of_their_kinds() -> None:
    rows = [("task", TWO, 2, date(2026, 2, 12)), ("report", ONE, 1, date(2026, 2, 11)), ("task", ONE, 3, date(2026, 2, 10))]
    found = counted(LIMITS, rows)
    assert [(one.kind, one.total, one.first) for one in found] == [("report", 1, date(2026, 2, 11)), ("task", 5, TODAY)]
    assert found[1].offices == {TWO: 2, ONE: 3}
    assert concerned(PLACE, found) == [ONE, TWO]
    assert counted(LISTS, [("monitored", ONE, 4, None)])[0].first is None


def test_days_ahead_have_a_bound() -> None:
    assert days_ahead(ask("/d/990107/today", {"days": "30"})) == 30
    with pytest.raises(PageError):
        days_ahead(ask("/d/990107/today", {"days": "121"}))


def test_the_next_holiday_reaches_over_its_weekends_and_asks_for_a_screening() -> None:
    off = [date(2026, 2, day) for day in range(16, 21)] + [date(2026, 5, 1)]
    spring = next(one for one in key_dates(TODAY, off, [date(2026, 2, 14)]) if one.kind == "spring_festival")
    assert (spring.first, spring.last) == (date(2026, 2, 15), date(2026, 2, 22))
    assert spring.screening
    assert spring.days_until(TODAY) == 5
    first = key_dates(TODAY, off, [date(2026, 2, 14)])[0]
    assert (first.kind, first.first) == ("worked", date(2026, 2, 14))


def test_a_far_holiday_is_told_when_no_nearer_one_is_known_and_none_when_none_is() -> None:
    assert key_dates(date(2026, 6, 1), [date(2026, 10, 1)], [])[-1].kind == "national_day"
    assert all(one.kind not in ("holiday", "national_day") for one in key_dates(date(2026, 6, 1), [], []))


@pytest.mark.parametrize(
    ("first", "last", "kind"),
    [
        (date(2026, 1, 1), date(2026, 1, 3), "new_year"),
        (date(2022, 12, 31), date(2023, 1, 2), "new_year"),
        (date(2025, 1, 28), date(2025, 2, 4), "spring_festival"),
        (date(2026, 4, 4), date(2026, 4, 6), "qingming"),
        (date(2025, 5, 31), date(2025, 6, 2), "dragon_boat"),
        (date(2023, 4, 29), date(2023, 5, 3), "may_day"),
        (date(2023, 9, 29), date(2023, 10, 6), "national_day"),
        (date(2026, 8, 3), date(2026, 8, 3), "holiday"),
    ],
)
def test_holidays_are_known_by_their_days(first: date, last: date, kind: str) -> None:
    assert name(first, last) == kind


def test_yesterday_is_the_day_before_the_newest_event_came() -> None:
    assert day_before(datetime(2026, 2, 10, 8, tzinfo=UTC), TODAY) == date(2026, 2, 9)
    assert day_before(None, TODAY) == date(2026, 2, 9)


def test_a_number_that_moved_says_how_it_stood_and_whose_moved_with_it() -> None:
    rows = [
        ("office", ONE, "med_success_rate", date(2026, 1, 1), 4, 5, 0.8, 5, 5, 1, 1.0),
        ("district", "990107", "med_success_rate", date(2025, 12, 1), 1, 2, 0.5, 2, 2, 1, 1.0),
        ("district", "990107", "med_success_rate", date(2026, 1, 1), 9, 10, 0.9, 10, 10, 1, 1.0),
    ]
    newest, older = moved_numbers(PLACE, rows)
    assert newest.month == Period("month", date(2026, 1, 1))
    assert [int(one.numerator) for one in (newest.before, newest.after)] == [9, 10]
    assert newest.change is not None
    assert newest.change.difference * 10 == 1
    assert newest.offices == [ONE]
    assert older.offices == []


def test_the_menu_leads_to_pages_that_exist_and_marks_where_one_is() -> None:
    paths = {page.path.removeprefix("/d/{district}") for page in PAGES}
    assert {path for _, pages in GROUPS for _, path in pages} <= paths
    month = Period("month", date(2026, 2, 1))
    found = menu(ask("/d/990107/matrix", {"lang": "en"}), PLACE, month)
    assert [one.key for one in found.groups if one.here] == ["nav.group.dual"]
    assert [(one.key, one.here) for one in found.pages if one.here] == [("nav.matrix", "page")]
    inside = menu(ask("/d/990107/authorities/x", {}), PLACE, month)
    assert [(one.key, one.here) for one in inside.pages if one.here] == [("nav.authorities", "true")]


@pytest.mark.parametrize("path", [page.path.removeprefix("/d/{district}") for page in PAGES])
def test_every_page_stands_under_one_of_the_menu(path: str) -> None:
    assert under(path) in {path for _, pages in GROUPS for _, path in pages}
