"""Rooms, staff, ratings and money; splits of every shape."""

from typing import Any

from tests.scenarios.story import (
    BUREAU,
    BUREAU_SOURCE,
    FINANCE,
    O1,
    O2,
    O3,
    OFFICE_SOURCE,
    STREET,
    TOWN,
    UNKNOWN,
    D,
    Scenario,
    Story,
    case,
    row,
)


def _area(story: Story, when: str, area: str, office: str = O1, **kwargs: Any) -> str:
    return story.add("cap.premises.snapshot", when, office, area_m2=area, independent=True, **kwargs)


def _staff(story: Story, when: str, staff: int, office: str = O1) -> str:
    return story.add("cap.staff.snapshot", when, office, staff=staff)


def _snapshots() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.split(O2, "2020-01-01", {BUREAU: 10000})
    story.opened(O3, "2024-04-10")
    _area(story, "2024-01-10", "58.5")
    _area(story, "2024-01-20", "60", O2)
    _area(story, "2024-03-05T08:00:00+08:00", "999.99", id_="b")
    _area(story, "2024-03-05T08:00:00+08:00", "151.25", id_="c")  # of one instant the greater id holds
    _area(story, "2024-03-05T07:00:00+08:00", "5", id_="z")
    _area(story, "2024-05-01", "60.00", O2)  # no change: no fact
    _staff(story, "2024-02-01", 4)
    _staff(story, "2024-02-29", 0)
    _staff(story, "2024-03-31", 7)
    _staff(story, "2024-02-01", 3, O2)
    story.closed(O2, "2024-06-01", when="2024-06-02")
    _staff(story, "2024-05-31", 5, O2)
    story.tick("2024-07-01")
    rooms = {office: f"cap.premises.snapshot:{office}" for office in (O1, O2)}
    staff = {office: f"cap.staff.snapshot:{office}" for office in (O1, O2)}
    facts = {
        (rooms[O1], "cap.area", "2024-01-10", "", O1, "self"): 5850,
        (rooms[O1], "cap.area", "2024-03-05", "", O1, "self"): 9275,
        (rooms[O2], "cap.area", "2024-01-20", "", O2, "self"): 6000,
        (rooms[O2], "cap.area", "2024-06-01", "", O2, "self"): -6000,
        (staff[O1], "cap.staff", "2024-02-01", "", O1, "self"): 4,
        (staff[O1], "cap.staff", "2024-02-29", "", O1, "self"): -4,
        (staff[O1], "cap.staff", "2024-03-31", "", O1, "self"): 7,
        (staff[O2], "cap.staff", "2024-02-01", "", O2, "self"): 3,
        (staff[O2], "cap.staff", "2024-05-31", "", O2, "self"): 2,
        (staff[O2], "cap.staff", "2024-06-01", "", O2, "self"): -5,
    }
    facts |= {
        (f"reg.office:{o}", "cap.offices", day, "", o, "self"): 1 for o, day in [(O1, "2020-01-01"), (O2, "2020-01-01"), (O3, "2024-04-10")]
    }
    facts[f"reg.office:{O2}", "cap.offices", "2024-06-01", "", O2, "self"] = -1
    march, june = "month 2024-03-01", "month 2024-06-01"
    values = {
        row("cap_area_m2", O1, "month 2023-12-01"): (0, 1, 100),  # open, and nothing known
        row("cap_area_m2", D, "month 2024-01-01"): (11_850, 2, 100),
        row("cap_area_m2", D, march): (21_125, 2, 100),
        row("cap_area_m2", O1, march): (15_125, 1, 100),
        row("cap_area_m2", STREET, march, "share_weighted"): (15_125 * 7000, 7000, 1_000_000),
        row("cap_area_m2", BUREAU, march, "share_weighted"): (15_125 * 3000 + 6000 * 10_000, 13_000, 1_000_000),
        row("cap_area_m2", BUREAU, march, "lead"): (6000, 1, 100),
        row("cap_area_m2", BUREAU, march, "full"): (21_125, 2, 100),
        row("cap_area_m2", UNKNOWN, "month 2024-04-01", "lead"): (0, 1, 100),
        row("cap_area_m2", D, june): (15_125, 2, 100),
        row("cap_area_m2", O2, june): None,
        row("cap_area_m2", O2, "half 2024-01-01"): None,
        row("cap_staff_avg", D, "month 2024-02-01"): (3, 2, 1),
        row("cap_staff_avg", D, march): (10, 2, 1),
        row("cap_staff_avg", D, "month 2024-05-01"): (12, 3, 1),
        row("cap_staff_avg", D, "year 2024-01-01"): (7, 2, 1),
        row("cap_staff_avg", D, "month 2024-08-01"): None,
    }
    return Scenario("rooms and staff", story.events, values, facts)


