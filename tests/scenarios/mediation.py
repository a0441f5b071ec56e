"""Mediation: the golden vectors of attribution, and every sentence about cases."""

from typing import Any

from tests.scenarios.story import BUREAU, O1, O2, STREET, TOWN, UNKNOWN, D, Row, Scenario, Story, ValueKey, case, row

Expected = dict[ValueKey, Row | None]


def _split_changes_in_july() -> Scenario:
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    story.split(O1, "2024-07-01", {BUREAU: 10000})
    for number in range(180):
        day = "2024-03-05" if number < 100 else "2024-09-05"
        story.accepted(day, case(number))
        (story.failed if number in (3, 4, 50, 51, 99, 100, 179) else story.agreed)(day, case(number))
    year = "year 2024-01-01"

    def rate(subject: str, mode: str, agreed: int, concluded: int, scale: int = 1) -> Expected:
        return {row("med_success_rate", subject, year, mode): (agreed, concluded, scale)}

    values = rate(STREET, "share_weighted", 665_000, 700_000, 10_000) | rate(BUREAU, "share_weighted", 1_065_000, 1_100_000, 10_000)
    values |= rate(STREET, "full", 95, 100) | rate(BUREAU, "full", 173, 180) | rate(STREET, "lead", 95, 100) | rate(BUREAU, "lead", 78, 80)
    values |= rate(D, "none", 173, 180) | rate(O1, "none", 173, 180)
    values[row("med_success_rate", BUREAU, "half 2024-01-01", "lead")] = None
    values[row("med_success_rate", BUREAU, "half 2024-01-01", "share_weighted")] = (285_000, 300_000, 10_000)
    values[row("med_success_rate", D, "half 2024-07-01")] = (78, 80, 1)
    values[row("med_accepted_cnt", STREET, "quarter 2024-01-01", "share_weighted")] = (700_000, None, 10_000)
    values[row("med_accepted_cnt", O1, "week 2024-03-04")] = (100, None, 1)
    values[row("med_accepted_cnt", O1, "week 2024-03-11")] = None
    values[row("med_accepted_cnt", BUREAU, "week 2024-03-04", "full")] = None  # authorities: month and longer
    return Scenario("golden: the payer changes in July", story.events, values)


def _three_payers() -> Scenario:
    story = Story()
    story.split(O1, "2024-01-01", {STREET: 5000, TOWN: 3000, BUREAU: 2000})
    story.agreed("2024-05-01", case(1))
    shares = {STREET: 5000, TOWN: 3000, BUREAU: 2000}
    values: Expected = {
        row("med_success_rate", payer, "month 2024-05-01", "share_weighted"): (bp, bp, 10_000) for payer, bp in shares.items()
    }
    values |= {row("med_concluded_cnt", payer, "month 2024-05-01", "full"): (1, None, 1) for payer in shares}
    values |= {row("med_concluded_cnt", payer, "month 2024-05-01", "lead"): (1, None, 1) if payer == STREET else None for payer in shares}
    return Scenario("golden: three payers", story.events, values)


def _tie_of_lead() -> Scenario:
    story = Story(O1, O2)
    for office in (O1, O2):
        story.split(office, "2024-01-01", {STREET: 5000, BUREAU: 5000})
    story.split(O1, "2024-01-01", {BUREAU: 10000}, role="managing")
    story.split(O2, "2024-01-01", {TOWN: 9000, STREET: 1000}, role="managing", category="all")
    story.agreed("2024-05-01", case(1))
    story.agreed("2024-05-01", case(2), O2)
    story.agreed("2023-12-31", case(3), O2)
    values = {
        row("med_concluded_cnt", BUREAU, "month 2024-05-01", "lead"): (1, None, 1),
        row("med_concluded_cnt", STREET, "month 2024-05-01", "lead"): (1, None, 1),
        row("med_concluded_cnt", UNKNOWN, "month 2023-12-01", "lead"): (1, None, 1),
        row("med_concluded_cnt", UNKNOWN, "month 2023-12-01", "share_weighted"): (10_000, None, 10_000),
        row("med_concluded_cnt", UNKNOWN, "month 2024-05-01", "share_weighted"): None,
    }
    return Scenario("golden: a tie of lead goes to the managing authority", story.events, values)


