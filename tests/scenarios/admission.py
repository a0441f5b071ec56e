"""Admission: duplicates, conflicts, offices not registered or closed, amendments, retractions, what waits, today, sequences."""

from tests.scenarios.story import (
    BUREAU_SOURCE,
    O1,
    O2,
    OFFICE_SOURCE,
    STREET,
    UNKNOWN,
    D,
    Event,
    FactKey,
    Row,
    Scenario,
    Story,
    ValueKey,
    case,
    person,
    row,
    task,
)

OTHER_SOURCE = f"/districts/{D}/office-2"
DAY = "2024-03-05"
_WITH_ORIGIN = {"dataschema": "urn:suoheng:reg.office.opened:2"}


def _accepted(*days_and_offices: tuple[int, str, str]) -> dict[FactKey, int]:
    """The facts `med.accepted` of cases, each with its day and office."""
    facts = {}
    for number, day, office in days_and_offices:
        for dimension in ("", "dispute_type=neighbour", "source=applied"):
            facts[f"med:{case(number)}", "med.accepted", day, dimension, office, "self"] = 1
    return facts


def _counts(read: int, duplicates: int = 0, dead: int = 0, pending: int = 0) -> dict[str, int]:
    admitted = read - duplicates - dead - pending
    return {"read": read, "admitted": admitted, "duplicates": duplicates, "dead_letters": dead, "pending": pending}


NEIGHBOUR = {"dispute_type": "neighbour", "is_collective": False}


def _amend(story: Story, target: str, revision: int, day: str, office: str = O1, number: int = 1, *, id_: str = "", source: str = OFFICE_SOURCE,
           targetsource: str = "") -> str:  # fmt: skip
    """Amend the acceptance of a case."""
    event_id = story.amend(
        target, revision, "med.case.accepted", day, office, case(number), id_=id_, source=source, targetsource=targetsource
    )
    story.events[-1]["data"] = NEIGHBOUR | {"source": "applied"}
    return event_id


def _again(story: Story, position: int = -1, **changes: object) -> None:
    """Send an event once more, with other spelling or other content."""
    event: Event = {**story.events[position], **changes}
    story.events.append({name: value for name, value in event.items() if value is not None})


def _duplicates() -> Scenario:
    story = Story()
    story.accepted(DAY, case(1))
    _again(story)
    _again(story, time="2024-03-05T01:00:00.000Z")
    _again(story, op="assert", partitionkey=D, traceparent="00-1", tracestate="a=b", datacontenttype="application/json")
    _again(story, dataschema="urn:suoheng:med.case.accepted:1")
    _again(story, data={"is_collective": False, "assigned_by": "self", "source": "applied", "dispute_type": "neighbour"})
    _again(story, time="2024-03-05T01:00:00.000001Z")
    _again(story, data={**NEIGHBOUR, "source": "proactive"}, time=story.events[5]["time"])
    _again(story, -2, source=OTHER_SOURCE, time="2024-03-06T09:00:00+08:00", subject=case(2))
    facts = _accepted((1, DAY, O1), (2, "2024-03-06", O1))
    first = 5  # the first acceptance, after four authorities and an office
    return Scenario("duplicates and conflicts", story.events, {row("med_accepted_cnt", D, "month 2024-03-01"): (2, None, 1)}, facts,
                    counts=_counts(14, duplicates=5, dead=2), dead=(first + 6, first + 7))  # fmt: skip


def _offices() -> Scenario:
    story = Story()
    story.accepted(DAY, case(1), O2, id_="late")  # not registered yet: dead
    story.opened(O2, "2024-03-05", when="2024-03-20")
    story.accepted("2024-03-04T23:59:59+08:00", case(2), O2)  # the day before it opened: dead
    _again(story, 5)  # its identity was not taken: admitted now
    story.closed(O2, "2024-03-15", when="2024-03-21", id_="closing")
    story.accepted("2024-03-14T23:59:59+08:00", case(3), O2)
    story.accepted("2024-03-15", case(4), O2, id_="closed")  # dead
    _again(story, 5)  # a duplicate, though
    story.opened(O2, "2024-03-16", when="2024-03-22")  # a closed office stays closed; the last opening holds
    story.accepted("2024-03-17", case(5), O2)  # dead
    story.retract("closing", "2024-03-23", source=BUREAU_SOURCE)
    story.accepted("2024-03-17", case(6), O2)
    story.accepted("2024-03-15", case(4), O2, id_="closed")  # the opening of the 16th holds: dead again
    story.retract(story.events[13]["id"], "2024-03-23", source=BUREAU_SOURCE)
    story.accepted("2024-03-15", case(4), O2, id_="closed")
    facts = _accepted((1, DAY, O2), (3, "2024-03-14", O2), (4, "2024-03-15", O2), (6, "2024-03-17", O2))
    facts |= {
        ("reg.office:" + office, "cap.offices", day, "", office, "self"): 1 for office, day in [(O1, "2020-01-01"), (O2, "2024-03-05")]
    }
    return Scenario("offices open and close", story.events, {row("med_accepted_cnt", O2, "month 2024-03-01"): (4, None, 1)}, facts,
                    counts=_counts(20, duplicates=1, dead=5), dead=(5, 7, 11, 14, 17))  # fmt: skip


