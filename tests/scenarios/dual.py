"""Dual leadership: tasks of the street and the bureau, time on core functions, gaps in percentage points; single activities."""

from typing import Any

from tests.scenarios.story import BUREAU, FINANCE, O1, O2, OFFICE_SOURCE, STREET, TOWN, D, Scenario, Story, case, person, row, task

NOBODY = f"au-{D}-dw-009"
"""An authority that is not registered: of no kind."""


def _assigned(
    story: Story, number: int, when: str, by: str, due: str = "2024-04-30T18:00:00+08:00", function: int | str = 7, office: str = O1
) -> str:
    return story.add(
        "soc.task.assigned", when, office, task(number), task_class="petition", function_number=function, due_at=due, assigned_by=by
    )


def _done(story: Story, number: int, when: str, office: str = O1, **kwargs: Any) -> str:
    return story.add("soc.task.completed", when, office, task(number), **kwargs)


def _tasks() -> Scenario:
    story = Story(O1, O2)
    _assigned(story, 1, "2024-03-01", BUREAU)
    _done(story, 1, "2024-04-30T10:00:00Z")  # the very instant
    _assigned(story, 2, "2024-03-02", BUREAU)
    _done(story, 2, "2024-04-30T18:00:00.000001+08:00")
    _done(story, 2, "2024-03-01")  # completed before it was assigned: at or before the limit all the same
    _assigned(story, 3, "2024-03-03", BUREAU, office=O2)
    _assigned(story, 4, "2024-03-04", STREET)
    _assigned(story, 5, "2024-03-05", TOWN, due="2024-04-30T17:00:00Z")  # 1 May in China
    _done(story, 5, "2024-04-30", O2)
    _assigned(story, 6, "2024-03-06", FINANCE)
    _assigned(story, 7, "2024-03-07", "self")
    _assigned(story, 8, "2024-03-08", NOBODY)
    _assigned(story, 1, "2024-03-09", STREET)  # the first assignment counts
    _assigned(story, 9, "2024-03-31", STREET, due="2024-07-01T00:00:00+08:00")  # the future
    _done(story, 10, "2024-03-10")  # never assigned
    story.tick("2024-05-31")
    who = {1: BUREAU, 2: BUREAU, 3: BUREAU, 4: STREET, 5: TOWN, 6: FINANCE, 7: "self", 8: NOBODY, 9: STREET}
    offices = {n: O2 if n == 3 else O1 for n in who}
    assigned_on = {n: f"2024-03-{31 if n == 9 else n:02d}" for n in who}
    due_on = {n: {5: "2024-05-01", 9: "2024-07-01"}.get(n, "2024-04-30") for n in who}
    facts = {(f"task:{task(n)}", "soc.assigned", assigned_on[n], "", offices[n], who[n]): 1 for n in who}
    facts |= {(f"task:{task(n)}", "soc.due", due_on[n], "", offices[n], who[n]): 1 for n in who}
    facts |= {(f"task:{task(n)}", "soc.done", due_on[n], "", offices[n], who[n]): 1 for n in (1, 2, 5)}
    march, april, may = "month 2024-03-01", "month 2024-04-01", "month 2024-05-01"
    values = {
        row("dual_street_task_share", D, march): (3, 9, 1),
        row("dual_street_task_share", O2, march): (0, 1, 1),
        row("dual_street_task_share", O1, "day 2024-03-05"): (1, 1, 1),
        row("dual_street_task_share", STREET, march, "full"): None,
        row("dual_completion_bureau", D, april): (2, 3, 1),
        row("dual_completion_bureau", O2, april): (0, 1, 1),
        row("dual_completion_street", D, april): (0, 1, 1),
        row("dual_completion_street", D, may): (1, 1, 1),
        row("dual_completion_street", D, "quarter 2024-04-01"): (1, 2, 1),
        row("dual_completion_street", D, "month 2024-07-01"): None,
        row("dual_balance_gap_pp", D, april): (6667, 100, 1),
        row("dual_balance_gap_pp", D, may): None,  # no side of the bureau
        row("dual_balance_gap_pp", D, "quarter 2024-04-01"): (1667, 100, 1),
        row("dual_balance_gap_pp", O1, april): (10_000, 100, 1),
        row("dual_balance_gap_pp", O2, april): None,
        row("dual_balance_gap_pp", O1, "day 2024-04-30"): (10_000, 100, 1),
    }
    return Scenario("tasks of two masters", story.events, values, facts)


