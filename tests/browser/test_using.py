"""Using the page: language, period, ranking, navigation by mouse and keyboard, print, news, and what it says when something is missing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from consumers.clickhouse.client import connect
from deploy.migrate import migrate
from schemas.settings import Settings
from tests.browser.conftest import Stack, Watched, watch
from tests.browser.sample_district import DISTRICT, TODAY, office, street
from tests.browser.sample_tables import HOSTILE_DISTRICT
from tests.browser.serving import Served, dashboard, installation
from tests.ports import free_port

MAY = "start=2025-05-01"


def test_the_root_leads_to_the_first_district(desk: Watched) -> None:
    page = desk.open("/?lang=en")
    expect(page).to_have_url(re.compile(f"/d/{DISTRICT}/today\\?lang=en$"))


def test_the_language_switch_stays_on_the_page_and_in_the_period(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/offices/{office(3)}?kind=quarter&start=2025-04-01")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(re.compile(f"/offices/{office(3)}\\?.*lang=en"))
    expect(page.locator(".period")).to_have_text("Q2 2025")
    page.get_by_role("link", name="中文").click()
    expect(page.locator(".period")).to_have_text("2025年第2季度")
    desk.check()


def test_periods_are_chosen_stepped_and_widened(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?lang=en&{MAY}&sort=med_success_rate")
    page.get_by_label("Period", exact=True).locator("select, :scope").last.select_option(label="November 2024")
    expect(page.locator(".period")).to_have_text("November 2024")
    page.get_by_role("link", name="Earlier period").click()
    expect(page.locator(".period")).to_have_text("October 2024")
    page.get_by_role("link", name="Later period").click()
    expect(page.locator(".period")).to_have_text("November 2024")
    page.get_by_role("link", name="Half-year").click()
    expect(page.locator(".period")).to_have_text("H2 2024")
    expect(page.locator("th[aria-sort]")).to_have_text("Success rate")
    desk.check()


def test_offices_are_ranked_by_the_column_that_is_chosen(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?lang=en&{MAY}")
    page.get_by_role("link", name="Rank by Overdue rate").click()
    column = page.locator("th[aria-sort]")
    expect(column).to_have_attribute("aria-sort", "ascending")
    shown = [float(text.split("%")[0]) for text in page.locator(".ranking tbody td.main").all_inner_texts()]
    assert shown == sorted(shown)
    assert len(shown) == 7


def test_from_the_district_to_an_office_to_its_payer_and_back(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?lang=en&{MAY}")
    page.locator(".ranking tbody").get_by_role("link", name="石门镇司法所").click()
    expect(page.locator("h1")).to_have_text("石门镇司法所")
    page.locator("[aria-labelledby=tasks]").get_by_role("link", name="石门镇人民政府").click()
    expect(page.locator("h1")).to_have_text("石门镇人民政府")
    expect(page.locator(".period")).to_have_text("May 2025")
    page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Who pays").click()
    expect(page.get_by_role("navigation", name="Main navigation").locator("[aria-current=page]")).to_have_text(
        "Who pays, who uses, who manages"
    )
    page.get_by_role("link", name=HOSTILE_DISTRICT).click()
    expect(page.locator(".whose small")).to_have_text(HOSTILE_DISTRICT)
    desk.check()


def test_the_keyboard_reaches_the_content_at_once(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?lang=en&{MAY}")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"
    page.locator("main .kinds a").nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".period")).to_have_text("Q2 2025")


def test_tables_name_their_rows_and_columns(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/matrix?lang=en&{MAY}")
    unnamed = "[...document.querySelectorAll('th')].filter(th => !th.scope && th.innerText.trim()).length"
    assert page.evaluate(unnamed) == 0
    desk.open(f"/d/{DISTRICT}/offices/{office(3)}?lang=en&{MAY}")
    assert page.evaluate(unnamed) == 0
    assert page.evaluate("[...document.querySelectorAll('svg[role=img], .plot')].every(e => e.getAttribute('aria-label'))")


def test_the_authority_card_prints_for_the_streets_leaders(desk: Watched, tmp_path: Path) -> None:
    page = desk.open(f"/d/{DISTRICT}/authorities/au-{DISTRICT}-sfj?{MAY}")
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("nav").first).to_be_hidden()
    expect(page.locator(".controls")).to_be_hidden()
    expect(page.locator("[data-indicator=fund_disbursed_yuan] .big")).to_be_visible()
    expect(page.locator("footer.trust")).to_be_visible()
    page.emulate_media(media="screen")
    printed = page.pdf(path=tmp_path / "card.pdf", format="A4")
    assert printed.startswith(b"%PDF")
    assert len(printed) > 20_000
    for lang, says in (("zh", "矫正、帮教只列"), ("en", "quarters by lead only")):
        page = desk.open(f"/d/{DISTRICT}/authorities/au-{DISTRICT}-sfj?mode=street&lang={lang}&{MAY}")
        expect(page.locator("#got + .hint")).to_contain_text(says)
        assert not page.locator("tr[data-indicator^=cor_] td").get_by_role("link").count()


@pytest.mark.parametrize("path", [f"/d/{DISTRICT}/authorities/{street(3)}", f"/d/{DISTRICT}/matrix"])
def test_a_card_is_one_sheet_with_its_source_and_a_line_to_sign(desk: Watched, path: str) -> None:
    page = desk.open(f"{path}?lang=en&{MAY}")
    expect(page.locator(".signed")).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    page.emulate_media(media="print")
    expect(page.locator(".signed")).to_contain_text(f"figures as of {TODAY}")
    expect(page.locator(".signed")).to_contain_text(path)
    expect(page.locator(".lines-to-sign span")).to_have_text(["Prepared by", "Checked by", "Head", "Date"])
    expect(page.locator(".controls")).to_be_hidden()
    desk.check()


def test_charts_are_laid_out_again_for_paper_and_for_the_screen_afterwards(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?{MAY}")
    svg = page.locator("[data-chart=chart-types] svg")
    before = svg.get_attribute("width")
    page.evaluate(
        "addEventListener('beforeprint', () => { window.printed = document.querySelector('[data-chart=chart-types] svg').getAttribute('viewBox') })"
    )
    page.pdf(format="A4")
    assert re.fullmatch(r"0 0 400 \d+", page.evaluate("printed"))
    expect(svg).to_have_attribute("width", str(before))
    assert svg.get_attribute("viewBox") is None
    desk.check()


def test_newer_numbers_come_into_the_page_and_leave_the_reader_where_he_is(desk: Watched, served: Served) -> None:
    desk.page.clock.install()
    page = desk.open(f"/d/{DISTRICT}?lang=en&{MAY}")
    told = page.locator(".live")
    with page.expect_response("**/pulse"):
        page.clock.fast_forward(11_000)
    expect(told).to_be_hidden()
    page.locator("details.definitions summary").click()
    link = page.locator(f"tr[data-office='{office(3)}'] th a")
    link.focus()
    page.evaluate("scrollBy(0, -40)")
    scrolled = page.evaluate("scrollY")
    page.evaluate("window.kept = document.querySelector('[data-chart] svg')")
    accepted = page.locator("[data-indicator=med_accepted_cnt] .big .num").first
    before = accepted.inner_text()
    _more_cases(served, 1_000)
    with page.expect_response(lambda answer: f"/d/{DISTRICT}?" in answer.url):
        page.clock.fast_forward(11_000)
    expect(accepted).to_have_text(f"{int(before) + 1000:,}")
    expect(told).to_have_text(re.compile(r"Kept up to date, last at \d\d:\d\d"))
    expect(link).to_be_focused()
    expect(page.locator("details.definitions")).to_have_attribute("open", "")
    assert page.evaluate("scrollY") == scrolled > 0
    assert page.evaluate("window.kept.isConnected")
    _more_cases(served, -1_000)
    page.clock.fast_forward(11_000)
    expect(accepted).to_have_text(before)
    desk.check()


def _more_cases(served: Served, number: int) -> None:
    """Tell of so many more cases accepted in the district in May, as if an event had been counted."""
    now = int(datetime.now(UTC).timestamp() * 1000)
    with connect(served.settings) as client:
        client.command(
            "INSERT INTO indicator_value_versions SELECT * EXCEPT (window_end, value) REPLACE (numerator + {n:Int64} AS numerator, {now:UInt64} AS version) "
            "FROM newest_values WHERE district = {d:String} AND indicator = 'med_accepted_cnt' AND window_kind = 'month' "
            "AND window_start = '2025-05-01' AND subject_kind = 'district' AND dimension = ''",
            {"n": number, "now": now, "d": DISTRICT},
        )
        columns = ["district", "partition", "read", "admitted", "duplicates", "dead_letters", "pending", "version"]
        client.insert("conservation_rows", [(DISTRICT, 3, 101_204, 99_120, 2_061, 21, 2, now)], column_names=columns)


def test_a_lost_connection_is_told_and_ends(desk: Watched) -> None:
    desk.page.clock.install()
    page = desk.open(f"/d/{DISTRICT}/matrix?lang=zh&{MAY}")
    told = page.locator(".live")
    page.context.set_offline(True)
    for _ in range(2):
        page.clock.fast_forward(11_000)
        page.wait_for_timeout(300)
    expect(told).to_have_class("live lost")
    expect(told).to_contain_text("与服务器失去联系")
    page.context.set_offline(False)
    page.clock.fast_forward(11_000)
    expect(told).not_to_have_class("live lost")
    expect(told).to_contain_text("数字随时更新")
    desk.complaints[:] = [one for one in desk.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
    desk.check()


def test_what_is_not_there_is_said_in_the_readers_language(desk: Watched) -> None:
    page = desk.open("/d/000000?lang=en", status=404)
    expect(page.locator("main")).to_contain_text("There is no district 000000.")
    desk.open(f"/d/{DISTRICT}/offices/sfs-{DISTRICT}-999?lang=zh", status=404)
    expect(page.locator("main")).to_contain_text(f"没有司法所 sfs-{DISTRICT}-999。")
    page.get_by_role("link", name="返回首页").click()
    expect(page.locator("h1")).to_have_text("今天")


def test_without_data_the_page_says_what_to_do(browser: Browser, stack: Stack) -> None:
    settings = installation(stack.clickhouse_url)
    migrate(settings)
    with dashboard(settings) as running:
        watched = watch(browser, running.address)
        page = watched.open("/?lang=en")
        expect(page.locator("h1")).to_have_text("No data yet")
        expect(page.locator("main")).to_contain_text("suoheng demo")
        watched.check()
        page.context.close()


def test_without_clickhouse_the_page_says_so_and_tries_again(browser: Browser) -> None:
    settings = Settings(clickhouse_url=f"http://127.0.0.1:{free_port()}")
    with dashboard(settings, ready_status=503) as running:
        watched = watch(browser, running.address)
        page = watched.open(f"/d/{DISTRICT}?lang=zh", status=503)
        expect(page.locator("main")).to_contain_text("数据库暂时不可用")
        expect(page.locator("main code")).to_contain_text(settings.clickhouse_url)
        expect(page.locator("meta[http-equiv=refresh]")).to_have_attribute("content", "5")
        assert watched.foreign == []
        page.context.close()
