"""Dual leadership beyond the core: instructions, secondments, transfers, joint matters, whose work it is, and who has which role."""

from typing import Any

from tests.scenarios.story import BUREAU, FINANCE, O1, O2, OFFICE_SOURCE, STREET, TOWN, D, Scenario, Story, case, row, task

MARCH, APRIL, QUARTER = "month 2024-03-01", "month 2024-04-01", "quarter 2024-01-01"


def _instructions() -> Scenario:
    story = Story()

    def issued(number: int, by: str, due: str = "") -> None:
        more: dict[str, Any] = {"due_at": due} if due else {}
        story.add("soc.instruction.issued", "2024-03-04T09:00:00+08:00", O1, task(number), assigned_by=by, **more)

    issued(1, BUREAU, "2024-03-05T09:00:00+08:00")
    story.add("soc.instruction.acknowledged", "2024-03-04T09:12:59+08:00", O1, task(1))  # 12 whole minutes
    story.add("soc.instruction.acknowledged", "2024-03-04T09:30:00+08:00", O1, task(1))  # the first one counts
    story.add("soc.instruction.answered", "2024-03-05T01:00:00Z", O1, task(1))  # the very instant
    issued(2, BUREAU, "2024-03-31T17:00:00Z")  # 1 April in China
    story.add("soc.instruction.acknowledged", "2024-03-04T08:00:00+08:00", O1, task(2))  # before it was issued: says nothing
    story.add("soc.instruction.acknowledged", "2024-03-04T10:00:00+08:00", O1, task(2))
    story.add("soc.instruction.answered", "2024-04-02", O1, task(2))  # late
    issued(3, STREET, "2024-03-06T09:00:00+08:00")
    story.add("soc.instruction.acknowledged", "2024-03-04T09:00:59+08:00", O1, task(3))  # at once
    story.add("soc.instruction.answered", "2024-03-05", O1, task(3))
    issued(4, BUREAU)  # without a limit
    story.add("soc.instruction.acknowledged", "2024-03-05", O1, task(5))  # of no instruction
    story.tick("2024-04-30")
    facts = {
        (f"soc.instruction:{task(n)}", "soc.ack_minutes", "2024-03-04", "", O1, "self"): minutes
        for n, minutes in ((1, 12), (2, 60), (3, 0))
    }
    facts |= {
        (f"soc.instruction:{task(n)}", component, day, "", O1, by): 1
        for n, day, by, done in ((1, "2024-03-05", BUREAU, True), (2, "2024-04-01", BUREAU, False), (3, "2024-03-06", STREET, True))
        for component in ("soc.instruction_due", *(["soc.instruction_done"] * done))
    }
    values = {
        row("dual_ack_minutes_p50", O1, MARCH): (12, None, 1),
        row("dual_ack_minutes_p50", O1, "day 2024-03-04"): None,
        row("dual_instruction_done_rate", D, MARCH): (1, 1, 1),
        row("dual_instruction_done_rate", D, APRIL): (0, 1, 1),
        row("dual_instruction_done_rate", D, "half 2024-01-01"): (1, 2, 1),
        row("dual_instruction_done_rate", STREET, MARCH, "share_weighted"): None,
    }
    return Scenario("instructions", story.events, values, facts)


