"""Rules files: the example that is shipped, and mistakes with the line they stand on."""

from pathlib import Path

import pytest

from deploy.errors import Usage
from deploy.rules.file import parse, read
from deploy.yaml_file import FileProblem

STARTER = Path(__file__).parents[3] / "deploy" / "rules" / "starter.yaml"

GOOD = """\
district: "990101"
rules:
  - id: lost
    title: {zh: 脱管, en: Lost}
    severity: high
    indicator: cor_lost_cnt
    subjects: office
    window: month
    above: 0
"""


def test_the_starter_file_has_no_mistake_and_fits_into_an_event() -> None:
    found = read(STARTER)
    assert found.problems == []
    assert {rule.id[:3] for rule in found.rules} >= {f"a{number:02}" for number in range(1, 23)}
    assert sum(len(str(rule.as_published()).encode()) for rule in found.rules) < 12 * 1024
    core_time = next(rule for rule in found.rules if rule.id == "a13_core_time")
    assert (str(core_time.threshold), core_time.for_windows, core_time.running) == ("0.60", 2, False)


@pytest.mark.parametrize("line", ['district: "990101"', "district: 990101", 'districts: ["990101"]', 'districts: "990101"'])
def test_districts_may_be_named_in_the_file(line: str) -> None:
    assert parse(GOOD.replace('district: "990101"', line)).districts == ["990101"]


@pytest.mark.parametrize("line", ["district: 012345", "district: 99", "districts: [a]"])
def test_a_district_that_yaml_mangles_is_refused(line: str) -> None:
    problems = parse(GOOD.replace('district: "990101"', line)).problems
    assert problems[0].line == 1
    assert "six digits in quotes" in problems[0].what


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("above: 0", "abov: 0", FileProblem(9, "rules[0].abov", "Extra inputs are not permitted")),
        (
            "severity: high",
            "severity: urgent",
            FileProblem(5, "rules[0].severity", "Input should be 'critical', 'high', 'medium', 'low' or 'info'"),
        ),
        ("{zh: 脱管, en: Lost}", "{zh: 脱管}", FileProblem(4, "rules[0].title.en", "Field required")),
        ("window: month", "window: month\n    window: day", FileProblem(9, "window", "is written twice")),
        ("rules:", "colour: red\nrules:", FileProblem(2, "colour", "not known; there is `district`, `districts` and `rules`")),
    ],
)
def test_mistakes_have_their_line(before: str, after: str, problem: FileProblem) -> None:
    found = parse(GOOD.replace(before, after))
    assert problem in found.problems
    assert found.rules == ()


@pytest.mark.parametrize(
    ("lines", "where", "what"),
    [
        ({"indicator": "cor_lost_count"}, "indicator", "there is no 'cor_lost_count'; did you mean 'cor_lost_cnt'?"),
        ({"indicator": "zzz"}, "indicator", "there is no 'zzz'; `suoheng indicators` lists them"),
        ({"subjects": "authority", "mode": "share_weighted"}, "mode", "cor_lost_cnt has no share_weighted, only full lead"),
        ({"indicator": "dual_mismatch_pp"}, "subjects", "dual_mismatch_pp has values of authorities only"),
        ({"indicator": "dual_street_task_share", "subjects": "authority", "mode": "full"}, "subjects", "of offices and the district only"),
        ({"window": "day"}, "window", "cor_lost_cnt has no values by day, only by month quarter half year"),
        ({"min_denominator": "5"}, "min_denominator", "cor_lost_cnt is no ratio"),
        ({"dimension": "level=5"}, "dimension", "cor_lost_cnt is not shown by level"),
        ({"confidence": "wilson", "above": '"0.5"'}, "confidence", "cor_lost_cnt is no ratio of counts"),
        ({"indicator": "cap_star_cnt"}, "dimension", "cap_star_cnt has values by dimension only: level"),
    ],
)
def test_a_rule_that_would_be_silent_for_ever_is_refused(lines: dict[str, str], where: str, what: str) -> None:
    text = GOOD
    for field, value in lines.items():
        kept = [line for line in text.splitlines() if not line.startswith(f"    {field}:")]
        text = "\n".join([*kept, f"    {field}: {value}"]) + "\n"
    problems = parse(text).problems
    assert [(p.where, what in p.what) for p in problems] == [(f"rules[0].{where}", True)]


def test_a_contradiction_stands_on_the_rules_first_line() -> None:
    found = parse(GOOD + "    below: 3\n")
    assert found.problems == [FileProblem(3, "rules[0]", "needs exactly one of above, below, at_least, at_most; has 2")]


def test_a_second_rule_with_the_same_id_is_found_on_its_own_line() -> None:
    twice = GOOD + "".join(f"{line}\n" for line in GOOD.splitlines()[2:])
    assert [(p.line, p.where) for p in parse(twice).problems] == [(10, "rules[1].id")]


@pytest.mark.parametrize("text", ["", "[]", "rules", "a: [", "\x00", "{" * 400, "a: &a [*a]\nrules: *a", "!!python/object:os.system {}"])
def test_what_is_no_rules_file_has_a_problem_and_no_rules(text: str) -> None:
    found = parse(text)
    assert found.problems
    assert found.rules == ()


def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="cannot be read"):
        read(tmp_path / "missing.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(Usage, match="not UTF-8"):
        read(tmp_path / "latin.yaml")


def test_a_refusal_that_there_is_not_is_named() -> None:
    text = GOOD.replace("indicator: cor_lost_cnt", "refusals: [TEXT_PRIVAT]").replace("subjects: office", "subjects: district")
    assert parse(text).problems == [FileProblem(6, "rules[0].refusals", "there is no code TEXT_PRIVAT; did you mean TEXT_PRIVATE?")]
