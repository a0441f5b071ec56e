"""A file of unit tests for rules, as people write it: made-up values or events, and what must fire on which days. 规则单元测试文件

    rule_files: [starter.yaml]
    tests:
      - name: too many mediations overdue
        values: { rule: a06_overdue, from: 2026-01-01, series: "1/20 2/20 2/20 1/40 0/40" }
        expect:
          2026-02-10: [a06_overdue since 2026-02-01]
          2026-05-20: []
      - name: an office that nobody heard of for four working days
        rules: [a18_silent]
        offices: [sfs-990101-001]
        events:
          - { day: 2026-03-02, type: leg.consultation.given, office: sfs-990101-001, data: { channel: visit, persons: 1 } }
        expect:
          2026-03-09: [a18_silent sfs-990101-001 since 2026-03-07]

`values`: consecutive windows of one rule, from the one that holds the day `from`: a sum `3` or `12.50`, a ratio `1/20`, nothing `_`, any of them
`x5` for five times. `events`: each happens on a `day`, at nine (or at `at: "15:30"`), and is entered the same day or on the day `entered`;
`refused: CODE` if that is meant. `rules` names those that are in force, of all that the file has. A `subject` that is no pseudonym is made one. Offices are open, and the rules in force, from the day `begin` on
(default: the first day that the test names).
"""

from datetime import date
from fractions import Fraction
from pathlib import Path
from re import compile as pattern
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from yaml.nodes import Node

from deploy.errors import Usage
from deploy.rules.catalogue import objections
from deploy.rules.file import RulesFile
from deploy.rules.file import read as read_rules
from deploy.yaml_file import FileProblem, NotReadable, line_of, load, read_text
from schemas.rules import Rule, RulesError, parse_rules

_ITEM = pattern(r"(?P<num>-?[0-9]{1,15}(\.[0-9]{1,6})?)(/(?P<den>[0-9]{1,15}))?(x(?P<times>[0-9]{1,4}))?|_(x(?P<none>[0-9]{1,4}))?")
LARGEST_SERIES = 4_000
"""Windows of one test: ten years of days."""


class Value(NamedTuple):
    """What a window holds; `denominator` None: a sum."""

    numerator: Fraction
    denominator: int | None


class Values(BaseModel):
    """Consecutive windows of one rule, of a subject without a name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    first: Annotated[date, Field(alias="from")]
    series: str | int

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        self.windows()
        return self

    def windows(self) -> list[Value | None]:
        """The series told one by one. Raises ValueError for an item that is none."""
        found: list[Value | None] = []
        for item in str(self.series).split():
            told = _ITEM.fullmatch(item)
            if told is None:
                raise ValueError(f"{item!r} is no value: 3, 12.50, 1/20, _ or any of them with x5")
            value = Value(Fraction(told["num"]), int(told["den"]) if told["den"] else None) if told["num"] else None
            found += [value] * int(told["times"] or told["none"] or 1)
            if len(found) > LARGEST_SERIES:
                break
        if not 0 < len(found) <= LARGEST_SERIES:
            raise ValueError(f"a series has 1 to {LARGEST_SERIES} windows, not {len(found)}{' or more' if found else ''}")
        return found


class Happening(BaseModel):
    """One event; what is left out follows from the rest."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    at: Annotated[str, Field(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "09:00"
    entered: date | None = None
    type: str
    office: str | None = None
    subject: str | None = None
    source: str | None = None
    sequence: str | None = None
    id: str | None = None
    op: str | None = None
    target: str | None = None
    revision: int | None = None
    data: dict[str, Any] = {}
    refused: str | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.entered is not None and self.entered < self.day:
            raise ValueError("is entered before it happens")
        return self


class RuleTest(BaseModel):
    """One test: values or events, and on each day all alerts that fire, as `<rule> [<subject>] since <day>`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    rules: list[str] = []
    """Ids of the rules that are in force; none: all of the file."""
    values: Values | None = None
    offices: Annotated[list[Annotated[str, Field(pattern="^sfs-[0-9]{6}-[0-9]{3}$")]], Field(max_length=100)] = []
    begin: date | None = None
    events: Annotated[list[Happening], Field(max_length=10_000)] = []
    expect: Annotated[dict[date, list[str]], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if (self.values is None) == (not self.offices):
            raise ValueError("needs either values (of one rule) or offices (with the events of a district)")
        if self.values is not None and self.events:
            raise ValueError("has values, so no events")
        if len({office[4:10] for office in self.offices}) > 1:
            raise ValueError("has offices of several districts")
        return self


class TestFile(BaseModel):
    """The whole file."""

    __test__ = False
    model_config = ConfigDict(extra="forbid", frozen=True)

    rule_files: list[str] = []
    rules: list[Any] = []
    tests: Annotated[list[RuleTest], Field(min_length=1)]


class Suite(NamedTuple):
    """A file that was read: its rules by id, and its tests."""

    rules: tuple[Rule, ...]
    tests: list[RuleTest]


_FILE = TypeAdapter(TestFile)


def read(path: Path) -> tuple[Suite, list[FileProblem]]:
    """Read and judge a file; with problems the suite is empty. Raises `Usage` when it cannot be read at all."""
    none = Suite((), [])
    try:
        document, node, problems = load(read_text(path, "file of tests"))
    except NotReadable as error:
        return none, [error.problem]
    if not isinstance(document, dict) or node is None:
        return none, [FileProblem(1, "", "must be a mapping with `rule_files:` or `rules:`, and `tests:`")]
    try:
        told = _FILE.validate_python(document)
    except ValidationError as error:
        return none, sorted([*problems, *(_problem(node, e["loc"], e["msg"]) for e in error.errors())])
    rules = _rules(path, told, node, problems)
    for number, test in enumerate(told.tests):
        known = {rule.id for rule in rules}
        if test.values is not None and test.values.rule not in known:
            problems.append(_problem(node, ("tests", number, "values", "rule"), f"there is no rule {test.values.rule!r}"))
        problems += [_problem(node, ("tests", number, "rules"), f"there is no rule {one!r}") for one in test.rules if one not in known]
    return (none, sorted(problems)) if problems else (Suite(rules, told.tests), [])


def _rules(path: Path, told: TestFile, node: Node, problems: list[FileProblem]) -> tuple[Rule, ...]:
    """The rules of the files that are named, and of the file itself."""
    found: list[Rule] = []
    for number, name in enumerate(told.rule_files):
        try:
            named: RulesFile = read_rules(path.parent / name)
        except Usage as error:
            problems.append(_problem(node, ("rule_files", number), str(error)))
            continue
        problems += [_problem(node, ("rule_files", number), f"{name}:{one.line}: {one.where}: {one.what}") for one in named.problems]
        found += named.rules
    try:
        own = parse_rules(told.rules)
        problems += [_problem(node, ("rules", number, field), what) for number, rule in enumerate(own) for field, what in objections(rule)]
        found += own
    except RulesError as error:
        problems += [_problem(node, ("rules", *one.where), one.what) for one in error.problems]
    ids = [rule.id for rule in found]
    problems += [FileProblem(1, "rules", f"{one!r} is the id of two rules") for one in sorted({one for one in ids if ids.count(one) > 1})]
    if not found and not problems:
        problems.append(FileProblem(1, "rule_files", "names no rules; give `rule_files:` or `rules:`"))
    return tuple(found)


def _problem(node: Node, where: tuple[int | str, ...], what: str) -> FileProblem:
    return FileProblem(line_of(node, where), ".".join(str(step) for step in where), what.removeprefix("Value error, "))
