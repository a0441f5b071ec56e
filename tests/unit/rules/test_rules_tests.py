"""`suoheng rules test`: the example that is shipped, what a failing test says, and mistakes with their line."""

import json
from pathlib import Path

import pytest

from deploy.commands import trying_rules as command
from deploy.errors import Finding, Usage
from deploy.rules.test_file import read

EXAMPLE = Path(__file__).parents[3] / "deploy" / "rules" / "starter.test.yaml"
FILE = """\
rules:
  - { id: lost, title: {zh: 脱管, en: Lost}, severity: high, indicator: cor_lost_cnt, subjects: office, window: month, above: 0 }
  - { id: gap, title: {zh: 差, en: Gap}, severity: low, indicator: dual_balance_gap_pp, subjects: office, window: month, above: "15.5" }
  - { id: due, title: {zh: 期, en: Due}, severity: low, deadline: soc_task, within: 0, subjects: office, window: day, above: 0 }
tests:
  - name: months
    values: { rule: lost, from: 2026-01-15, series: "0 2 0x2 _ 1" }
    expect:
      2026-01-31: []
      2026-02-01: [lost since 2026-02-01]
      2026-05-01: []
      2026-06-30: [lost since 2026-06-01]
  - name: points
    values: { rule: gap, from: 2026-01-01, series: "15.5 15.51" }
    expect: { 2026-01-31: [], 2026-02-28: [gap since 2026-02-01] }
  - name: a district
    rules: [lost, due]
    offices: [sfs-990101-001]
    events:
      - { day: 2026-01-05, type: cor.control.lost, office: sfs-990101-001, subject: somebody, data: {} }
      - { day: 2026-01-05, type: cor.control.lost, office: sfs-990101-001, subject: somebody, refused: STRUCT_UNKNOWN_FIELD, data: { note: x } }
      - { day: 2026-01-06, type: dat.event.retracted, source: /districts/990101/office-001, data: { target: e1, reason: test } }
    expect:
      2026-01-05: [lost sfs-990101-001 since 2026-01-01]
      2026-01-06: []
"""


def tried(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "rules.test.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_example_passes(capsys: pytest.CaptureFixture[str]) -> None:
    command.test(EXAMPLE)
    assert capsys.readouterr().out.endswith("9 tests passed\n")


def test_values_and_events_are_judged_as_the_workers_judge_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.test(tried(tmp_path, FILE))
    assert capsys.readouterr().out == "ok     months\nok     points\nok     a district\n3 tests passed\n"


def test_a_failing_test_shows_what_differs_and_ends_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = FILE.replace("2026-02-01: [lost since 2026-02-01]", "2026-02-01: []").replace(
        "2026-01-06: []", "2026-01-06: [due sfs-990101-001 since 2026-01-06]"
    )
    file = tried(tmp_path, text.replace("refused: STRUCT_UNKNOWN_FIELD", "refused: TYPE_UNKNOWN"))
    with pytest.raises(Finding, match="2 of 3 tests failed"):
        command.test(file)
    assert capsys.readouterr().out.splitlines() == [
        "FAILED months",
        "         on 2026-02-01",
        "           + lost since 2026-02-01",
        "ok     points",
        "FAILED a district",
        "         event 2 (cor.control.lost on 2026-01-05): refused as STRUCT_UNKNOWN_FIELD: data.note: no such field",
        "         on 2026-01-06",
        "           - due sfs-990101-001 since 2026-01-06",
    ]
    with pytest.raises(Finding):
        command.test(file, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["failed"], [bool(one["differences"]) for one in told["tests"]]) == (2, [True, False, True])


@pytest.mark.parametrize(
    ("before", "after", "line", "what"),
    [
        ('series: "0 2', 'series: "0 2,', 7, "'2,' is no value"),
        ("rule: lost", "rule: loss", 7, "there is no rule 'loss'"),
        ("rules: [lost, due]", "rules: [lost, do]", 17, "there is no rule 'do'"),
        ("    offices: [sfs-990101-001]\n", "", 16, "needs either values (of one rule) or offices"),
        ("day: 2026-01-06, ", "day: 2026-01-06, entered: 2026-01-05, ", 22, "is entered before it happens"),
        ("cor_lost_cnt", "cor_lost_count", 2, "there is no 'cor_lost_count'; did you mean 'cor_lost_cnt'?"),
        ("tests:", "rule_files: [nowhere.yaml]\ntests:", 5, "nowhere.yaml cannot be read"),
        ("series:", "serie:", 7, "Extra inputs are not permitted"),
    ],
)
def test_mistakes_have_their_line(tmp_path: Path, before: str, after: str, line: int, what: str) -> None:
    file = tried(tmp_path, FILE.replace(before, after, 1))
    suite, problems = read(file)
    assert not suite.tests
    assert any(one.line == line and what in one.what for one in problems), problems
    with pytest.raises(Usage, match="mistake"):
        command.test(file)
