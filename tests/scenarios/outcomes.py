"""What offices get and give for money, and how well they report: contracts, costs, staff who come and go, training, complaints, reports, ledgers."""

from typing import Any

from tests.scenarios.story import BUREAU, O1, O2, STREET, D, Scenario, Story, case, person, row

STAFF_3 = {"dataschema": "urn:suoheng:cap.staff.snapshot:3"}
SPENT_2 = {"dataschema": "urn:suoheng:cap.fund.spent:2"}
SERVED_2 = {"dataschema": "urn:suoheng:cap.volunteer.served:2"}
JANUARY, FEBRUARY, MARCH, APRIL = (f"month 2024-0{n}-01" for n in (1, 2, 3, 4))
QUARTER, SECOND, YEAR = "quarter 2024-01-01", "quarter 2024-04-01", "year 2024-01-01"


def contract(number: int) -> str:
    """Pseudonym of a contract."""
    return f"C0NTRACT{number:018d}"


def _services() -> Scenario:
    """The first contract: 100 units over the 60 days from 2 January to 1 March. By 31 January 30 days are gone: 50 units; by 29 February 59 days:
    floor(98.33) = 98; on 1 March all. The second: 10 units over the 366 days of the year, ended on 31 March after 91 days: floor(0.84) = 0 by
    January, floor(1.63) = 1 by February, floor(2.48) = 2 by its end, and nothing after. Of the third only a payment is known: it is nobody's.
    """
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    for subject, buyer, units, first, last in (
        (contract(1), BUREAU, 100, "2024-01-02", "2024-03-01"),
        (contract(2), STREET, 10, "2024-01-01", "2024-12-31"),
    ):
        more = {"buyer": buyer, "domain": "correction", "units_agreed": units, "amount_yuan": "5000.00", "from": first, "to": last}
        story.add("cap.service.contracted", "2024-01-01", O1, subject)
        story.events[-1]["data"] = more
    story.add("cap.service.delivered", "2024-01-30", O1, contract(1), units_delivered=60)
    story.add("cap.service.accepted", "2024-02-05", O1, contract(1), units_accepted=45, score=90)
    story.add("cap.service.paid", "2024-02-06", O1, contract(1), amount_yuan="900.00")
    story.add("cap.service.accepted", "2024-03-02", O1, contract(1), units_accepted=50)
    story.add("cap.service.terminated", "2024-03-31", O1, contract(2), reason="late")
    story.add("cap.service.accepted", "2024-04-01", O1, contract(2), units_accepted=2)
    story.add("cap.service.paid", "2024-04-02", O1, contract(3), amount_yuan="40.00")
    story.tick("2024-04-30")
    values = {
        row("svc_delivery_rate", BUREAU, QUARTER, "own"): (95, 100, 1),
        row("svc_delivery_rate", STREET, QUARTER, "own"): (0, 2, 1),
        row("svc_delivery_rate", O1, QUARTER): (95, 102, 1),
        row("svc_delivery_rate", D, SECOND): (2, 0, 1),
        row("svc_delivery_rate", D, JANUARY): None,
        row("svc_unit_cost", BUREAU, QUARTER, "own"): (90_000, 95, 100),
        row("svc_unit_cost", STREET, SECOND, "own"): (0, 2, 100),
        row("svc_unit_cost", D, SECOND): (4_000, 2, 100),
        # Accepted and paid when their contract had ended, or was not known: out of place, and counted all the same.
        row("dq_out_of_place_cnt", D, APRIL, dimension="life=contract"): (2, None, 1),
    }
    facts = {
        (f"cap.service:{contract(number)}", "svc.agreed", day, "", O1, buyer): units
        for number, buyer, day, units in (
            (1, BUREAU, "2024-01-31", 50), (1, BUREAU, "2024-02-29", 48), (1, BUREAU, "2024-03-01", 2),
            (2, STREET, "2024-02-29", 1), (2, STREET, "2024-03-31", 1),
        )
    }  # fmt: skip
    facts |= {
        (f"cap.service:{contract(1)}", "svc.paid", "2024-02-06", "", O1, BUREAU): 90_000,
        (f"cap.service:{contract(3)}", "svc.paid", "2024-04-02", "", O1, "self"): 4_000,
    }
    return Scenario("services bought, owed, accepted and paid", story.events, values, facts)


