"""`suoheng rules`: alert rules from a file into the log, and which rules are in force. 预警规则"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from re import compile as pattern
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy.errors import Finding, Usage

if TYPE_CHECKING:
    from deploy.rules.file import RulesFile
    from deploy.yaml_file import FileProblem
    from schemas.rules import Rule

_DISTRICT = pattern("[0-9]{6}")

FileArgument = Annotated[Path, typer.Argument(help="Rules file (YAML); deploy/rules/starter.yaml is an example. 规则文件")]
DistrictOption = Annotated[
    list[str] | None, typer.Option("--district", help="Six-digit district; may be repeated. Default: those of the file.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def check(file: FileArgument, as_json: JsonOption = False) -> None:
    """Read a rules file and name every mistake with its line. 检查规则文件"""
    from deploy.rules.file import read

    found = read(file)
    if as_json:
        problems = [problem._asdict() for problem in found.problems]
        print(json.dumps({"rules": [rule.id for rule in found.rules], "districts": found.districts, "problems": problems}))
    else:
        _tell(found.problems, file)
    if found.problems:
        raise Finding(f"{file} has {len(found.problems)} mistake(s)")
    if not as_json:
        print(f"{file}: {len(found.rules)} rules, no mistake")


def apply(file: FileArgument, district: DistrictOption = None, as_json: JsonOption = False) -> None:
    """Publish a file's rules: from now on they, and only they, are in force in each district. 发布规则

    The whole list replaces the one before; an empty list withdraws all. A rule that was in force before and judges as it did keeps its
    open alerts; alerts of rules that are gone or changed are resolved. The workers act on it as soon as they read it.
    """
    from deploy.deciding import publish_events, require_valid
    from deploy.rules.file import read

    found = read(file)
    if found.problems:
        _tell(found.problems, file)
        raise Usage(f"{file} has {len(found.problems)} mistake(s); nothing was published")
    events = [rules_event(one, found.rules, datetime.now(UTC)) for one in _districts(district, found)]
    for event in events:
        require_valid(event, "these rules")
    publish_events(events)
    published = [{"district": event["district"], "id": event["id"], "rules": len(found.rules)} for event in events]
    if as_json:
        print(json.dumps({"published": published}))
        return
    for one in published:
        print(f"district {one['district']}: {one['rules']} rules published as {one['id']}")


def show(district: DistrictOption = None, as_json: JsonOption = False) -> None:
    """The rules in force, as ClickHouse knows them, newest publication of each district. 查看现行规则"""
    from deploy.rules.in_force import in_force_now

    for one in district or []:
        _require_district(one)
    in_force = {name: rules for name, rules in in_force_now().items() if not district or name in district}
    if as_json:
        print(json.dumps({name: [rule.as_published() for rule in held.rules] for name, held in in_force.items()}, ensure_ascii=False))
        return
    for name, held in sorted(in_force.items()):
        print(f"district {name}: {len(held.rules)} rules, decided {held.decided_at:%Y-%m-%d %H:%M:%S} UTC as {held.id}")
        for rule in held.rules:
            print(f"  {sentence(rule)}")
    if not in_force:
        print("no rules are in force")


def sentence(rule: "Rule") -> str:
    """A rule on one line: what is judged, where it breaks, what it is called."""
    span = f"{rule.for_windows} {rule.window}s" if rule.for_windows > 1 else rule.window
    what = _series(rule) + (f" [{rule.dimension}]" if rule.dimension else "")
    where = rule.subjects if rule.mode == "none" else f"{rule.subjects}, {rule.mode}"
    return f"{rule.id:<24} {rule.severity:<8} {what} {rule.comparison} {rule.threshold} for {span} per {where} · {rule.title.zh} · {rule.title.en}"


def _series(rule: "Rule") -> str:
    """What is judged, in words."""
    if rule.deadline is not None:
        return f"{rule.observes} " + (f"within {rule.within} days" if rule.overdue is None else f"overdue by {rule.overdue} days")
    if rule.silence is not None:
        return f"silence in {rule.silence.replace('_', ' ')}"
    if rule.gaps_older_than is not None:
        return f"numbers missing for more than {rule.gaps_older_than} days"
    return rule.observes if rule.refusals is None else f"refusals as {' '.join(rule.refusals)}"


def rules_event(district: str, rules: "Sequence[Rule]", now: datetime) -> dict[str, Any]:
    """The event that puts the rules in force."""
    from deploy.deciding import bureau_event
    from deploy.rules.in_force import TYPE

    return bureau_event(district, TYPE, "rules", {"rules": [rule.as_published() for rule in rules]}, now)


def _districts(asked: Sequence[str] | None, found: "RulesFile") -> list[str]:
    districts = list(dict.fromkeys(asked or found.districts))
    if not districts:
        raise Usage("which district? give --district, or `district:` in the file")
    for one in districts:
        _require_district(one)
    return districts


def _require_district(district: str) -> None:
    if not _DISTRICT.fullmatch(district):
        raise Usage(f"{district!r} is no district: six digits are")


def _tell(problems: "Sequence[FileProblem]", file: Path) -> None:
    for problem in problems:
        print(f"{file}:{problem.line}: {problem.where + ': ' if problem.where else ''}{problem.what}", file=sys.stderr)
