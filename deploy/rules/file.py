"""A rules file as people write it: YAML with `district` or `districts` and `rules`; every mistake with the line it stands on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from deploy.errors import Usage
from deploy.rules.catalogue import objections
from schemas.rules import Rule, RulesError, parse_rules

LARGEST_BYTES = 1 << 20


class FileProblem(NamedTuple):
    """One mistake: its line (from 1), the place in the document, what is wrong."""

    line: int
    where: str
    what: str


class RulesFile(NamedTuple):
    """What a file says; with problems, `rules` is empty."""

    districts: list[str]
    rules: tuple[Rule, ...]
    problems: list[FileProblem]


def read(path: Path) -> RulesFile:
    """Read and judge a file; raises `Usage` only when it cannot be read at all."""
    try:
        text = path.read_bytes()[: LARGEST_BYTES + 1].decode()
    except OSError as error:
        raise Usage(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Usage(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error
    if len(text) > LARGEST_BYTES:
        raise Usage(f"{path} is larger than 1 MiB: that is no rules file")
    return parse(text)


def parse(text: str) -> RulesFile:
    """Judge the text of a file."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        problems = list(_repeated(node)) if node else []
        document = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return RulesFile([], (), [FileProblem(line, "", f"no YAML: {error.problem or error.context}")])
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return RulesFile([], (), [FileProblem(1, "", f"no YAML: {error}")])
    if not isinstance(document, dict) or not isinstance(node, MappingNode):
        return RulesFile([], (), [FileProblem(1, "", "must be a mapping with `rules:` and `district:`")])
    return _judge(document, node, problems)


def _judge(document: dict[Any, Any], node: MappingNode, problems: list[FileProblem]) -> RulesFile:
    strange = document.keys() - {"district", "districts", "rules"}
    problems += [
        FileProblem(_line(node, (name,)), str(name), "not known; there is `district`, `districts` and `rules`") for name in strange
    ]
    if "rules" not in document:
        problems.append(FileProblem(1, "rules", "is missing (an empty list withdraws all rules)"))
    districts = _districts(document, node, problems)
    rules: tuple[Rule, ...] = ()
    try:
        rules = parse_rules(document.get("rules", []))
    except RulesError as error:
        problems += [FileProblem(_line(node, ("rules", *one.where)), one.place, one.what) for one in error.problems]
    for number, rule in enumerate(rules):
        for field, what in objections(rule):
            problems.append(FileProblem(_line(node, ("rules", number, field)), f"rules[{number}].{field}", what))
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
            problems.append(FileProblem(_line(node, (field,)), field, f'{one!r} is no district: six digits in quotes, "990101"'))
    return districts


def _line(node: Node, where: tuple[int | str, ...]) -> int:
    """Line of a place in the document, or of the nearest thing around it that is there."""
    line = node.start_mark.line
    for step in where:
        entry = _entry(node, step)
        if entry is None:
            break
        line, node = entry
    return int(line) + 1


def _entry(node: Node, step: int | str) -> tuple[int, Node] | None:
    """Line and content of an item or a field."""
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    if isinstance(node, MappingNode):
        return next(((key.start_mark.line, value) for key, value in node.value if key.value == str(step)), None)
    return None


def _repeated(node: Node, seen: set[int] | None = None) -> Iterator[FileProblem]:
    """Fields that are written twice in one mapping: YAML would silently take the last."""
    seen = set() if seen is None else seen
    if id(node) in seen or not isinstance(node, SequenceNode | MappingNode):
        return
    seen.add(id(node))
    if isinstance(node, MappingNode):
        names: set[str] = set()
        for key, value in node.value:
            if isinstance(key, ScalarNode) and key.value in names:
                yield FileProblem(key.start_mark.line + 1, key.value, "is written twice")
            names.add(str(key.value))
            yield from _repeated(value, seen)
        return
    for item in node.value:
        yield from _repeated(item, seen)
