"""Mediation beyond the core: what becomes of agreements, screenings, subsidies, escalations prevented, events out of place."""

from typing import Any

from tests.scenarios.story import BUREAU, O1, O2, STREET, D, Scenario, Story, case, row


def _aftermath() -> Scenario:
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.accepted("2024-01-10", case(1), by="proactive")
    story.agreed("2024-01-15", case(1), form="written")
    story.add("med.agreement.confirmed", "2024-01-20", O1, case(1), result="refused")
    story.add("med.agreement.confirmed", "2024-02-05", O1, case(1), result="confirmed", applied_on="2024-01-30")
    story.add("med.case.followed_up", "2024-03-15", O1, case(1), satisfied="yes")  # the sixtieth day after the agreement
    story.accepted("2024-01-20", case(2), by="referred", referred_by="court", is_collective=True)
    story.agreed("2024-01-22", case(2))
    story.add("med.case.followed_up", "2024-03-23", O1, case(2), satisfied="na")  # the sixty-first
    story.accepted("2024-02-01", case(3), by="referred")
    story.failed("2024-02-02", case(3))
    story.add("med.case.followed_up", "2024-02-03", O1, case(3), satisfied="no")
    story.agreed("2024-03-10", case(4), form="written")  # never accepted
    story.add("med.agreement.confirmed", "2024-04-01", O1, case(4), result="confirmed")
    story.add("med.agreement.confirmed", "2024-04-02", O1, case(4), result="confirmed")
    story.add("med.agreement.revoked", "2024-06-01", O1, case(4), reason_code="fraud")
    story.add("med.agreement.revoked", "2024-06-02", O1, case(4))
    story.tick("2024-06-30")
    one, two, three, four = (f"med:{case(n)}" for n in (1, 2, 3, 4))
    out = "dq.out_of_place"
    facts = {
        (one, "med.confirmed", "2024-02-05", "", O1, "self"): 1,
        (four, "med.confirmed", "2024-04-01", "", O1, "self"): 1,
        (four, "med.revoked", "2024-06-01", "", O1, "self"): 1,
        (one, "med.followup_due", "2024-03-15", "", O1, "self"): 1,
        (one, "med.followed_up", "2024-03-15", "", O1, "self"): 1,
        (two, "med.followup_due", "2024-03-22", "", O1, "self"): 1,
        (four, "med.followup_due", "2024-05-09", "", O1, "self"): 1,
        (two, "med.referred", "2024-01-20", "referred_by=court", O1, "self"): 1,
        (three, "med.referred", "2024-02-01", "referred_by=other", O1, "self"): 1,
        # Followed up before it was fulfilled; after it had failed; agreed, confirmed and revoked without ever being accepted.
        (one, out, "2024-03-15", "life=mediation", O1, "self"): 1,
        (two, out, "2024-03-23", "life=mediation", O1, "self"): 1,
        (three, out, "2024-02-03", "life=mediation", O1, "self"): 1,
        **{
            (four, out, day, "life=mediation", O1, "self"): 1
            for day in ("2024-03-10", "2024-04-01", "2024-04-02", "2024-06-01", "2024-06-02")
        },
    }
    first, second, january, june = "quarter 2024-01-01", "quarter 2024-04-01", "month 2024-01-01", "month 2024-06-01"
    values = {
        row("med_confirm_rate", D, first): (1, 2, 1),
        row("med_confirm_rate", O1, second): (1, 0, 1),
        row("med_confirm_rate", D, "half 2024-01-01"): (2, 2, 1),
        row("med_confirm_rate", STREET, first, "share_weighted"): (7000, 14_000, 10_000),
        row("med_confirm_rate", D, january): None,  # shown by quarter and longer
        row("med_revoked_cnt", D, june): (1, None, 1),
        row("med_revoked_cnt", STREET, june, "full"): (1, None, 1),
        row("med_revoked_cnt", STREET, june, "share_weighted"): None,
        row("med_success_rate", D, "month 2024-03-01"): (1, 1, 1),  # what was revoked later stays a success
        row("med_followup_rate", D, first): (1, 2, 1),
        row("med_followup_rate", BUREAU, second, "share_weighted"): (0, 3000, 10_000),
        row("med_referral_share", D, january): (1, 2, 1),
        row("med_referral_share", D, "month 2024-02-01"): (1, 1, 1),
        row("med_referral_share", STREET, january, "share_weighted"): (7000, 14_000, 10_000),
        row("med_referral_share", D, "day 2024-01-20"): None,
        row("med_referred_cnt", D, january, dimension="referred_by=court"): (1, None, 1),
        row("med_referred_cnt", O1, "year 2024-01-01", dimension="referred_by=other"): (1, None, 1),
        row("med_referred_cnt", D, january): None,
        row("med_proactive_share", O1, january): (1, 2, 1),
        row("med_proactive_share", D, "month 2024-02-01"): (0, 1, 1),
        row("med_collective_share", D, january): (1, 2, 1),
        row("dq_out_of_place_cnt", D, "month 2024-03-01", dimension="life=mediation"): (3, None, 1),
        row("dq_out_of_place_cnt", O1, "year 2024-01-01", dimension="life=mediation"): (8, None, 1),
        row("dq_out_of_place_cnt", D, january, dimension="life=mediation"): None,
    }
    return Scenario("what becomes of agreements", story.events, values, facts)


