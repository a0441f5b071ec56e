"""Correction and resettlement beyond the core: reporting, regaining, months, investigations, needs, findings, notices, hand-overs, visits."""

from tests.scenarios.story import BUREAU, O1, O2, STREET, D, Scenario, Story, person, row


def _who_did_not_report() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 10000})
    for number, report_by in ((1, "2024-01-10"), (2, "2024-01-10"), (3, "2024-01-20"), (4, "2024-01-20"), (5, "2024-02-25")):
        story.add("cor.subject.due", "2024-01-01", O1, person(number), category="probation", report_by=report_by)
    story.add("cor.subject.registered", "2024-01-10", O1, person(1))
    story.add("cor.subject.registered", "2024-01-15", O1, person(2))
    story.add("cor.subject.moved", "2024-01-18", O1, person(4))  # gone before the day
    story.add("cor.subject.registered", "2024-01-12", O2, person(6))  # too late, and told before the duty was
    story.add("cor.subject.due", "2024-01-13", O1, person(6), category="parole", report_by="2024-01-10")
    story.tick("2024-02-10")
    facts = {
        (f"cor:{person(2)}", "cor.missed", "2024-01-11", "", O1, "self"): 1,
        (f"cor:{person(2)}", "cor.missed_open", "2024-01-11", "", O1, "self"): 1,
        (f"cor:{person(2)}", "cor.missed_open", "2024-01-15", "", O1, "self"): -1,
        (f"cor:{person(3)}", "cor.missed", "2024-01-21", "", O1, "self"): 1,
        (f"cor:{person(3)}", "cor.missed_open", "2024-01-21", "", O1, "self"): 1,
        (f"cor:{person(5)}", "cor.missed", "2024-02-26", "", O1, "self"): 1,
        (f"cor:{person(5)}", "cor.missed_open", "2024-02-26", "", O1, "self"): 1,
        (f"cor:{person(6)}", "cor.missed", "2024-01-11", "", O1, "self"): 1,
        (f"cor:{person(6)}", "cor.missed_open", "2024-01-11", "", O1, "self"): 1,
        (f"cor:{person(6)}", "cor.missed_open", "2024-01-12", "", O1, "self"): -1,
    }
    january, february = "month 2024-01-01", "month 2024-02-01"
    values = {
        row("cor_missed_cnt", D, january): (3, None, 1),
        row("cor_missed_cnt", STREET, january, "full"): (3, None, 1),
        row("cor_missed_cnt", STREET, january, "share_weighted"): None,
        row("cor_missed_cnt", D, february): None,  # the limit of the fifth has not come
        row("cor_missed_open_cnt", D, january): (1, None, 1),
        row("cor_missed_open_cnt", STREET, february, "share_weighted"): (10_000, None, 10_000),
        row("cor_report_ontime_rate", D, january): (1, 5, 1),
    }
    return Scenario("who did not report", story.events, values, facts)


def _regained() -> Scenario:
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 10000})
    for number, what, when in (
        (1, "control.lost", "2024-02-01T08:00:00+08:00"),
        (1, "control.lost", "2024-02-01T09:00:00+08:00"),
        (1, "control.regained", "2024-02-02T10:30:00+08:00"),  # 26.5 hours
        (2, "control.lost", "2024-02-03T00:00:00+08:00"),
        (2, "control.regained", "2024-02-03T00:59:59+08:00"),
        (3, "control.regained", "2024-02-03"),  # never lost
        (4, "control.lost", "2024-02-04"),
        (4, "subject.released", "2024-02-05"),
        (4, "control.regained", "2024-02-06"),
        (5, "control.lost", "2024-03-01"),
        (5, "control.regained", "2024-03-03"),
    ):
        story.add(f"cor.{what}", when, O1, person(number))
    facts = {
        (f"cor:{person(1)}", "cor.regain_hours", "2024-02-02", "", O1, "self"): 26,
        (f"cor:{person(2)}", "cor.regain_hours", "2024-02-03", "", O1, "self"): 0,
        (f"cor:{person(5)}", "cor.regain_hours", "2024-03-03", "", O1, "self"): 48,
    }
    first = "quarter 2024-01-01"
    values = {
        row("cor_regain_hours_p50", D, first): (26, None, 1),
        row("cor_regain_hours_p50", STREET, first, "lead"): (26, None, 1),
        row("cor_regain_hours_p50", D, "month 2024-02-01"): None,
    }
    return Scenario("hours until found", story.events, values, facts)


