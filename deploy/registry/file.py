"""A registry file as people write it: YAML, every mistake with its line; and a registry written as such a file."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.nodes import MappingNode, Node

from deploy.registry.entries import Registry
from deploy.rules.catalogue import objections
from deploy.yaml_file import FileProblem, NotReadable, line_of, load, read_text
from schemas.rules import Rule, RulesError, parse_rules

WHOLE_BP = 10_000
_LISTS = {"offices": ("office",), "authorities": ("authority",), "splits": ("office", "role", "cost_category", "valid_from")}
"""List of entries -> the fields that name one of them."""


def read(path: Path) -> tuple[Registry | None, list[FileProblem]]:
    """The registry that a file says, or all its mistakes. Raises `Usage` only when the file cannot be read at all."""
    return parse(read_text(path, "registry file"))


def parse(text: str) -> tuple[Registry | None, list[FileProblem]]:
    """Judge the text of a file."""
    try:
        document, node, problems = load(text)
    except NotReadable as error:
        return None, [error.problem]
    if not isinstance(document, dict) or not isinstance(node, MappingNode):
        return None, [FileProblem(1, "", "must be a mapping with `district:`, and `offices:`, `authorities:`, `splits:`")]
    # YAML reads 990101 without quotes as a number; with a leading 0 it would be another one, so those must be quoted.
    if isinstance(document.get("district"), int):
        document["district"] = str(document["district"])
    rules = _rules(document, node, problems)
    try:
        found = Registry.model_validate(document | rules)
    except ValidationError as error:
        problems += [FileProblem(line_of(node, place := _where(one["loc"])), _place(place), one["msg"]) for one in error.errors()]
        return None, sorted(problems)
    problems += _contradictions(found, node)
    return (None if problems else found), sorted(problems)


def _rules(document: Mapping[str, Any], node: Node, problems: list[FileProblem]) -> dict[str, tuple[Rule, ...]]:
    if document.get("rules") is None:
        return {}
    rules: tuple[Rule, ...] = ()
    try:
        rules = parse_rules(document["rules"])
    except RulesError as error:
        problems += [FileProblem(line_of(node, ("rules", *one.where)), one.place, one.what) for one in error.problems]
    for number, rule in enumerate(rules):
        for field, what in objections(rule):
            problems.append(FileProblem(line_of(node, ("rules", number, field)), f"rules[{number}].{field}", what))
    return {"rules": rules}


def _contradictions(found: Registry, node: Node) -> Iterator[FileProblem]:
    """What each entry alone cannot tell: foreign districts, entries that occur twice, shares that are no whole."""
    for name, fields in _LISTS.items():
        seen = set()
        for number, entry in enumerate(getattr(found, name)):
            line, place = line_of(node, (name, number)), f"{name}[{number}]"
            key = tuple(getattr(entry, field) for field in fields)
            if key in seen:
                yield FileProblem(line, place, f"{' '.join(map(str, key))} is written twice")
            seen.add(key)
            if key[0].split("-")[1] != found.district:
                yield FileProblem(line, place, f"{key[0]} is of another district than {found.district}")
    yield from _foreign_villages(found, node)
    for number, split in enumerate(found.splits):
        line, place = line_of(node, ("splits", number, "shares")), f"splits[{number}].shares"
        if sum(split.shares.values()) != WHOLE_BP:
            yield FileProblem(line, place, f"sum to {sum(split.shares.values())}; a whole is {WHOLE_BP} basis points (7000 is 70 %)")
        for authority in split.shares:
            if authority.split("-")[1] != found.district:
                yield FileProblem(line, place, f"{authority} is of another district than {found.district}")


def _foreign_villages(found: Registry, node: Node) -> Iterator[FileProblem]:
    for office in found.villages or {}:
        if office.split("-")[1] != found.district:
            yield FileProblem(
                line_of(node, ("villages", office)), f"villages.{office}", f"{office} is of another district than {found.district}"
            )


def _where(location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The steps to a place; pydantic also counts a mapping's key as one."""
    return tuple(step for step in location if step != "[key]")


def _place(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location).removeprefix(".")


def write(registry: Registry) -> str:
    """The text of a file that says this registry, and reads as it again."""
    document: dict[str, Any] = registry.model_dump(exclude={"rules", "calendar"}, exclude_none=True)
    if registry.calendar is not None:
        document["calendar"] = {year: days.model_dump() for year, days in sorted(registry.calendar.items())}
    if registry.rules is not None:
        document["rules"] = [rule.as_published() for rule in registry.rules]
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=140)
