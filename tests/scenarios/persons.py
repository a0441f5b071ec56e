"""Persons under correction and persons released: stays, presence, distinct counts, limits, placements."""

from typing import Any

from tests.scenarios.story import BUREAU, O1, O2, STREET, TOWN, D, Scenario, Story, person, row


def _intake(story: Story, number: int, when: str, office: str = O1) -> str:
    return story.add("cor.subject.registered", when, office, person(number))


def _stays() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.split(O2, "2020-01-01", {BUREAU: 10000})
    story.add("cor.subject.moved", "2024-01-05", O1, person(1))  # met outside: no exit of a stay
    _intake(story, 1, "2024-01-10")
    _intake(story, 1, "2024-02-10", O2)  # met inside: no intake
    story.add("cor.subject.released", "2024-04-20", O2, person(1))  # the release stems from the exit, the stock from the entry
    _intake(story, 1, "2024-08-15", O2)
    _intake(story, 2, "2024-03-31", O2)
    story.add("cor.subject.recalled", "2024-05-01", O2, person(2))
    _intake(story, 3, "2024-06-06")
    story.add("cor.subject.terminated", "2024-06-06", O1, person(3))
    story.tick("2024-09-30")
    one, two, three = (f"cor:{person(n)}" for n in (1, 2, 3))
    facts = {
        (one, "cor.intake", "2024-01-10", "", O1, "self"): 1,
        (one, "cor.caseload", "2024-01-10", "", O1, "self"): 1,
        (one, "cor.caseload", "2024-04-20", "", O1, "self"): -1,
        (one, "cor.release", "2024-04-20", "", O2, "self"): 1,
        (one, "cor.intake", "2024-08-15", "", O2, "self"): 1,
        (one, "cor.caseload", "2024-08-15", "", O2, "self"): 1,
        (two, "cor.intake", "2024-03-31", "", O2, "self"): 1,
        (two, "cor.caseload", "2024-03-31", "", O2, "self"): 1,
        (two, "cor.caseload", "2024-05-01", "", O2, "self"): -1,
        (three, "cor.intake", "2024-06-06", "", O1, "self"): 1,
    }
    values = {
        row("cor_caseload", D, "month 2023-12-01"): None,
        row("cor_caseload", D, "month 2024-01-01"): (1, None, 1),
        row("cor_caseload", D, "month 2024-02-01"): (1, None, 1),
        row("cor_caseload", D, "quarter 2024-01-01"): (2, None, 1),
        row("cor_caseload", O1, "quarter 2024-01-01"): (1, None, 1),
        row("cor_caseload", D, "month 2024-04-01"): (1, None, 1),
        row("cor_caseload", D, "half 2024-01-01"): None,
        row("cor_caseload", O2, "quarter 2024-07-01"): (1, None, 1),
        row("cor_caseload", D, "year 2024-01-01"): (1, None, 1),
        row("cor_caseload", D, "quarter 2024-10-01"): None,
        row("cor_caseload", D, "day 2024-01-10"): None,
        row("cor_caseload", STREET, "month 2024-01-01", "share_weighted"): (7000, None, 10_000),
        row("cor_caseload", BUREAU, "month 2024-03-01", "share_weighted"): (13_000, None, 10_000),
        row("cor_caseload", BUREAU, "month 2024-03-01", "full"): (2, None, 1),
        row("cor_caseload", BUREAU, "month 2024-03-01", "lead"): (1, None, 1),
        row("cor_caseload", BUREAU, "month 2024-03-01", "assigned_by"): None,
        row("cor_intake_cnt", D, "year 2024-01-01"): (4, None, 1),
        row("cor_release_cnt", D, "year 2024-01-01"): (1, None, 1),
        row("cor_release_cnt", O1, "year 2024-01-01"): None,
        row("cor_release_cnt", O2, "day 2024-04-20"): (1, None, 1),
    }
    return Scenario("stays under correction", story.events, values, facts)


