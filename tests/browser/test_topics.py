"""The pages about a part of the work in a real browser: three centres, special groups, trends, the two masters."""

import re
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.browser.computed_district import COMPUTED, MARCH, rows
from tests.browser.conftest import Watched
from tests.browser.sample_district import DISTRICT, history, office
from tests.browser.serving import Served
from tests.browser.test_pages import MAY


def test_a_centre_shows_its_indicators_compared_drawn_and_by_office(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/centres?lang=en&{MAY}")
    may = {number: made for (number, month), made in history().items() if str(month) == "2025-05-01"}
    april = sum(made["accepted"] for (_, month), made in history().items() if str(month) == "2025-04-01")
    row = page.locator("section[data-topic=med] tr[data-indicator=med_accepted_cnt] td")
    expect(row.nth(0)).to_have_text(f"{sum(made['accepted'] for made in may.values()):,}")
    expect(row.nth(2)).to_have_text(f"{april:,}")
    expect(page.locator("tr[data-indicator=med_overdue_rate] .target")).to_have_text("≤ 5 %")
    three = page.locator(f"section[data-topic=med] .by-office tr[data-office={office(3)}] td")
    expect(three.nth(0)).to_have_text(str(may[3]["accepted"]))
    expect(page.locator("[data-chart=chart-med-1] svg path").first).to_be_attached()
    page.get_by_role("link", name="Publicity centre").click()
    assert page.evaluate("location.hash") == "#pub"
    desk.check()


def test_what_has_no_value_by_month_is_shown_by_its_shortest_period(desk: Watched) -> None:
    page = desk.open(f"/d/{COMPUTED}/centres?lang=en&{MARCH}")
    row = page.locator("tr[data-indicator=med_followup_rate]")
    expect(row.locator("th small")).to_have_text("Q1 2025")
    row.locator("td a").first.click()
    expect(page.locator(".period")).to_have_text("Q1 2025")
    desk.check()


def test_the_funnel_counts_and_each_step_opens_without_anybody_having_a_row(desk: Watched, served: Served) -> None:
    page = desk.open(f"/d/{COMPUTED}/groups?lang=en&{MARCH}")
    register = rows(
        served.settings,
        f"SELECT numerator FROM indicator_values WHERE district = '{COMPUTED}' AND indicator = 'res_register' AND subject_kind = 'district' "
        "AND window_kind = 'month' AND window_start = '2025-03-01'",
    )[0][0]
    step = page.locator("tr[data-step=enrolled]")
    expect(step.locator("td").first).to_have_text(str(register))
    records = [
        str(row[0])
        for row in rows(served.settings, f"SELECT DISTINCT record FROM facts WHERE district = '{COMPUTED}' AND component = 'res.register'")
    ]
    text = page.locator("body").inner_text()
    assert not [one for one in records if one in text or one.split(":")[1] in text]
    step.locator("a").click()
    expect(page.locator("#published .big .num")).to_have_text(str(register))
    desk.check()


def test_trends_are_chosen_in_the_address_and_drawn_beside_the_year_before(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/trends?lang=en&{MAY}")
    page.locator("select[name=i1]").select_option(label="Cases concluded")
    page.locator("select[name=i2]").select_option(label="none")
    page.locator("select[name=i3]").select_option(label="none")
    page.locator("select[name=months]").select_option(label="12 months")
    page.locator("select[name=office]").select_option(label="石门镇司法所")
    page.get_by_role("button", name="Show").last.click()
    expect(page).to_have_url(re.compile(r"i1=med_concluded_cnt&.*months=12&office=sfs-990107-006"))
    expect(page.locator("[data-chart^=chart-trend]")).to_have_count(1)
    made = history()[6, date(2025, 5, 1)]
    page.locator("#chart-trend-1 + details summary").click()
    row = page.locator("#chart-trend-1 + details tbody tr").last
    expect(row.locator("td").nth(0)).to_have_text(str(made["concluded"]))
    expect(row.locator("td").nth(1)).to_have_text(str(history()[6, date(2024, 5, 1)]["concluded"]))
    expect(page.locator("[aria-labelledby=season] tbody tr").first.locator("td").nth(4)).to_have_text(str(made["concluded"]))
    expect(page.locator("[aria-labelledby=by-office] tr.current td").last).to_have_text(str(made["concluded"]))
    page.get_by_role("link", name="Earlier period").click()
    expect(page.locator("h1")).to_have_text("Trends and structure · 石门镇司法所")
    desk.check()


def test_types_that_grow_are_those_of_the_last_whole_quarter(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/trends?lang=en&months=12")
    types: dict[str, int] = {}
    for (_, month), made in history().items():
        if (month.year, month.month) in {(2025, 1), (2025, 2), (2025, 3)}:
            for name, count in made.items():
                if name.startswith("type:"):
                    types[name[5:]] = types.get(name[5:], 0) + count
    expect(page.locator("[aria-labelledby=hot] thead")).to_contain_text("Q1 2025")
    for code in ("neighbour", "medical"):
        expect(page.locator(f"tr[data-type={code}] td").first).to_have_text(str(types[code]))
    expect(page.locator("[data-chart=chart-mix] svg path").first).to_be_attached()
    desk.open(f"/d/{DISTRICT}/trends?months=13&lang=en", status=400)
    desk.open(f"/d/{DISTRICT}/trends?i1=med_confirm_rate", status=404)


def test_the_two_masters_stand_on_one_view(desk: Watched) -> None:
    page = desk.open(f"/d/{DISTRICT}/dual?lang=en&{MAY}")
    six = page.locator(f".holding tr[data-office={office(6)}] td")
    expect(six.nth(0)).to_contain_text("石门镇人民政府 50.00%, 示范区司法局 30.00%, 示范区财政局 20.00%")
    expect(six.nth(1)).to_contain_text("石门镇人民政府 60.00%")
    expect(page.locator("tr[data-authority$=sfj] td").nth(1)).to_contain_text("/")
    for id_ in ("dual_core_time_share", "dual_balance_gap_pp", "dual_secondment_days"):
        expect(page.locator(f"section[data-topic=dual] tr[data-indicator={id_}]")).to_be_visible()
    desk.check()


def test_an_office_is_compared_with_what_it_was_before_a_rating(desk: Watched, served: Served) -> None:
    awarded = rows(
        served.settings,
        f"SELECT office, day FROM facts WHERE district = '{COMPUTED}' AND component = 'cap.standard' AND amount > 0 ORDER BY day LIMIT 1",
    )
    (id_, day), *_ = awarded
    page = desk.open(f"/d/{COMPUTED}/offices/{id_}?lang=en")
    page.locator("[aria-labelledby=compare] .chips a", has_text=str(day)).first.click()
    assert isinstance(day, date)
    expect(page.locator("input[name=before]")).to_have_value(str(day.replace(day=1) - timedelta(days=1)))
    expect(page.locator("[data-compared=cap_standard_rate]")).to_be_visible()
    desk.check()
