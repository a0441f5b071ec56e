"""YAML files that people write: read with the line of every place, so that every mistake can be told with its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from deploy.errors import Usage

LARGEST_BYTES = 1 << 20


class FileProblem(NamedTuple):
    """One mistake: its line (from 1), the place in the document, what is wrong."""

    line: int
    where: str
    what: str


class NotReadable(Exception):
    """The text is no YAML; `problem` tells where."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.what)
        self.problem = problem


def read_text(path: Path, what: str) -> str:
    """The text of a file. Raises `Usage` when it cannot be read, is not UTF-8, or is larger than 1 MiB."""
    try:
        text = path.read_bytes()[: LARGEST_BYTES + 1].decode()
    except OSError as error:
        raise Usage(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Usage(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error
    if len(text) > LARGEST_BYTES:
        raise Usage(f"{path} is larger than 1 MiB: that is no {what}")
    return text


def load(text: str) -> tuple[Any, Node | None, list[FileProblem]]:
    """The document, its nodes, and the fields that are written twice. Raises `NotReadable`."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        problems = list(_repeated(node)) if node else []
        return yaml.safe_load(text), node, problems
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NotReadable(FileProblem(line, "", f"no YAML: {error.problem or error.context}")) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise NotReadable(FileProblem(1, "", f"no YAML: {error}")) from error


def line_of(node: Node, where: tuple[int | str, ...]) -> int:
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