def _convicted(story: Story, number: int, when: str, office: str = O1, stage: str = "convicted") -> str:
    return story.add("cor.reoffence.recorded", when, office, person(number), stage=stage, severity="ordinary")


def _distinct() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.split(O2, "2020-01-01", {TOWN: 5000, BUREAU: 5000})
    _intake(story, 1, "2024-01-10")
    _intake(story, 2, "2024-01-20", O2)
    story.add("cor.subject.moved", "2024-03-31", O1, person(1))
    _convicted(story, 1, "2024-02-01")
    _convicted(story, 1, "2024-02-20", O2)
    _convicted(story, 1, "2024-05-05")  # after the stay: counted, though no longer present
    _convicted(story, 2, "2024-02-03", O2, "arrested")
    _convicted(story, 2, "2024-04-03", O2)
    story.add("cor.control.lost", "2024-02-03", O2, person(2))
    story.add("cor.control.regained", "2024-02-04", O2, person(2))
    story.add("cor.control.lost", "2024-02-05", O2, person(2))
    story.tick("2024-05-31")
    first, second, half = "quarter 2024-01-01", "quarter 2024-04-01", "half 2024-01-01"
    values = {
        row("cor_reoffence_cnt", D, first): (1, None, 1),
        row("cor_reoffence_cnt", O1, first): (1, None, 1),
        row("cor_reoffence_cnt", O2, first): (1, None, 1),
        row("cor_reoffence_cnt", D, half): (2, None, 1),
        row("cor_reoffence_cnt", D, "week 2024-01-29"): None,
        row("cor_reoffence_cnt", BUREAU, first, "full"): (1, None, 1),
        row("cor_reoffence_cnt", STREET, first, "full"): None,  # person 1's last fact of the quarter stands at office 2
        row("cor_reoffence_cnt", TOWN, first, "full"): (1, None, 1),
        row("cor_reoffence_cnt", STREET, half, "full"): (1, None, 1),
        row("cor_reoffence_cnt", STREET, half, "lead"): (1, None, 1),
        row("cor_reoffence_cnt", BUREAU, half, "full"): (2, None, 1),
        # A tie 5000/5000 at office 2 without a managing split: the lowest id leads, au-…-sfj before au-…-xz-002.
        row("cor_reoffence_cnt", BUREAU, half, "lead"): (1, None, 1),
        row("cor_reoffence_cnt", TOWN, half, "lead"): None,
        row("cor_reoffence_cnt", BUREAU, half, "share_weighted"): None,
        row("cor_lost_cnt", D, first): (1, None, 1),
        row("cor_lost_cnt", O2, "month 2024-02-01"): (1, None, 1),
        row("cor_reoffence_rate", D, first): (1, 2, 1),
        row("cor_reoffence_rate", O1, first): (1, 1, 1),
        row("cor_reoffence_rate", O2, first): (1, 1, 1),
        row("cor_reoffence_rate", D, "month 2024-03-01"): (0, 2, 1),  # the last day of a stay is part of it
        row("cor_reoffence_rate", D, second): (2, 1, 1),
        row("cor_reoffence_rate", D, "month 2024-05-01"): (1, 1, 1),
        row("cor_reoffence_rate", D, "month 2024-06-01"): None,
        row("cor_reoffence_rate", D, half): (2, 2, 1),
        row("cor_reoffence_rate", STREET, half, "full"): (1, 1, 1),
        row("cor_reoffence_rate", BUREAU, half, "full"): (2, 2, 1),
    }
    facts = {
        (f"cor:{person(1)}", "cor.reoffender", "2024-02-01", "", O1, "self"): 1,
        (f"cor:{person(1)}", "cor.reoffender", "2024-02-20", "", O2, "self"): 1,
        (f"cor:{person(1)}", "cor.reoffender", "2024-05-05", "", O1, "self"): 1,
        (f"cor:{person(2)}", "cor.reoffender", "2024-04-03", "", O2, "self"): 1,
        (f"cor:{person(2)}", "cor.lost", "2024-02-03", "", O2, "self"): 1,
        (f"cor:{person(2)}", "cor.lost", "2024-02-05", "", O2, "self"): 1,
    }
    return Scenario("persons are counted once", story.events, values, facts, frozenset({"cor.present"}))


