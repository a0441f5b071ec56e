"""Every page in both languages in a real browser: nothing refused, nothing foreign, nothing overlapping, and the numbers as they are."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched
from tests.browser.sample_district import BUREAU, DISTRICT, FINANCE, NAMES, history, office, street
from tests.browser.sample_tables import HOSTILE_DISTRICT, SILENT

MAY = "start=2025-05-01"
PAGES = {
    "overview": (f"/d/{DISTRICT}", "区情总览", "District overview"),
    "office": (f"/d/{DISTRICT}/offices/{office(7)}", "枫林镇司法所", "枫林镇司法所"),
    "authorities": (f"/d/{DISTRICT}/authorities", "经费保障方", "Funding authorities"),
    "authority": (f"/d/{DISTRICT}/authorities/{BUREAU}", "示范区司法局", "示范区司法局"),
    "catalogue": (f"/d/{DISTRICT}/catalogue", "指标目录", "Catalogue"),
    "matrix": (f"/d/{DISTRICT}/matrix", "谁出钱 · 谁用人 · 谁交办", "Who pays, who uses, who manages"),
    "value": (f"/d/{DISTRICT}/values/med_success_rate", "调解成功率", "Success rate"),
}
WITHOUT_PERIOD = {
    "letters": (f"/d/{DISTRICT}/letters?code=NUM_RANGE", "拒收事件(死信)", "Refused events (dead letters)"),
    "letter": (f"/d/{DISTRICT}/letter?place=3:2", "拒收事件 3:2", "Refused event 3:2"),
    "sources": (f"/d/{DISTRICT}/sources?", "报送情况", "What has not come"),
    "today": (f"/d/{DISTRICT}/today?", "今天", "Today"),
    "limits": (f"/d/{DISTRICT}/limits?of=task", "交办任务", "Task"),
}
VIEWS = {
    "centres": (f"/d/{DISTRICT}/centres", "三大中心", "Three centres"),
    "groups": (f"/d/{DISTRICT}/groups", "特殊人群", "Special groups"),
    "trends": (f"/d/{DISTRICT}/trends", "趋势与结构", "Trends and structure"),
    "dual": (f"/d/{DISTRICT}/dual", "双重管理", "Dual leadership"),
}
HAN = re.compile("[\u4e00-\u9fff]+")
NAMED_IN_CHINESE = "main h1, main .who, .whose, .chips, .brand, [hreflang], title, [data-chart], .legend, .lacking, .ends, script"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole(desk: Watched, name: str, lang: str) -> None:
    path, zh, en = PAGES[name]
    page = desk.open(f"{path}?lang={lang}&{MAY}")
    expect(page.locator("h1")).to_have_text(zh if lang == "zh" else en)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN" if lang == "zh" else "en")
    expect(page.locator(".period")).to_have_text("2025年5月" if lang == "zh" else "May 2025")
    expect(page.locator(".when .state")).to_have_text("待封账" if lang == "zh" else "Provisional")
    expect(page.locator("footer.trust")).to_contain_text("平衡" if lang == "zh" else "balanced")
    assert fits(page)
    desk.check()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(phone: Watched, name: str, lang: str) -> None:
    page = phone.open(f"{PAGES[name][0]}?lang={lang}&{MAY}")
    assert fits(page)
    phone.check()


@pytest.mark.parametrize("name", WITHOUT_PERIOD)
def test_pages_without_a_period_are_whole_in_both_languages_and_fit_a_phone(desk: Watched, phone: Watched, name: str) -> None:
    path, zh, en = WITHOUT_PERIOD[name]
    for watched in (desk, phone):
        for lang, title in (("zh", zh), ("en", en)):
            page = watched.open(f"{path}&lang={lang}")
            expect(page.locator("h1")).to_have_text(title)
            assert fits(page)
        watched.check()


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_whole_on_a_desk_and_on_a_phone_each_in_one_language(desk: Watched, phone: Watched, name: str) -> None:
    path, zh, en = VIEWS[name]
    for watched, lang, title in ((desk, "zh", zh), (phone, "en", en)):
        page = watched.open(f"{path}?lang={lang}&{MAY}")
        expect(page.locator("h1")).to_have_text(title)
        expect(page.locator(".when .state")).to_have_text("待封账" if lang == "zh" else "Provisional")
        assert fits(page)
        watched.check()


def test_refused_events_are_narrowed_down_and_lead_to_one(desk: Watched) -> None:
    """From the foot of a page, with the keyboard, to the letter that was corrected, and what became of it."""
    page = desk.open(f"/d/{DISTRICT}?{MAY}")
    foot = page.locator("footer.trust a", has_text="NUM_RANGE")
    foot.focus()
    page.keyboard.press("Enter")
    expect(page.locator("tr[data-letter]")).to_have_count(17)
    page.locator(".kinds a", has_text="已重放").click()
    expect(page.locator("tr[data-letter]")).to_have_count(1)
    expect(page.locator("tr[data-code=NUM_RANGE] td.text")).to_have_text("请核对数值")
    page.locator("tr[data-letter] a").first.click()
    expect(page.locator(".letter-replayed")).to_have_text("已更正重放")
    expect(page.locator("#reason + .said")).to_contain_text("王芳 于")
    expect(page.locator("#reason + .said")).to_contain_text("李强 批准")
    page = desk.open(f"/d/{DISTRICT}/letters?state=superseded")
    expect(page.locator("tr[data-letter] a").first).to_have_text("3:3")
    page = desk.open(f"/d/{DISTRICT}/offices/{office(2)}?{MAY}")
    page.locator("a", has_text="该所的拒收事件").click()
    expect(page.locator("tr[data-letter]")).to_have_count(2)
    for wrong in ("letters?state=x", "letters?code=x", "letters?day=x", "letter?place=x"):
        assert page.goto(f"{desk.address}/d/{DISTRICT}/{wrong}").status == 400  # type: ignore[union-attr]
    assert page.goto(f"{desk.address}/d/{DISTRICT}/letter?place=3:999").status == 404  # type: ignore[union-attr]


def test_numbers_that_may_lack_events_are_marked_and_say_why(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?start=2025-06-01")
    silent = NAMES[SILENT - 1]
    expect(page.locator(".lacking")).to_contain_text(f"{silent}司法所 已 12 个工作日没有报送")
    expect(page.locator(f"tr[data-office={office(SILENT)}] .state-partial")).to_be_visible()
    expect(page.locator(f"tr[data-office={office(2)}] .state-partial")).to_have_count(0)
    expect(page.locator(".tile .state-partial")).to_have_count(14)
    expect(desk.open(f"/d/{DISTRICT}?{MAY}").locator(".state-partial")).to_have_count(0)
    page = desk.open(f"/d/{DISTRICT}/sources")
    expect(page.locator(f'tr[data-sender="{office(SILENT)}"] .sender')).to_have_text("久未报送")
    expect(page.locator(f'tr[data-sender="{office(2)}"] .sender')).to_have_text("正常")
    expect(page.locator("tr[data-source]")).to_have_count(2)
    desk.check()


def fits(page: Page) -> bool:
    """Whether the document is no wider than the window: wide tables scroll inside their own frames. Once all is there: styles that are under way widen a page."""
    page.wait_for_load_state("load")
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("name", PAGES)
def test_an_english_page_has_chinese_only_in_names(desk: Watched, name: str) -> None:
    page = desk.open(f"{PAGES[name][0]}?lang=en&{MAY}")
    text = page.evaluate(
        """(names) => { const copy = document.body.cloneNode(true);
        copy.querySelectorAll(names + ', table a, tbody th, tbody td, details, h3, option').forEach(e => e.remove()); return copy.innerText }""",
        NAMED_IN_CHINESE,
    )
    assert not HAN.search(text), HAN.search(text)


def test_the_headline_shows_what_the_rows_say(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?{MAY}")
    may = [made for (_, month), made in history().items() if str(month) == "2025-05-01"]
    accepted, agreed, concluded = (sum(made[name] for made in may) for name in ("accepted", "agreed", "concluded"))
    expect(page.locator(".tile")).to_have_count(12)
    tile = page.locator(".tile [data-indicator=med_accepted_cnt]")
    expect(tile.locator(".big .num")).to_have_text(f"{accepted:,}")
    rate = page.locator(".tile [data-indicator=med_success_rate]")
    expect(rate.locator(".big .num")).to_have_text(f"{100 * agreed / concluded:.2f}%")
    expect(rate.locator(".formula").first).to_have_text(f"达成协议 {agreed} ÷ 办结 {concluded}")
    expect(rate.locator(".target")).to_have_text("目标 ≥ 98 % (年; 鹿城区 2015)")
    rates = {
        NAMES[number - 1]: made["agreed"] / made["concluded"] for (number, month), made in history().items() if str(month) == "2025-05-01"
    }
    expect(rate.locator(".ends")).to_contain_text(f"首 {max(rates, key=rates.__getitem__)}司法所")
    expect(rate.locator(".ends")).to_contain_text(f"末 {min(rates, key=rates.__getitem__)}司法所")


def test_charts_are_drawn_and_stand_beside_as_tables(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?{MAY}")
    for chart in ("chart-cases", "chart-success", "chart-types", "chart-sources", "chart-offices"):
        expect(page.locator(f"[data-chart={chart}] svg path").first).to_be_attached()
    page.locator("#chart-sources + details summary").click()
    expect(page.locator("#chart-sources + details tbody tr")).to_have_count(3)
    page.locator("[data-chart=chart-cases]").hover()
    expect(page.locator("[data-chart=chart-cases] svg text", has_text=re.compile("受理件数 "))).to_be_visible()
    desk.check()


def test_a_restated_month_says_so(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?start=2025-03-01")
    expect(page.locator(".when .state")).to_have_text("已重述")
    expect(page.locator(".when .why")).to_contain_text("1 项")
    expect(page.locator("[data-indicator=med_success_rate] .state-restated")).to_be_visible()
    desk.open(f"/d/{DISTRICT}?start=2025-02-01")
    expect(page.locator(".when .state")).to_have_text("已封账")
    desk.open(f"/d/{DISTRICT}")
    expect(page.locator(".when .state")).to_have_text("进行中")
    expect(page.locator(".when .why")).to_contain_text("2025-06-18")


def test_before_the_first_data_there_are_dashes_not_zeros(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?start=2023-07-01")
    tile = page.locator(".tile [data-indicator=med_accepted_cnt] .compare")
    expect(tile.locator("dd").first).to_have_text("–")
    desk.open(f"/d/{DISTRICT}?start=2022-01-01")
    expect(page.locator(".when .state")).to_have_text("无数据")
    desk.check()


def test_firing_alerts_are_listed_gravest_first_and_lead_to_their_subject(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?lang=en&{MAY}")
    rows = page.locator(".alerts tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.nth(3).locator("td").nth(2)).to_have_text("5")  # of no indicator, so there are no facts to lead to
    expect(rows.nth(0)).to_contain_text("Critical")
    expect(rows.nth(0)).to_contain_text("Reoffence recorded")
    expect(rows.nth(2)).to_contain_text("94.12%")
    expect(rows.nth(4).locator("td").nth(1)).to_have_text(f"/districts/{DISTRICT}/ledger")
    rows.nth(1).get_by_role("link").first.click()
    expect(page.locator("h1")).to_have_text("柳湖街道办事处")
    desk.check()


def test_the_foot_tells_what_is_wrong(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}?lang=en&{MAY}")
    foot = page.locator("footer.trust")
    for said in (
        "2025-06-18 17:24",
        "read 101,204 = admitted 99,120 + duplicates 2,061 + refused 21 + pending 2",
        "795,454 rows recomputed, all equal",
        "missing: 3",
    ):
        expect(foot).to_contain_text(said)
    expect(foot.locator("code").first).to_have_text("NUM_RANGE")
    expect(foot.locator("code").first).to_have_attribute("title", re.compile("range|between|large|number"))


def test_the_office_card_shows_capacity_tasks_and_payers(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/offices/{office(1)}?{MAY}")
    expect(page.locator("[data-indicator=cap_staff_avg] .big")).to_have_text("7 人")
    expect(page.locator("[data-indicator=cap_star_cnt]")).to_contain_text("5 星")
    expect(page.locator("[data-indicator=cap_excellent_rate]").first).to_contain_text("已命名")
    expect(page.locator("#payers-now")).to_have_text("示范区司法局 100.00%")
    expect(page.locator("[aria-labelledby=tasks] tbody tr").first).to_contain_text("示范区司法局")


def test_the_split_history_names_every_decision(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/offices/{office(7)}?{MAY}")
    rows = page.locator("[aria-labelledby=payers] tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_have_class("current")
    expect(rows.nth(0)).to_contain_text("枫林镇人民政府 60.00%、示范区司法局 40.00%")
    expect(rows.nth(1)).to_contain_text("2025-03-31")
    expect(page.locator("svg.timeline rect")).to_have_count(4)


def test_two_dates_are_compared(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/offices/{office(2)}?{MAY}")
    page.get_by_label("之前").fill("2023-12-15")
    page.get_by_label("之后").fill("2025-04-15")
    page.get_by_role("button", name="对比").click()
    row = page.locator("[data-compared=cap_staff_avg]")
    expect(row.locator("td").nth(0)).to_have_text("3.00")
    expect(row.locator("td").nth(1)).to_have_text("7.00")
    expect(row.locator("td").nth(2)).to_have_text("+4.00")
    expect(page.locator("[aria-labelledby=compare] thead")).to_contain_text("2023年12月")
    desk.check()


def test_the_authority_card_sets_the_modes_side_by_side_and_one_alone(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/authorities/{street(3)}?lang=en&{MAY}")
    made = next(made for (number, month), made in history().items() if number == 3 and str(month) == "2025-05-01")
    row = page.locator(".modes [data-indicator=med_accepted_cnt]")
    weighted = f"{made['accepted'] * 7 / 10:g}"
    expect(row.locator("[data-mode=share_weighted]")).to_have_text(weighted)
    expect(row.locator("[data-mode=full]")).to_have_text(str(made["accepted"]))
    expect(row.locator("[data-mode=lead]")).to_have_text(str(made["accepted"]))
    expect(page.locator(".modes [data-indicator=med_escalation_cnt] .void").first).to_be_visible()
    page.get_by_role("link", name="Share-weighted", exact=True).click()
    expect(page.locator("[data-indicator=med_accepted_cnt] td").first).to_have_text(weighted)
    expect(page.locator("[data-indicator=med_accepted_cnt] th")).to_contain_text("cases")
    desk.check()


def test_an_authority_that_only_pays_ordered_nothing(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/authorities/{FINANCE}?lang=en&{MAY}")
    expect(page.locator("[data-indicator=fund_disbursed_yuan] .big .num")).to_have_text("4,000.00")
    expect(page.locator("[data-indicator=tasks] .big .num")).to_have_text("0")
    expect(page.locator("[data-indicator=dual_mismatch_pp] .formula")).to_have_text("pays for more than it orders")


def test_the_matrix_tells_who_pays_uses_and_manages(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/matrix?lang=en&{MAY}")
    expect(page.locator("tbody[data-office]")).to_have_count(7)
    bureau = page.locator(f"[data-office={office(6)}] [data-authority={BUREAU}] td")
    expect(bureau.nth(0)).to_have_text("30.00%")
    expect(bureau.nth(4)).to_have_text("40.00%")
    expect(bureau.nth(5).get_by_role("img", name="yes")).to_be_visible()
    town = page.locator(f"[data-office={office(6)}] [data-authority={street(6)}] td")
    expect(town.nth(0)).to_have_text("50.00%")
    expect(town.nth(7).get_by_role("img", name="yes")).to_be_visible()
    assert page.locator(f"[data-office={office(6)}] [data-authority={FINANCE}] td").nth(3).inner_text() == "−20.00 pp"


def test_names_that_try_to_be_markup_are_text(desk: Watched) -> None:
    for path in ("", "/matrix", "/authorities", f"/offices/sfs-{HOSTILE_DISTRICT}-001", f"/authorities/au-{HOSTILE_DISTRICT}-sfj"):
        page = desk.open(f"/d/{HOSTILE_DISTRICT}{path}?{MAY}")
        assert page.locator("img, main script:not([type='application/json'])").count() == 0
        expect(page.locator("body")).to_contain_text("<script>alert('所')</script>")
    desk.check()
