"""Any days, and values as they were reported on a day: the same figures as calendar windows have, said for what they are, kept in the address."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from consumers.told import VIEWS
from tests.browser.computed_district import COMPUTED
from tests.browser.conftest import Watched

OFFICE, BUREAU = f"sfs-{COMPUTED}-002", f"au-{COMPUTED}-sfj"
PATHS = {
    "overview": "",
    "office": f"/offices/{OFFICE}",
    "authority": f"/authorities/{BUREAU}",
    "centres": "/centres",
    "matrix": "/matrix",
    "catalogue": "/catalogue",
}
MARCH, THESE_DAYS = "kind=month&start=2025-03-01", "from=2025-03-01&to=2025-03-31"
TOLD_NOW = tuple(f"/rows/{id_}/" for told in VIEWS.values() for id_ in told)
"""Views tell these of the log as it is: nobody published them."""
STORED_ON, BEFORE = "as_of=2030-03-18", "as_of=2030-03-16"
"""The district's events were appended within seconds (computed_district.py)."""


def said(desk: Watched, path: str, query: str) -> dict[str, Any]:
    """A page's JSON."""
    answer = desk.page.request.get(f"{desk.address}/api/d/{COMPUTED}{path}?{query}")
    assert answer.ok, answer.text()
    return dict(answer.json())


def figures(desk: Watched, path: str, query: str) -> dict[str, Any]:
    """Every figure that a page shows of its own period, by where it stands; not what it shows of a longer one."""
    told = said(desk, path, query)
    period = (told["period"]["kind"], told["period"]["start"])
    for section in sections(told["content"]):
        short = [n for n, (*_, shown) in enumerate(section["columns"]) if (shown["kind"], shown["start"]) == period]
        section["offices"] = [[office, [cells[n] for n in short]] for office, cells in section["offices"]]
    return dict(walked(told["content"], period, ""))


