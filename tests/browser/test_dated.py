"""Any days, and values as they were reported on a day: the same figures as calendar windows have, said for what they are, kept in the address."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.computed_district import COMPUTED
from tests.browser.conftest import Watched

OFFICE, BUREAU = f"sfs-{COMPUTED}-002", f"au-{COMPUTED}-sfj"
PATHS = {"overview": "", "office": f"/offices/{OFFICE}", "authority": f"/authorities/{BUREAU}"}
MARCH, THESE_DAYS = "kind=month&start=2025-03-01", "from=2025-03-01&to=2025-03-31"
STORED_ON, BEFORE = "as_of=2030-03-18", "as_of=2030-03-16"
"""The district's events were appended within seconds (computed_district.py)."""


def figures(desk: Watched, path: str, query: str) -> dict[str, Any]:
    """Every figure that a page shows of its own period, by where it stands."""
    answer = desk.page.request.get(f"{desk.address}/api/d/{COMPUTED}{path}?{query}")
    assert answer.ok, answer.text()
    found: dict[str, Any] = {}

    def walk(one: Any, place: str) -> None:
        if isinstance(one, dict) and {"kind", "value", "numerator"} <= set(one):
            found[place] = (one["value"], one["numerator"], one["denominator"])
        elif isinstance(one, dict):
            for name, child in one.items():
                if name not in ("previous", "last_year", "compared", "trend"):
                    walk(child, f"{place}/{name}")
        elif isinstance(one, list):
            for number, child in enumerate(one):
                key = child.get("indicator", {}).get("id", number) if isinstance(child, dict) and "indicator" in child else number
                walk(child, f"{place}/{key}")

    walk(answer.json()["content"], "")
    return found


@pytest.mark.parametrize("name", PATHS)
def test_days_that_are_a_month_have_the_months_figures(desk: Watched, name: str) -> None:
    stored, summed = figures(desk, PATHS[name], MARCH), figures(desk, PATHS[name], THESE_DAYS)
    both = stored.keys() & summed.keys()
    assert len(both) > 20
    assert {place: stored[place] for place in both} == {place: summed[place] for place in both}
    # A row that is missing means nothing (contract, section 6); indicators of longer windows than a month have values of any days all the same.
    assert not any(stored[place][1] for place in stored.keys() - summed.keys())


@pytest.mark.parametrize("name", PATHS)
def test_what_was_reported_by_now_is_what_stands_and_before_it_there_was_nothing(desk: Watched, name: str) -> None:
    assert figures(desk, PATHS[name], f"{MARCH}&{STORED_ON}") == figures(desk, PATHS[name], MARCH)
    assert not any(numerator for _, numerator, _ in figures(desk, PATHS[name], f"{MARCH}&{BEFORE}").values())


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
        ("/matrix?from=2025-03-01&to=2025-03-31", 400),
        ("?from=2025-03-31&to=2025-03-01", 400),
        ("?from=2025-03-31", 400),
        ("?from=2025-03-01&to=2025-03-31&as_of=2025-04-01", 400),
        ("?from=2090-03-01&to=2090-03-31", 404),
    ):
        desk.open(f"/d/{COMPUTED}{path}", status)