def _months() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 10000})
    one, two = person(1), person(2)
    story.add("cor.subject.registered", "2024-01-15", O1, one)
    story.add("cor.education.attended", "2024-01-16", O1, one, excused=True)
    story.add("cor.education.attended", "2024-01-17", O1, one, excused=True)
    story.add("cor.service.attended", "2024-01-18", O2, one, hours=3)  # held elsewhere: the office of the stay has it
    story.add("cor.contact.made", "2024-01-20", O1, one, kind="home_visit")
    story.add("cor.contact.made", "2024-01-21", O1, one, kind="report")
    story.add("cor.contact.made", "2024-01-25", O1, one, kind="home_visit")
    story.add("cor.subject.registered", "2024-02-01", O2, two)
    story.add("cor.education.attended", "2024-02-05", O1, one, excused=True)
    story.add("cor.sanction.issued", "2024-02-10", O1, one, kind="warning")
    story.add("cor.sanction.issued", "2024-02-11", O2, two, kind="admonition")
    story.add("cor.education.attended", "2024-02-20", O1, one, hours=2)  # came after all
    story.add("cor.month.graded", "2024-02-28", O1, one, grade="fail")
    story.add("cor.month.graded", "2024-02-28", O2, two, grade="good")
    story.add("cor.contact.made", "2024-03-05", O1, one, kind="home_visit")
    story.add("cor.subject.released", "2024-03-10", O1, one)
    story.add("cor.education.attended", "2024-03-11", O1, one, hours=1)  # no longer in the register
    story.tick("2024-03-31")
    record = f"cor:{one}"
    facts = {
        (record, "cor.visited", "2024-01-20", "", O1, "self"): 1,
        (record, "cor.visited", "2024-03-05", "", O1, "self"): 1,
        (record, "cor.education", "2024-02-20", "", O1, "self"): 1,
        (record, "cor.education_excused", "2024-01-16", "", O1, "self"): -1,
        (record, "cor.service", "2024-01-18", "", O1, "self"): 1,
    }
    january, february, march, first = "month 2024-01-01", "month 2024-02-01", "month 2024-03-01", "quarter 2024-01-01"
    values = {
        # One person in January, two in February and March.
        row("cor_visit_coverage", D, january): (1, 1, 1),
        row("cor_visit_coverage", D, february): (0, 2, 1),
        row("cor_visit_coverage", D, first): (2, 5, 1),
        row("cor_visit_coverage", O1, first): (2, 3, 1),
        row("cor_visit_coverage", O2, "year 2024-01-01"): (0, 2, 1),
        row("cor_visit_coverage", STREET, first, "full"): (2, 3, 1),
        row("cor_visit_coverage", STREET, first, "share_weighted"): None,
        row("cor_education_rate", D, january): None,  # excused: nothing was asked for
        row("cor_education_rate", D, february): (1, 2, 1),
        row("cor_education_rate", D, march): (0, 2, 1),
        row("cor_education_rate", D, first): (1, 4, 1),
        row("cor_service_rate", O1, january): (1, 1, 1),
        row("cor_service_rate", D, first): (1, 5, 1),
        row("cor_sanction_rate", D, february): (2, 2, 1),
        row("cor_sanction_rate", D, first): (2, 5, 1),
        row("cor_fail_grade_share", D, february): (1, 2, 1),
        row("cor_fail_grade_share", O2, february): (0, 1, 1),
    }
    return Scenario("months in the register", story.events, values, facts)