def _office_split_off() -> Scenario:
    """On 1 April O2 comes out of O1: the cases of March and who was in the register stay O1's, though O2 concludes one of them; of April one case is
    O1's and two are O2's. To the district it is as if nobody had gone. Who pays for O2 nobody has said: that is another decision."""
    story = Story()
    story.split(O1, "2020-01-01", {STREET: 10_000})
    story.accepted("2024-03-05", case(1))
    story.accepted("2024-03-06", case(2))
    story.add("cor.subject.registered", "2024-03-07", O1, person(1))
    story.opened(O2, "2024-04-01", when="2024-03-20", split_from=O1, more=_WITH_ORIGIN)
    story.accepted("2024-03-31T23:59:59+08:00", case(3), O2)  # the day before it opened: dead
    story.agreed("2024-04-02", case(1))
    story.agreed("2024-04-03", case(2), O2)
    story.accepted("2024-04-04", case(4))
    story.accepted("2024-04-05", case(5), O2)
    story.accepted("2024-04-06", case(6), O2)
    story.opened(O2, "2024-04-01", when="2024-04-07", split_from=O2, more=_WITH_ORIGIN)  # out of itself: dead
    april = {D: (3, 2), O1: (1, 1), O2: (2, 1)}
    values: dict[ValueKey, Row | None] = {}
    for subject, (accepted, concluded) in april.items():
        values[row("med_accepted_cnt", subject, "month 2024-04-01")] = (accepted, None, 1)
        values[row("med_concluded_cnt", subject, "month 2024-04-01")] = (concluded, None, 1)
    values |= {
        row("med_accepted_cnt", subject, "month 2024-03-01"): said for subject, said in ((D, (2, None, 1)), (O1, (2, None, 1)), (O2, None))
    }
    values |= {
        row("cor_caseload", subject, "month 2024-04-01"): said for subject, said in ((D, (1, None, 1)), (O1, (1, None, 1)), (O2, None))
    }
    values |= {
        row("med_accepted_cnt", payer, "month 2024-04-01", "share_weighted"): (said, None, 10_000)
        for payer, said in ((STREET, 10_000), (UNKNOWN, 20_000))
    }
    return Scenario("an office is split off another", story.events, values, counts=_counts(17, dead=2), dead=(10, 16))


def _opening_taken_back() -> Scenario:
    story = Story()
    story.accepted(DAY, case(1))
    story.retract("e0004", "2024-03-06", source=BUREAU_SOURCE)
    story.accepted(DAY, case(2))
    return Scenario("an opening taken back", story.events, {row("med_accepted_cnt", O1, "month 2024-03-01"): (1, None, 1)}, _accepted((1, DAY, O1)),
                    frozenset({"cap.offices"}), _counts(8, dead=1), (7,))  # fmt: skip


def _amendments() -> Scenario:
    story = Story(O1, O2)
    a = story.accepted(DAY, case(1))
    _amend(story, a, 2, "2024-04-01", O2)  # day and office change
    b = story.accepted(DAY, case(2))
    _amend(story, b, 3, "2024-04-03", number=3)  # another case
    _amend(story, b, 2, "2024-04-02", number=2)  # an older revision that comes later
    c = story.agreed("2024-05-01", case(4))
    story.amend(c, 2, "med.case.failed", "2024-05-02", O1, case(4))  # another type of the family
    d = story.accepted(DAY, case(5))
    story.amend(d, 2, "pub.activity.held", "2024-05-03", O1, form="lecture", theme="labour", audience_est=30, purpose="law")
    facts = _accepted((1, "2024-04-01", O2), (3, "2024-04-03", O1))
    facts[f"med:{case(4)}", "med.concluded", "2024-05-02", "", O1, "self"] = 1
    facts[f"{OFFICE_SOURCE}#{d}", "pub.activity", "2024-05-03", "", O1, "self"] = 1
    facts[f"{OFFICE_SOURCE}#{d}", "pub.audience", "2024-05-03", "", O1, "self"] = 30
    values = {
        row("med_accepted_cnt", D, "month 2024-03-01"): None,
        row("med_accepted_cnt", O2, "month 2024-04-01"): (1, None, 1),
        row("med_success_rate", D, "month 2024-05-01"): (0, 1, 1),
    }
    return Scenario("amendments replace", story.events, values, facts, frozenset({"med.agreed"}), _counts(15))