def _costs() -> Scenario:
    """Two agreements for 300 yuan; one person in the register in January and February for 90; one activity for 55.50; 10 are of no field."""
    story = Story()
    for number in (1, 2):
        story.accepted("2024-01-03", case(number))
        story.agreed("2024-01-05", case(number))
    story.add("cor.subject.registered", "2024-01-10", O1, person(1))
    story.add("cor.subject.released", "2024-02-10", O1, person(1))
    story.add("pub.activity.held", "2024-02-01", O1, form="film", theme="drugs", audience_est=9, purpose="law")
    for domain, amount in (("mediation", "300.00"), ("correction", "90.00"), ("publicity", "55.50"), ("legal_aid", "10.00")):
        story.add("cap.fund.spent", "2024-02-20", O1, more=SPENT_2, authority=STREET, category="operating", amount_yuan=amount, fiscal_year=2024,
                  domain=domain)  # fmt: skip
    story.add("leg.consultation.given", "2024-02-21", O1, channel="visit", persons=8)
    for upheld in (True, False):
        story.add("cap.complaint.received", "2024-02-22", O1, upheld=upheld)
    story.split(O1, "2020-01-01", {STREET: 10_000})
    values = {
        row("cost_per_outcome_med", D, YEAR): (30_000, 2, 100),
        row("cost_per_outcome_med", STREET, YEAR, "own"): None,
        row("cost_per_outcome_cor", O1, YEAR): (9_000, 2, 100),
        row("cost_per_outcome_pub", D, YEAR): (5_550, 1, 100),
        row("cap_complaint_rate", D, QUARTER): (1, 8 + 2, 1),
        row("cap_complaint_rate", STREET, QUARTER, "full"): (1, 10, 1),
        row("fund_exec_rate", D, YEAR): (45_550, 0, 1),
    }
    return Scenario("what outcomes cost, and complaints", story.events, values)


