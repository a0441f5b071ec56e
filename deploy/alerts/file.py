"""`alerting.yaml` as people write it: every mistake with the line it stands on, secrets and addresses tried as the deliverer would."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from yaml.nodes import Node

from consumers.alerts.plan.model import Plan, PlanError, PlanProblem, parse_plan
from consumers.alerts.ways.building import Surroundings, ways
from deploy.yaml_file import FileProblem, NotReadable, line_of, load, read_text


class PlanFile(NamedTuple):
    """What a file says; with problems there is no plan."""

    plan: Plan | None
    problems: list[FileProblem]


def read(path: Path, around: Surroundings | None = None) -> PlanFile:
    """Read and judge a file; with `around` its secrets and addresses too. Raises `Usage` only when it cannot be read at all."""
    return parse(read_text(path, "plan of alerting"), around)


def parse(text: str, around: Surroundings | None = None) -> PlanFile:
    """Judge the text of a file."""
    try:
        document, node, problems = load(text)
    except NotReadable as error:
        return PlanFile(None, [error.problem])
    try:
        plan = parse_plan(document)
        if around is not None and not problems:
            ways(plan, around)
    except PlanError as error:
        return PlanFile(None, sorted([*problems, *_lined(error.problems, node)]))
    return PlanFile(None if problems else plan, problems)


def _lined(problems: list[PlanProblem], node: Node | None) -> Iterator[FileProblem]:
    for one in problems:
        yield FileProblem(line_of(node, one.where) if node is not None else 1, one.place, one.what)
