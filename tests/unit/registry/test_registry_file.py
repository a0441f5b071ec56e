"""A registry file: what it says, every mistake with its line, and the way back."""

from datetime import date
from pathlib import Path

import pytest

from deploy.errors import Usage
from deploy.registry.file import parse, read, write

FILE = """\
district: 990107
offices:
  - office: sfs-990107-001
    name: 东街司法所
    opened_on: 2020-01-01
  - office: sfs-990107-002
    name: 南湖司法所
    opened_on: 2020-01-01
    closed_on: 2026-03-01
    merged_into: sfs-990107-001
authorities:
  - {authority: au-990107-sfj, name: 司法局, kind: district_bureau}
  - {authority: au-990107-jd-001, name: 东街街道办事处, kind: street_office}
splits:
  - office: sfs-990107-001
    role: funding
    cost_category: operating
    valid_from: 2024-07-01
    shares: {au-990107-sfj: 3000, au-990107-jd-001: 7000}
    doc_no: 区财〔2024〕3号
villages:
  sfs-990107-001: {2024-01-01: 6, 2025-07-01: 8}
calendar:
  2027:
    doc_no: 国办发明电〔2026〕9号
    days_off: [2027-02-06, 2027-02-08]
    days_worked: [2027-02-13]
rules:
  - id: lost
    title: {zh: 脱管, en: Lost}
    severity: high
    indicator: cor_lost_cnt
    subjects: office
    window: month
    above: 0
"""


def test_a_file_says_a_registry_and_writing_it_says_the_same() -> None:
    registry, problems = parse(FILE)
    assert problems == []
    assert registry is not None
    assert registry.district == "990107"
    assert registry.offices[1].closed_on == date(2026, 3, 1)
    assert registry.splits[0].shares == {"au-990107-sfj": 3000, "au-990107-jd-001": 7000}
    assert registry.villages == {"sfs-990107-001": {date(2024, 1, 1): 6, date(2025, 7, 1): 8}}
    assert registry.calendar is not None
    assert registry.calendar[2027].days_worked == [date(2027, 2, 13)]
    assert registry.rules is not None
    assert registry.rules[0].id == "lost"
    again, none = parse(write(registry))
    assert (again, none) == (registry, [])


def test_of_villages_calendar_and_rules_a_file_may_say_nothing() -> None:
    registry, _ = parse(FILE[: FILE.index("villages:")])
    assert registry is not None
    assert (registry.villages, registry.calendar, registry.rules) == (None, None, None)


@pytest.mark.parametrize(
    ("before", "after", "line", "where", "what"),
    [
        ("jd-001: 7000", "jd-001: 6000", 19, "splits[0].shares", "sum to 9000"),
        ("3000", '"3000"', 19, "splits[0].shares.au-990107-sfj", "valid integer"),
        ("role: funding", "role: paying", 16, "splits[0].role", "funding"),
        ("sfs-990107-002", "sfs-990107-001", 6, "offices[1]", "written twice"),
        ("sfs-990107-002", "sfs-990108-002", 6, "offices[1]", "another district"),
        ("au-990107-sfj, name", "au-990107-SFJ, name", 12, "authorities[0].authority", "pattern"),
        ("opened_on: 2020-01-01\n  - office: sfs-990107-002", "opened_on: soon\n  - office: sfs-990107-002", 5, "offices[0].opened_on", ""),
        ("    name: 南湖司法所\n", "    name: 南湖司法所\n    phone: 1\n", 8, "offices[1].phone", "not permitted"),
        ("2025-07-01: 8", "2025-07-01: -8", 22, "villages.sfs-990107-001.2025-07-01", "greater than or equal to 0"),
        ("2025-07-01: 8", "soon: 8", 22, "villages.sfs-990107-001.soon", ""),
        ("2025-07-01: 8", "2024-01-01: 8", 22, "2024-01-01", "is written twice"),
        ("  sfs-990107-001: {2024", "  sfs-990108-001: {2024", 22, "villages.sfs-990108-001", "another district"),
        ("severity: high", "severity: urgent", 31, "rules[0].severity", ""),
        ("district: 990107", "district: 99010", 1, "district", "pattern"),
        ("above: 0", "above: 0\nrules: []", 36, "rules", "is written twice"),
    ],
)
def test_mistakes_have_their_line(before: str, after: str, line: int, where: str, what: str) -> None:
    registry, problems = parse(FILE.replace(before, after, 1))
    assert registry is None
    assert [(one.line, one.where) for one in problems] == [(line, where)]
    assert what in problems[0].what


@pytest.mark.parametrize("text", ["", "- 1", "district: [", "\0"])
def test_what_is_no_registry_file_has_a_problem(text: str) -> None:
    registry, problems = parse(text)
    assert registry is None
    assert len(problems) == 1


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="cannot be read"):
        read(tmp_path / "none.yaml")