def _people() -> Scenario:
    """The year has 100 days up to 9 April. O1 has 6 on the 50 days from 20 February on: 300 person-days, on average 3; O2 has 2 on all 100 days:
    200. Three leave; 40 hours of three people of the staff, 16 of one, and 8 hours of mediators, which are not the staff's."""
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.split(O2, "2020-01-01", {BUREAU: 10_000})
    story.add("cap.staff.snapshot", "2024-01-01", O2, staff=2)
    story.add("cap.staff.snapshot", "2024-02-20", O1, more=STAFF_3, staff=6, correction_staff=2, resettlement_staff=9)
    for office, day in ((O1, "2024-03-01"), (O1, "2024-03-02"), (O2, "2024-04-05")):
        story.add("cap.staff.left", day, office)
    for office, audience, hours, persons in ((O1, "staff", 40, 3), (O2, "staff", 16, None), (O1, "mediator", 8, 5)):
        told: dict[str, Any] = {} if persons is None else {"persons": persons}
        story.add("cap.training.attended", "2024-03-03", office, hours=hours, audience=audience, kind="annual", **told)
    story.add("cap.training.held", "2024-03-03", O1, hours=40, audience="staff", kind="annual")
    for category, amount in (("operating", "1000.00"), ("personnel", "70.00")):
        story.add("cap.fund.disbursed", "2024-03-04", O1, authority=STREET, category=category, amount_yuan=amount, fiscal_year=2024)
    story.add("cap.mediator.snapshot", "2024-01-01", O1, mediators=4)
    story.accepted("2024-01-03", case(1))
    story.failed("2024-01-04", case(1))
    for number in (1, 2, 3):
        story.add("cor.subject.registered", "2024-01-10", O1, person(number))
    story.tick("2024-04-09")
    values = {
        row("cap_turnover_rate", D, YEAR): (3 * 100, 300 + 200, 1),
        row("cap_turnover_rate", O1, YEAR): (2 * 100, 300, 1),
        row("cap_turnover_rate", STREET, YEAR, "share_weighted"): (2 * 100 * 7000, 300 * 7000, 10_000),
        row("cap_turnover_rate", BUREAU, YEAR, "share_weighted"): ((2 * 3000 + 10_000) * 100, 300 * 3000 + 200 * 10_000, 10_000),
        row("cap_turnover_rate", O1, QUARTER): (2 * 91, 6 * (10 + 31), 1),
        row("cap_training_days", O1, YEAR): (120 * 100, 300, 8),
        row("cap_training_days", D, YEAR): (136 * 100, 500, 8),
        row("fund_per_staff", O1, YEAR): (100_000 * 100, 300, 100),
        row("fund_per_staff", O2, YEAR): (0, 200, 100),
        row("fund_per_staff", D, YEAR): (100_000 * 100, 500, 100),
        row("fund_disbursed_yuan", D, MARCH): (107_000, None, 100),
        row("med_per_mediator", O1, YEAR): (100, 400, 1),
        row("cor_per_worker", O1, FEBRUARY): (3, 2, 1),
        row("cor_per_worker", O1, JANUARY): (3, 0, 1),
    }
    facts = {
        (f"cap.staff.snapshot:{O1}", "cap.resettlement_staff", "2024-02-20", "", O1, "self"): 6,  # no more than there are
        (f"cap.staff.snapshot:{O1}", "cap.correction_staff", "2024-02-20", "", O1, "self"): 2,
    }
    return Scenario("staff who come and go, train and are paid for", story.events, values, facts)


def _volunteers() -> Scenario:
    """In March a and b serve at O1 (a twice), b at O2; the list of O1 has 12."""
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.add("cap.volunteer.snapshot", "2024-03-01", O1, active=12)
    for office, day, who in ((O1, "2024-03-02", ["a", "b", "a"]), (O1, "2024-03-09", ["a"]), (O2, "2024-03-09", ["b"])):
        story.add(
            "cap.volunteer.served", day, office, more=SERVED_2, domain="mediation", hours=2, supervisor_present=True, volunteer_ref=who
        )
    story.add("cap.volunteer.served", "2024-04-09", O2, domain="mediation", hours=2, supervisor_present=True)
    values = {
        row("cap_volunteer_active", O1, MARCH): (2, None, 1),
        row("cap_volunteer_active", D, MARCH): (3, None, 1),
        row("cap_volunteer_active", STREET, MARCH, "lead"): (2, None, 1),
        row("cap_volunteer_active", BUREAU, MARCH, "full"): (2, None, 1),
        row("cap_volunteer_active", D, APRIL): None,
        row("cap_volunteer_listed_cnt", D, APRIL): (12, None, 1),
        row("cap_volunteer_hours", D, MARCH): (6, None, 1),
    }
    return Scenario("volunteers who served", story.events, values)