def _secondments() -> Scenario:
    """11 to 20 March with the finance bureau (10 days), from 30 March on with the street: 2 days in March, 2 of April so far."""
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.split(O1, "2024-03-16", {BUREAU: 10_000})
    story.add("cap.staff.snapshot", "2024-03-01", O1, staff=4)
    story.add("soc.secondment.ended", "2024-03-05", O1, task(1))  # nobody is away
    story.add("soc.secondment.started", "2024-03-11", O1, task(1), to=FINANCE, planned_days=9)
    story.add("soc.secondment.started", "2024-03-12", O1, task(1), to=STREET)  # away already
    story.add("soc.secondment.ended", "2024-03-21", O1, task(1))
    story.add("soc.secondment.started", "2024-03-30", O1, task(2), to=STREET)
    story.tick("2024-04-02")
    record = f"soc.secondment:{task(1)}"
    facts = {
        (record if number == 1 else f"soc.secondment:{task(2)}", "soc.seconded", day, dimension, O1, "self"): step
        for number, day, to, step in ((1, "2024-03-11", FINANCE, 1), (1, "2024-03-21", FINANCE, -1), (2, "2024-03-30", STREET, 1))
        for dimension in ("", f"to={to}")
    }
    values = {
        row("dual_secondment_days", D, MARCH): (12, None, 1),
        row("dual_secondment_days", D, MARCH, dimension=f"to={FINANCE}"): (10, None, 1),
        row("dual_secondment_days", D, MARCH, dimension=f"to={STREET}"): (2, None, 1),
        row("dual_secondment_days", D, APRIL): (2, None, 1),
        row("dual_secondment_days", STREET, MARCH, "share_weighted"): (5 * 7000, None, 10_000),  # 11 to 15 March
        row("dual_secondment_days", BUREAU, MARCH, "share_weighted"): (5 * 3000 + 7 * 10_000, None, 10_000),
        row("dual_secondment_share", O1, MARCH): (12, 31 * 4, 1),
        row("dual_secondment_share", O1, APRIL): (2, 2 * 4, 1),
        row("dual_secondment_share", BUREAU, APRIL, "lead"): None,
    }
    return Scenario("secondments", story.events, values, facts)


def _transfers() -> Scenario:
    story = Story()
    for number, ordered, effected in ((1, "2024-03-01", "2024-03-16"), (2, "2024-03-02", "2024-03-18"), (3, "2024-12-20", "")):
        story.add("soc.transfer.ordered", ordered, O1, task(number), assigned_by=BUREAU)
        if effected:
            story.add("soc.transfer.effected", effected, O1, task(number))
    story.add("soc.transfer.effected", "2024-05-01", O1, task(4))  # never ordered
    story.tick("2024-12-31")
    facts = {
        (f"soc.transfer:{task(n)}", "soc.transfer_due", day, "", O1, BUREAU): 1
        for n, day in ((1, "2024-03-16"), (2, "2024-03-17"), (3, "2025-01-04"))
    }
    facts[f"soc.transfer:{task(1)}", "soc.transferred", "2024-03-16", "", O1, BUREAU] = 1
    values = {
        row("dual_transfer_effect_rate", D, "year 2024-01-01"): (1, 2, 1),
        row("dual_transfer_effect_rate", BUREAU, "year 2024-01-01", "assigned_by"): (1, 2, 1),
        row("dual_transfer_effect_rate", D, "half 2024-01-01"): None,
    }
    return Scenario("transfers", story.events, values, facts)


def _joint() -> Scenario:
    story = Story()
    story.add("soc.joint.opened", "2024-02-01", O1, task(1), lead="petitions", info_shared=False)
    story.add("soc.joint.closed", "2024-03-01", O1, task(1), result="solved", info_shared=True)
    story.add("soc.joint.closed", "2024-03-02", O1, task(1), result="unsolved")  # the first closing counts
    story.add("soc.joint.opened", "2024-03-03", O1, task(2))
    story.add("soc.joint.closed", "2024-03-04", O1, task(3), result="unsolved")  # never opened
    values = {
        row("dual_joint_success_rate", D, QUARTER): (1, 2, 1),
        row("dual_info_shared_share", D, QUARTER): (1, 2, 1),
        row("dual_info_shared_share", D, MARCH): None,
    }
    facts = {(f"soc.joint:{task(1)}", "soc.joint_solved", "2024-03-01", "", O1, "self"): 1}
    return Scenario("joint matters", story.events, values, facts)