def _tie_without_managing() -> Scenario:
    story = Story()
    story.split(O1, "2024-01-01", {BUREAU: 4000, STREET: 4000, TOWN: 2000})
    story.agreed("2024-05-01", case(1))
    # au-…-jd-001 (STREET) sorts before au-…-sfj (BUREAU).
    values = {
        row("med_concluded_cnt", payer, "month 2024-05-01", "lead"): (1, None, 1) if payer == STREET else None
        for payer in (BUREAU, STREET, TOWN)
    }
    return Scenario("a tie of lead without a managing split goes to the lowest id", story.events, values)


def _life_of_a_case() -> Scenario:
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.accepted("2024-01-10", case(1), by="referred", referred_by="court", is_collective=True, assigned_by=STREET, party_count=12)
    story.agreed("2024-01-15", case(1), form="written", amount_yuan="1234.56", perform_due_on="2024-02-29")
    story.add("med.agreement.performed", "2024-02-20", O1, case(1), degree="partial")
    story.add("med.agreement.performed", "2024-03-20", O1, case(1), degree="full")
    record = f"med:{case(1)}"
    facts = {
        (record, "med.accepted", "2024-01-10", "", O1, STREET): 1,
        (record, "med.accepted", "2024-01-10", "dispute_type=neighbour", O1, STREET): 1,
        (record, "med.accepted", "2024-01-10", "source=referred", O1, STREET): 1,
        (record, "med.collective", "2024-01-10", "", O1, STREET): 1,
        (record, "med.concluded", "2024-01-15", "", O1, "self"): 1,
        (record, "med.agreed", "2024-01-15", "", O1, "self"): 1,
        (record, "med.agreed_written", "2024-01-15", "", O1, "self"): 1,
        (record, "med.duration", "2024-01-15", "", O1, "self"): 5,
        (record, "med.amount", "2024-01-15", "", O1, "self"): 123_456,
        (record, "med.due", "2024-02-29", "", O1, "self"): 1,
        (record, "med.fulfilled", "2024-02-29", "", O1, "self"): 1,
    }
    january = "month 2024-01-01"
    values = {
        row("med_accepted_cnt", O1, "day 2024-01-10"): (1, None, 1),
        row("med_accepted_cnt", O1, january, dimension="dispute_type=neighbour"): (1, None, 1),
        row("med_accepted_cnt", O1, "day 2024-01-10", dimension="dispute_type=neighbour"): None,  # dimensions: month and longer
        row("med_accepted_cnt", STREET, january, "assigned_by", "source=referred"): (1, None, 1),
        row("med_accepted_cnt", STREET, january, "share_weighted", "source=referred"): (10_000, None, 10_000),
        row("med_concluded_cnt", STREET, january, "assigned_by"): None,
        row("med_handling_rate", STREET, january, "assigned_by"): (0, 1, 1),
        row("med_handling_rate", D, january): (1, 1, 1),
        row("med_written_share", O1, "week 2024-01-15"): (1, 1, 1),
        row("med_success_rate_accepted", D, "week 2024-01-08"): (0, 1, 1),
        row("med_success_rate_accepted", D, "week 2024-01-15"): (1, 0, 1),
        row("med_duration_p50", D, january): (5, None, 1),
        row("med_duration_p90", STREET, january, "lead"): (5, None, 1),
        row("med_duration_p90", STREET, january, "full"): None,
        row("med_amount_yuan", O1, january): (123_456, None, 100),
        row("med_amount_yuan", STREET, january, "share_weighted"): (1_234_560_000, None, 1_000_000),
        row("med_collective_cnt", STREET, january, "full"): (1, None, 1),
        row("med_fulfilment_rate", D, "month 2024-02-01"): (1, 1, 1),
        row("med_fulfilment_rate", D, "month 2024-03-01"): None,
        row("med_overdue_rate", D, january): (0, 1, 1),
        row("med_overdue_rate", D, "day 2024-01-15"): None,  # month and longer
        row("med_overdue_rate", STREET, january, "assigned_by"): None,  # a stock has no such mode
    }
    return Scenario("the life of a case", story.events, values, facts, frozenset({"med.concluded_late", "med.open_overdue"}))


