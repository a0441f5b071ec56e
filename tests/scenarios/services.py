"""Legal aid, village counsel, publicity and rule-of-law work."""

from typing import Any

from tests.scenarios.story import BUREAU, BUREAU_SOURCE, O1, O2, OFFICE_SOURCE, STREET, D, Scenario, Story, case, person, row

V2 = {"dataschema": "urn:suoheng:pub.activity.held:2"}


def _legal_aid() -> Scenario:
    """Seven working days after Friday 13 February 2026: Saturday 14 (worked), 24 to 28 February after the Spring Festival, Monday 2 March."""
    story = Story()

    def aid(number: int, what: str, when: str, **data: Any) -> None:
        story.add(f"leg.aid.{what}", when, O1, case(number), **data)

    aid(1, "received", "2026-02-13", matter="civil", group="elderly")
    aid(1, "decided", "2026-03-02", result="granted", working_days=99)  # what the source says of the days is not believed
    aid(1, "assigned", "2026-03-11")  # the seventh after 2 March
    aid(1, "closed", "2026-04-01", outcome="settled", recovered_yuan="1000.00")
    aid(1, "rated", "2026-04-02", grade="excellent")
    aid(2, "received", "2026-02-13", matter="criminal", group="minor")
    aid(2, "decided", "2026-03-03", result="granted", working_days=7)
    aid(2, "assigned", "2026-03-09")  # three working days were over on 6 March
    aid(3, "received", "2026-03-02", matter="civil", group="women")
    aid(3, "forwarded", "2026-03-03")
    aid(3, "decided", "2026-03-04", result="rejected")
    aid(4, "decided", "2026-03-05", result="granted")  # nobody told of its receipt
    aid(4, "closed", "2026-04-01")
    aid(4, "rated", "2026-04-03", grade="unqualified")
    story.tick("2026-04-30")
    four = f"leg.aid:{case(4)}"
    facts = {(four, "dq.out_of_place", day, "life=legal_aid", O1, "self"): 1 for day in ("2026-03-05", "2026-04-01", "2026-04-03")}
    facts |= {
        (f"leg.aid:{case(1)}", "leg.aid_assign_due", "2026-03-11", "", O1, "self"): 1,
        (f"leg.aid:{case(2)}", "leg.aid_assign_due", "2026-03-06", "", O1, "self"): 1,
        (four, "leg.aid_assign_due", "2026-03-16", "", O1, "self"): 1,
    }
    march, year = "month 2026-03-01", "year 2026-01-01"
    values = {
        row("leg_aid_received_cnt", D, "month 2026-02-01"): (2, None, 1),
        row("leg_aid_grant_rate", D, "quarter 2026-01-01"): (3, 4, 1),
        row("leg_aid_decision_ontime", D, march): (2, 3, 1),
        row("leg_aid_assign_ontime", O1, march): (1, 3, 1),
        row("leg_aid_close_rate", D, year): (2, 3, 1),
        row("leg_aid_close_rate", D, march): None,
        row("leg_aid_excellent_rate", D, year): (1, 2, 1),
        row("leg_aid_qualified_rate", D, year): (1, 2, 1),
    }
    return Scenario("legal aid", story.events, values, facts)


def _decided_days() -> Scenario:
    """A year that nobody knows counts Monday to Friday until the district decides it; then all that has a limit in it is counted again.

    Decided: 8 to 12 February 2027 off, Saturday 13 worked. The three working days after Friday 5 February are then 13, 15 and 16, not 8, 9 and 10;
    the seventh is the 22nd, not the 16th.
    """
    story = Story()
    for number, decided in ((1, "2027-02-17"), (2, "2027-02-23")):
        story.add("leg.aid.received", "2027-02-05", O1, case(number), matter="civil", group="elderly")
        story.add("leg.aid.decided", decided, O1, case(number), result="granted")
    for subject, closed in ((None, "2027-02-16"), (None, "2027-02-17"), (person(1), "2027-02-12")):
        story.add("cor.supervision.finding", "2027-02-05", O1, subject, by="bureau", form="suggestion", closed_on=closed)
    story.bureau("reg.calendar.decided", "2026-11-21", year=2028, off=["2028-01-03"], worked=[], doc_no="28", id_="wrong")
    festival = [f"2027-02-{day:02}" for day in range(8, 13)]
    story.bureau("reg.calendar.decided", "2026-11-20", year=2027, off=festival, worked=["2027-02-13"], doc_no="2")
    story.bureau(
        "reg.calendar.decided", "2026-11-01", year=2027, off=["2027-02-05"], worked=[], doc_no="1"
    )  # decided earlier: does not hold
    story.retract("wrong", "2026-12-01", source=BUREAU_SOURCE)
    story.tick("2027-04-30")
    facts = {
        (f"leg.aid:{case(1)}", "leg.aid_ontime", "2027-02-17", "", O1, "self"): 1,
        (f"leg.aid:{case(1)}", "leg.aid_assign_due", "2027-02-26", "", O1, "self"): 1,
        (f"leg.aid:{case(2)}", "leg.aid_assign_due", "2027-03-04", "", O1, "self"): 1,
        (f"{OFFICE_SOURCE}#e0010", "cor.finding_overdue", "2027-02-17", "", O1, "self"): 1,
    }
    values = {
        row("leg_aid_decision_ontime", D, "month 2027-02-01"): (1, 2, 1),
        row("cor_findings_overdue_cnt", D, "month 2027-02-01"): (1, None, 1),
    }
    return Scenario("working days as decided", story.events, values, facts)


