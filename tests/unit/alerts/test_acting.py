"""Who can fix it is one list: pages and plans of alerts name the same, for every starter rule, and as domain 3.11 has it."""

from datetime import date
from pathlib import Path

import pytest

from consumers.acting import ROLES, roles
from consumers.alerts.plan.model import Plan
from consumers.alerts.telling import directory as registry
from consumers.alerts.telling.directory import Directory, contacts
from consumers.dashboard.acting import actors
from consumers.dashboard.reading import Authority, District, Office
from consumers.dashboard.registry import Share, Split
from deploy.rules.file import read
from schemas.rules import Rule
from tests.alerting import firing, plan_of

OFFICE, BUREAU, STREET, TOWN, FINANCE = (
    "sfs-990101-001",
    "au-990101-sfj",
    "au-990101-jd-001",
    "au-990101-xz-002",
    "au-990101-czj",
)
KINDS = {BUREAU: "district_bureau", STREET: "street_office", TOWN: "town_government", FINANCE: "district_finance"}
HOLDERS = {"managing": BUREAU, "staff_assigning": STREET, "funding": STREET, "premises_owner": TOWN}
DAY = date(2026, 8, 7)
PLACE = District(
    "990101", DAY, date(2024, 1, 1), {OFFICE: Office(OFFICE, "所", date(2020, 1, 1), None, None)}, {id_: Authority(id_, id_, kind) for id_, kind in KINDS.items()}, {}
)  # fmt: skip
SPLITS = [Split(OFFICE, role, "all", date(2020, 1, 1), None, (Share(id_, 10_000),), "1") for role, id_ in HOLDERS.items()]
LOOKED_UP = Directory(
    {OFFICE: "所"},
    {id_: registry.Authority(id_, kind) for id_, kind in KINDS.items()},
    {(OFFICE, role): (id_,) for role, id_ in HOLDERS.items()},
)
RULES = {rule.id: rule for rule in read(Path("deploy/rules/starter.yaml")).rules}


@pytest.fixture(scope="module")
def by_id() -> Plan:
    """Everybody is a receiver of the same name."""
    everybody = [OFFICE, *KINDS]
    receivers = "\n".join(f"  - {{name: {id_}, log: {{}}}}" for id_ in (*everybody, "nobody"))
    return plan_of(f"route: {{to: [nobody]}}\ncontacts: {{{', '.join(f'{id_}: [{id_}]' for id_ in everybody)}}}\nreceivers:\n{receivers}\n")


def on_the_page(rule: Rule, subject: str) -> set[str]:
    return {one.id for one in actors(PLACE, SPLITS, rule.subjects, subject, roles(rule.observes), DAY)}


def subject_of(rule: Rule) -> str:
    return {"office": OFFICE, "authority": STREET, "district": "990101", "source": "/districts/990101/office-1"}[rule.subjects]


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_pages_and_plans_name_the_same(rule: Rule, by_id: Plan) -> None:
    subject = subject_of(rule)
    alert = firing(rule=rule.id, subject_kind=rule.subjects, subject_id=subject, indicator=rule.observes)
    told = set(contacts(by_id, "able", alert, LOOKED_UP))
    assert told == on_the_page(rule, subject)
    assert told


@pytest.mark.parametrize(
    ("rule", "can"),
    [
        ("a01_lost", {BUREAU, OFFICE}),
        ("a02_escalation", {BUREAU, STREET, TOWN, OFFICE}),
        ("a04_report_due", {BUREAU, OFFICE}),
        ("a05_not_handed_over", {OFFICE, STREET, TOWN}),
        ("a06_overdue", {OFFICE}),
        ("a10_staff", {STREET}),
        ("a11_area", {TOWN}),
        ("a12_funds_behind", {STREET, BUREAU}),
        ("a13_core_time", {BUREAU, STREET, TOWN}),
        ("a15_mismatch", {STREET, BUREAU, FINANCE}),
        ("a16_report_late", {OFFICE}),
        ("a18_silent", {BUREAU, OFFICE}),
        ("a20_shares", {BUREAU}),
        ("a21_services_behind", {STREET, BUREAU}),
    ],
)
def test_the_list_is_that_of_the_domain(rule: str, can: set[str]) -> None:
    """An authority is asked with the bureau (`plus the bureau`); whoever has any share of an office is its street."""
    assert on_the_page(RULES[rule], subject_of(RULES[rule])) == can


def test_only_roles_that_both_can_look_up_are_named() -> None:
    assert {role for rule in RULES.values() for role in roles(rule.observes)} <= set(ROLES)