def _snapshot_after_closing() -> Scenario:
    story = Story()
    _staff(story, "2024-03-31", 7)
    _staff(story, "2024-05-01", 9)
    story.add("cap.rating.awarded", "2024-05-02", O1, programme="prov_standard")
    story.closed(O1, "2024-05-01", when="2024-05-20")
    record = f"cap.staff.snapshot:{O1}"
    facts = {(record, "cap.staff", "2024-03-31", "", O1, "self"): 7, (record, "cap.staff", "2024-05-01", "", O1, "self"): -7}
    return Scenario("snapshots and ratings on or after the closing count nothing", story.events, {row("cap_staff_avg", D, "year 2024-01-01"): None}, facts,
                    frozenset({"cap.standard"}))  # fmt: skip


def _ratings() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    award, withdraw = "cap.rating.awarded", "cap.rating.withdrawn"
    story.add(award, "2024-01-10", O1, programme="prov_standard")
    story.add(award, "2024-02-10", O1, programme="prov_standard")  # held already
    story.add(award, "2024-02-10", O2, programme="prov_standard")
    story.add(withdraw, "2024-04-10", O2, programme="prov_standard")
    story.add(withdraw, "2024-05-10", O2, programme="prov_standard")  # nothing is held
    story.add(award, "2024-02-01", O1, programme="prov_excellent")
    story.add(award, "2024-02-01", O1, programme="five_good")  # no core indicator
    story.add(award, "2024-01-10", O1, programme="city_star", level=3)
    story.add(award, "2024-03-10", O1, programme="city_star", level=5)
    story.add(award, "2024-03-20", O1, programme="city_star", level=5)
    story.add(award, "2024-01-10", O2, programme="city_star", level=4)
    story.add(withdraw, "2024-04-20", O2, programme="city_star", level=2)  # ends whatever is held
    story.closed(O1, "2024-06-01", when="2024-06-02")
    story.tick("2024-06-30")
    standard = {o: f"cap.rating:{o}:prov_standard" for o in (O1, O2)}
    star = {o: f"cap.rating:{o}:city_star" for o in (O1, O2)}
    facts = {
        (standard[O1], "cap.standard", "2024-01-10", "", O1, "self"): 1,
        (standard[O1], "cap.standard", "2024-06-01", "", O1, "self"): -1,
        (standard[O2], "cap.standard", "2024-02-10", "", O2, "self"): 1,
        (standard[O2], "cap.standard", "2024-04-10", "", O2, "self"): -1,
        (f"cap.rating:{O1}:prov_excellent", "cap.excellent", "2024-02-01", "", O1, "self"): 1,
        (f"cap.rating:{O1}:prov_excellent", "cap.excellent", "2024-06-01", "", O1, "self"): -1,
        (star[O1], "cap.star", "2024-01-10", "level=3", O1, "self"): 1,
        (star[O1], "cap.star", "2024-03-10", "level=3", O1, "self"): -1,
        (star[O1], "cap.star", "2024-03-10", "level=5", O1, "self"): 1,
        (star[O1], "cap.star", "2024-06-01", "level=5", O1, "self"): -1,
        (star[O2], "cap.star", "2024-01-10", "level=4", O2, "self"): 1,
        (star[O2], "cap.star", "2024-04-20", "level=4", O2, "self"): -1,
    }
    march = "month 2024-03-01"
    values = {
        row("cap_standard_rate", D, "month 2024-01-01"): (1, 2, 1),
        row("cap_standard_rate", D, "month 2024-02-01"): (2, 2, 1),
        row("cap_standard_rate", D, "month 2024-05-01"): (1, 2, 1),
        row("cap_standard_rate", D, "month 2024-06-01"): (0, 1, 1),
        row("cap_standard_rate", STREET, march, "share_weighted"): (7000, 7000, 10_000),
        row("cap_excellent_rate", D, march): (1, 2, 1),
        row("cap_star_cnt", D, "month 2024-02-01", dimension="level=3"): (1, None, 1),
        row("cap_star_cnt", D, march, dimension="level=3"): None,
        row("cap_star_cnt", O1, march, dimension="level=5"): (1, None, 1),
        row("cap_star_cnt", BUREAU, march, "share_weighted", "level=5"): (3000, None, 10_000),
        row("cap_star_cnt", BUREAU, march, "full", "level=5"): (1, None, 1),
        row("cap_star_cnt", D, march, dimension="level=4"): (1, None, 1),
        row("cap_star_cnt", D, march): None,
        row("cap_star_cnt", D, "half 2024-01-01", dimension="level=5"): None,
    }
    return Scenario("ratings", story.events, values, facts)