def _in_place() -> Scenario:
    story = Story()
    story.accepted("2024-01-01", case(1))
    story.add("med.session.held", "2024-01-02", O1, case(1), mode="online", lawyer_present=True)
    story.add("med.session.held", "2024-01-03", O1, case(1), mode="office")
    story.agreed("2024-01-04", case(1), form="written")
    for day, degree in (("05", "partial"), ("06", "none"), ("07", "full")):
        story.add("med.agreement.performed", f"2024-01-{day}", O1, case(1), degree=degree)
    story.add("med.case.followed_up", "2024-01-08", O1, case(1), satisfied="yes")
    story.add("med.file.archived", "2024-01-09", O1, case(1), quality="a", file_kind="full")
    story.add("med.case.not_accepted", "2024-01-10", O1, case(2), reason="court_pending")
    story.add("med.file.archived", "2024-01-11", O1, case(1), quality="b", file_kind="full")  # twice: the only one out of place
    record = f"med:{case(1)}"
    return Scenario(
        "a case that goes its way", story.events, facts={(record, "dq.out_of_place", "2024-01-11", "life=mediation", O1, "self"): 1}
    )


def _escalations() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.add("med.escalation.recorded", "2024-03-05", O1, case(1), kind="criminal", persons=5, prevented=True, id_="p1")
    story.add("med.escalation.recorded", "2024-03-05", O2, kind="petition", persons=3, prevented=True, id_="p2")
    story.add("med.escalation.recorded", "2024-03-06", O1, case(1), kind="petition", persons=9, prevented=False)
    march = "month 2024-03-01"
    values = {
        row("med_prevented_cnt", D, march): (2, None, 1),
        row("med_prevented_persons", D, march): (8, None, 1),
        row("med_prevented_persons", STREET, march, "share_weighted"): (50_000, None, 10_000),
        row("med_prevented_cnt", O1, "day 2024-03-05"): None,
        row("med_escalation_cnt", D, march): (1, None, 1),
    }
    return Scenario("escalations prevented", story.events, values)


