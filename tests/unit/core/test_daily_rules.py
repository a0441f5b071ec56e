"""Rules about no indicator, through the whole core: open duties, silence, missing numbers, refusals. Each test draws its days as a story."""

from datetime import date, datetime, timedelta
from typing import Any, get_args

import pytest

from schemas.rules import Deadline
from streams.core.duties import DEADLINES
from streams.core.message import Message
from tests.folding import Folded, fold
from tests.scenarios.story import O1, O2, OFFICE_SOURCE, D, Story, case, log, person


def rule(**fields: Any) -> dict[str, Any]:
    base = {"id": "r", "title": {"zh": "规", "en": "r"}, "severity": "low", "subjects": "office", "window": "day", "above": 0}
    return base | {"since": "2024-01-01"} | fields


def story(*rules: dict[str, Any], offices: tuple[str, ...] = (O1,)) -> Story:
    told = Story(*offices)
    told.bureau("reg.rules.published", "2024-01-01", rules=list(rules))
    return told


def messages(told: Story) -> list[Message]:
    """Each appended when it happened."""
    of = zip(log(told.events), told.events, strict=True)
    return [(m[1], int(datetime.fromisoformat(event["time"]).timestamp() * 1000), *m[3:]) for m, event in of]


def folded(told: Story) -> Folded:
    return fold(messages(told))


def alerts(of: Folded) -> list[tuple[str, str, str, str, float]]:
    """start, state, last day judged, subject, value of each alert as it stands."""
    rows = of.rows.get("alerts", {}).values()
    return sorted((r["start"][5:], r["state"], r["window_start"][5:], r["subject_id"], r["value"]) for r in rows if r["why"] != "corrected")


def test_every_deadline_of_the_schema_is_read_from_some_record() -> None:
    assert set(DEADLINES) == set(get_args(Deadline))


def test_a_case_is_due_within_five_days_until_it_is_concluded() -> None:
    #  accepted 01-01, last day 01-31: in view from 01-26 to 01-31; concluded on 01-29
    told = story(rule(deadline="med_conclude", within=5))
    told.accepted("2024-01-01", case(1))
    told.tick("2024-01-25")
    assert alerts(folded(told)) == []
    told.tick("2024-01-27")
    assert alerts(folded(told)) == [("01-26", "firing", "01-27", O1, 1)]
    told.failed("2024-01-29", case(1))
    told.tick("2024-02-10")
    assert alerts(folded(told)) == [("01-26", "resolved", "01-29", O1, 0)]


def test_a_case_that_is_concluded_late_was_overdue_in_between() -> None:
    #  last day 01-31; overdue from 02-01 to 02-04
    told = story(rule(deadline="med_conclude", overdue=1))
    told.accepted("2024-01-01", case(1))
    told.tick("2024-02-20")
    assert alerts(folded(told)) == [("02-01", "firing", "02-20", O1, 1)]
    told.agreed("2024-02-05", case(1))
    assert alerts(folded(told)) == [("02-01", "resolved", "02-05", O1, 0)]


def test_a_correction_that_takes_the_cause_away_takes_the_alert_away() -> None:
    told = story(rule(deadline="med_conclude", overdue=1))
    accepted = told.accepted("2024-01-01", case(1))
    told.tick("2024-02-20")
    before = folded(told)
    told.bureau("dat.event.retracted", "2024-02-20", target=accepted, reason="test")
    told.events[-1]["source"] = OFFICE_SOURCE
    after = fold(messages(told)[-1:], partition=before.partition)
    assert [(r["state"], r["why"]) for _, _, r in after.published if _alert(r)] == [("resolved", "corrected")]
    assert alerts(folded(told)) == []


def _alert(row: dict[str, Any]) -> bool:
    return "rule" in row and "threshold" in row


def test_duties_of_persons_end_when_they_appear_or_leave() -> None:
    #  report by 01-10: overdue from 01-11; one registers on 01-13, the other is recalled on 01-15
    told = story(rule(deadline="cor_report", overdue=1))
    for number in (1, 2):
        told.add("cor.subject.due", "2024-01-02", O1, person(number), category="probation", report_by="2024-01-10")
    told.add("cor.subject.registered", "2024-01-13", O1, person(1))
    told.tick("2024-01-14")
    assert alerts(folded(told)) == [("01-11", "firing", "01-14", O1, 1)]
    told.add("cor.subject.recalled", "2024-01-15", O1, person(2))
    told.tick("2024-01-20")
    assert alerts(folded(told)) == [("01-11", "resolved", "01-15", O1, 0)]