def _never_open() -> Scenario:
    story = Story()
    story.closed(O2, "2024-03-01")  # was never registered
    story.opened(O3, "2024-05-01", when="2024-03-02")
    story.tick("2024-04-30")
    facts = {
        (f"reg.office:{O1}", "cap.offices", "2020-01-01", "", O1, "self"): 1,
        (f"reg.office:{O3}", "cap.offices", "2024-05-01", "", O3, "self"): 1,
    }
    return Scenario(
        "an office that opens tomorrow", story.events, {row("cap_staff_avg", D, "month 2024-04-01"): (0, 1, 1)}, facts, today="2024-04-30"
    )


def _paid(story: Story, when: str, authority: str, amount: str, office: str = O1, **kwargs: Any) -> str:
    return story.add(
        "cap.fund.disbursed", when, office, authority=authority, category="operating", amount_yuan=amount, fiscal_year=2024, **kwargs
    )


def _money() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {BUREAU: 10000})  # who declared to pay does not matter here
    _paid(story, "2024-03-01", STREET, "100.50", id_="p1")
    _paid(story, "2024-03-31", STREET, "0.25", O2, id_="p2")
    _paid(story, "2024-03-31", FINANCE, "300.00", O2, id_="p3", assigned_by=TOWN)
    _paid(story, "2024-04-01", FINANCE, "0.00", id_="p4")
    facts = {
        (f"{OFFICE_SOURCE}#p1", "fund.disbursed", "2024-03-01", "", O1, STREET): 10_050,
        (f"{OFFICE_SOURCE}#p2", "fund.disbursed", "2024-03-31", "", O2, STREET): 25,
        (f"{OFFICE_SOURCE}#p3", "fund.disbursed", "2024-03-31", "", O2, FINANCE): 30_000,
    }
    march = "month 2024-03-01"
    values = {
        row("fund_disbursed_yuan", D, march): (40_075, None, 100),
        row("fund_disbursed_yuan", O2, "day 2024-03-31"): (30_025, None, 100),
        row("fund_disbursed_yuan", STREET, march, "own"): (10_075, None, 100),
        row("fund_disbursed_yuan", TOWN, march, "own"): None,
        row("fund_disbursed_yuan", BUREAU, march, "share_weighted"): None,
        row("fund_disbursed_yuan", FINANCE, "month 2024-04-01", "own"): None,
        row("fund_share_actual", STREET, march, "own"): (10_075, 40_075, 1),
        row("fund_share_actual", FINANCE, "year 2024-01-01", "own"): (30_000, 40_075, 1),
        row("fund_share_actual", BUREAU, march, "own"): None,
        row("fund_share_actual", D, march): None,
        row("fund_share_actual", O1, march): None,
        row("dual_mismatch_pp", STREET, march, "own"): None,  # no tasks in the district
    }
    return Scenario("money", story.events, values, facts)