def _gap(name: str, bureau: tuple[int, int], street: tuple[int, int], expected: int) -> Scenario:
    """done and due of each side, all due on one day; the gap in hundredths of a percentage point."""
    story = Story()
    number = 0
    for by, (done, due) in ((BUREAU, bureau), (STREET, street)):
        for n in range(due):
            number += 1
            _assigned(story, number, "2024-03-01", by)
            if n < done:
                _done(story, number, "2024-03-02")
    story.tick("2024-04-30")
    return Scenario(f"balance gap: {name}", story.events, {row("dual_balance_gap_pp", D, "month 2024-04-01"): (expected, 100, 1)})


def _kind_learned_late() -> Scenario:
    story = Story()
    _assigned(story, 1, "2024-03-01", NOBODY, due="2024-03-05T00:00:00Z")
    _done(story, 1, "2024-03-02")
    story.bureau("reg.authority.registered", "2024-03-10", authority=NOBODY, name="a street", kind="street_office")
    story.bureau("reg.authority.registered", "2024-03-09", authority=NOBODY, name="not a street", kind="other_department")  # decided before
    march = "month 2024-03-01"
    values = {row("dual_street_task_share", D, march): (1, 1, 1), row("dual_completion_street", O1, march): (1, 1, 1)}
    return Scenario("the kind of an authority learned late", story.events, values)


def _mismatch() -> Scenario:
    story = Story()
    for n, by in enumerate([STREET, STREET, STREET, BUREAU, "self", FINANCE, FINANCE]):
        _assigned(story, n, "2024-03-01", by)
    for payer, amount in [(STREET, "100.00"), (BUREAU, "200.00")]:
        story.add("cap.fund.disbursed", "2024-03-02", O1, authority=payer, category="operating", amount_yuan=amount, fiscal_year=2024)
    story.add("cap.fund.disbursed", "2024-04-02", O1, authority=TOWN, category="operating", amount_yuan="5.00", fiscal_year=2024)
    march = "month 2024-03-01"
    values = {
        row("dual_mismatch_pp", STREET, march, "own"): (952, 100, 1),  # 3/7 - 1/3 = 2/21 = 9.5238 %
        row("dual_mismatch_pp", BUREAU, march, "own"): (-5238, 100, 1),  # 1/7 - 2/3 = -11/21
        row("dual_mismatch_pp", FINANCE, march, "own"): (2857, 100, 1),  # 2/7 - 0
        row("dual_mismatch_pp", TOWN, march, "own"): None,
        row("dual_mismatch_pp", TOWN, "month 2024-04-01", "own"): None,  # no tasks: null
        row("dual_mismatch_pp", TOWN, "quarter 2024-04-01", "own"): None,
        row("dual_mismatch_pp", TOWN, "half 2024-01-01", "own"): (-164, 100, 1),  # 0/7 - 5/305 = -1.6393 %
        row("dual_mismatch_pp", D, march): None,
        row("dual_mismatch_pp", STREET, "day 2024-03-01", "own"): None,
    }
    return Scenario("tasks and money do not match", story.events, values)


def _mismatch_none() -> Scenario:
    story = Story()
    _assigned(story, 1, "2024-03-01", STREET)
    story.add("cap.fund.disbursed", "2024-03-02", O1, authority=STREET, category="operating", amount_yuan="1.00", fiscal_year=2024)
    return Scenario(
        "a mismatch of nothing is a value", story.events, {row("dual_mismatch_pp", STREET, "month 2024-03-01", "own"): (0, 100, 1)}
    )