def _screenings() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 10000})
    for day, scope, reason in (
        ("2023-12-28", "special", "new_year"),  # ahead: counts in January
        ("2024-01-05", "routine", ""),
        ("2024-01-20", "routine", ""),  # the second of the month
        ("2024-01-25", "festival", "spring_festival"),  # counts in February
        ("2024-02-02", "routine", ""),
        ("2024-02-10", "special", "other"),
        ("2024-02-11", "special", ""),
        ("2024-04-10", "special", "new_year"),  # the same New Year again
        ("2024-05-03", "festival", "may_day"),
    ):
        told: dict[str, Any] = {"special_reason": reason} if reason else {}
        story.add("med.screening.held", day, O1, scope=scope, **told)
    story.closed(O2, "2024-02-15")
    story.tick("2024-05-31")
    record = f"med.screening.held:{O1}"
    facts = {
        (record, "med.screened", "2024-01-01", "", O1, "self"): 1,
        (record, "med.screened", "2024-01-05", "", O1, "self"): 1,
        (record, "med.screened", "2024-02-01", "", O1, "self"): 1,
        (record, "med.screened", "2024-02-02", "", O1, "self"): 1,
        (record, "med.screened", "2024-05-03", "", O1, "self"): 1,
    }
    values = {
        row("med_screening_ok", O1, "month 2023-12-01"): (0, 1, 1),
        row("med_screening_ok", O1, "month 2024-01-01"): (2, 2, 1),
        row("med_screening_ok", O2, "month 2024-01-01"): (0, 2, 1),
        row("med_screening_ok", D, "month 2024-01-01"): (2, 4, 1),
        row("med_screening_ok", D, "month 2024-02-01"): (2, 2, 1),  # the second office is closed by then
        row("med_screening_ok", D, "month 2024-04-01"): (0, 1, 1),
        row("med_screening_ok", O1, "quarter 2024-01-01"): (4, 6, 1),
        row("med_screening_ok", O1, "quarter 2024-04-01"): (1, 3, 1),  # June has not begun
        row("med_screening_ok", O1, "year 2024-01-01"): (5, 9, 1),
        row("med_screening_ok", D, "year 2024-01-01"): (5, 11, 1),
        row("med_screening_ok", STREET, "quarter 2024-01-01", "share_weighted"): (40_000, 60_000, 10_000),
        row("med_screening_ok", STREET, "quarter 2024-01-01", "assigned_by"): None,
    }
    return Scenario("screenings by month and occasion", story.events, values, facts)


def _subsidies() -> Scenario:
    story = Story()
    story.add("med.subsidy.paid", "2024-03-01", O1, case(1), amount_yuan="50.00", authority=STREET, difficulty="general", period="2024q1")
    story.add("med.subsidy.paid", "2024-03-05", O1, case(1), amount_yuan="20.00", authority=BUREAU)
    story.add("med.subsidy.paid", "2024-03-02", O1, case(2), amount_yuan="100.00")
    story.add("med.subsidy.paid", "2024-04-02", O1, case(3), amount_yuan="0.00", authority=STREET)
    facts = {
        (f"med:{case(1)}", "med.subsidy", "2024-03-01", "", O1, STREET): 5000,
        (f"med:{case(1)}", "med.subsidy", "2024-03-05", "", O1, BUREAU): 2000,
        (f"med:{case(2)}", "med.subsidy", "2024-03-02", "", O1, "self"): 10_000,
        (f"med:{case(1)}", "med.subsidised", "2024-03-01", "", O1, STREET): 1,
        (f"med:{case(2)}", "med.subsidised", "2024-03-02", "", O1, "self"): 1,
        (f"med:{case(3)}", "med.subsidised", "2024-04-02", "", O1, STREET): 1,
    }
    first = "quarter 2024-01-01"
    values = {
        row("med_subsidy_per_case", D, first): (17_000, 2, 100),
        row("med_subsidy_per_case", O1, "year 2024-01-01"): (17_000, 3, 100),
        row("med_subsidy_per_case", STREET, first, "own"): (5000, 1, 100),
        row("med_subsidy_per_case", BUREAU, first, "own"): (2000, 0, 100),  # the case had been paid for before: no value
        row("med_subsidy_per_case", STREET, "quarter 2024-04-01", "own"): (0, 1, 100),
        row("med_subsidy_per_case", STREET, first, "share_weighted"): None,
        row("med_subsidy_per_case", D, "month 2024-03-01"): None,
    }
    return Scenario("case subsidies", story.events, values, facts)


SCENARIOS = [_aftermath(), _in_place(), _escalations(), _screenings(), _subsidies()]
