"""The first page in a real browser: who must act, what comes near, one click to the records; by mouse, keyboard and on a phone."""

import re

from playwright.sync_api import expect

from tests.browser.computed_district import COMPUTED, rows
from tests.browser.conftest import Watched
from tests.browser.sample_district import BUREAU, DISTRICT, office, street
from tests.browser.sample_tables import SILENT
from tests.browser.serving import Served
from tests.browser.test_behind import UNLINKED
from tests.browser.test_pages import fits
from tests.browser.test_wall import fire


def test_alerts_name_who_must_act_and_silent_offices_are_listed(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/today?lang=en")
    reoffence = page.locator("tr[data-rule=reoffence]")
    expect(reoffence.locator(".actor").nth(0)).to_have_text("示范区司法局 manages")
    expect(reoffence.locator(".actor").nth(1)).to_have_text("柳湖街道司法所 head of the office")
    expect(page.locator("tr[data-rule=mismatch] .actor").first).to_have_text("柳湖街道办事处 itself")
    expect(page.locator("tr[data-rule=missing]")).to_contain_text(f"/districts/{DISTRICT}/ledger")
    expect(page.locator("tr[data-rule=missing] .actor")).to_have_text("示范区司法局 manages")
    expect(page.locator("tr[data-silent]")).to_have_attribute("data-silent", office(SILENT))
    expect(page.locator("[aria-labelledby=dates]")).to_contain_text("Day against Drugs 2025-06-26 in 8 days")
    reoffence.locator(".actor a").first.click()
    expect(page).to_have_url(re.compile(f"/authorities/{BUREAU}"))
    assert street(3) != BUREAU
    desk.check()


def test_from_the_first_page_to_a_fired_alert_to_its_events_by_clicks_alone(desk: Watched, served: Served) -> None:
    fire(served.settings, 60)
    page = desk.open("/?lang=en")
    page.get_by_role("link", name=COMPUTED, exact=True).click()
    alert = page.locator("tr[data-rule=w]")
    expect(alert).to_contain_text("New alert")
    alert.locator("a.why").click()
    expect(page.locator("#recomputed.good")).to_be_visible()
    page.locator(".facts .events a").first.click()
    expect(page.locator("dl.said")).to_contain_text("med.case.")
    desk.check()


def test_limits_are_counted_and_lead_to_their_records(desk: Watched, served: Served) -> None:
    query = f"SELECT kind, count() FROM limits_ahead(district = '{COMPUTED}', days = 14) GROUP BY kind"
    told = {str(kind): str(count) for kind, count in rows(served.settings, query)}
    page = desk.open(f"/d/{COMPUTED}/today?lang=en")
    page.get_by_role("link", name="14 days").click()
    cells = page.locator("[aria-labelledby=limits] tfoot td[data-kind]")
    expect(cells).to_have_count(len(told))
    for kind, count in told.items():
        expect(page.locator(f"td[data-kind={kind}]")).to_have_text(count)
    assert page.evaluate(UNLINKED, "none") == []
    cell = page.locator("[aria-labelledby=limits] tbody td a").first
    count = cell.inner_text()
    cell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-record]")).to_have_count(int(count))
    days = [int(row.split("\t")[-1]) for row in page.locator("tr[data-record]").all_inner_texts()]
    assert days == sorted(days)
    assert all(0 <= day <= 14 for day in days)
    page.get_by_role("link", name="All offices").click()
    page.locator("tr[data-record] a").first.click()
    expect(page.locator("section[aria-labelledby=events]")).to_be_visible()
    desk.check()


def test_lists_hold_who_is_over_a_limit_today(desk: Watched, served: Served) -> None:
    overdue = rows(served.settings, f"SELECT count() FROM watch_lists(district = '{COMPUTED}') WHERE kind = 'overdue'")[0][0]
    page = desk.open(f"/d/{COMPUTED}/today?lang=en")
    page.locator("[aria-labelledby=lists] tfoot td[data-kind=overdue] a").click()
    expect(page.locator("h1")).to_have_text("Mediation over 30 days")
    expect(page.locator("tr[data-record]")).to_have_count(int(str(overdue)))
    desk.check()


def test_numbers_of_the_past_that_moved_are_found_from_a_day_on(desk: Watched, phone: Watched) -> None:
    for watched in (desk, phone):
        page = watched.open(f"/d/{DISTRICT}/today?since=2025-06-01&lang=en")
        expect(page.locator("[aria-labelledby=moved] .none")).to_contain_text("since the end of 2025-06-01")
        assert fits(page)
        watched.check()


def test_what_cannot_be_listed_is_said(desk: Watched) -> None:
    desk.open(f"/d/{DISTRICT}/limits?of=nothing&lang=en", status=404)
    expect(desk.page.locator("main")).to_contain_text("There is no list nothing.")
    desk.open(f"/d/{DISTRICT}/today?days=500&lang=en", status=400)
    desk.open(f"/d/{DISTRICT}/limits?of=task&office=sfs-{DISTRICT}-999", status=404)