def _payer_of_a_person() -> Scenario:
    """Presence stands on the stay's last day in the window (today at most), conviction on its own day: the payers of those days count."""
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.split(O1, "2024-03-10", {BUREAU: 10000})
    story.split(O1, "2024-03-20", {TOWN: 10000}, when="2024-03-10")
    _intake(story, 1, "2024-03-01")
    _convicted(story, 1, "2024-03-05")
    story.tick("2024-03-15")
    month = "month 2024-03-01"
    values = {
        row("cor_reoffence_cnt", STREET, month, "lead"): (1, None, 1),
        row("cor_reoffence_rate", STREET, month, "full"): (1, 0, 1),
        row("cor_reoffence_rate", BUREAU, month, "full"): (0, 1, 1),
        row("cor_reoffence_rate", TOWN, month, "full"): None,
        row("cor_caseload", BUREAU, month, "share_weighted"): (10_000, None, 10_000),
        row("cor_caseload", TOWN, month, "full"): None,
    }
    return Scenario("the payer of a person changes within the month", story.events, values)


def _presence_twice() -> Scenario:
    """Out of office 1 and into office 2 on one day: on that day the later entry gives the office."""
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.split(O2, "2020-01-01", {BUREAU: 10000})
    _intake(story, 1, "2024-01-10")
    story.add("cor.subject.moved", "2024-03-31T10:00:00+08:00", O1, person(1))
    _intake(story, 1, "2024-03-31T11:00:00+08:00", O2)
    story.tick("2024-04-30")
    month = "month 2024-03-01"
    values = {
        row("cor_reoffence_rate", D, month): (0, 1, 1),
        row("cor_reoffence_rate", O1, month): (0, 1, 1),
        row("cor_reoffence_rate", O2, month): (0, 1, 1),
        row("cor_reoffence_rate", STREET, month, "full"): None,
        row("cor_reoffence_rate", BUREAU, month, "full"): (0, 1, 1),
        row("cor_reoffence_rate", O1, "month 2024-04-01"): None,
        row("cor_caseload", D, month): (1, None, 1),
        row("cor_caseload", O1, month): None,
    }
    return Scenario("a person moves to another office within a day", story.events, values)


def _reports() -> Scenario:
    story = Story(O1, O2)
    due: dict[str, Any] = {"category": "probation", "report_by": "2024-03-10"}
    story.add("cor.subject.due", "2024-03-01", O1, person(1), **due)
    _intake(story, 1, "2024-03-10T23:59:59+08:00", O2)
    story.add("cor.subject.due", "2024-03-01", O1, person(2), **due)
    _intake(story, 2, "2024-03-11T00:00:00+08:00")
    story.add("cor.subject.due", "2024-03-01", O1, person(3), **due)
    story.add("cor.subject.due", "2024-03-02", O2, person(3), category="parole", report_by="2024-03-31")  # the first due counts
    story.add("cor.subject.due", "2024-03-01", O1, person(4), category="parole", report_by="2024-04-10")  # not before today
    facts = {
        (f"cor:{person(n)}", "cor.due", day, "", O1, "self"): 1
        for n, day in [(1, "2024-03-10"), (2, "2024-03-10"), (3, "2024-03-10"), (4, "2024-04-10")]
    }
    facts[f"cor:{person(1)}", "cor.ontime", "2024-03-10", "", O1, "self"] = 1
    values = {
        row("cor_report_ontime_rate", D, "day 2024-03-10"): (1, 3, 1),
        row("cor_report_ontime_rate", O2, "month 2024-03-01"): None,
        row("cor_report_ontime_rate", D, "month 2024-04-01"): None,
    }
    return Scenario("reports in time", story.events, values, facts, today="2024-03-11")


