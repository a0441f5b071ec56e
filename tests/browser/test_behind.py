"""From every number to what stands behind it and back, in a real browser: by mouse, keyboard and on paper, in both languages and widths."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.computed_district import COMPUTED, MARCH
from tests.browser.conftest import Watched
from tests.browser.sample_district import BUREAU, DISTRICT, office
from tests.browser.test_pages import HAN, MAY, NAMED_IN_CHINESE, fits

OFFICE, PAYER = f"sfs-{COMPUTED}-002", f"au-{COMPUTED}-sfj"
VALUE = f"/d/{COMPUTED}/values/med_success_rate?{MARCH}"
STOPS = ("value", "record", "event", "decisions")
LINKED = {
    "overview": f"/d/{DISTRICT}?{MAY}",
    "office": f"/d/{DISTRICT}/offices/{office(1)}?{MAY}",
    "authorities": f"/d/{DISTRICT}/authorities?{MAY}",
    "authority": f"/d/{DISTRICT}/authorities/{BUREAU}?{MAY}",
    "one mode": f"/d/{DISTRICT}/authorities/{BUREAU}?{MAY}&mode=full",
    "matrix": f"/d/{DISTRICT}/matrix?{MAY}",
    "catalogue": f"/d/{DISTRICT}/catalogue?{MAY}",
    "trends": f"/d/{DISTRICT}/trends?{MAY}&months=12",
    "dual": f"/d/{DISTRICT}/dual?{MAY}",
    "centres": f"/d/{DISTRICT}/centres?{MAY}",
    "groups": f"/d/{DISTRICT}/groups?{MAY}",
}
NOT_A_FIGURE = ".ranking td:first-child, .alerts td:not(.main), [aria-labelledby=payers] td"
"""Ranks, thresholds and instants, days from and until which a decision holds."""
UNLINKED = """(others) => [...document.querySelectorAll("main .big, main td.num, main .compare dd.num")].filter(cell =>
    /[0-9]/.test(cell.innerText) && !cell.querySelector("a") && !cell.matches(others)).map(cell => cell.closest("tr, .fact").innerText)"""


def reached(watched: Watched, stop: str, lang: str) -> Page:
    """One of the pages behind a number, come to as a reader comes to it: by links."""
    page = watched.open(f"{VALUE}&lang={lang}")
    if stop in ("record", "event"):
        page.locator(".facts .record").first.click()
        expect(page.locator("#facts")).to_be_visible()
    if stop == "event":
        page.locator("[aria-labelledby=events] td a").first.click()
        expect(page.locator("dl.said")).to_be_visible()
    if stop == "decisions":
        page.goto(watched.address + f"/d/{COMPUTED}/decisions?office={OFFICE}&lang={lang}")
    return page


@pytest.mark.parametrize("name", LINKED)
def test_every_figure_leads_to_what_stands_behind_it(desk: Watched, name: str) -> None:
    page = desk.open(LINKED[name])
    assert page.evaluate(UNLINKED, NOT_A_FIGURE) == []
    assert page.locator("main a.why").count() >= 10
    desk.check()


def test_one_click_from_the_headline_to_its_facts_and_events(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}?lang=en&{MARCH}")
    tile = page.locator(".tile [data-indicator=med_success_rate]")
    shown, counts = tile.locator(".big .num").inner_text(), tile.locator(".formula b").all_inner_texts()
    tile.locator(".big a").click()
    expect(page.locator("h1")).to_have_text("Success rate")
    for of in ("#published", "#recomputed"):
        expect(page.locator(f"{of} .big .num")).to_have_text(shown)
    expect(page.locator("#recomputed .verdict")).to_have_text("equal")
    expect(page.locator("#expression")).to_have_text("a ÷ b")
    expect(page.locator("#with-numbers")).to_have_text(f"= {counts[0]} ÷ {counts[1]}")
    expect(page.locator("[aria-labelledby=sums] tbody tr td:last-child")).to_have_text(counts)
    for row in page.locator(".facts tbody tr").all()[:5]:
        expect(row.locator(".events")).to_contain_text("agreement reached")
        expect(row.locator("td").last).to_have_text("1")
    desk.check()


def test_from_a_number_to_a_record_to_an_event_and_back_to_the_number(desk: Watched) -> None:
    page = desk.open(f"{VALUE}&lang=en&subject={OFFICE}")
    shown = page.locator("#published .big .num").inner_text()
    page.locator(".facts .record").first.click()
    name = page.locator(".sub code").inner_text()
    page.locator("[aria-labelledby=events] tbody tr", has_text="agreement reached").first.get_by_role("link").first.click()
    expect(page.locator("h1")).to_have_text("agreement reached")
    expect(page.locator("dl.said")).to_contain_text("admitted, counts")
    expect(page.locator(".sub code")).to_have_text(name)
    touched = page.locator(f"[aria-labelledby=values] tr[data-indicator=med_success_rate][data-subject={OFFICE}]", has_text="March 2025")
    expect(touched.locator("td").nth(3)).to_contain_text("1")
    expect(touched.locator("td").last).to_have_text(shown)
    touched.locator("a.why").click()
    expect(page.locator("#published .big .num")).to_have_text(shown)
    expect(page.locator(".subject")).to_contain_text("第2司法所")
    desk.check()


def test_the_rows_of_an_authority_carry_its_share_and_add_up(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/values/med_accepted_cnt?lang=en&{MARCH}&subject={PAYER}&mode=share_weighted")
    assert page.locator("#published .big .num").inner_text() == page.locator("#recomputed .big .num").inner_text()
    page.locator("details.payers summary").click()
    expect(page.locator("details.payers tbody tr").first).to_contain_text("区司法局")
    shares = {row.split("\t")[-2] for row in page.locator(".facts tbody tr").all_inner_texts()}
    assert all(share.endswith("%") for share in shares), shares
    page.get_by_role("link", name="Lead payer").click()
    expect(page.locator(".subject")).to_contain_text("Lead payer")
    expect(page.locator("#recomputed .verdict")).to_have_text("equal")
    desk.check()


def test_long_lists_are_paged_and_each_part_has_its_own(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/values/res_help_rate?lang=en&{MARCH}")
    page.locator("[aria-labelledby=sums] tr[data-component='res.present']").get_by_role("link").click()
    total = int(page.locator("tr.current td").nth(2).inner_text().replace(",", ""))
    assert total > 50
    seen: list[str] = []
    while True:
        seen += page.locator(".facts .record").all_inner_texts()
        following = page.get_by_role("link", name="Next")
        if not following.count():
            break
        following.click()
        expect(page.locator(".pager")).to_contain_text(f"{total:,} in all")
    assert len(seen) == len(set(seen)) == total
    answer = desk.page.request.get(desk.address + str(page.get_by_role("link", name="Export CSV").get_attribute("href")))
    told = list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))
    listed = told[told.index(["Rows"]) + 2 : told.index(["Definitions"]) - 1]
    assert [row[1] for row in listed] == seen
    assert all(row[-1] for row in listed)
    assert ["Rows of the list", str(total)] in told
    desk.check()


def test_a_count_of_tasks_leads_to_these_tasks(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/offices/{OFFICE}?lang=en&{MARCH}")
    row = page.locator("[aria-labelledby=tasks] tbody tr").first
    count = row.locator("td").first.inner_text()
    row.locator("a.why").first.click()
    expect(page.locator("[aria-labelledby=rows] .hint")).to_contain_text(f"Only the {count} assigned by")
    page.get_by_role("link", name="List all").click()
    expect(page.locator(".facts")).to_be_visible()
    desk.check()


def test_shares_lead_to_the_decisions_and_these_to_their_events(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/offices/{OFFICE}?lang=en&{MARCH}")
    paid = page.locator("#payers-now").inner_text()
    page.locator("#payers-now a").click()
    decided = page.locator("tr[data-role=funding]").first
    expect(decided).to_contain_text(paid)
    decided.get_by_role("link").last.click()
    expect(page.locator("dl.said")).to_contain_text("reg.split.decided")
    desk.check()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("stop", STOPS)
def test_the_pages_behind_a_number_fit_desk_and_phone(desk: Watched, phone: Watched, stop: str, lang: str) -> None:
    for watched in (desk, phone):
        page = reached(watched, stop, lang)
        assert fits(page)
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if lang == "zh" else "en")
        unnamed = "[...document.querySelectorAll('th')].filter(th => !th.scope && th.innerText.trim()).length"
        assert page.evaluate(unnamed) == 0
        watched.check()


@pytest.mark.parametrize("stop", STOPS)
def test_in_english_they_have_chinese_only_in_names(desk: Watched, stop: str) -> None:
    page = reached(desk, stop, "en")
    text = page.evaluate(
        """(names) => { const copy = document.body.cloneNode(true);
        copy.querySelectorAll(names + ', table a, tbody td, .said dd, .subject a, .sub a, option').forEach(e => e.remove()); return copy.innerText }""",
        NAMED_IN_CHINESE,
    )
    assert not HAN.search(text), HAN.search(text)


def test_the_keyboard_goes_the_same_way(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}?lang=en&{MARCH}")
    page.locator(".tile [data-indicator=med_accepted_cnt] .big a").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Cases accepted")
    page.locator(".facts .record").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#events")).to_be_visible()
    page.locator("[aria-labelledby=values] .kinds a").last.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[aria-labelledby=values] .kinds a").last).to_have_attribute("aria-current", "true")
    desk.check()


def test_a_bar_of_a_chart_leads_there_too(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}?lang=en&{MARCH}")
    chart = page.locator("[data-chart=chart-offices] svg")
    expect(chart).to_be_visible()
    box: Any = chart.bounding_box()
    # Three offices share the height; the first one's bar is the longest.
    chart.click(position={"x": box["width"] * 0.4, "y": box["height"] / 6})
    expect(page).to_have_url(re.compile(f"/d/{COMPUTED}/values/med_accepted_cnt\\?.*subject=sfs-{COMPUTED}-"))


def test_what_does_not_follow_from_its_facts_says_so(desk: Watched) -> None:
    """The sample district's values are invented: no facts stand behind them."""
    page = desk.open(f"/d/{DISTRICT}/values/med_success_rate?lang=en&{MAY}")
    expect(page.locator("#recomputed .verdict")).to_have_text("differs from what is published")
    expect(page.locator("#recomputed")).to_contain_text("suoheng reconcile")
    expect(page.locator("[aria-labelledby=rows] .none")).to_have_text("This part has no rows.")
    desk.check()


def test_it_prints_without_controls_and_with_its_rows(desk: Watched, tmp_path: Path) -> None:
    page = desk.open(VALUE)
    page.emulate_media(media="print")
    for hidden in (".controls", ".kinds.screen", "nav"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator(".facts tbody tr").first).to_be_visible()
    expect(page.locator("#recomputed")).to_be_visible()
    page.emulate_media(media="screen")
    assert page.pdf(path=tmp_path / "behind.pdf", format="A4").startswith(b"%PDF")


def test_what_is_not_there_is_said(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/record?lang=en&name=med:nobody", status=404)
    expect(page.locator("main")).to_contain_text("There is no record med:nobody.")
    desk.open(f"/d/{COMPUTED}/event?lang=zh&source=/districts/{COMPUTED}/office-1&id=x", status=404)
    expect(page.locator("main")).to_contain_text("未被采纳")
    desk.open(f"/d/{COMPUTED}/values/med_success_rate?lang=en&start=2031-01-01")
    expect(page.locator("#published")).to_contain_text("No such value was ever published")
    desk.open(f"{VALUE}&lang=en&page=99")
    page.locator("[aria-labelledby=rows] .none a").click()
    expect(page.locator(".facts")).to_be_visible()
