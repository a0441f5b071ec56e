"""A rules file as people write it: YAML with `district` or `districts` and `rules`; every mistake with the line it stands on."""

from pathlib import Path
from typing import Any, NamedTuple

from yaml.nodes import MappingNode

from deploy.rules.catalogue import objections
from deploy.yaml_file import FileProblem, NotReadable, line_of, load, read_text
from schemas.rules import Rule, RulesError, parse_rules


class RulesFile(NamedTuple):
    """What a file says; with problems, `rules` is empty."""

    districts: list[str]
    rules: tuple[Rule, ...]
    problems: list[FileProblem]


def read(path: Path) -> RulesFile:
    """Read and judge a file; raises `Usage` only when it cannot be read at all."""
    return parse(read_text(path, "rules file"))


def parse(text: str) -> RulesFile:
    """Judge the text of a file."""
    try:
        document, node, problems = load(text)
    except NotReadable as error:
        return RulesFile([], (), [error.problem])
    if not isinstance(document, dict) or not isinstance(node, MappingNode):
        return RulesFile([], (), [FileProblem(1, "", "must be a mapping with `rules:` and `district:`")])
    return _judge(document, node, problems)


def _judge(document: dict[Any, Any], node: MappingNode, problems: list[FileProblem]) -> RulesFile:
    strange = document.keys() - {"district", "districts", "rules"}
    problems += [
        FileProblem(line_of(node, (name,)), str(name), "not known; there is `district`, `districts` and `rules`") for name in strange
    ]
    if "rules" not in document:
        problems.append(FileProblem(1, "rules", "is missing (an empty list withdraws all rules)"))
    districts = _districts(document, node, problems)
    rules: tuple[Rule, ...] = ()
    try:
        rules = parse_rules(document.get("rules", []))
    except RulesError as error:
        problems += [FileProblem(line_of(node, ("rules", *one.where)), one.place, one.what) for one in error.problems]
    for number, rule in enumerate(rules):
        for field, what in objections(rule):
            problems.append(FileProblem(line_of(node, ("rules", number, field)), f"rules[{number}].{field}", what))
    return RulesFile(districts, () if problems else rules, sorted(problems))


def _districts(document: dict[Any, Any], node: MappingNode, problems: list[FileProblem]) -> list[str]:
    named = document.get("districts", [])
    listed = [document["district"]] if "district" in document else []
    listed += named if isinstance(named, list) else [named]
    # YAML reads 990101 without quotes as a number; with a leading 0 it would be another one, so those must be quoted.
    districts = [str(one) for one in listed if not isinstance(one, bool)]
    for one in districts:
        if not (len(one) == 6 and one.isascii() and one.isdigit()):
            field = "district" if "district" in document else "districts"
            problems.append(FileProblem(line_of(node, (field,)), field, f'{one!r} is no district: six digits in quotes, "990101"'))
    return districts
