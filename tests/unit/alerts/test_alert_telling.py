"""What is told to whom and when, on a stage with a clock that stands until it is moved."""

from datetime import timedelta

import pytest

from consumers.alerts.journal.acts import Acts
from consumers.alerts.outcome import Refused
from consumers.alerts.plan.matching import matcher
from consumers.alerts.telling.directory import Authority, Directory
from tests.alerting import MONDAY, Stage, firing, plan_of, resolved, told

PLAN = """
route:
  to: [duty]
  group_wait: 30s
  group_interval: 5m
  escalate: [{after: 30m, to: [chief]}]
receivers: [{name: duty, log: {}}, {name: chief, log: {}}]
"""


def acts_of(stage: Stage) -> Acts:
    acts = Acts.__new__(Acts)
    acts._db, acts._tell = stage.journal._db, lambda _, **__: None
    return acts


def test_a_group_waits_for_company_then_for_its_interval() -> None:
    stage = Stage(PLAN)
    stage.rows(firing(1))
    assert stage.wait(seconds=29) == []
    stage.rows(firing(2))
    assert told(stage.wait(seconds=1)) == [("duty", "news", "001+ 002+")]
    stage.rows(firing(3), resolved(1))
    assert stage.wait(seconds=299) == []
    assert told(stage.wait(seconds=1)) == [("duty", "news", "003+ 001- (002)")]
    assert stage.wait(minutes=20) == []


def test_a_row_that_changes_nothing_but_the_value_is_no_news() -> None:
    stage = Stage(PLAN)
    stage.rows(firing(1))
    stage.wait(seconds=30)
    stage.rows(firing(1, value=2.0, why="2 > 0 in month 2026-08"))
    assert stage.wait(minutes=6) == []


def test_resolved_follows_only_a_firing_that_has_arrived() -> None:
    stage = Stage(PLAN)
    stage.rows(firing(1))
    stage.now += timedelta(seconds=30)
    assert told(stage.look().messages) == [("duty", "news", "001+")]
    stage.rows(resolved(1))
    stage.now += timedelta(hours=1)
    assert stage.look().messages == ()
    stage.deliver()
    assert told(stage.wait(seconds=1)) == [("duty", "news", "001-")]
    assert stage.look().settled
    assert stage.wait(minutes=6) == []
    assert not stage.journal.standing(stage.now).spells


def test_what_was_over_before_it_could_be_told_is_told_and_then_that_it_is_over() -> None:
    stage = Stage(PLAN)
    stage.rows(firing(1), resolved(1))
    stage.rows(resolved(2))
    (first,) = stage.wait(seconds=30)
    assert told([first]) == [("duty", "news", "001+ 002+")]
    assert all(item.over_at for item in first.items)
    assert told(stage.wait(minutes=5)) == [("duty", "news", "001- 002-")]


def test_history_is_no_news_except_for_what_still_fires() -> None:
    stage = Stage(PLAN)
    stage.rows(firing(1), resolved(1), firing(2), resolved(3), firing(2), border=5)
    stage.rows(resolved(4), rebuilt=True)
    assert told(stage.wait(seconds=30)) == [("duty", "news", "002+")]


def test_nobody_acknowledges_it_goes_to_the_next_and_the_next_hears_of_its_end() -> None:
    stage = Stage(PLAN)
    stage.rows(firing(1))
    stage.wait(seconds=30)
    assert stage.wait(minutes=29, seconds=59) == []
    assert told(stage.wait(seconds=1)) == [("chief", "escalation", "001+")]
    stage.rows(resolved(1))
    assert told(stage.wait(minutes=5)) == [("duty", "news", "001-"), ("chief", "news", "001-")]