def _splits() -> Scenario:
    story = Story()
    story.split(O1, "2024-02-01", {STREET: 10000}, category="all")
    story.split(O1, "2024-03-01", {BUREAU: 10000}, category="personnel")  # another category
    story.split(O1, "2024-03-01", {BUREAU: 10000}, role="staff_assigning")  # another role
    story.split(O1, "2024-05-01", {TOWN: 4000, BUREAU: 6000}, when="2024-04-02", id_="second")
    story.split(O1, "2024-05-01", {FINANCE: 10000}, when="2024-04-01", id_="first")  # decided before: does not hold
    story.split(O1, "2024-06-01", {STREET: 10000}, category="all")  # operating has a split of its own in force
    story.split(O1, "2024-07-01", {FINANCE: 10000}, when="2024-06-02", id_="taken-back")
    story.retract("taken-back", "2024-06-03", source=BUREAU_SOURCE)
    story.split(O1, "2024-08-01", {FINANCE: 10000}, when="2024-06-02", id_="amended")
    parts = [{"authority": STREET, "bp": 10000}, {"authority": FINANCE, "bp": 0}]
    story.amend("amended", 2, "reg.split.decided", "2024-06-04", source=BUREAU_SOURCE, office=O1, role="funding", cost_category="operating",
                valid_from="2024-09-01", shares=parts, doc_no="99-2")  # fmt: skip
    for month in range(1, 10):
        story.failed(f"2024-{month:02d}-01", case(month))
    payers = {1: UNKNOWN, 2: STREET, 3: STREET, 4: STREET, 5: BUREAU, 6: BUREAU, 7: BUREAU, 8: BUREAU, 9: STREET}
    values = {}
    for month, payer in payers.items():
        for authority in (BUREAU, STREET, UNKNOWN):
            values[row("med_concluded_cnt", authority, f"month 2024-{month:02d}-01", "lead")] = (1, None, 1) if authority == payer else None
    values[row("med_concluded_cnt", TOWN, "month 2024-05-01", "share_weighted")] = (4000, None, 10_000)
    values[row("med_concluded_cnt", FINANCE, "month 2024-09-01", "full")] = None  # named with nothing
    values[row("med_concluded_cnt", FINANCE, "year 2024-01-01", "full")] = None
    values[row("med_concluded_cnt", STREET, "year 2024-01-01", "share_weighted")] = (40_000, None, 10_000)
    return Scenario("splits", story.events, values)


def _split_learned_late() -> Scenario:
    story = Story()
    story.split(O1, "2024-01-01", {STREET: 10000})
    story.add("cor.subject.registered", "2024-02-01", O1, "PERS" + "0" * 22)
    story.failed("2024-02-10", case(1))
    story.failed("2024-03-10", case(2))
    story.split(O1, "2024-02-20", {BUREAU: 2500, STREET: 7500}, when="2024-03-31")
    values = {
        row("med_concluded_cnt", STREET, "month 2024-02-01", "share_weighted"): (10_000, None, 10_000),
        row("med_concluded_cnt", BUREAU, "month 2024-02-01", "share_weighted"): None,
        row("med_concluded_cnt", BUREAU, "quarter 2024-01-01", "share_weighted"): (2500, None, 10_000),
        row("med_concluded_cnt", STREET, "quarter 2024-01-01", "share_weighted"): (17_500, None, 10_000),
        row("med_concluded_cnt", D, "quarter 2024-01-01"): (2, None, 1),
        row("cor_caseload", BUREAU, "month 2024-02-01", "share_weighted"): (2500, None, 10_000),  # payer of the window's last day
        row("cor_caseload", STREET, "month 2024-02-01", "lead"): (1, None, 1),
        row("med_overdue_rate", BUREAU, "month 2024-02-01", "full"): None,
        row("med_overdue_rate", BUREAU, "month 2024-03-01", "full"): (0, 1, 1),
    }
    return Scenario("a split learned late", story.events, values)


SCENARIOS = [_snapshots(), _snapshot_after_closing(), _ratings(), _never_open(), _money(), _splits(), _split_learned_late()]