def _open(today: str, *overdue: tuple[str, tuple[int, int]]) -> Scenario:
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 6000, BUREAU: 4000})
    story.accepted("2024-01-31", case(1))
    story.tick(today)
    record = f"med:{case(1)}"
    facts = {(record, "med.open", "2024-01-31", "", O1, "self"): 1, (record, "med.open_overdue", "2024-03-02", "", O1, "self"): 1}
    values: Expected = {row("med_overdue_rate", D, f"month {month}"): (*parts, 1) for month, parts in overdue}
    values |= {
        row("med_overdue_rate", STREET, f"month {month}", "share_weighted"): (parts[0] * 6000, parts[1] * 6000, 10_000)
        for month, parts in overdue
    }
    values[row("med_overdue_rate", D, "month 2024-05-01")] = None
    return Scenario(f"an open case on {today}", story.events, values, facts, today=today)


def _concluded_on(name: str, day: str, late: int) -> Scenario:
    """Accepted on 31 January 2024; day 30 is 1 March, day 31 is 2 March."""
    story = Story()
    story.accepted("2024-01-31", case(1))
    story.agreed(day, case(1), amount_yuan="0.00")
    story.tick("2024-04-30")
    record = f"med:{case(1)}"
    facts = {(record, "med.open", "2024-01-31", "", O1, "self"): 1, (record, "med.open", day, "", O1, "self"): -1}
    if late:
        facts[record, "med.concluded_late", day, "", O1, "self"] = 1
    if late > 1:
        facts |= {(record, "med.open_overdue", "2024-03-02", "", O1, "self"): 1, (record, "med.open_overdue", day, "", O1, "self"): -1}
    values = {
        row("med_overdue_rate", D, "month 2024-02-01"): (0, 1, 1),
        row("med_overdue_rate", D, "month 2024-03-01"): (min(late, 1), 1, 1),
        row("med_overdue_rate", D, "month 2024-04-01"): None,
    }
    return Scenario(f"concluded {name}", story.events, values, facts, frozenset({"med.open_overdue", "med.concluded_late", "med.amount"}))


def _disorder() -> Scenario:
    story = Story()
    story.agreed("2024-02-10", case(1))  # concluded before it was accepted
    story.accepted("2024-02-12", case(1))
    story.agreed("2024-02-10", case(2))  # never accepted
    story.failed("2024-02-11", case(3))  # the first conclusion decides
    story.agreed("2024-02-12", case(3))
    story.accepted("2024-02-11", case(3))
    story.accepted("2024-02-09", case(3))  # the first acceptance decides
    record = "med:" + case(1)
    facts = {
        (f"med:{case(n)}", component, day, "", O1, "self"): amount
        for n, component, day, amount in [
            (1, "med.accepted", "2024-02-12", 1), (3, "med.accepted", "2024-02-09", 1),
            (1, "med.concluded", "2024-02-10", 1), (2, "med.concluded", "2024-02-10", 1), (3, "med.concluded", "2024-02-11", 1),
            (1, "med.agreed", "2024-02-10", 1), (2, "med.agreed", "2024-02-10", 1),
            (3, "med.duration", "2024-02-11", 2),
            (3, "med.open", "2024-02-09", 1), (3, "med.open", "2024-02-11", -1),
        ]
    }  # fmt: skip
    facts |= {
        (record, "med.accepted", "2024-02-12", dimension, O1, "self"): 1 for dimension in ("dispute_type=neighbour", "source=applied")
    }
    facts |= {
        (f"med:{case(3)}", "med.accepted", "2024-02-09", dimension, O1, "self"): 1
        for dimension in ("dispute_type=neighbour", "source=applied")
    }
    values = {
        row("med_handling_rate", D, "day 2024-02-10"): (2, 0, 1),
        row("med_handling_rate", D, "month 2024-02-01"): (3, 2, 1),
        row("med_overdue_rate", D, "month 2024-02-01"): (0, 3, 1),
    }
    return Scenario(
        "events of a case in disorder", story.events, values, facts, frozenset({"med.open_overdue", "med.concluded_late", "med.due"})
    )


