"""Capacity beyond the core: who the staff are, what the rooms are like, titles, entries, volunteers."""

from tests.scenarios.story import BUREAU, O1, O2, STREET, D, Scenario, Story, row

STAFF_2, PREMISES_2 = ({"dataschema": f"urn:suoheng:cap.{what}.snapshot:2"} for what in ("staff", "premises"))
JANUARY, FEBRUARY, MARCH, MAY = (f"month 2024-0{n}-01" for n in (1, 2, 3, 5))


def _staff() -> Scenario:
    """O1 states everything of its seven. O2 states what the bureau supplies (more than it has, which counts as all four), later other things."""
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.add("cap.staff.snapshot", "2024-01-10", O1, more=STAFF_2, staff=7, bureau_supplied=2, established=4, political_posts=3, law_degree=2,
              legal_qualification=1, enforcement_card=3, functions=21)  # fmt: skip
    story.add("cap.staff.snapshot", "2024-01-12", O2, staff=4, bureau_supplied=9)
    story.add("cap.staff.snapshot", "2024-03-05", O2, more=STAFF_2, staff=3, established=1, law_degree=0)
    story.closed(O1, "2024-05-10")
    story.tick("2024-06-01")
    values = {
        row("cap_post_share", D, JANUARY): (3, 7, 1),
        row("cap_post_share", O2, JANUARY): None,
        row("cap_post_share", STREET, JANUARY, "share_weighted"): (3 * 7000, 7 * 7000, 10_000),
        row("cap_bureau_staff_share", D, JANUARY): (2 + 4, 7 + 4, 1),
        row("cap_bureau_staff_share", D, MARCH): (2, 7, 1),
        row("cap_law_degree_share", D, JANUARY): (2, 7, 1),
        row("cap_law_degree_share", D, MARCH): (2, 7 + 3, 1),
        row("cap_law_degree_share", D, MAY): (0, 3, 1),
        row("cap_qualified_share", D, MARCH): (1, 7, 1),
        row("cap_functions_per_person", O1, MARCH): (21, 7, 1),
        row("cap_enforcement_card_share", D, MARCH): (3, 4, 1),
        row("cap_single_person_cnt", D, JANUARY): None,
        row("cap_single_person_cnt", D, MARCH): (1, None, 1),
        row("cap_single_person_cnt", O1, MARCH): None,
        row("cap_staff_avg", D, MARCH): (10, 2, 1),
    }
    facts = {
        (f"cap.staff.snapshot:{office}", "cap.staff_stating", day, f"of={of}", office, "self"): amount
        for office, day, of, amount in (
            *((O1, "2024-01-10", of, 7) for of in ("bureau_supplied", "political_posts", "law_degree", "legal_qualification", "functions")),
            *((O1, "2024-05-10", of, -7) for of in ("bureau_supplied", "political_posts", "law_degree", "legal_qualification", "functions")),
            (O2, "2024-01-12", "bureau_supplied", 4), (O2, "2024-03-05", "bureau_supplied", -4), (O2, "2024-03-05", "law_degree", 3),
        )
    }  # fmt: skip
    return Scenario("who the staff are", story.events, values, facts)


def _rooms_and_titles() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.split(O2, "2020-01-01", {BUREAU: 10_000})
    story.add(
        "cap.premises.snapshot", "2024-01-10", O1, more=PREMISES_2, area_m2="120", independent=True, uniform_sign=True, needs_repair=False
    )
    story.add("cap.premises.snapshot", "2024-01-10", O2, area_m2="119.99", independent=False)
    story.add("cap.premises.snapshot", "2024-03-10", O1, area_m2="120.00", independent=True)  # says nothing of a sign
    story.add("cap.rating.awarded", "2024-02-01", O1, programme="five_good")
    story.add("cap.rating.awarded", "2024-02-02", O2, programme="fengqiao")
    story.add("cap.rating.withdrawn", "2024-03-15", O1, programme="five_good")
    values = {
        row("cap_area_ok_rate", D, JANUARY): (1, 2, 1),
        row("cap_area_ok_rate", STREET, JANUARY, "full"): (1, 1, 1),
        row("cap_area_ok_rate", BUREAU, JANUARY, "full"): (1, 2, 1),
        row("cap_independent_rate", O2, JANUARY): (0, 1, 1),
        row("cap_uniform_sign_rate", D, FEBRUARY): (1, 2, 1),
        row("cap_uniform_sign_rate", D, MARCH): (0, 2, 1),
        row("cap_programme_held", D, FEBRUARY, dimension="programme=five_good"): (1, None, 1),
        row("cap_programme_held", D, MARCH, dimension="programme=five_good"): None,
        row("cap_programme_held", D, MARCH, dimension="programme=fengqiao"): (1, None, 1),
        row("cap_programme_held", D, MARCH): None,
    }
    return Scenario("rooms and titles", story.events, values)


