"""The pages of assessment and programmes in a real browser: whole in both languages, on a phone, and from a lost point to its record."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.computed_district import COMPUTED
from tests.browser.conftest import Watched
from tests.browser.test_pages import HAN, fits

OFFICE = f"sfs-{COMPUTED}-001"
PAGES = {
    "assessment": (f"/d/{COMPUTED}/assessment?scheme=xiangyin", "年度考核", "Assessment"),
    "2023": (f"/d/{COMPUTED}/assessment?scheme=district_2023&if_what=med_success_rate&if_value=80%25", "年度考核", "Assessment"),
    "sheet": (f"/d/{COMPUTED}/assessment/{OFFICE}?scheme=district_2023", "", "score sheet"),
    "programmes": (f"/d/{COMPUTED}/programmes?programme=city_star", "创建评定", "Programmes"),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(desk: Watched, phone: Watched, name: str, lang: str) -> None:
    path, zh, en = PAGES[name]
    for watched in (desk, phone) if lang == "zh" else (desk,):
        page = watched.open(f"{path}&lang={lang}")
        expect(page.locator("h1")).to_contain_text(zh if lang == "zh" else en)
        assert fits(page)
        if lang == "en":
            texts = page.locator("main h2, main .hint:not(details *), main thead, main .reason").all_inner_texts()
            assert not [text for text in texts if HAN.search(text)]
        watched.check()


def test_a_lost_point_leads_to_its_value_its_records_and_its_events(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/assessment/{OFFICE}?scheme=district_2023&lang=en")
    lost = page.locator("tr[data-item=resettlement_placement]")
    expect(lost.locator("td.worse")).to_have_text(re.compile(r"\d"))
    counts = re.search(r"\((\d+)/(\d+)\)", lost.inner_text())
    assert counts
    lost.get_by_role("link", name="Records behind it").click()
    expect(page.locator("#causes")).to_be_visible()
    expect(page.locator("section[aria-labelledby=causes] tbody tr")).to_have_count(int(counts[2]) - int(counts[1]))
    record = page.locator("section[aria-labelledby=causes] th a").first
    named = record.inner_text()
    record.click()
    expect(page.locator("main")).to_contain_text(named)
    page.go_back()
    page.locator("tr[data-item=resettlement_placement] a.ground").first.click()
    expect(page.locator("h1")).to_contain_text("Persons placed")
    expect(page.locator("main")).to_contain_text(f"{counts[1]}")
    desk.check()


def test_what_if_is_tried_by_keyboard_and_moves_a_place(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/assessment?scheme=district_2023&lang=en")
    last = page.locator("tbody tr[data-office]").last.get_attribute("data-office")
    page.locator("select[name=if_office]").select_option(last)
    page.locator("select[name=if_what]").select_option("dual_completion_bureau")
    page.locator("input[name=if_value]").fill("0%")
    page.keyboard.press("Enter")
    expect(page.locator(f"tr[data-office={last}]")).to_contain_text("place 3")
    assert "if_value=0%25" in page.url
    page.get_by_role("link", name="End").click()
    expect(page.locator("th", has_text="What if")).to_have_count(0)
    desk.check()


def test_what_is_not_there_is_told(desk: Watched) -> None:
    for path, status, said in (
        ("/assessment?scheme=none", 404, "There is no scheme none."),
        ("/assessment?start=2030-01-01", 404, "has not begun"),
        ("/assessment?if_what=med_success_rate&if_value=%3Cscript%3E", 400, "Cannot be tried"),
        (f"/assessment/{OFFICE}?why=whole.no.no", 404, "There is no such loss"),
        ("/programmes?programme=none", 404, "There is no programme none."),
    ):
        page = desk.open(f"/d/{COMPUTED}{path}{'&' if '?' in path else '?'}lang=en", status)
        expect(page.locator("body")).to_contain_text(said)