@pytest.mark.parametrize(
    ("deadline", "events", "first", "last"),
    [
        # (type, day, data); first and last day on which the duty is open
        ("med_confirm", [("med.case.agreed", "01-05", {"form": "written"})], "01-05", "02-04"),
        ("med_confirm", [("med.case.agreed", "01-05", {"form": "written"}), ("med.agreement.performed", "01-20", {"degree": "full"})], "01-05", "01-19"),
        ("med_confirm", [("med.case.agreed", "01-05", {"form": "oral"})], "", ""),
        ("med_perform", [("med.case.agreed", "01-05", {"form": "oral", "perform_due_on": "2024-02-01"}), ("med.agreement.performed", "03-01", {"degree": "full"})], "01-05", "02-29"),
        ("med_follow_up", [("med.case.agreed", "01-05", {"form": "oral"}), ("med.case.followed_up", "02-01", {"satisfied": "yes"})], "01-05", "01-31"),
        ("cor_monitor", [("cor.monitor.started", "01-05", {}), ("cor.monitor.ended", "02-01", {})], "01-05", "01-31"),
        ("cor_monitor", [("cor.monitor.extended", "01-05", {})], "", ""),
        ("cor_control", [("cor.control.lost", "01-05", {}), ("cor.control.lost", "01-06", {}), ("cor.control.regained", "01-09", {})], "01-05", "01-08"),
        ("cor_control", [("cor.control.lost", "01-05", {}), ("cor.subject.moved", "01-07", {})], "01-05", "01-06"),
        ("cor_investigation", [("cor.investigation.requested", "01-05", {"due_on": "2024-01-20", "for": "court"}), ("cor.investigation.completed", "01-25", {"opinion": "suitable"})], "01-05", "01-24"),
        ("res_handover", [("res.person.released", "01-05", {"class": "key", "must_fetch": True}), ("res.person.handed_over", "01-08", {"mode": "fetched"})], "01-05", "01-07"),
        ("res_handover", [("res.person.released", "01-05", {"class": "general", "must_fetch": False})], "", ""),
        ("soc_task", [("soc.task.assigned", "01-05", {"assigned_by": f"au-{D}-jd-001", "task_class": "other", "function_number": 3, "due_at": "2024-01-20T18:00:00+08:00"}), ("soc.task.completed", "01-25", {})], "01-05", "01-24"),
    ],
)  # fmt: skip
def test_a_duty_is_open_from_its_event_until_it_is_met(deadline: str, events: list[Any], first: str, last: str) -> None:
    """Seen with a view wide enough for its whole length."""
    told = story(rule(id="a", deadline=deadline, within=366), rule(id="b", deadline=deadline, overdue=1))
    for type_, when, data in events:
        told.add(type_, f"2024-{when}", O1, person(1), more={"id": f"x{when}"}, **data)
    told.tick("2024-12-31")
    result = folded(told)
    assert not result.dead
    days = [
        day
        for alert in result.rows.get("alerts", {}).values()
        if alert["why"] != "corrected"
        for day in (alert["start"], alert["window_start"])
    ]
    ends = (date.fromisoformat(max(days)) - timedelta(1)).isoformat() if days else ""
    assert (min(days, default="")[5:], ends[5:]) == (first, last)


def test_an_office_is_silent_after_more_than_three_working_days() -> None:
    #  Fri 01-05 heard; Mon 8 to Thu 11 silent: the fourth is over when Friday the 12th begins
    told = story(rule(silence="working_days", above=3), offices=(O1, O2))
    told.accepted("2024-01-05", case(1))
    told.accepted("2024-01-11", case(2), O2)
    told.tick("2024-01-11")
    assert [one for one in alerts(folded(told)) if one[3] == O1] == []
    told.tick("2024-01-14")
    assert [one for one in alerts(folded(told)) if one[3] == O1] == [("01-12", "firing", "01-14", O1, 5)]
    told.accepted("2024-01-15", case(3))
    assert [one for one in alerts(folded(told)) if one[3] == O1] == [("01-12", "resolved", "01-15", O1, 0)]


def test_an_entry_made_late_shows_that_the_office_was_not_silent() -> None:
    told = story(rule(silence="days", above=3))
    told.accepted("2024-01-05", case(1))
    told.tick("2024-01-10")
    assert alerts(folded(told)) == [("01-10", "firing", "01-10", O1, 4)]
    told.accepted("2024-01-07", case(2))
    assert alerts(folded(told)) == []


def test_a_closed_office_is_not_silent() -> None:
    told = story(rule(silence="days", above=3))
    told.accepted("2024-01-05", case(1))
    told.closed(O1, "2024-01-20")
    told.tick("2024-02-10")
    assert alerts(folded(told)) == [("01-10", "resolved", "01-20", O1, 0)]


