"""The duty desk in a real browser: who was told, acknowledging and silencing by its forms, in both languages and on a phone."""

import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from consumers.alerts.journal.acts import Acts
from consumers.alerts.journal.journal import FILE, Journal, Read
from consumers.alerts.planned import look
from consumers.alerts.registry import directories
from schemas.audit import entries
from tests.alerting import firing, plan_of, resolved
from tests.browser.conftest import Watched, at_desk_of, on_phone_of
from tests.browser.sample_district import BUREAU, DISTRICT, office, street
from tests.browser.serving import Served, dashboard
from tests.browser.test_pages import fits

PLAN = """
route: {to: [duty], group_wait: 0s, escalate: [{after: 30m, to: [chief]}]}
receivers: [{name: duty, log: {}}, {name: chief, log: {}}]
"""


@pytest.fixture(scope="module")
def planned(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page over a journal: one alert told and escalated, one inhibited, one over."""
    data = tmp_path_factory.mktemp("desk")
    journal, now, plan = Journal.at(data / FILE), datetime.now(UTC) - timedelta(minutes=40), plan_of(PLAN)
    journal.position(0, 0)
    of = {"district": DISTRICT, "subject_id": office(7)}
    grave = {"severity": "critical", "titles": {"zh": "社区矫正对象脱管 <i>", "en": "Person under correction lost <i>"}} | of
    rows = [firing(7, **grave), firing(7, rule="late", **of), firing(2, **of | {"subject_id": office(2)})]
    for minutes, more in ((0, rows), (5, [resolved(2, **of | {"subject_id": office(2)})]), (10, []), (31, [])):
        journal.fold(0, [Read(n, one, False) for n, one in enumerate(more)], 9, 0, now + timedelta(minutes=minutes))
        look(plan, journal, now + timedelta(minutes=minutes))
        for name in ("duty", "chief"):
            while queued := journal.head(name):
                journal.end(queued, now + timedelta(minutes=minutes), delivered=True)
    journal.close()
    with dashboard(served.settings.model_copy(update={"data": data})) as running:
        yield running


@pytest.fixture
def at_desk(browser: Browser, planned: Served) -> Iterator[Watched]:
    with at_desk_of(browser, planned.address) as watched:
        yield watched


@pytest.fixture
def on_the_way(browser: Browser, planned: Served) -> Iterator[Watched]:
    with on_phone_of(browser, planned.address) as watched:
        yield watched


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_was_told_and_why_others_were_not(at_desk: Watched, lang: str) -> None:
    page = at_desk.open(f"/d/{DISTRICT}/alerts?lang={lang}")
    grave, late = page.locator("tr[data-alert]").all()
    expect(grave).to_contain_text("社区矫正对象脱管 <i>" if lang == "zh" else "Person under correction lost <i>")
    expect(grave.locator(".receipts")).to_contain_text("chief")
    expect(late).to_contain_text("被更严重的预警抑制:lost" if lang == "zh" else "a graver one stands above: lost")
    expect(page.locator("section[aria-labelledby=ended]")).to_contain_text("已告知恢复" if lang == "zh" else "end told")
    assert fits(page)
    at_desk.check()


def test_acknowledging_and_silencing_with_the_keyboard(planned: Served, at_desk: Watched) -> None:
    page = at_desk.open(f"/d/{DISTRICT}/alerts?lang=zh")
    late = page.locator("tr[data-alert]").nth(1)
    late.locator("summary", has_text="静默").press("Enter")
    late.get_by_label("姓名").last.fill("王芳")
    late.get_by_label("原因").fill("核查中 <b>")
    late.get_by_label("时长").select_option("4h")
    late.get_by_role("button", name="静默").press("Enter")
    expect(page.get_by_role("status").filter(has_text="已静默")).to_be_visible()
    expect(page.locator("tr[data-silence]")).to_contain_text("王芳: 核查中 <b>")
    grave = page.locator("tr[data-alert]").first
    grave.locator("summary", has_text="认领").click()
    grave.get_by_label("姓名").first.fill("李强")
    grave.get_by_role("button", name="认领").click()
    expect(page.locator("tr[data-alert]").first).to_contain_text("李强")
    page.locator("tr[data-silence] summary").click()
    page.locator("tr[data-silence]").get_by_label("姓名").fill("李强")
    page.locator("tr[data-silence]").get_by_role("button").click()
    expect(page.locator("tr[data-silence]")).to_have_count(0)
    assert [one["what"] for one in entries(planned.settings.audit_folder)] == ["alerts silenced", "alert acknowledged", "silence ended"]
    acts = Acts(planned.settings.data / FILE)
    assert [one.acknowledged.by for one in acts.shown() if one.acknowledged] == ["李强"]
    acts.close()
    at_desk.check()


def test_it_fits_a_phone_with_its_forms_open(on_the_way: Watched) -> None:
    page = on_the_way.open(f"/d/{DISTRICT}/alerts?lang=en")
    for summary in page.locator("tr[data-alert] summary").all():
        summary.click()
    assert fits(page)
    on_the_way.check()


def test_who_has_which_role_is_asked_as_of_today(served: Served) -> None:
    """Office 7 was paid for by the bureau from July 2024 on, by its street and the bureau from April 2025 on."""
    before, after = (directories(served.settings, day)[DISTRICT] for day in (date(2024, 12, 1), date(2025, 4, 1)))
    assert before.holders[office(7), "funding"] == (BUREAU,)
    assert after.holders[office(7), "funding"] == (street(7), BUREAU)
    assert after.name(office(7)) == "枫林镇司法所"
    assert after.authorities[BUREAU].kind == "district_bureau"
    assert not after.works(date(2026, 2, 17))


def test_without_a_plan_the_page_says_what_to_do(desk: Watched) -> None:
    """The overview leads here also where nobody has made a plan."""
    page = desk.open(f"/d/{DISTRICT}")
    page.locator("section a", has_text="通知与认领").first.click()
    expect(page.locator("h1")).to_have_text("预警值班台")
    expect(page.locator(".none")).to_contain_text("没有通知方案")
    desk.check()


def test_each_look_is_at_the_journal(planned: Served) -> None:
    """The desk rests on no table, and its form bears a token of whoever asks: an answer kept as those of other pages are would be wrong for both."""
    address = f"{planned.address}/d/{DISTRICT}/alerts?lang=zh"

    def look_again() -> str:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return str(answer.read().decode())

    assert "赵敏" not in look_again()
    with closing(Acts(planned.settings.data / FILE)) as acts:
        of_nobody = next(one for one in acts.shown() if not one.acknowledged and not one.spell.over_at)
        acts.acknowledge(of_nobody.fingerprint, "赵敏", "", datetime.now(UTC))
    assert "赵敏" in look_again()
