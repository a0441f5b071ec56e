"""Types that no other scenario needs: they end a case or a stay as others do, stand in a life cycle, are work that only takes time, or move no number."""

from typing import Any

from tests.scenarios.story import BUREAU, O1, O2, D, Scenario, Story, case, person, row

MARCH, APRIL = "month 2024-03-01", "month 2024-04-01"


def _ends_without_agreement() -> Scenario:
    """Four cases are accepted on 4 March; three end by the 8th, none by agreement, one goes on: concluded 3, agreed 0."""
    story = Story()
    for number in range(4):
        story.accepted("2024-03-04", case(number))
    for number, end in enumerate(("withdrawn", "transferred", "terminated")):
        story.add(f"med.case.{end}", "2024-03-08", O1, case(number))
    values = {
        row("med_concluded_cnt", D, MARCH): (3, None, 1),
        row("med_success_rate", D, MARCH): (0, 3, 1),
        row("med_concluded_cnt", O1, "day 2024-03-08"): (3, None, 1),
        row("med_duration_p50", D, MARCH): (4, None, 1),
    }
    return Scenario("cases that end without agreement", story.events, values)


def _course_of_correction() -> Scenario:
    """Somebody who is to report is registered on 1 March, admitted, gets a plan, a group and another level, goes on leave and comes back: all in its place. Somebody else
    comes back from a leave that nobody granted, and is admitted once more: two events out of place. Both are there all the time."""
    story = Story()
    for number in (1, 2):
        story.add("cor.subject.due", "2024-02-25", O1, person(number), category="probation", report_by="2024-03-05")
        story.add("cor.subject.registered", "2024-03-01", O1, person(number))
        story.add("cor.subject.admitted", "2024-03-02", O1, person(number))
    for day, type_, data in (("03", "plan.made", {}), ("04", "group.formed", {}), ("05", "level.changed", {"to": "general"}),
                             ("06", "leave.granted", {"days": 3, "scope": "in_province"}), ("08", "leave.returned", {})):  # fmt: skip
        story.add(f"cor.{type_}", f"2024-03-{day}", O1, person(1), **data)
    story.add("cor.leave.returned", "2024-03-09", O1, person(2))
    story.add("cor.subject.admitted", "2024-03-10", O1, person(2))
    story.tick("2024-04-02")
    values = {
        row("cor_caseload", D, MARCH): (2, None, 1),
        row("dq_out_of_place_cnt", D, MARCH, dimension="life=correction"): (2, None, 1),
    }
    facts = {(f"cor:{person(2)}", "dq.out_of_place", f"2024-03-{day}", "life=correction", O1, "self"): 1 for day in ("09", "10")}
    return Scenario("the course of a correction", story.events, values, facts)


def _moves_away() -> Scenario:
    """Two released persons are in O1's register from 5 March; one moves to another district on the 20th. She was there in March, not in April."""
    story, general = Story(), dict[str, Any]({"class": "general"})
    for number in (1, 2):
        story.add("res.person.enrolled", "2024-03-05", O1, person(number), **general)
    story.add("res.person.moved", "2024-03-20", O1, person(1))
    story.tick("2024-04-30")
    values = {
        row("res_register", D, MARCH): (1, None, 1),
        row("res_register", D, APRIL): (1, None, 1),
        row("res_help_rate", D, MARCH): (0, 2, 1),
        row("res_help_rate", D, APRIL): (0, 1, 1),
    }
    return Scenario("a released person moves away", story.events, values)


_CORE: dict[str, dict[str, Any]] = {
    "cor.plan.made": {}, "cor.group.formed": {}, "leg.document.drafted": {"kind": "complaint"}, "leg.guidance.given": {"kind": "notary"},
    "pub.media.published": {"channel": "wechat"}, "gov.enforcement.checked": {}, "gov.advice.given": {}, "gov.normative.assisted": {},
    "ppl.assessor.selected": {}, "ppl.supervisor.selected": {},
}  # fmt: skip
_OTHER: dict[str, dict[str, Any]] = {
    "cap.head.appointed": {"by": BUREAU, "consulted": True}, "cap.head.removed": {"by": BUREAU},
    "cap.equipment.snapshot": {"vehicles": 1, "computers": 4}, "cap.inspection.done": {"topic": "files", "points_found": 2},
}  # fmt: skip


def _work_that_takes_time() -> Scenario:
    """Ten kinds of the core work, 12 minutes each, and four kinds of the office's own affairs, 15 each: 120 of 180 minutes are core. The second office
    does each of them without saying how long."""
    story = Story(O1, O2)
    for office, minutes in ((O1, (12, 15)), (O2, (0, 0))):
        for types, each in zip((_CORE, _OTHER), minutes, strict=True):
            for type_, data in types.items():
                told = {**data, "minutes": each} if each else data
                story.add(type_, "2024-03-05", office, person(1) if type_.startswith("cor.") else None, **told)
    values = {
        row("dual_core_time_share", O1, MARCH): (120, 180, 1),
        row("dual_core_time_share", O2, MARCH): None,
        row("dual_core_time_share", D, MARCH): (120, 180, 1),
        row("leg_consult_cnt", D, MARCH): None,
        row("pub_activity_cnt", D, MARCH): None,
    }
    return Scenario("work that only takes time", story.events, values, counts={"read": 6 + 28, "admitted": 6 + 28, "duplicates": 0, "dead_letters": 0, "pending": 0})  # fmt: skip


def _moves_no_number() -> Scenario:
    """March is closed with one case, rules are published, another case of March comes late and counts all the same."""
    story = Story()
    story.accepted("2024-03-05", case(1))
    story.bureau("reg.period.closed", "2024-04-03", window_kind="month", window_start="2024-03-01")
    story.bureau("reg.rules.published", "2024-04-04", rules=[])
    story.accepted("2024-03-06", case(2))
    values = {row("med_accepted_cnt", D, MARCH): (2, None, 1), row("med_accepted_cnt", D, APRIL): None}
    return Scenario("closing and rules move no number", story.events, values, today="2024-04-04")


SCENARIOS = [_ends_without_agreement(), _course_of_correction(), _moves_away(), _work_that_takes_time(), _moves_no_number()]