def test_an_office_that_was_never_heard_is_silent_since_the_rule_is_in_force() -> None:
    told = story(rule(silence="days", above=3))
    told.tick("2024-01-05")
    assert alerts(folded(told)) == [("01-05", "firing", "01-05", O1, 4)]


def test_missing_numbers_are_told_of_their_source_when_they_are_old_enough() -> None:
    told = story(rule(gaps_older_than=2, subjects="source"), rule(id="all", gaps_older_than=2, subjects="district"))
    for number, day in ((1, "2024-01-03"), (4, "2024-01-04")):
        told.add("leg.consultation.given", day, O1, more={"sequence": str(number)}, channel="visit", persons=1)
    told.tick("2024-01-06")
    assert alerts(folded(told)) == []
    told.tick("2024-01-07")
    of_both = [("01-07", "firing", "01-07", who, 2) for who in (OFFICE_SOURCE, D)]
    assert alerts(folded(told)) == of_both
    for number in (2, 3):
        told.add("leg.consultation.given", "2024-01-03", O1, more={"sequence": str(number)}, channel="visit", persons=1)
    assert alerts(folded(told)) == []


def test_refusals_are_counted_on_the_day_they_were_appended_even_if_nothing_else_comes() -> None:
    told = story(rule(refusals=["TEXT_PRIVATE"], subjects="district"))
    told.tick("2024-01-04")
    of = messages(told)
    bad = (len(of), of[-1][1], D.encode(), (of[0][3] or b"").replace(b"name of", b"13812345678 of"), ())
    for cuts in ((), (len(of),)):
        result = fold([*of, bad], cuts)
        assert [one.code for one in result.dead] == ["TEXT_PRIVATE"]
        assert alerts(result) == [("01-04", "firing", "01-04", D, 1)]


def test_a_share_of_nothing_is_no_value_even_where_there_never_was_a_row() -> None:
    shares = rule(indicator="res_key_handover_rate", window="quarter", above=None, below=1)
    sums = rule(id="s", indicator="med_accepted_cnt", window="quarter", above=None, below=1)
    told = story(*({name: value for name, value in one.items() if value is not None} for one in (shares, sums)))
    told.tick("2024-02-01")
    assert [one["rule"] for one in folded(told).rows["alerts"].values()] == ["s"]


def test_an_office_that_has_stated_nothing_is_not_judged_and_one_that_states_zero_is() -> None:
    #  O1 states nobody on 02-10, O2 never states anything; taken back, nothing was stated
    few = rule(indicator="cap_staff_avg", window="month", at_most="1", unstated="no_data")
    del few["above"]
    told = story(few, offices=(O1, O2))
    told.tick("2024-02-05")
    assert alerts(folded(told)) == []
    stated = told.add("cap.staff.snapshot", "2024-02-10", O1, staff=0)
    assert alerts(folded(told)) == [("02-01", "firing", "02-01", O1, 0)]
    told.retract(stated, "2024-02-12")
    assert alerts(folded(told)) == []


def test_a_snapshot_that_moves_no_value_is_noticed_in_a_slice_of_its_own() -> None:
    few = rule(indicator="cap_staff_avg", window="month", at_most="1", unstated="no_data")
    del few["above"]
    told = story(few)
    told.tick("2024-02-15")
    stated = told.add("cap.staff.snapshot", "2024-02-10", O1, staff=0)
    told.retract(stated, "2024-02-12")
    whole = messages(told)
    seen = fold(whole[:-1], [len(whole) - 2])
    assert alerts(seen) == [("02-01", "firing", "02-01", O1, 0)]
    assert alerts(fold(whole, [len(whole) - 2, len(whole) - 1])) == []


def test_a_title_is_due_until_it_is_renewed_awarded_again_or_withdrawn() -> None:
    #  valid to 03-31: within 30 days from 03-01; the application of 03-05 changes nothing, the renewal of 03-20 moves it by a year
    told = story(rule(deadline="cap_rating", within=30))
    told.add(
        "cap.rating.awarded",
        "2024-01-05",
        O1,
        more={"dataschema": "urn:suoheng:cap.rating.awarded:2"},
        programme="five_good",
        valid_to="2024-03-31",
    )
    told.add("cap.rating.awarded", "2024-01-05", O1, programme="fengqiao")
    told.tick("2024-02-29")
    assert alerts(folded(told)) == []
    told.add("cap.rating.applied", "2024-03-05", O1, programme="five_good")
    assert alerts(folded(told)) == [("03-01", "firing", "03-05", O1, 1)]
    told.add("cap.rating.renewed", "2024-03-20", O1, programme="five_good", valid_to="2025-03-31")
    assert alerts(folded(told)) == [("03-01", "resolved", "03-20", O1, 0)]