def _reached_and_helped() -> Scenario:
    story = Story()
    for reached in (True, False, True):
        story.add("soc.oncall.checked", "2024-03-04", O1, reached=reached, assigned_by=BUREAU)
    for minutes in (25, 0):
        story.add("soc.police_help.requested", "2024-03-05", O1, reason="violence", id_=f"p{minutes}", minutes_to_arrive=minutes)
    story.add("soc.police_help.requested", "2024-03-05", O1, reason="search")
    story.add("soc.incident.handled", "2024-03-06", O1, persons_band="over_50", minutes=90)
    values = {
        row("dual_oncall_reached_rate", O1, MARCH): (2, 3, 1),
        row("cap_police_help_cnt", D, MARCH): (3, None, 1),
        row("cap_police_help_minutes_p50", D, MARCH): (0, None, 1),
        row("dual_core_time_share", D, MARCH): (0, 90, 1),
    }
    facts = {
        (f"{OFFICE_SOURCE}#p25", "cap.police_minutes", "2024-03-05", "", O1, "self"): 25,
        (f"{OFFICE_SOURCE}#p0", "cap.police_minutes", "2024-03-05", "", O1, "self"): 0,
    }
    return Scenario("presence checked, police asked for help", story.events, values, facts)


def _whose_work() -> Scenario:
    """The street pays until 9 March and the town from the 10th, which is learned last; the finance bureau never does. Of O2 nobody is known to pay."""
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    for day, by, minutes in (
        ("2024-03-05", STREET, 60), ("2024-03-05", TOWN, 5), ("2024-03-05", FINANCE, 10), ("2024-03-05", "self", 30),
        ("2024-03-12", STREET, 15), ("2024-03-12", TOWN, 20),
    ):  # fmt: skip
        story.add("soc.incident.handled", day, O1, persons_band="under_10", minutes=minutes, assigned_by=by)
    story.accepted("2024-03-12", case(1), O2, minutes=7, assigned_by=BUREAU)
    story.split(O1, "2024-03-10", {TOWN: 10_000})
    values = {
        row("dual_street_minutes_share", O1, MARCH): (100, 140, 1),
        row("dual_street_minutes_share", D, MARCH): (100, 147, 1),
        row("dual_street_minutes_share", STREET, MARCH, "assigned_by"): None,
        row("dual_unpaid_task_share", STREET, QUARTER, "assigned_by"): (15, 75, 1),
        row("dual_unpaid_task_share", TOWN, QUARTER, "assigned_by"): (5, 25, 1),
        row("dual_unpaid_task_share", FINANCE, QUARTER, "assigned_by"): (10, 10, 1),
        row("dual_unpaid_task_share", BUREAU, QUARTER, "assigned_by"): (7, 7, 1),
        row("dual_unpaid_task_share", STREET, MARCH, "assigned_by"): None,
        row("dual_unpaid_task_share", D, QUARTER): None,
    }
    return Scenario("whose work, and who pays", story.events, values)


def _matters() -> Scenario:
    """Two of five matters with others in them; one of three tasks outside the list. What a source says of lateness is only written down."""
    story = Story()
    story.accepted("2024-03-01", case(1))
    story.failed("2024-03-02", case(1), co_handlers=["petitions", "police"])
    story.accepted("2024-03-01", case(2), co_handlers=[])
    for number, by, function in ((1, STREET, "outside_list"), (2, STREET, 7), (3, BUREAU, 1)):
        story.add("soc.task.assigned", "2024-03-03", O1, task(number), task_class="duty_shift", function_number=function,
                  due_at="2024-03-20T18:00:00+08:00", assigned_by=by, co_handlers=["police"] * (number == 2))  # fmt: skip
    story.add("soc.task.accepted", "2024-03-04", O1, task(1))
    story.add("soc.task.overdue", "2024-03-05", O1, task(1))
    story.add("soc.task.completed", "2024-03-06", O1, task(1))
    story.add("soc.task.declined", "2024-03-04", O1, task(2), reason="not_ours")
    story.add("soc.task.completed", "2024-03-21", O1, task(2))  # after it was declined: out of place
    story.add("soc.task.reassigned", "2024-03-04", O1, task(3))
    story.tick("2024-03-31")
    values = {
        row("dual_overlap_share", D, QUARTER): (2, 5, 1),
        row("dual_outside_list_share", D, MARCH): (1, 3, 1),
        row("dual_outside_list_share", STREET, MARCH, "assigned_by"): (1, 2, 1),
        row("dual_completion_street", D, MARCH): (1, 2, 1),
        row("dq_out_of_place_cnt", D, MARCH, dimension="life=task"): (1, None, 1),
    }
    return Scenario("matters of several, tasks outside the list", story.events, values)