def _same_instant() -> Scenario:
    story = Story(O1, O2)
    story.agreed("2024-02-10T01:00:00Z", case(1), id_="b")
    story.failed("2024-02-10T09:00:00.000000+08:00", case(1), O2, id_="B")  # the same instant: ids in the order of their bytes, B before b
    story.agreed("2024-02-10T01:00:00.000001Z", case(2), id_="a1")
    story.failed("2024-02-10T01:00:00Z", case(2), O2, id_="z1")
    facts = {(f"med:{case(n)}", "med.concluded", "2024-02-10", "", O2, "self"): 1 for n in (1, 2)}
    return Scenario("events of one instant are ordered by id", story.events, {}, facts, frozenset({"med.agreed"}))


def _same_instant_and_id() -> Scenario:
    story = Story(O1, O2)
    story.agreed("2024-02-10", case(1), id_="x", source=f"/districts/{D}/b")
    story.failed("2024-02-10", case(1), O2, id_="x", source=f"/districts/{D}/a")
    facts = {(f"med:{case(1)}", "med.concluded", "2024-02-10", "", O2, "self"): 1}
    return Scenario("events of one instant and id are ordered by source", story.events, {}, facts, frozenset({"med.agreed"}))


def _local_days() -> Scenario:
    story = Story()
    for n, when in enumerate(
        ["2025-12-31T15:59:59.999999Z", "2025-12-31T16:00:00Z", "2026-01-01T00:30:00+08:00", "2025-12-31T23:00:00-05:00"]
    ):
        story.accepted(when, case(n))
    values = {
        row("med_accepted_cnt", D, "day 2025-12-31"): (1, None, 1),
        row("med_accepted_cnt", D, "day 2026-01-01"): (3, None, 1),
        row("med_accepted_cnt", D, "year 2026-01-01"): (3, None, 1),
        row("med_accepted_cnt", D, "half 2025-07-01"): (1, None, 1),
        row("med_accepted_cnt", D, "week 2025-12-29"): (4, None, 1),
        row("med_accepted_cnt", D, "quarter 2025-10-01"): (1, None, 1),
    }
    return Scenario("days are those of China", story.events, values, today="2026-01-01")


def _quantiles() -> Scenario:
    story = Story(O1, O2)
    story.split(O1, "2020-01-01", {STREET: 10000})
    story.split(O2, "2020-01-01", {STREET: 6000, TOWN: 4000})
    for n, days in enumerate([0, 0, 3, 4, 4, 7, 8, 9, 10, 20, 29]):
        office = O1 if n < 10 else O2
        story.accepted("2024-03-01", case(n), office)
        story.failed(f"2024-03-{days + 1:02d}", case(n), office)
    month = "month 2024-03-01"
    values = {
        row("med_duration_p50", O1, month): (4, None, 1),  # 5th of 10
        row("med_duration_p90", O1, month): (10, None, 1),  # 9th of 10
        row("med_duration_p50", D, month): (7, None, 1),  # 6th of 11
        row("med_duration_p90", D, month): (20, None, 1),  # ceil(9.9) = 10th of 11
        row("med_duration_p90", STREET, month, "lead"): (20, None, 1),
        row("med_duration_p50", TOWN, month, "lead"): None,
        row("med_duration_p90", O1, "day 2024-03-05"): (4, None, 1),
        row("med_duration_p50", O1, "day 2024-03-01"): (0, None, 1),
    }
    record = [f"med:{case(n)}" for n in range(11)]
    durations = [0, 0, 3, 4, 4, 7, 8, 9, 10, 20]
    facts = {(record[n], "med.duration", f"2024-03-{d + 1:02d}", "", O1, "self"): d for n, d in enumerate(durations)}
    facts[record[10], "med.duration", "2024-03-30", "", O2, "self"] = 29
    return Scenario("quantiles of the time to conclude", story.events, values, facts)