def _counsel() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 10000})
    for office, when, villages in ((O1, "2024-01-10", 3), (O1, "2024-03-15", 4), (O2, "2024-01-01", 2)):
        story.add("cap.village.snapshot", when, office, villages=villages)
    for office, signed, village, first, last in (
        (O1, "2024-01-05", "v1", "2024-01-01", "2024-06-30"),
        (O1, "2024-06-20", "v1", "2024-07-01", "2024-12-31"),  # goes on without a gap
        (O1, "2024-02-01", "v2", "2024-02-01", "2024-02-15"),
        (O1, "2024-02-02", "v2", "2024-02-10", "2024-03-10"),  # overlaps
        (O1, "2024-02-03", "v3", "2024-05-01", "2024-04-01"),  # ends before it begins
        (O2, "2024-01-02", "v1", "2024-01-01", "2024-12-31"),
    ):
        story.add("leg.contract.signed", signed, office, village_ref=village, from_=first, to=last)
    for when, village, activity, remote in (
        ("2024-01-03", "v1", "duty", False),
        ("2024-01-03T15:00:00+08:00", "v1", "duty", False),  # the same day
        ("2024-01-20", "v1", "duty", False),
        ("2024-02-05", "v1", "duty", False),
        ("2024-02-06", "v1", "lecture", False),
        ("2024-01-09", "v2", "duty", True),
        ("2024-01-05", "v3", "duty", True),
        ("2024-02-20", "v3", "duty", False),  # the last word: not remote
    ):
        story.add("leg.counsel.visited", when, O1, village_ref=village, activity=activity, remote=remote)
    story.closed(O2, "2024-03-01")
    story.tick("2024-08-15")
    facts = {
        (f"leg.contract:{O1}:v1", "leg.contracted", "2024-01-01", "", O1, "self"): 1,
        (f"leg.contract:{O1}:v1", "leg.contracted", "2025-01-01", "", O1, "self"): -1,
        (f"leg.contract:{O1}:v2", "leg.contracted", "2024-02-01", "", O1, "self"): 1,
        (f"leg.contract:{O1}:v2", "leg.contracted", "2024-03-11", "", O1, "self"): -1,
        (f"leg.contract:{O2}:v1", "leg.contracted", "2024-01-01", "", O2, "self"): 1,
        (f"leg.contract:{O2}:v1", "leg.contracted", "2024-03-01", "", O2, "self"): -1,
        (f"leg.counsel:{O1}:v1", "leg.duty_met", "2024-01-20", "", O1, "self"): 1,
        (f"leg.counsel:{O1}:v2", "leg.duty_met", "2024-01-09", "", O1, "self"): 1,
    }
    january, first = "month 2024-01-01", "quarter 2024-01-01"
    values = {
        row("leg_counsel_coverage", D, january): (2, 5, 1),
        row("leg_counsel_coverage", D, "month 2024-02-01"): (3, 5, 1),
        row("leg_counsel_coverage", D, "month 2024-03-01"): (1, 4, 1),
        row("leg_counsel_coverage", O1, "month 2024-08-01"): (1, 4, 1),
        row("leg_counsel_duty_rate", D, january): (2, 5, 1),
        row("leg_counsel_duty_rate", O1, first): (2, 10, 1),
        row("leg_counsel_duty_rate", D, first): (2, 14, 1),
        row("leg_counsel_duty_rate", STREET, first, "share_weighted"): (20_000, 100_000, 10_000),
    }
    return Scenario("village counsel", story.events, values, facts)