def _asked_and_needed() -> Scenario:
    story = Story()
    for number, asked, due_on in ((1, "2024-03-01", "2024-03-10"), (1, "2024-03-05", "2024-03-20"), (2, "2024-03-01", "2024-03-31")):
        story.add("cor.investigation.requested", asked, O1, person(number), for_="court", due_on=due_on)
    story.add("cor.investigation.completed", "2024-03-12", O1, person(1), opinion="suitable")  # one answer for both
    story.add("cor.subject.registered", "2024-03-01", O1, person(3))
    story.add("cor.help.given", "2024-03-02", O1, person(3), kind="job")  # before there was a need
    story.add("cor.help.needed", "2024-03-03", O1, person(3), kind="job")
    story.add("cor.help.needed", "2024-03-04", O1, person(3), kind="relief")
    story.add("cor.help.given", "2024-03-10", O1, person(3), kind="relief")
    story.add("cor.subject.registered", "2024-03-04", O1, person(4))
    story.add("cor.help.needed", "2024-03-05", O1, person(4), kind="school")
    story.add("cor.subject.released", "2024-03-06", O1, person(4))
    story.add("cor.help.given", "2024-03-07", O1, person(4), kind="school")  # after the stay
    story.add("cor.subject.registered", "2024-03-08", O1, person(4))
    story.add("cor.help.needed", "2024-03-09", O1, person(4), kind="land")
    story.add("cor.help.given", "2024-03-09T10:00:00+08:00", O1, person(4), kind="land")
    story.add("cor.help.needed", "2024-03-09", O1, person(5), kind="land")  # not in the register
    story.tick("2024-04-30")
    values = {
        row("cor_investigation_ontime_rate", D, "month 2024-03-01"): (1, 3, 1),
        row("cor_help_coverage", D, "quarter 2024-01-01"): (2, 3, 1),
        row("cor_help_coverage", D, "month 2024-03-01"): None,
    }
    facts = {
        (f"cor:{person(3)}", "cor.need", "2024-03-03", "", O1, "self"): 1,
        (f"cor:{person(3)}", "cor.need_met", "2024-03-03", "", O1, "self"): 1,
        (f"cor:{person(4)}", "cor.need", "2024-03-05", "", O1, "self"): 1,
        (f"cor:{person(4)}", "cor.need", "2024-03-09", "", O1, "self"): 1,
        (f"cor:{person(4)}", "cor.need_met", "2024-03-09", "", O1, "self"): 1,
    }
    return Scenario("investigations and needs", story.events, values, facts)


def _findings() -> Scenario:
    """Three working days after Thursday 12 February 2026: Friday, Saturday 14 (worked), and Tuesday 24, after the Spring Festival."""
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.add("cor.supervision.finding", "2026-02-12", O1, by="prosecutor", form="suggestion", closed_on="2026-02-24")
    story.add("cor.supervision.finding", "2026-02-12", O1, by="city", form="suggestion", closed_on="2026-02-25")
    # Friday 27 February: Saturday 28 is worked, Monday 2, Tuesday 3 March.
    story.add("cor.supervision.finding", "2026-02-27", O1, person(1), by="bureau", form="inspection_point")
    story.tick("2026-03-31")
    february, march = "month 2026-02-01", "month 2026-03-01"
    values = {
        row("cor_findings_cnt", D, february): (3, None, 1),
        row("cor_findings_cnt", D, february, dimension="form=suggestion"): (2, None, 1),
        row("cor_findings_cnt", STREET, february, "full"): (3, None, 1),
        row("cor_findings_cnt", STREET, february, "lead"): None,
        row("cor_findings_overdue_cnt", D, february): (1, None, 1),
        row("cor_findings_overdue_cnt", O1, march): (1, None, 1),
    }
    facts = {(f"cor:{person(1)}", "cor.finding_overdue", "2026-03-04", "", O1, "self"): 1}
    found = [event["id"] for event in story.events if event["type"] == "cor.supervision.finding"]
    facts[f"{story.events[-2]['source']}#{found[1]}", "cor.finding_overdue", "2026-02-25", "", O1, "self"] = 1
    return Scenario("findings of inspectors", story.events, values, facts)


def _released() -> Scenario:
    story = Story()
    story.add("res.notice.received", "2024-03-05", O1, person(1))
    story.add("res.identity.verified", "2024-03-31", O1, person(1), result="unmatched")  # the month's last day
    story.add("res.notice.received", "2024-03-05", O1, person(2), due_on="2024-03-10")
    story.add("res.identity.verified", "2024-03-11", O1, person(2), result="matched")
    story.add("res.notice.received", "2024-03-06", O1, person(3), due_on="2024-06-10")
    story.add("res.person.handed_over", "2024-03-19", O1, person(1), mode="self_reported")
    story.add("res.person.released", "2024-03-20", O1, person(1), class_="general", must_fetch=False)
    story.add("res.person.released", "2024-03-21", O1, person(2), class_="key", must_fetch=True)
    story.add("res.person.handed_over", "2024-03-22", O1, person(2), mode="not_handed")
    story.add("res.person.handed_over", "2024-03-25", O1, person(2), mode="fetched")
    story.add("res.person.released", "2024-03-22", O1, person(3), class_="general", must_fetch=False)
    story.tick("2024-04-30")
    march = "month 2024-03-01"
    values = {
        row("res_verify_rate", D, march): (1, 2, 1),
        row("res_verify_rate", D, "month 2024-06-01"): None,
        row("res_handover_rate", D, march): (2, 3, 1),
        row("res_key_handover_rate", D, march): (1, 1, 1),
    }
    out = "dq.out_of_place"
    facts = {
        # Handed over, and released, after an answer that did not match: nothing follows from it.
        (f"res:{person(1)}", out, "2024-03-19", "life=resettlement", O1, "self"): 1,
        (f"res:{person(1)}", out, "2024-03-20", "life=resettlement", O1, "self"): 1,
        (f"res:{person(2)}", out, "2024-03-25", "life=resettlement", O1, "self"): 1,  # the second hand-over
        (f"res:{person(3)}", out, "2024-03-22", "life=resettlement", O1, "self"): 1,  # nobody answered the notice
    }
    return Scenario("notices and hand-overs", story.events, values, facts)