def test_acknowledged_is_neither_escalated_nor_repeated_but_its_end_is_told() -> None:
    stage = Stage(PLAN.replace("group_wait: 30s", "group_wait: 30s\n  repeat_interval: 1h"))
    stage.rows(firing(1), firing(2))
    (first,) = stage.wait(seconds=30)
    found = acts_of(stage).shown()
    acts_of(stage).acknowledge(found[0].fingerprint[:6], "王芳", "", stage.now)
    assert told(stage.wait(minutes=30)) == [("chief", "escalation", "001+" if found[0].spell.alert.subject_id.endswith("2") else "002+")]
    other = next(one for one in found if one.fingerprint != found[0].fingerprint)
    assert [kind for _, kind, _ in told(stage.wait(minutes=30))] == ["repeat"]
    acts_of(stage).acknowledge(other.fingerprint, "王芳", "去现场", stage.now)
    assert stage.wait(hours=5) == []
    stage.rows(resolved(1), resolved(2))
    ends = stage.wait(minutes=5)
    assert {one.receiver for one in ends} == {"duty", "chief"}
    assert first.thread == first.key == ends[0].thread != ends[0].key


def test_a_graver_alert_of_the_same_subject_keeps_lower_ones_back() -> None:
    stage = Stage(PLAN)
    stage.rows(firing(1, rule="late"), firing(1, severity="critical"), firing(2, rule="late"))
    assert told(stage.wait(seconds=30)) == [("duty", "news", "002+"), ("duty", "news", "001+")]
    assert next(one.held for one in stage.journal.standing(stage.now).spells if one.alert.rule == "late") == "inhibited lost"
    stage.rows(resolved(1, severity="critical"))
    assert told(stage.wait(minutes=5)) == [("duty", "news", "001+ (002)"), ("duty", "news", "001-")]


def test_a_silence_keeps_back_until_it_ends() -> None:
    stage = Stage(PLAN)
    made = acts_of(stage).silence(['office="sfs-990101-001"'], "王芳", "系统升级", stage.now, stage.now + timedelta(hours=1))
    stage.rows(firing(1), firing(2), firing(1, rule="late"), resolved(1, rule="late"))
    assert told(stage.wait(minutes=30)) == [("duty", "news", "002+")]
    acts_of(stage).unsilence(made.id, "王芳", stage.now)
    assert told(stage.wait(minutes=5))[0] == ("duty", "news", "001+ (002)")
    stage.wait(hours=9)
    assert "late" not in {item.alert.rule for one in stage.arrived for item in one.items}, "it was over while it was silenced"


HOURS = PLAN + 'hours: {from: "08:30", to: "17:30"}\n'


@pytest.mark.parametrize(
    ("evening", "waits"),
    [
        (MONDAY.replace(hour=9, minute=29), timedelta(0)),
        (MONDAY.replace(hour=9, minute=30), timedelta(hours=15)),
        (MONDAY.replace(hour=22), timedelta(hours=2, minutes=30)),
        (MONDAY - timedelta(days=1), timedelta(hours=22, minutes=30)),
        # The Spring Festival of 2026: 15 to 23 February off, Saturday 14 and 28 worked.
        (MONDAY.replace(month=2, day=14), timedelta(0)),
        (MONDAY.replace(month=2, day=15), timedelta(days=8, hours=22, minutes=30)),
    ],
)
def test_what_is_not_critical_waits_for_working_time(evening: object, waits: timedelta) -> None:
    stage = Stage(HOURS.replace("group_wait: 30s", "group_wait: 0s"), now=evening)  # type: ignore[arg-type]
    stage.rows(firing(1), firing(2, severity="critical"))
    assert told(stage.wait()) == [("duty", "news", "001+ 002+" if not waits else "002+")]
    if waits:
        assert "001+" not in str(told(stage.wait(seconds=waits.total_seconds() - 1)))
        assert "001+" in str(told(stage.wait(seconds=1)))