def _monitors() -> Scenario:
    story = Story(O1, O2)
    start, extend, end = ("cor.monitor.started", "cor.monitor.extended", "cor.monitor.ended")
    story.add(start, "2023-11-30", O1, person(1))  # limit 29 February (leap year), over on 1 March
    story.add(end, "2024-03-05", O2, person(1))
    story.add(start, "2024-01-31", O1, person(2))  # limit 30 April
    story.add(start, "2024-02-15", O2, person(2))  # met while on: nothing
    story.add(extend, "2024-04-30", O2, person(2))  # in time: limit 30 July
    story.add(extend, "2024-08-02", O1, person(2))  # over on 31 July; late extension: limit 2 November
    story.add(end, "2024-11-02", O1, person(2))
    story.add(extend, "2024-01-01", O1, person(3))  # met while off: nothing
    story.add(start, "2024-01-10", O1, person(3))
    story.add("cor.subject.recalled", "2024-05-01", O1, person(3))  # not in a stay: ends the monitoring all the same
    story.add(end, "2024-06-01", O1, person(3))
    story.add(start, "2024-05-15", O1, person(4))  # limit 15 August, over on 16 August, still on
    story.add(start, "2024-10-01", O1, person(5))  # limit 1 January 2025: a fact of the future
    story.add(start, "2024-02-10", O1, person(6))  # limit 10 May; ended on the very day after: nothing
    story.add(end, "2024-05-11", O1, person(6))
    story.tick("2024-12-31")
    facts = {
        (f"cor:{person(n)}", "cor.monitor_over", day, "", office, "self"): amount
        for n, day, office, amount in [
            (1, "2024-03-01", O1, 1), (1, "2024-03-05", O1, -1),
            (2, "2024-07-31", O2, 1), (2, "2024-08-02", O2, -1),
            (3, "2024-04-11", O1, 1), (3, "2024-05-01", O1, -1),
            (4, "2024-08-16", O1, 1),
            (5, "2025-01-02", O1, 1),
        ]
    }  # fmt: skip
    values = {
        row("cor_monitor_over_limit_cnt", D, "month 2024-03-01"): None,
        row("cor_monitor_over_limit_cnt", D, "month 2024-04-01"): (1, None, 1),
        row("cor_monitor_over_limit_cnt", O2, "month 2024-07-01"): (1, None, 1),
        row("cor_monitor_over_limit_cnt", D, "quarter 2024-07-01"): (1, None, 1),
        row("cor_monitor_over_limit_cnt", D, "year 2024-01-01"): (1, None, 1),
        row("cor_monitor_over_limit_cnt", D, "year 2025-01-01"): None,
    }
    return Scenario("limits of electronic monitoring", story.events, values, facts)


def _enrol(story: Story, number: int, when: str, office: str = O1) -> str:
    return story.add("res.person.enrolled", when, office, person(number), class_="general")