def _roles() -> Scenario:
    """The bureau appoints the head and has the posts (2 × 10,000), supplies a fifth of the staff (2,000), owns no rooms, and pays 3,000 from March on.

    Of O2 only its rooms are decided, from April on. O1 closes on 10 May.
    """
    story = Story(O1, O2)
    story.split(O1, "2019-01-01", {BUREAU: 10_000}, role="head_appointing", category="all")
    story.split(O1, "2020-01-01", {STREET: 8000, BUREAU: 2000}, role="staff_assigning", category="all")
    story.split(O1, "2020-01-01", {STREET: 10_000}, role="premises_owner", category="all")
    story.split(O1, "2020-01-01", {BUREAU: 10_000}, role="establishment", category="all")
    story.split(O1, "2024-03-01", {STREET: 7000, BUREAU: 3000}, when="2024-04-01")
    story.split(O1, "2024-03-01", {BUREAU: 10_000}, role="managing")  # says nothing here
    story.split(O2, "2024-04-01", {TOWN: 10_000}, role="premises_owner", category="personnel")  # of another category
    story.split(O2, "2024-04-01", {TOWN: 10_000}, role="premises_owner")
    story.bureau("reg.office.closed", "2024-05-01", office=O1, closed_on="2024-05-10")
    story.tick("2024-06-30")
    values = {
        row("dual_unity_index", BUREAU, "month 2019-12-01", "own"): None,
        row("dual_unity_index", BUREAU, "month 2020-01-01", "own"): (22_000, 40_000, 1),
        row("dual_unity_index", BUREAU, "month 2024-02-01", "own"): (22_000, 40_000, 1),
        row("dual_unity_index", BUREAU, MARCH, "own"): (25_000, 50_000, 1),
        row("dual_unity_index", STREET, MARCH, "own"): (25_000, 50_000, 1),
        row("dual_unity_index", BUREAU, APRIL, "own"): (25_000, 60_000, 1),
        row("dual_unity_index", TOWN, APRIL, "own"): (10_000, 60_000, 1),
        row("dual_unity_index", BUREAU, "month 2024-05-01", "own"): None,
        row("dual_unity_index", TOWN, "quarter 2024-04-01", "own"): (10_000, 10_000, 1),
        row("dual_unity_index", D, MARCH): None,
        row("dual_unity_index", O1, MARCH): None,
    }
    facts = {
        (f"reg.roles:{office}", "reg.role_held", day, "", office, holder): bp
        for office, day, holder, bp in (
            (O1, "2020-01-01", BUREAU, 22_000), (O1, "2020-01-01", STREET, 18_000), (O1, "2024-03-01", STREET, 7000), (O1, "2024-03-01", BUREAU, 3000),
            (O1, "2024-05-10", BUREAU, -25_000), (O1, "2024-05-10", STREET, -25_000), (O2, "2024-04-01", TOWN, 10_000),
        )
    }  # fmt: skip
    return Scenario("who has which role", story.events, values, facts)


SCENARIOS = [
    _instructions(),
    _secondments(),
    _transfers(),
    _joint(),
    _reached_and_helped(),
    _whose_work(),
    _matters(),
    _roles(),
]
