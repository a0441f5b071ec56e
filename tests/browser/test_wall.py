"""The wall in a real browser: it turns by itself, names who must act, takes newer content without a reload, and says when the connection is gone."""

from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Page, expect

from consumers.clickhouse.client import connect
from schemas.settings import Settings
from tests.browser.computed_district import COMPUTED
from tests.browser.conftest import Watched
from tests.browser.sample_district import DISTRICT
from tests.browser.serving import Served
from tests.browser.test_pages import fits

SMALLEST = """[...document.querySelectorAll(".slide:not([hidden]) *")].filter(e => e.childElementCount === 0 && e.innerText.trim())
    .map(e => parseFloat(getComputedStyle(e).fontSize) / innerWidth).reduce((a, b) => Math.min(a, b), 1)"""
ALERT = "district rule subject_kind subject_id start state severity indicator mode dimension window_kind window_start value threshold why title_zh title_en version computed_at"


def shown(page: Page) -> str:
    return page.locator(".slide:not([hidden]) h2").inner_text()


def fire(settings: Settings, version: int) -> None:
    """An alert of the computed district, and a pulse that says that something came."""
    april, now = date(2025, 4, 1), datetime.now(UTC)
    row = (
        COMPUTED,
        "w",
        "district",
        COMPUTED,
        "x",
        "firing",
        "high",
        "med_accepted_cnt",
        "none",
        "",
        "month",
        april,
        9.0,
        1.0,
        "",
        "新预警",
        "New alert",
        version,
        now,
    )
    with connect(settings) as client:
        client.insert("alert_rows", [row], column_names=ALERT.split())
        client.insert(
            "conservation_rows",
            [(COMPUTED, 7, 1, 1, 0, 0, 0, version)],
            column_names=["district", "partition", "read", "admitted", "duplicates", "dead_letters", "pending", "version"],
        )


def test_it_turns_by_itself_and_by_keys_and_names_who_must_act(desk: Watched) -> None:
    desk.page.clock.install()
    page = desk.open(f"/d/{DISTRICT}/wall?lang=en&seconds=5")
    first = page.locator(".slide:not([hidden]) .wall-alerts li").first
    expect(first).to_contain_text("柳湖街道司法所 · Reoffence recorded")
    expect(first.locator(".acts b").first).to_have_text("示范区司法局")
    assert shown(page).startswith("Alerts")
    page.clock.fast_forward(5_100)
    assert shown(page).startswith("June 2025")
    page.keyboard.press("ArrowRight")
    assert shown(page).startswith("Limits")
    page.keyboard.press("Space")
    page.clock.fast_forward(9_000)
    assert shown(page).startswith("Limits")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert shown(page).startswith("Alerts")
    desk.check()


def test_newer_content_comes_in_place_without_a_reload(desk: Watched, served: Served) -> None:
    desk.page.clock.install()
    page = desk.open(f"/d/{COMPUTED}/wall?lang=en&seconds=600")
    expect(page.locator(".wall-good").first).to_have_text("No alert is firing.")
    page.evaluate("window.mine = true")
    fire(served.settings, 1)
    with page.expect_response("**/wall?**"):
        page.clock.fast_forward(10_100)
        page.clock.fast_forward(10_100)
    expect(page.locator(".wall-alerts")).to_contain_text("New alert")
    assert page.evaluate("window.mine")
    assert page.locator(".slide:not([hidden])").count() == 1
    desk.check()


def test_a_lost_connection_is_said_and_the_numbers_stay(desk: Watched) -> None:
    desk.page.clock.install()
    page = desk.open(f"/d/{DISTRICT}/wall?lang=en")
    expect(page.locator(".wall-lost")).to_be_hidden()
    page.route("**/pulse", lambda route: route.abort())
    page.clock.fast_forward(10_100)
    expect(page.locator(".wall-lost")).to_have_text("Connection lost: these are earlier numbers")
    expect(page.locator(".wall-alerts li").first).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_readable_from_afar_and_fits_every_screen(desk: Watched, phone: Watched, lang: str) -> None:
    desk.page.set_viewport_size({"width": 1920, "height": 1080})
    page = desk.open(f"/d/{DISTRICT}/wall?lang={lang}")
    for _ in range(page.locator(".slide").count()):
        assert page.evaluate(SMALLEST) >= 0.015
        assert page.evaluate("document.documentElement.scrollHeight") <= 1080
        page.keyboard.press("ArrowRight")
    desk.check()
    assert fits(phone.open(f"/d/{DISTRICT}/wall?lang={lang}"))
    phone.check()
    desk.open(f"/d/{DISTRICT}/wall?seconds=1", status=400)
