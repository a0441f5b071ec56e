"""The plan as people write it: the shipped example is one, and every mistake is told with its line."""

from pathlib import Path

import pytest

from consumers.alerts.plan.model import Plan
from consumers.alerts.telling.destinations import routes_of
from deploy.alerts.file import parse, read
from deploy.rules.file import read as read_rules

EXAMPLE = Path("deploy/alerts/alerting.yaml")


@pytest.fixture
def plan() -> Plan:
    found = read(EXAMPLE)
    assert found.problems == []
    assert found.plan is not None
    return found.plan


def test_the_shipped_example_is_a_plan_with_every_way_but_two(plan: Plan) -> None:
    assert {one.way for one in plan.receivers} == {"wecom", "dingtalk", "feishu", "email", "webhook"}


def test_every_starter_rule_goes_to_somebody_who_can_fix_it(plan: Plan) -> None:
    """The catch-all is for rules of one's own."""
    for rule in read_rules(Path("deploy/rules/starter.yaml")).rules:
        (ways,) = routes_of(plan, {"rule": rule.id, "severity": rule.severity})
        assert ways.path, f"{rule.id} ends at the first route"


@pytest.mark.parametrize(
    ("rule", "severity", "to"),
    [
        ("a01_lost", "critical", ("role:able", "role:correction_section")),
        ("a10_staff", "high", ("role:able",)),
        ("a15_mismatch", "low", ("role:able",)),
        ("a17_private", "critical", ("role:data_officer",)),
        ("missing_numbers", "medium", ("role:data_officer",)),
        ("a19_volume_jump", "info", ("statistics",)),
        ("own_rule", "medium", ("bureau",)),
        ("own_rule", "info", ("statistics",)),
    ],
)
def test_the_mapping_is_that_of_the_catalogue(plan: Plan, rule: str, severity: str, to: tuple[str, ...]) -> None:
    assert [ways.to for ways in routes_of(plan, {"rule": rule, "severity": severity})] == [to]


GOOD = """
route:
  to: [duty]
  routes:
    - match: ['severity="critical"']
      to: [duty, "role:street"]
      escalate: [{after: 30m, to: [duty]}]
contacts:
  street_office: [duty]
receivers:
  - name: duty
    log: {}
"""


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("to: [duty]", "to: [dutty]", 2, "there is no receiver 'dutty'; a role is written role:dutty"),
        ("to: [duty]", 'to: ["role:bureau"]', 2, "names receivers, not roles"),
        ('severity="critical"', 'gravity="critical"', 4, "'gravity' is no label"),
        ('severity="critical"', 'severity=~"(x"', 4, "no regular expression"),
        ("role:street", "role:streat", 5, "neither a role"),
        ("after: 30m", "after: 30", 6, "must be a duration"),
        ("street_office: [duty]", "street_office: [nobody]", 8, "there is no receiver 'nobody'"),
        ("street_office: [duty]", "street: [duty]", 8, "'street' is a role"),
        ("    log: {}", "    log: {}\n    wecom: {key_file: k}", 10, "needs exactly one of"),
        ("    log: {}", "    email: {host: h, user: u, from: a@b.cn, to: [c@d.cn]}", 11, "user and password_file belong together"),
        ("    log: {}", "    wecom: {key: k}", 11, "Field required"),
        ("    log: {}", "    log: {}\n    digest: {at: 8:30}", 12, "in quotes"),
        ("    log: {}", "    log: {}\n  - {name: duty, log: {}}", 12, "the name of another receiver"),
        ("route:", "routes:", 1, "Field required"),
        ("contacts:", "hours: {from: '25:00'}\ncontacts:", 7, "must be a time of day"),
        ("contacts:", "contacts:\n  a: [b]\ncontacts:", 9, "is written twice"),
        ("to: [duty]", "to: [duty", 3, "no YAML"),
    ],
)
def test_every_mistake_is_told_with_its_line(before: str, after: str, line: int, says: str) -> None:
    assert parse(GOOD.strip("\n")).problems == []
    found = parse(GOOD.strip("\n").replace(before, after, 1))
    assert found.plan is None
    assert [one for one in found.problems if says in one.what and one.line == line], found.problems


def test_what_is_no_plan_at_all() -> None:
    for text in ("", "- a", "x"):
        assert parse(text).problems