def _resettlement() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.split(O2, "2020-01-01", {BUREAU: 10000})
    _enrol(story, 1, "2024-01-10")
    story.add("res.visit.made", "2024-01-05", O1, person(1))  # before the enrolment
    story.add("res.visit.made", "2024-02-05", O2, person(1), mode="home")  # by another office: helped at the office of the stay
    story.add("res.agreement.signed", "2024-02-06", O1, person(1))
    story.add("res.placement.made", "2024-02-10", O2, person(1), kind="job")
    story.add("res.placement.made", "2024-03-10", O1, person(1), kind="land")  # only the first of a stay
    story.add("res.person.discharged", "2024-05-20", O2, person(1))
    story.add("res.placement.made", "2024-05-21", O1, person(1), kind="job")  # outside
    _enrol(story, 1, "2024-06-01", O2)
    _enrol(story, 2, "2024-02-01")
    story.add("res.person.died", "2024-06-30", O1, person(2))
    story.tick("2024-07-01")
    one, two = f"res:{person(1)}", f"res:{person(2)}"
    facts = {
        (one, "res.register", "2024-01-10", "", O1, "self"): 1,
        (one, "res.register", "2024-05-20", "", O1, "self"): -1,
        (one, "res.register", "2024-06-01", "", O2, "self"): 1,
        (two, "res.register", "2024-02-01", "", O1, "self"): 1,
        (two, "res.register", "2024-06-30", "", O1, "self"): -1,
        (one, "res.placed", "2024-02-10", "", O1, "self"): 1,
        (one, "res.placed", "2024-05-20", "", O1, "self"): -1,
        (one, "res.helped", "2024-02-05", "", O1, "self"): 1,
        (one, "res.helped", "2024-02-06", "", O1, "self"): 1,
    }
    values = {
        row("res_register", D, "month 2024-02-01"): (2, None, 1),
        row("res_register", D, "month 2024-06-01"): (1, None, 1),
        row("res_register", O2, "year 2024-01-01"): (1, None, 1),
        row("res_placement_rate", D, "month 2024-01-01"): (0, 1, 1),
        row("res_placement_rate", D, "month 2024-02-01"): (1, 2, 1),
        row("res_placement_rate", STREET, "month 2024-02-01", "share_weighted"): (10_000, 20_000, 10_000),
        row("res_placement_rate", D, "month 2024-05-01"): (0, 1, 1),
        row("res_placement_rate", O2, "month 2024-07-01"): (0, 1, 1),
        row("res_help_rate", D, "month 2024-01-01"): (0, 1, 1),
        row("res_help_rate", D, "month 2024-02-01"): (1, 2, 1),
        row("res_help_rate", O1, "month 2024-02-01"): (1, 2, 1),
        row("res_help_rate", O2, "month 2024-02-01"): None,
        row("res_help_rate", STREET, "quarter 2024-01-01", "lead"): (1, 2, 1),
        row("res_help_rate", D, "half 2024-01-01"): (1, 2, 1),
        row("res_help_rate", O2, "half 2024-01-01"): (0, 1, 1),
        row("res_help_rate", STREET, "half 2024-01-01", "full"): (1, 1, 1),
        row("res_help_rate", BUREAU, "half 2024-01-01", "full"): (0, 1, 1),  # person 1 is last present at office 2
    }
    return Scenario("persons released", story.events, values, facts, frozenset({"res.present"}))


def _handover() -> Scenario:
    story = Story(O1, O2)
    releases = [(1, O1, "general", 7), (1, O2, "key", 8), (1, O1, "key", 9), (2, O1, "key", 10), (3, O1, "general", 11)]
    for n, office, class_, day in releases:
        story.add("res.person.released", f"2024-04-{day:02d}", office, person(n), must_fetch=True, class_=class_)
    story.add("res.person.handed_over", "2024-04-20", O1, person(1), mode="not_handed")
    story.add("res.person.handed_over", "2024-04-21", O1, person(1), mode="fetched")
    story.add("res.person.handed_over", "2024-04-20", O1, person(2), mode="self_reported")
    story.add("res.person.handed_over", "2024-04-20", O1, person(3), mode="fetched")
    facts = {
        (f"res:{person(1)}", "res.released_key", "2024-04-08", "", O2, "self"): 1,
        (f"res:{person(1)}", "res.fetched_key", "2024-04-08", "", O2, "self"): 1,
        (f"res:{person(2)}", "res.released_key", "2024-04-10", "", O1, "self"): 1,
    }
    values = {row("res_key_handover_rate", D, "month 2024-04-01"): (1, 2, 1), row("res_key_handover_rate", O2, "day 2024-04-08"): (1, 1, 1)}
    return Scenario("key persons are fetched", story.events, values, facts)


SCENARIOS = [_stays(), _distinct(), _payer_of_a_person(), _presence_twice(), _reports(), _monitors(), _resettlement(), _handover()]