def test_a_refused_receiver_is_made_good_by_the_first_routes() -> None:
    stage = Stage(PLAN + "inhibit: []\n")
    stage.plan = plan_of(PLAN.replace("  group_wait: 30s", "  group_wait: 30s\n  routes: [{match: ['rule=\"lost\"'], to: [chief]}]"))
    stage.rows(firing(1))
    stage.now += timedelta(seconds=30)
    stage.look()
    assert stage.deliver(Refused("HTTP 404")) == []
    stage.rows(resolved(1))
    assert told(stage.wait(seconds=30)) == [("duty", "news", "001+")]
    assert told(stage.wait(minutes=5)) == [("duty", "news", "001-")], "who was never told that it fires is not told that it is over"


ROLES = """
route:
  to: [duty]
  group_wait: 0s
  routes:
    - {match: ['rule="area"'], to: ["role:premises_owner"]}
    - {match: ['rule="staff"'], to: ["role:staff_assigning", "role:funding"]}
    - {match: ['rule="gap"'], to: ["role:bureau", "role:street"]}
    - {match: ['rule="late"'], to: ["role:office"], continue: true}
    - {match: ['rule="late"'], to: ["role:data_officer"]}
contacts:
  au-990101-jd-001: [street-1]
  district_bureau: [bureau]
  street_office: [streets]
  sfs-990101-001: [office-1]
  office: [offices]
  data_officer: [data]
receivers: [{name: duty, log: {}}, {name: street-1, log: {}}, {name: streets, log: {}}, {name: bureau, log: {}}, {name: office-1, log: {}},
  {name: offices, log: {}}, {name: data, log: {}}]
"""
BUREAU, STREET, OTHER = "au-990101-sfj", "au-990101-jd-001", "au-990101-jd-002"
DIRECTORY = Directory(
    {"sfs-990101-001": "桂花司法所"},
    {
        BUREAU: Authority("司法局", "district_bureau"),
        STREET: Authority("桂花街道", "street_office"),
        OTHER: Authority("枫林街道", "street_office"),
    },
    {
        ("sfs-990101-001", "premises_owner"): (STREET,),
        ("sfs-990101-001", "staff_assigning"): (BUREAU,),
        ("sfs-990101-001", "funding"): (STREET, BUREAU),
        ("sfs-990101-002", "funding"): (OTHER,),
    },
)


@pytest.mark.parametrize(
    ("rule", "office", "receivers"),
    [
        ("area", 1, {"street-1"}),
        ("staff", 1, {"bureau", "street-1"}),
        ("staff", 2, {"streets"}),
        ("gap", 1, {"bureau", "street-1"}),
        ("gap", 2, {"bureau", "streets"}),
        ("late", 1, {"office-1", "data"}),
        ("late", 2, {"offices", "data"}),
        ("area", 3, {"duty"}),
        ("other", 1, {"duty"}),
    ],
)
def test_an_alert_goes_to_who_can_fix_it(rule: str, office: int, receivers: set[str]) -> None:
    stage = Stage(ROLES)
    stage.journal.learn({"990101": DIRECTORY})
    stage.rows(firing(office, rule=rule))
    messages = stage.wait()
    assert {one.receiver for one in messages} == receivers
    assert messages[0].items[0].subject == DIRECTORY.name(f"sfs-990101-00{office}")


def test_another_who_comes_to_have_the_role_is_told_and_the_one_before_hears_of_the_end() -> None:
    stage = Stage(ROLES)
    stage.journal.learn({"990101": DIRECTORY})
    stage.rows(firing(1, rule="area"))
    assert told(stage.wait()) == [("street-1", "news", "001+")]
    stage.journal.learn({"990101": Directory(DIRECTORY.offices, DIRECTORY.authorities, {("sfs-990101-001", "premises_owner"): (BUREAU,)})})
    assert told(stage.wait()) == [("bureau", "news", "001+")]
    stage.rows(resolved(1, rule="area"))
    assert {one[0] for one in told(stage.wait(minutes=5))} == {"street-1", "bureau"}