def _publicity() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.split(O1, "2024-02-01", {BUREAU: 10000})
    story.add("cap.village.snapshot", "2024-01-01", O1, villages=4)
    story.add("cap.village.snapshot", "2024-01-01", O2, villages=1)
    told: dict[str, Any] = {"form": "lecture", "theme": "labour", "audience_est": 10}
    story.add("pub.activity.held", "2024-01-05", O1, more=V2, **told, purpose="law", village_ref=["a", "b", "a"], materials=30)
    story.add("pub.activity.held", "2024-02-05", O1, more=V2, **told, purpose="office_image", village_ref=["a"])
    story.add("pub.activity.held", "2024-02-06", O2, more=V2, **told, purpose="law", village_ref=["a"])  # another office's village
    story.add("pub.activity.held", "2024-03-01", O1, **told, purpose="law")
    story.add("pub.legal_person.trained", "2024-01-10", O1, village_ref="a", count=5)
    story.add("pub.legal_person.trained", "2024-03-01", O1, village_ref="b", count=4)
    for instrument, asked_of, positive, sample in (
        ("awareness", "public", 150, 200),
        ("awareness", "officials", 40, 50),
        ("safety", "public", 9, 10),
        ("satisfaction", "public", 97, 100),
    ):
        story.add("pub.survey.completed", "2024-03-10", O1, instrument=instrument, asked_of=asked_of, positive=positive, sample=sample)
    story.tick("2024-06-30")
    first, half = "quarter 2024-01-01", "half 2024-01-01"
    values = {
        row("pub_village_coverage", D, first): (3, 5, 1),
        row("pub_village_coverage", O1, first): (2, 4, 1),
        row("pub_village_coverage", D, "quarter 2024-04-01"): (0, 5, 1),
        # b was last visited while the street paid, a under the bureau; the villages are the bureau's on the last day.
        row("pub_village_coverage", STREET, first, "lead"): (1, 0, 1),
        row("pub_village_coverage", BUREAU, first, "lead"): (1, 4, 1),
        row("pub_village_coverage", STREET, first, "share_weighted"): None,
        row("pub_image_share", D, first): (1, 4, 1),
        row("pub_legal_persons_per_village", D, "month 2024-01-01"): (5, 5, 1),
        row("pub_legal_persons_per_village", O1, "month 2024-03-01"): (9, 4, 1),
        row("pub_awareness_rate", D, half): (190, 250, 1),
        row("pub_awareness_rate", D, half, dimension="asked_of=officials"): (40, 50, 1),
        row("pub_awareness_rate", BUREAU, half, "share_weighted", "asked_of=public"): (1_500_000, 2_000_000, 10_000),
        row("pub_awareness_rate", D, first): None,
        row("pub_satisfaction_rate", D, "year 2024-01-01"): (97, 100, 1),
    }
    return Scenario("publicity by village and survey", story.events, values)


def _rule_of_law() -> Scenario:
    story = Story()
    story.add("gov.review.requested", "2024-03-01", O1, case(1), kind="contract")
    story.add("gov.review.issued", "2024-03-05", O1, case(1), opinion_items=4, adopted_items=3)
    story.add("gov.review.issued", "2024-03-08", O1, case(1), opinion_items=1)
    story.add("gov.review.requested", "2024-03-02", O1, case(2), kind="villagers_rule")
    story.add("gov.review.issued", "2024-03-03", O1, case(3))  # nobody asked
    story.add("gov.meeting.attended", "2024-03-01", O1)
    story.add("gov.meeting.attended", "2024-03-10", O1, attended=False, assigned_by=STREET)
    story.add("gov.meeting.attended", "2024-03-11", O1, attended=True, assigned_by=STREET)
    story.add("gov.litigation.closed", "2024-03-12", O1, result="won", official_attended=True)
    story.add("gov.litigation.closed", "2024-03-13", O1, result="lost", official_attended=False)
    march, first, year = "month 2024-03-01", "quarter 2024-01-01", "year 2024-01-01"
    values = {
        row("gov_review_cnt", D, march): (3, None, 1),
        row("gov_review_coverage", D, march): (1, 2, 1),
        row("gov_advice_adoption", D, first): (3, 5, 1),
        row("gov_meeting_rate", D, first): (2, 3, 1),
        row("gov_meeting_rate", STREET, first, "assigned_by"): (1, 2, 1),
        row("gov_lawsuit_lost_rate", D, year): (1, 2, 1),
        row("gov_official_attend_rate", O1, year): (1, 2, 1),
        row("gov_official_attend_rate", D, march): None,
    }
    return Scenario("rule-of-law work", story.events, values)


SCENARIOS = [_legal_aid(), _decided_days(), _counsel(), _publicity(), _rule_of_law()]