def _escalation() -> Scenario:
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 7000, BUREAU: 3000})
    given: dict[str, Any] = {"kind": "petition", "persons": 3}
    story.add("med.escalation.recorded", "2024-03-01", O1, case(1), id_="x1", prevented=False, **given)
    story.add("med.escalation.recorded", "2024-03-02", O1, case(1), id_="x2", prevented=True, **given)
    story.add("med.escalation.recorded", "2024-03-03", O1, id_="x3", prevented=False, **given)
    story.add("med.escalation.recorded", "2024-03-04", O1, case(1), id_="x4", prevented=False, **given)
    facts = {
        (f"med:{case(1)}", "med.escalation", "2024-03-01", "", O1, "self"): 1,
        (f"med:{case(1)}", "med.escalation", "2024-03-04", "", O1, "self"): 1,
        (f"/districts/{D}/office-1#x3", "med.escalation", "2024-03-03", "", O1, "self"): 1,
    }
    month = "month 2024-03-01"
    values = {
        row("med_escalation_cnt", D, month): (3, None, 1),
        row("med_escalation_cnt", D, "day 2024-03-02"): None,
        row("med_escalation_cnt", STREET, month, "full"): (3, None, 1),
        row("med_escalation_cnt", BUREAU, month, "full"): (3, None, 1),
        row("med_escalation_cnt", STREET, month, "share_weighted"): None,
        row("med_escalation_cnt", STREET, month, "lead"): None,
    }
    return Scenario("escalations", story.events, values, facts)


def _due(today: str, found: tuple[int, int, int] | None) -> Scenario:
    story = Story()
    story.agreed("2024-03-01", case(1), perform_due_on="2024-05-31")
    story.agreed("2024-03-01", case(2))  # says no day: not due
    story.failed("2024-03-01", case(3))
    story.agreed("2024-03-02", case(3), perform_due_on="2024-05-31")  # not the conclusion
    story.agreed("2024-03-01", case(4), perform_due_on="2024-05-01")
    story.add("med.agreement.performed", "2024-02-01", O1, case(4), degree="full")  # typed in with a wrong day: still performed
    story.tick(today)
    facts = {(f"med:{case(n)}", "med.due", day, "", O1, "self"): 1 for n, day in [(1, "2024-05-31"), (4, "2024-05-01")]}
    facts[f"med:{case(4)}", "med.fulfilled", "2024-05-01", "", O1, "self"] = 1
    return Scenario(
        f"agreements due in May, seen on {today}",
        story.events,
        {row("med_fulfilment_rate", D, "month 2024-05-01"): found},
        facts,
        today=today,
    )


SCENARIOS = [
    _split_changes_in_july(),
    _three_payers(),
    _tie_of_lead(),
    _tie_without_managing(),
    _life_of_a_case(),
    _open("2024-03-01", ("2024-01-01", (0, 1)), ("2024-02-01", (0, 1)), ("2024-03-01", (0, 1))),
    _open("2024-03-02", ("2024-01-01", (0, 1)), ("2024-02-01", (0, 1)), ("2024-03-01", (1, 1))),
    _open("2024-04-15", ("2024-02-01", (0, 1)), ("2024-03-01", (1, 1)), ("2024-04-01", (1, 1))),
    _concluded_on("on day 30 is in time", "2024-03-01", 0),
    _concluded_on("on day 31 is late and was never open too long", "2024-03-02", 1),
    _concluded_on("on day 40 is late", "2024-03-11", 2),
    _disorder(),
    _same_instant(),
    _same_instant_and_id(),
    _local_days(),
    _quantiles(),
    _escalation(),
    _due("2024-04-30", None),
    _due("2024-05-30", (1, 1, 1)),
    _due("2024-05-31", (1, 2, 1)),
]