def _entries_and_volunteers() -> Scenario:
    story = Story()
    for number, screened in enumerate((True, False, True)):
        story.add(
            "cap.staff.joined",
            f"2024-0{number + 1}-05",
            O1,
            entry_route="exam" if screened else "street_assigned",
            professional_screened=screened,
        )
    story.add("cap.staff.left", "2024-03-06", O1, reason="transfer")
    for domain, hours, guided in (("mediation", 3, True), ("mediation", 5, False), ("publicity", 2, True)):
        story.add("cap.volunteer.served", "2024-03-07", O1, domain=domain, hours=hours, supervisor_present=guided)
    values = {
        row("cap_screened_entry_share", D, "year 2024-01-01"): (2, 3, 1),
        row("cap_screened_entry_share", D, "half 2024-01-01"): None,
        row("cap_volunteer_hours", D, MARCH): (10, None, 1),
        row("cap_volunteer_hours", O1, MARCH, dimension="domain=mediation"): (8, None, 1),
        row("cap_volunteer_supervised_share", D, "quarter 2024-01-01"): (2, 3, 1),
    }
    return Scenario("entries and volunteers", story.events, values)


def _money() -> Scenario:
    """The street budgets 1,000 yuan and pays 600; of 500 spent, 120 go to purchased services. Legal aid has 200 of the bureau's and uses 150."""
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    for what, who, category, amount in (
        ("budgeted", STREET, "operating", "1000.00"), ("disbursed", STREET, "operating", "600.00"), ("spent", STREET, "operating", "380.00"),
        ("spent", STREET, "purchased_service", "120.00"), ("budgeted", BUREAU, "legal_aid", "200.00"), ("spent", BUREAU, "legal_aid", "150.00"),
    ):  # fmt: skip
        story.add(f"cap.fund.{what}", "2024-02-05", O1, authority=who, category=category, amount_yuan=amount, fiscal_year=2024)
    quarter, year = "quarter 2024-01-01", "year 2024-01-01"
    values = {
        row("fund_arrival_rate", STREET, quarter, "own"): (60_000, 100_000, 1),
        row("fund_arrival_rate", BUREAU, quarter, "own"): (0, 20_000, 1),
        row("fund_arrival_rate", O1, quarter): (60_000, 120_000, 1),
        row("fund_arrival_rate", D, FEBRUARY): None,
        row("fund_exec_rate", STREET, year, "own"): (50_000, 100_000, 1),
        row("fund_exec_rate", D, year): (65_000, 120_000, 1),
        row("svc_spend_yuan", STREET, quarter, "own"): (12_000, None, 100),
        row("svc_spend_share", STREET, quarter, "own"): (12_000, 50_000, 1),
        row("svc_spend_share", BUREAU, quarter, "own"): (0, 15_000, 1),
        row("leg_aid_fund_use_rate", BUREAU, year, "own"): (15_000, 20_000, 1),
        row("leg_aid_fund_use_rate", D, year): (15_000, 20_000, 1),
        row("leg_aid_fund_use_rate", STREET, year, "own"): None,
        row("fund_disbursed_yuan", D, FEBRUARY): (60_000, None, 100),
    }
    return Scenario("budgets and what is spent of them", story.events, values)


SCENARIOS = [_money(), _staff(), _rooms_and_titles(), _entries_and_volunteers()]