def walked(one: Any, period: tuple[str, str], place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(one, dict) and {"kind", "value", "numerator"} <= set(one):
        yield place, (one["value"], one["numerator"], one["denominator"])
    elif isinstance(one, dict):
        shown = one.get("period")
        if shown is None or (shown["kind"], shown["start"]) == period:
            for name, child in one.items():
                if name not in ("previous", "last_year", "compared", "trend", "trends"):
                    yield from walked(child, period, f"{place}/{name}")
    elif isinstance(one, list):
        for number, child in enumerate(one):
            of = child.get("line", child) if isinstance(child, dict) else {}
            named = of["indicator"]["id"] if isinstance(of.get("indicator"), dict) else number
            yield from walked(child, period, f"{place}/{named}")


def sections(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The topics of a page, whose tables of offices have columns of several periods."""
    found = content.get("sections", [])
    return found if isinstance(found, list) else []


@pytest.mark.parametrize("name", PATHS)
def test_days_that_are_a_month_have_the_months_figures(desk: Watched, name: str) -> None:
    stored, summed = figures(desk, PATHS[name], MARCH), figures(desk, PATHS[name], THESE_DAYS)
    both = stored.keys() & summed.keys()
    assert len(both) > 8
    assert {place: stored[place] for place in both} == {place: summed[place] for place in both}
    # A row that is missing means nothing (contract, section 6); indicators of longer windows than a month have values of any days all the same.
    assert not any(stored[place][1] for place in stored.keys() - summed.keys())


@pytest.mark.parametrize("name", PATHS)
def test_what_was_reported_by_now_is_what_stands_and_before_it_there_was_nothing(desk: Watched, name: str) -> None:
    stands = {place: told for place, told in figures(desk, PATHS[name], MARCH).items() if not place.startswith(TOLD_NOW)}
    assert figures(desk, PATHS[name], f"{MARCH}&{STORED_ON}") == stands
    assert not any(numerator for _, numerator, _ in figures(desk, PATHS[name], f"{MARCH}&{BEFORE}").values())


def lines(desk: Watched, path: str, query: str) -> dict[str, dict[str, Any]]:
    """Every line that a page compares, by where it stands."""
    return dict(compared(said(desk, path, query)["content"], ""))


def compared(one: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(one, dict) and "previous_in" in one:
        yield f"{place}/{one['indicator']['id']}", one
    elif isinstance(one, dict):
        for name, child in one.items():
            yield from compared(child, f"{place}/{name}")
    elif isinstance(one, list):
        for child in one:
            yield from compared(child, place)


@pytest.mark.parametrize("name", ["overview", "office", "authority", "centres"])
@pytest.mark.parametrize(
    ("running", "first", "last"),
    [("month&start=2025-04-01", "2025-03-01", "2025-03-20"), ("quarter&start=2025-04-01", "2025-01-01", "2025-01-20")],
)
def test_what_is_running_is_compared_with_as_much_of_the_period_before(
    desk: Watched, name: str, running: str, first: str, last: str
) -> None:
    """The district's today is 20 April."""
    told = {
        place: line["previous"] and line["previous"] | {"state": ""}
        for place, line in lines(desk, PATHS[name], f"mode=lead&kind={running}").items()
        if (line["previous_in"]["kind"], line["previous_in"]["start"], line["previous_in"]["days"]) == ("days", first, 20)
    }
    asked = lines(desk, PATHS[name], f"mode=lead&from={first}&to={last}")
    both = told.keys() & asked.keys()
    assert len(both) > 8
    assert {place: told[place] for place in both} == {place: asked[place]["now"] | {"state": ""} for place in both}
    assert not any(told[place]["numerator"] for place in told.keys() - asked.keys())
    whole = lines(desk, PATHS[name], f"mode=lead&kind=month&start={first}")
    assert any(whole[place]["now"]["numerator"] != told[place]["numerator"] for place in both & whole.keys())


def test_the_page_of_what_is_running_says_what_it_is_compared_with_and_leads_to_it(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}?lang=en&kind=month&start=2025-04-01")
    expect(page.locator(".when .why")).to_contain_text(
        "The previous period is 2025-03-01 to 2025-03-20, last year 2024-04-01 to 2024-04-20."
    )
    shown = page.locator("[data-indicator=med_accepted_cnt] dl.compare a.why").first
    text = shown.inner_text()
    shown.click()
    expect(page.locator("#recomputed.good .big .num")).to_have_text(text)
    expect(page.locator(".period")).to_have_text("2025-03-01 to 2025-03-20")


def test_as_reported_on_a_day_whole_windows_are_compared(desk: Watched) -> None:
    told = lines(desk, "", f"kind=month&start=2025-04-01&{STORED_ON}")
    assert {(line["previous_in"]["kind"], line["last_year_in"]["kind"]) for line in told.values()} == {("month", "month")}


@pytest.mark.parametrize("indicator", ["med_success_rate", "med_duration_p50", "cor_caseload", "med_screening_ok", "dual_balance_gap_pp"])
def test_a_figure_of_any_days_opens_on_facts_that_add_up_to_it(desk: Watched, indicator: str) -> None:
    page = desk.open(f"/d/{COMPUTED}/catalogue?lang=en&from=2024-11-20&to=2025-03-19")
    shown = page.locator(f"tr[data-indicator={indicator}] td a.why").first
    text = shown.inner_text()
    shown.click()
    expect(page.locator("#published .big .num")).to_have_text(text)
    expect(page.locator("#recomputed .big .num")).to_have_text(text)
    expect(page.locator("#recomputed.good")).to_be_visible()
    expect(page.locator(".period")).to_have_text("2024-11-20 to 2025-03-19")
    assert page.locator("table.facts tbody tr").count() > 0 or text.startswith("0")
    desk.check()


def test_trends_of_any_days_are_drawn_by_whole_months(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/trends?lang=en&from=2025-01-20&to=2025-03-02")
    expect(page.locator(".state-months")).to_have_text("Whole months")
    expect(page.locator("#trend-1 ~ .chart tbody tr")).to_have_count(3)
    desk.check()


@pytest.mark.parametrize("path", ["/today", "/programmes", "/letters", "/sources", "/alerts"])
def test_a_page_of_now_says_that_it_has_no_periods(desk: Watched, path: str) -> None:
    page = desk.open(f"/d/{COMPUTED}{path}?lang=en")
    expect(page.locator(".controls .why")).to_have_text("This page always shows how things stand now.")
    desk.check()


def test_any_days_are_chosen_said_and_stepped_through(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/offices/{OFFICE}?lang=en&{MARCH}")
    page.get_by_text("Any days · as reported on a day").click()
    page.get_by_label("From").fill("2025-03-10")
    page.get_by_label("To", exact=True).fill("2025-03-19")
    page.locator(".dates form").first.get_by_role("button", name="Show").click()
    expect(page.locator(".period")).to_have_text("2025-03-10 to 2025-03-19")
    expect(page.locator(".state-days")).to_have_text("Any days")
    page.get_by_role("link", name="Earlier period").click()
    expect(page.locator(".period")).to_have_text("2025-02-28 to 2025-03-09")
    assert "from=2025-02-28&to=2025-03-09" in page.url
    page.get_by_role("link", name="Month", exact=True).click()
    expect(page.locator(".period")).to_have_text("March 2025")
    desk.check()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_before_anything_had_arrived_the_page_says_so(desk: Watched, lang: str) -> None:
    page = desk.open(f"/d/{COMPUTED}?lang={lang}&{MARCH}&{BEFORE}")
    expect(page.locator(".as-of")).to_contain_text(
        "第一条事件于 2030-03-18 送达" if lang == "zh" else "the first event arrived on 2030-03-18"
    )
    page = desk.open(f"/d/{COMPUTED}?lang={lang}&{MARCH}&{STORED_ON}")
    expect(page.locator(".as-of")).not_to_contain_text("送达" if lang == "zh" else "arrived")
    desk.check()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_days_reports_are_marked_and_lead_on_as_such_and_back(desk: Watched, phone: Watched, lang: str) -> None:
    for watched in (desk, phone):
        page = watched.open(f"/d/{COMPUTED}?lang={lang}&{MARCH}&{STORED_ON}")
        expect(page.locator(".as-of")).to_contain_text("按 2030-03-18 当日已报数字" if lang == "zh" else "As reported on 2030-03-18")
        expect(page.locator("#alerts")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
        page.locator(f"tr[data-office='{OFFICE}'] th a").click()
        expect(page.locator(".as-of")).to_be_visible()
        expect(page.locator("#tasks")).to_have_count(0)
        page.locator(".as-of a").click()
        expect(page.locator(".as-of")).to_have_count(0)
        expect(page.locator("#tasks")).to_be_visible()
        watched.check()


def test_what_cannot_be_shown_is_said(desk: Watched) -> None:
    for path, status in (
        ("/assessment?from=2025-03-01&to=2025-03-31", 400),
        ("/today?as_of=2025-03-31", 400),
        ("?from=2025-03-31&to=2025-03-01", 400),
        ("?from=2025-03-31", 400),
        ("?from=2025-03-01&to=2025-03-31&as_of=2025-04-01", 400),
        ("?from=2090-03-01&to=2090-03-31", 404),
    ):
        desk.open(f"/d/{COMPUTED}{path}", status)