def _amend_first() -> Scenario:
    story = Story()
    _amend(story, "target", 2, "2024-06-30", id_="amendment")
    _amend(story, "never", 2, "2024-07-30", number=2)
    _again(story, -2)
    _again(story, -3, revision=3)
    story.accepted(DAY, case(1), id_="target")
    _again(story, -5)
    return Scenario("an amendment comes before its target", story.events, {row("med_accepted_cnt", D, "month 2024-06-01"): (1, None, 1)},
                    _accepted((1, "2024-06-30", O1)), counts=_counts(11, duplicates=2, dead=1, pending=1), dead=(8,), today="2024-06-30")  # fmt: skip


def _order_of_amendments() -> Scenario:
    story = Story()
    a = story.accepted(DAY, case(1), id_="a")
    _amend(story, a, 2, "2024-04-01", id_="m1")
    _amend(story, a, 2, "2024-04-02", id_="m2")  # the greater id
    _amend(story, a, 2, "2024-04-03", id_="M9")  # bytes: M before m
    b = story.accepted(DAY, case(2), id_="b")
    _amend(story, b, 2, "2024-04-04", number=2, id_="n")
    _amend(
        story, b, 2, "2024-04-05", number=2, id_="n", source=BUREAU_SOURCE, targetsource=OFFICE_SOURCE
    )  # the smaller source: bureau before office-1
    c = story.accepted(DAY, case(3), id_="c")
    _amend(story, c, 10, "2024-04-06", number=3, id_="p1")  # numbers, not texts
    _amend(story, c, 9, "2024-04-07", number=3, id_="p2")
    facts = _accepted((1, "2024-04-02", O1), (2, "2024-04-04", O1), (3, "2024-04-06", O1))
    return Scenario("the greatest amendment is live", story.events, {}, facts, counts=_counts(15))


def _time_of_target() -> Scenario:
    """An amendment gives the time, the target keeps its own id: of two conclusions at one instant the target's id decides."""
    story = Story()
    story.failed("2024-04-01", case(1), id_="m")
    target = story.failed("2024-05-01", case(1), id_="a")
    story.amend(target, 2, "med.case.agreed", "2024-04-01", O1, case(1), id_="z", form="oral")
    return Scenario(
        "an amended event keeps its id", story.events, {row("med_success_rate", D, "month 2024-04-01"): (1, 1, 1)}, counts=_counts(8)
    )


def _retractions() -> Scenario:
    story = Story()
    story.retract("soon", "2024-03-01")  # before its target
    story.accepted(DAY, case(1), id_="soon")
    b = story.accepted(DAY, case(2))
    story.retract(b, "2024-03-06", id_="gone")
    _amend(story, b, 99, "2024-03-07", number=2)  # a target that is gone stays gone
    story.retract("gone", "2024-03-08")  # a retraction cannot be undone
    c = story.accepted(DAY, case(3))
    amendment = _amend(story, c, 3, "2024-04-01", number=3)
    _amend(story, c, 2, "2024-04-02", number=3)
    story.retract(amendment, "2024-03-09")  # void: the older revision is live
    d = story.accepted(DAY, case(4))
    story.retract(d, "2024-03-09", source=OTHER_SOURCE)  # names an event of its own source that is not there
    story.retract(d, "2024-03-09", source=BUREAU_SOURCE)  # likewise
    e = story.accepted(DAY, case(5))
    story.retract(e, "2024-03-09", source=BUREAU_SOURCE, targetsource=OFFICE_SOURCE)
    facts = _accepted((3, "2024-04-02", O1), (4, DAY, O1))
    return Scenario("retractions", story.events, {row("med_accepted_cnt", D, "month 2024-03-01"): (1, None, 1)}, facts, counts=_counts(20))


def _waiting_for_good() -> Scenario:
    story = Story()
    a = story.accepted(DAY, case(1))
    first = _amend(story, a, 2, "2024-03-06")
    _amend(story, first, 3, "2024-03-07")  # names an amendment: waits for ever
    gone = story.retract("nothing", "2024-03-08")
    _amend(story, gone, 2, "2024-03-09")  # names a retraction
    story.amend("e0004", 2, "med.case.accepted", "2024-03-10", O1, case(1), source=BUREAU_SOURCE, id_="family")  # names the registry
    story.events[-1]["data"] = NEIGHBOUR | {"source": "applied"}
    story.retract("family", "2024-03-11", source=BUREAU_SOURCE)  # void, but waiting all the same
    own = "itself"
    _amend(story, own, 2, "2024-03-12", id_=own)
    facts = _accepted((1, "2024-03-06", O1))
    return Scenario("amendments that wait for ever", story.events, {}, facts, counts=_counts(13, pending=4), today="2024-03-11")


