"""Schemes, checklists, grades and confirmations as people write them: every mistake with the line it stands on."""

from pathlib import Path
from typing import Any, NamedTuple

from yaml.nodes import Node

from consumers.assessment.fields import Asked, FileError, Problem
from consumers.assessment.library import Library, Unreadable
from consumers.assessment.manual import Grades, objections, parse_confirmations, parse_grades
from consumers.assessment.programme import Programme, parse_programme
from consumers.assessment.scheme import Scheme, Told, parse_scheme
from deploy.yaml_file import FileProblem, NotReadable, line_of, load, read_text
from streams.core.catalogue import BY_ID
from streams.core.catalogue.sources import SOURCES

_KINDS = {"scheme": parse_scheme, "programme": parse_programme, "grades_of": parse_grades, "confirmations_of": parse_confirmations}


class Checked(NamedTuple):
    """What a file is: scheme, programme, grades_of or confirmations_of ('' when it cannot be told), what it says, and its mistakes."""

    kind: str
    what: Any
    problems: list[FileProblem]


def check(path: Path, library: Library) -> Checked:
    """Read and judge a file; raises `Usage` only when it cannot be read at all."""
    try:
        document, node, problems = load(read_text(path, "scheme or grades"))
    except NotReadable as error:
        return Checked("", None, [error.problem])
    # Grades name their scheme too, so the mark of a scheme is looked for last.
    kind = next((name for name in reversed(_KINDS) if isinstance(document, dict) and name in document), "")
    if not kind or node is None:
        return Checked("", None, [FileProblem(1, "", f"begins with none of {', '.join(f'`{name}:`' for name in _KINDS)}")])
    try:
        what = _KINDS[kind](document)
    except FileError as error:
        return Checked(kind, None, sorted([*problems, *(_lined(node, one) for one in error.problems)]))
    return Checked(kind, what, sorted([*problems, *(_lined(node, one) for one in _doubts(what, library))]))


def _lined(node: Node, problem: Problem) -> FileProblem:
    return FileProblem(line_of(node, problem.where), problem.place, problem.what)


def _doubts(what: Any, library: Library) -> list[Problem]:
    """What the form allows and the catalogue does not."""
    if isinstance(what, Grades):
        return _grades(what, library)
    if isinstance(what, Scheme):
        told: list[Told] = [*what.bonuses, *what.penalties, *what.vetoes, *(item for domain in what.domains for item in domain.items)]
        sources = [*what.sources, *(s for part in told for s in part.sources), *(s for rule in what.rules() for s in rule.sources)]
        return [*_asked(what.asks()), *_sources(sources)]
    if isinstance(what, Programme):
        asked = {one.when.asked for one in what.criteria() if one.when is not None}
        return [*_asked(asked), *_sources([*what.sources, *(s for one in what.criteria() for s in one.sources)])]
    return []


def _asked(asked: set[Asked]) -> list[Problem]:
    found = []
    for one in sorted(asked):
        indicator = BY_ID.get(one.indicator)
        if indicator is None:
            found.append(Problem((), f"there is no indicator {one.indicator!r} (`suoheng indicators`)"))
        elif indicator.subjects == "authority":
            found.append(Problem((), f"{one.indicator} has values of funding authorities only, none of offices"))
        elif one.dimension and one.dimension.partition("=")[0] not in indicator.dims:
            found.append(Problem((), f"{one.indicator} has no dimension {one.dimension!r}; it has {', '.join(indicator.dims) or 'none'}"))
        elif not one.dimension and not indicator.total:
            found.append(Problem((), f"{one.indicator} has values by dimension only ({', '.join(indicator.dims)})"))
    return found


def _sources(sources: list[str]) -> list[Problem]:
    return [Problem((), f"there is no source {one}") for one in dict.fromkeys(sources) if one not in SOURCES]


def _grades(grades: Grades, library: Library) -> list[Problem]:
    try:
        known = [one for one in library.schemes() if one.scheme == grades.scheme]
    except Unreadable as error:
        return [Problem(("scheme",), str(error))]
    if not known:
        return [Problem(("scheme",), f"there is no scheme {grades.scheme!r} (`suoheng assess schemes`)")]
    return objections(grades, known[-1])