def _minutes() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.accepted("2024-03-01", case(1), minutes=30)
    story.failed("2024-03-01", case(1), minutes=15)
    story.failed("2024-03-01", case(1), O2, minutes=5, assigned_by=STREET)
    story.add("cor.subject.registered", "2024-03-02", O1, person(1), minutes=0)
    story.add("res.visit.made", "2024-03-02", O1, person(1), minutes=20)
    story.add("leg.consultation.given", "2024-03-03", O1, channel="visit", persons=2, minutes=10, id_="l")
    story.add("cap.staff.snapshot", "2024-03-04", O1, staff=3, minutes=100)
    _assigned(story, 1, "2024-03-05", STREET, function=8)
    story.events[-1]["data"]["minutes"] = 7
    _done(story, 1, "2024-03-06", minutes=60)
    _assigned(story, 2, "2024-03-05", STREET, function="outside_list")
    _done(story, 2, "2024-03-06", minutes=40)
    _assigned(story, 3, "2024-03-05", STREET, function=7)
    _done(story, 3, "2024-03-06", minutes=1)
    _assigned(story, 3, "2024-03-07", STREET, function=1)  # the first assignment decides
    _done(story, 4, "2024-03-06", minutes=2)  # never assigned
    facts = {
        (record, component, day, "", office, assigner): amount
        for record, day, office, assigner, amount, core in [
            (f"med:{case(1)}", "2024-03-01", O1, "self", 45, True),
            (f"med:{case(1)}", "2024-03-01", O2, STREET, 5, True),
            (f"res:{person(1)}", "2024-03-02", O1, "self", 20, True),
            (f"{OFFICE_SOURCE}#l", "2024-03-03", O1, "self", 10, True),
            (f"cap.staff.snapshot:{O1}", "2024-03-04", O1, "self", 100, False),
            (f"task:{task(1)}", "2024-03-05", O1, STREET, 7, True),
            (f"task:{task(1)}", "2024-03-06", O1, "self", 60, True),
            (f"task:{task(2)}", "2024-03-06", O1, "self", 40, False),
            (f"task:{task(3)}", "2024-03-06", O1, "self", 1, False),
            (f"task:{task(4)}", "2024-03-06", O1, "self", 2, False),
        ]
        for component in (("work.minutes", "work.core_minutes") if core else ("work.minutes",))
    }
    march = "month 2024-03-01"
    values = {
        row("dual_core_time_share", D, march): (147, 290, 1),
        row("dual_core_time_share", O1, march): (142, 285, 1),
        row("dual_core_time_share", O1, "day 2024-03-06"): (60, 103, 1),
        row("dual_core_time_share", STREET, march, "share_weighted"): (142 * 7000, 285 * 7000, 10_000),
        row("dual_core_time_share", STREET, march, "assigned_by"): (12, 12, 1),
    }
    return Scenario("minutes on core functions", story.events, values, facts)


def _activities() -> Scenario:
    story = Story()
    story.add("leg.consultation.given", "2024-03-03", O1, channel="phone", persons=2, id_="l1")
    story.add("leg.consultation.given", "2024-03-03", O1, channel="visit", topic="labour", persons=5, id_="l2", assigned_by=STREET)
    story.add("pub.activity.held", "2024-03-04", O1, form="lecture", theme="labour", audience_est=120, purpose="law", id_="p1")
    story.add("pub.activity.held", "2024-03-04", O1, form="film", theme="drugs", audience_est=0, purpose="office_image", id_="p2")
    facts = {
        (f"{OFFICE_SOURCE}#l1", "leg.persons", "2024-03-03", "", O1, "self"): 2,
        (f"{OFFICE_SOURCE}#l2", "leg.persons", "2024-03-03", "", O1, STREET): 5,
        (f"{OFFICE_SOURCE}#p1", "pub.activity", "2024-03-04", "", O1, "self"): 1,
        (f"{OFFICE_SOURCE}#p2", "pub.activity", "2024-03-04", "", O1, "self"): 1,
        (f"{OFFICE_SOURCE}#p1", "pub.audience", "2024-03-04", "", O1, "self"): 120,
    }
    values = {
        row("leg_consult_cnt", D, "day 2024-03-03"): (7, None, 1),
        row("leg_consult_cnt", STREET, "year 2024-01-01", "assigned_by"): (5, None, 1),
        row("pub_activity_cnt", O1, "week 2024-03-04"): (2, None, 1),
        row("pub_audience_sum", O1, "week 2024-03-04"): (120, None, 1),
    }
    return Scenario("consultations and activities", story.events, values, facts)


SCENARIOS = [
    _tasks(),
    _gap("none", (1, 1), (2, 2), 0),
    _gap("negative", (0, 3), (1, 3), -3333),
    _gap("a third and a seventh", (1, 3), (1, 7), 1905),  # 4/21 = 19.0476 %
    _gap("312.5 goes to the even 312", (1, 32), (0, 1), 312),
    _gap("937.5 goes to the even 938", (3, 32), (0, 2), 938),
    _gap("-312.5 goes to the even -312", (0, 1), (1, 32), -312),
    _kind_learned_late(),
    _mismatch(),
    _mismatch_none(),
    _minutes(),
    _activities(),
]