def _void_while_waiting() -> Scenario:
    story = Story()
    _amend(story, "target", 2, "2024-08-01", id_="void")
    story.retract("void", "2024-03-06")
    story.accepted(DAY, case(1), id_="target")
    return Scenario(
        "an amendment made void while it waits", story.events, {}, _accepted((1, DAY, O1)), counts=_counts(8), today="2024-08-01"
    )


def _registry_corrected() -> Scenario:
    story = Story()
    story.opened(O2, "2024-03-01", when="2024-03-01", id_="o2")
    story.accepted(DAY, case(1), O2)
    story.amend("o2", 2, "reg.office.opened", "2024-03-02", source=BUREAU_SOURCE, office=O2, name="office 002", opened_on="2024-04-01")
    story.accepted(DAY, case(2), O2)  # dead: now it opens in April only
    story.closed(O1, "2024-05-01", when="2024-03-20", id_="c1")
    story.closed(O1, "2024-06-01", when="2024-03-19")  # an earlier decision
    story.accepted("2024-05-01", case(3))  # dead
    story.amend(
        "c1", 2, "reg.office.closed", "2024-03-18", source=BUREAU_SOURCE, office=O1, closed_on="2024-05-01"
    )  # now the other is the last
    story.accepted("2024-05-01", case(4))
    story.accepted("2024-06-01", case(5))  # dead
    facts = _accepted((1, DAY, O2), (4, "2024-05-01", O1))
    facts |= {
        (f"reg.office:{O1}", "cap.offices", "2020-01-01", "", O1, "self"): 1,
        (f"reg.office:{O1}", "cap.offices", "2024-06-01", "", O1, "self"): -1,
        (f"reg.office:{O2}", "cap.offices", "2024-04-01", "", O2, "self"): 1,
    }
    return Scenario("the registry is corrected", story.events, {}, facts, counts=_counts(15, dead=3), dead=(8, 11, 14))


def _today() -> Scenario:
    story = Story()
    story.accepted("2024-01-01", case(1))
    story.accepted("2024-02-10T16:30:00Z", case(2), id_="far")  # 11 February in China
    story.retract("far", "2024-01-02")
    story.amend("nobody", 2, "clk.ticked", "2025-01-01", source=BUREAU_SOURCE)  # waits: does not move today
    story.opened(O2, "2026-01-01", when="2024-01-03")
    values = {
        row("cap_area_m2", D, "month 2024-02-01"): (0, 1, 100),
        row("med_overdue_rate", D, "month 2024-02-01"): (1, 1, 1),  # 31 days after 1 January is 1 February
        row("med_overdue_rate", D, "month 2024-03-01"): None,
    }
    return Scenario(
        "today moves with events that do not count, but not with those that wait",
        story.events,
        values,
        counts=_counts(10, pending=1),
        today="2024-02-11",
    )


def _sequences() -> Scenario:
    story = Story()
    for sequence, day in [("1", "2024-03-01"), ("2", "2024-03-02"), ("5", "2024-03-09"), ("7", "2024-03-04"), ("3", "2024-03-05")]:
        story.accepted(day, case(int(sequence)), more={"sequence": sequence})
    story.accepted("2024-03-06", case(100))
    _again(story, -2)
    story.add("soc.task.assigned", "2024-03-07", O1, task(1), source=OTHER_SOURCE, more={"sequence": "1"}, task_class="petition", function_number=7,
              due_at="2024-03-08T00:00:00Z", assigned_by="self")  # fmt: skip
    return Scenario("sequence ledgers", story.events, {row("med_accepted_cnt", D, "month 2024-03-01"): (6, None, 1)}, counts=_counts(13, duplicates=1),
                    sources={OFFICE_SOURCE: (3, [(4, 4), (6, 6)]), OTHER_SOURCE: (1, [])})  # fmt: skip


SCENARIOS = [
    _duplicates(),
    _offices(),
    _office_split_off(),
    _opening_taken_back(),
    _amendments(),
    _amend_first(),
    _order_of_amendments(),
    _time_of_target(),
    _retractions(),
    _waiting_for_good(),
    _void_while_waiting(),
    _registry_corrected(),
    _today(),
    _sequences(),
]