def test_summaries_come_each_working_day_also_when_there_is_nothing() -> None:
    stage = Stage(
        'route: {to: [desk]}\nreceivers: [{name: desk, log: {}, digest: {at: "08:30", only: true}}]', now=MONDAY - timedelta(days=3)
    )
    stage.rows(firing(1), firing(2))
    assert stage.wait(minutes=10) == []
    stage.now += timedelta(minutes=1)
    stage.rows(resolved(2))
    (first,) = stage.wait(days=3)
    assert (first.kind, sorted((item.alert.subject_id[-3:], item.state) for item in first.items)) == (
        "digest",
        [("001", "firing"), ("002", "resolved")],
    )
    assert stage.wait(hours=22) == []
    (second,) = stage.wait(minutes=30)
    assert [(item.state, item.is_new) for item in second.items] == [("firing", False)]
    stage.rows(resolved(1))
    assert len(stage.wait(days=1)) == 1
    (empty,) = stage.wait(days=1)
    assert empty.items == ()


def test_alertmanager_is_told_at_once_and_again_and_again() -> None:
    stage = Stage(HOURS.replace("{name: duty, log: {}}", "{name: duty, alertmanager: {url: 'http://127.0.0.1:9', refresh: 1m}}"))
    stage.rows(firing(1))
    assert told(stage.wait(seconds=1)) == [("duty", "news", "001+")]
    assert told(stage.wait(minutes=1)) == [("duty", "repeat", "(001)")]
    acts_of(stage).acknowledge(acts_of(stage).shown()[0].fingerprint, "王芳", "", stage.now)
    assert told(stage.wait(hours=10)) == [("duty", "repeat", "(001)")], "it must not take silence at night for an end"
    stage.rows(resolved(1))
    assert told(stage.wait(seconds=1)) == [("duty", "news", "001-")]


@pytest.mark.parametrize(
    ("text", "value", "holds"),
    [
        ('severity="high"', "high", True),
        ("severity=high", "high", True),
        ('severity!="high"', "high", False),
        ('severity=~"high|low"', "low", True),
        ('severity=~"hig"', "high", False),
        ('severity!~"h.*"', "low", True),
        ('severity=""', "", True),
    ],
)
def test_matchers(text: str, value: str, holds: bool) -> None:
    assert matcher(text).holds({"severity": value} if value else {}) is holds
    assert matcher(str(matcher(text))) == matcher(text)


def test_while_a_receiver_is_down_a_group_has_one_message_under_way_and_the_next_tells_how_things_stand() -> None:
    stage = Stage(PLAN)
    for office in range(1, 5):
        stage.rows(firing(office))
        stage.now += timedelta(minutes=10)
        stage.look()
    assert stage.journal.waiting()["duty"][0] == 1
    stage.rows(resolved(1))
    assert told(stage.deliver()) == [("duty", "news", "001+"), ("chief", "escalation", "001+")]
    assert told(stage.wait(minutes=5))[0] == ("duty", "news", "002+ 003+ 004+ 001-")


def test_who_does_not_want_to_hear_of_ends_does_not_and_the_alert_is_settled_once_its_beginning_has_arrived() -> None:
    stage = Stage("route: {to: [duty], group_wait: 0s}\nreceivers: [{name: duty, log: {}, resolved: false}]")
    stage.rows(firing(1))
    stage.look()
    stage.rows(resolved(1))
    assert not stage.look().settled
    assert told(stage.deliver()) == [("duty", "news", "001+")]
    assert stage.look().settled
    assert stage.wait(hours=1) == []


def test_an_alert_that_fires_again_under_a_lower_version_is_told_again_and_so_is_its_end() -> None:
    """A rebuild that is taken back: the rows of the epoch before come again, with the versions that they had."""
    stage = Stage(PLAN)
    first = firing(1)
    stage.rows(first)
    stage.wait(seconds=30)
    stage.rows(resolved(1, version=1 << 48))
    stage.wait(minutes=5)
    stage.rows(first, rebuilt=True)
    assert told(stage.wait(minutes=5)) == [("duty", "news", "001+")]
    stage.rows(resolved(1))
    assert told(stage.wait(minutes=5)) == [("duty", "news", "001-")]