def _reports() -> Scenario:
    """Report a is asked for and comes in time, report b is asked for and comes late, c is only submitted, in time, and d only asked for. Table a is
    asked for twice, which is one kind; it is sent back and comes again late, which changes nothing."""
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    end_of_day = "T18:00:00+08:00"
    for code, office in (("a", O1), ("b", O1), ("d", O2)):
        story.add("dat.report.requested", "2024-02-25", office, report_code=code, period="2024_02", due_at="2024-03-05" + end_of_day)
    story.add("dat.report.requested", "2024-02-26", O1, report_code="a", period="2024_03", due_at="2024-04-05" + end_of_day, requested_by=STREET,
              fields=["accepted", "agreed"])  # fmt: skip
    story.add("dat.report.submitted", "2024-03-05" + end_of_day, O1, report_code="a", period="2024_02", due_at="2024-03-20" + end_of_day)
    story.add("dat.report.returned", "2024-03-06", O1, report_code="a", period="2024_02", errors=2)
    story.add("dat.report.submitted", "2024-03-07", O1, report_code="a", period="2024_02", due_at="2024-03-05" + end_of_day)
    story.add("dat.report.submitted", "2024-03-06", O1, report_code="b", period="2024_02", due_at="2024-03-05" + end_of_day)
    story.add("dat.report.submitted", "2024-03-04", O1, report_code="c", period="2024_02", due_at="2024-03-05" + end_of_day)
    story.add("dat.report.returned", "2024-03-04", O1, report_code="e", period="2024_02")
    story.add("dat.period.closed", "2024-03-06", O1, window_kind="month", window_start="2024-02-01")
    story.add("dat.ledger.inspected", "2024-03-08", O1, sampled=50, mismatched=3)
    story.add("dat.ledger.inspected", "2024-03-09", O2, sampled=10, mismatched=0)
    story.add("dat.duplicate.resolved", "2024-03-09", O1, merged=2)
    values = {
        row("dq_ontime_report_rate", O1, MARCH): (2, 3, 1),
        row("dq_ontime_report_rate", D, MARCH): (2, 4, 1),
        row("dq_ontime_report_rate", STREET, MARCH, "full"): (2, 3, 1),
        row("dq_ontime_report_rate", D, APRIL): None,  # today has not reached it
        row("burden_tables_cnt", O1, FEBRUARY): (2, None, 1),
        row("burden_tables_cnt", D, FEBRUARY): (3, None, 1),
        row("burden_tables_cnt", STREET, FEBRUARY, "lead"): (2, None, 1),
        row("dq_ledger_match_rate", D, QUARTER): (57, 60, 1),
        row("dq_ledger_match_rate", STREET, QUARTER, "share_weighted"): (47 * 7000, 50 * 7000, 10_000),
        row("dq_out_of_place_cnt", D, MARCH, dimension="life=report"): (1, None, 1),
    }
    facts = {
        (f"dat.report:{office}:{code}:2024_0{month}", component, f"2024-0{month + 1}-05", "", office, "self"): 1
        for component, of in (
            ("dq.report_due", ((O1, "a", 2), (O1, "b", 2), (O1, "c", 2), (O2, "d", 2), (O1, "a", 3))),
            ("dq.report_ontime", ((O1, "a", 2), (O1, "c", 2))),
        )
        for office, code, month in of
    }
    return Scenario("reports, ledgers and what they cost", story.events, values, facts)


def _titles() -> Scenario:
    """O1 applies, is named, renewed, named again with another number of stars and loses the title; a renewal after that is out of place."""
    story = Story()
    for kind, day, level in (
        ("applied", "2024-01-05", 3), ("awarded", "2024-01-20", 3), ("renewed", "2024-02-01", None), ("awarded", "2024-02-10", 4),
        ("withdrawn", "2024-03-01", None), ("renewed", "2024-03-02", None),
    ):  # fmt: skip
        stars: dict[str, Any] = {} if level is None else {"level": level}
        story.add(f"cap.rating.{kind}", day, O1, programme="city_star", **stars)
    values = {
        row("cap_star_cnt", D, JANUARY, dimension="level=3"): (1, None, 1),
        row("cap_star_cnt", D, FEBRUARY, dimension="level=4"): (1, None, 1),
        row("cap_star_cnt", D, MARCH, dimension="level=4"): None,
        row("dq_out_of_place_cnt", D, FEBRUARY, dimension="life=rating"): None,
        row("dq_out_of_place_cnt", D, MARCH, dimension="life=rating"): (1, None, 1),
    }
    return Scenario("a title applied for, held, renewed and lost", story.events, values)


SCENARIOS = [_services(), _costs(), _people(), _volunteers(), _reports(), _titles()]