def _visited() -> Scenario:
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.split(O1, "2024-03-01", {BUREAU: 10000})
    one, two = person(1), person(2)
    story.add("res.person.enrolled", "2024-01-01", O1, one, class_="general")
    story.add("res.person.enrolled", "2024-03-31", O1, two, class_="key")
    story.add("res.person.discharged", "2024-04-10", O1, two)
    for when, who in (("2024-01-10", one), ("2024-02-10", one), ("2024-05-01", one), ("2024-04-05", two), ("2024-04-06", person(3))):
        story.add("res.visit.made", when, O1, who)
    story.add("res.person.lost", "2024-02-01", O1, one)
    story.add("res.person.lost", "2024-02-02", O1, one)
    story.add("res.person.found", "2024-02-20", O1, one)
    story.add("res.person.lost", "2024-04-08", O1, two)
    story.add("res.person.lost", "2024-05-20", O1, one)
    story.add("res.reoffence.recorded", "2024-05-05", O1, one)
    story.add("res.reoffence.recorded", "2024-05-06", O1, one)
    story.tick("2024-06-30")
    first, second, year = "quarter 2024-01-01", "quarter 2024-04-01", "year 2024-01-01"
    values = {
        # 91 days; 91 + 1 person-days in the first quarter, 91 + 9 in the second, of which 182 of 366 days have come.
        row("res_visits_per_person", D, first): (2 * 91, 92, 1),
        row("res_visits_per_person", O1, second): (2 * 91, 100, 1),
        row("res_visits_per_person", D, year): (4 * 182, 192, 1),
        # Each day goes to who paid on it: 60 days of January and February, 32 person-days of March.
        row("res_visits_per_person", STREET, first, "share_weighted"): (1_820_000, 600_000, 10_000),
        row("res_visits_per_person", BUREAU, first, "share_weighted"): (0, 320_000, 10_000),
        row("res_visits_per_person", BUREAU, first, "full"): (0, 32, 1),
        row("res_visits_per_person", D, "month 2024-01-01"): None,
        row("res_lost_cnt", D, "month 2024-02-01"): None,
        row("res_lost_cnt", D, "month 2024-04-01"): None,  # the second left the register
        row("res_lost_cnt", D, "month 2024-06-01"): (1, None, 1),
        row("res_lost_cnt", BUREAU, second, "full"): (1, None, 1),
        row("res_reoffence_rate", D, year): (1, 2, 1),
        row("res_reoffence_rate", BUREAU, year, "lead"): (1, 2, 1),
        row("res_reoffence_rate", D, second): None,
    }
    return Scenario("visits per person", story.events, values)


def _payer_learned_after_the_limit() -> Scenario:
    """Somebody who never came is missing from the day after the limit, long after her last event; who pays from before that day is learned later."""
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.add("cor.subject.due", "2024-01-01", O1, person(1), category="probation", report_by="2024-03-10")
    story.tick("2024-04-30")
    story.split(O1, "2024-02-01", {BUREAU: 10000}, when="2024-04-30")
    quarter = "quarter 2024-01-01"
    values = {
        row("cor_missed_cnt", D, quarter): (1, None, 1),
        row("cor_missed_cnt", BUREAU, quarter, "lead"): (1, None, 1),
        row("cor_missed_cnt", STREET, quarter, "lead"): None,
        row("cor_missed_cnt", STREET, quarter, "full"): None,
    }
    return Scenario("a payer learned after a limit", story.events, values)


SCENARIOS = [
    _who_did_not_report(),
    _payer_learned_after_the_limit(),
    _regained(),
    _months(),
    _asked_and_needed(),
    _findings(),
    _released(),
    _visited(),
]
