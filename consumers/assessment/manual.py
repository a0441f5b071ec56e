"""What people give and find: grades, findings, grants and vetoes that no event tells, each with who, when and on which evidence.

A file holds them for one district and one scheme. It only grows: a correction is the same entry with a greater `revision`, and the ones before
stay readable. Names of offices' people do not belong here; `by` is the section or the panel that graded.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, model_validator

from consumers.assessment.fields import Day, FileError, Id, OfficeId, Points, Problem, Strict, parsed
from consumers.assessment.scheme import Scheme
from consumers.report.span import Span, parse

_Text = Annotated[str, Field(min_length=1, max_length=200)]


class Entry(Strict):
    """One grade (`points`, `mark`), number of findings (`count`) or grant (`level`) of an office in a period.

    `of` names what it is about: an item, `item.rule`, `penalty.rule`, a bonus, `bonus.grade` or a veto. `key` tells apart several of one period;
    `matter`: what a grant was given for.
    """

    office: OfficeId
    of: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,32}(\.[a-z0-9_]{1,32})?$")]
    period: Annotated[str, Field(max_length=40)]
    key: Id | None = None
    points: Points | None = None
    mark: Points | None = None
    count: Annotated[int, Field(ge=0, le=1000, strict=True)] | None = None
    level: Id | None = None
    matter: Id | None = None
    by: _Text
    day: Day
    evidence: _Text
    note: _Text | None = None
    revision: Annotated[int, Field(ge=1, le=9999, strict=True)] = 1

    @property
    def kind(self) -> str:
        """Which of points, mark, count, level it says."""
        return next(name for name in _KINDS if getattr(self, name) is not None)

    @property
    def identity(self) -> tuple[str, ...]:
        """What a correction shares with what it corrects."""
        return self.office, self.of, self.period, self.key or "", self.matter or ""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (n := sum(getattr(self, name) is not None for name in _KINDS)) != 1:
            raise ValueError(f"needs exactly one of {', '.join(_KINDS)}; has {n}")
        return self


_KINDS = ("points", "mark", "count", "level")


class Grades(Strict):
    """All entries for a district under a scheme, of whatever year."""

    grades_of: Annotated[str, Field(pattern="^[0-9]{6}$")]
    scheme: Id
    entries: tuple[Entry, ...] = Field(default=(), max_length=50_000)


class Given(NamedTuple):
    """An entry that holds, with its days; `earlier`: how many it has replaced."""

    entry: Entry
    span: Span
    earlier: int


class Confirmation(Strict):
    """Somebody's word on a programme's criterion that no event tells."""

    office: OfficeId
    programme: Id
    criterion: Id
    met: Annotated[bool, Field(strict=True)]
    by: _Text
    day: Day
    evidence: _Text
    revision: Annotated[int, Field(ge=1, le=9999, strict=True)] = 1

    @property
    def identity(self) -> tuple[str, ...]:
        """What a correction shares with what it corrects."""
        return self.office, self.programme, self.criterion


class Confirmations(Strict):
    """All words on criteria in a district."""

    confirmations_of: Annotated[str, Field(pattern="^[0-9]{6}$")]
    entries: tuple[Confirmation, ...] = Field(default=(), max_length=50_000)


def parse_confirmations(document: Any) -> Confirmations:
    """Confirmations from a parsed YAML document. Raises FileError with every mistake found."""
    found = parsed(Confirmations, document)
    if problems := [*_doubles(found.entries), *_elsewhere(found.entries, found.confirmations_of)]:
        raise FileError(problems)
    return found


def parse_grades(document: Any) -> Grades:
    """Grades from a parsed YAML document. Raises FileError with every mistake found."""
    grades = parsed(Grades, document)
    if problems := [*_days(grades), *_doubles(grades.entries), *_elsewhere(grades.entries, grades.grades_of)]:
        raise FileError(problems)
    return grades


def objections(grades: Grades, scheme: Scheme) -> list[Problem]:
    """What of the grades the scheme does not know, or cannot take."""
    gradable, found = scheme.gradable(), []
    items = {item.id: item for domain in scheme.domains for item in domain.items}
    marks = {bonus.id: bonus.by_rank.out_of for bonus in scheme.bonuses if bonus.by_rank}
    levels = {bonus.id: bonus.granted for bonus in scheme.bonuses}
    for n, entry in enumerate(grades.entries):
        where = ("entries", n)
        if gradable.get(entry.of) != entry.kind:
            wants = gradable.get(entry.of)
            said = f"takes {wants}, not {entry.kind}" if wants else f"is nothing that {scheme.scheme} has graded"
            found.append(Problem((*where, "of"), f"{entry.of!r} {said}"))
        elif entry.points is not None and entry.points > (items[entry.of].points or 0):
            found.append(Problem((*where, "points"), f"{entry.points} is more than the {items[entry.of].points} of {entry.of}"))
        elif entry.mark is not None and entry.mark > marks[entry.of.partition(".")[0]]:
            found.append(Problem((*where, "mark"), f"{entry.mark} is more than the {marks[entry.of.partition('.')[0]]} that can be had"))
        elif entry.level is not None and entry.level not in levels[entry.of]:
            found.append(Problem((*where, "level"), f"{entry.level!r} is none of {', '.join(levels[entry.of])}"))
    return found


def holding(grades: Grades | None, first_month: int = 1) -> list[Given]:
    """The entries that hold: of one identity the greatest revision."""
    newest: dict[tuple[str, ...], list[Entry]] = {}
    for entry in grades.entries if grades else ():
        newest.setdefault(entry.identity, []).append(entry)
    return [Given(max(same, key=lambda one: one.revision), days(same[0].period, first_month), len(same) - 1) for same in newest.values()]


def days(period: str, first_month: int = 1) -> Span:
    """The days of a grade: `half:2025-H1`, `year:2025`, `assessment-year:2025` …, or `2024-12-01..2025-05-31`. Raises ValueError."""
    if ".." in period:
        first, last = (date.fromisoformat(day.strip()) for day in period.split("..", 1))
        if last < first:
            raise ValueError(f"{period!r}: its last day lies before its first")
        return Span(first, last)
    if ":" not in period:
        raise ValueError(f"{period!r} names no days that stand still; write e.g. half:2025-H1, year:2025, 2024-12-01..2025-05-31")
    return parse(period, date.max, first_month)[0]


def grade_of(given: Iterable[Given], office: str, of: str, span: Span) -> Given | None:
    """The grade for a span: of those whose period holds all of it the one of the shortest."""
    fitting = [one for one in _of(given, office, of) if one.span.first <= span.first and span.last <= one.span.last]
    return min(fitting, key=lambda one: one.span.days, default=None)


def within(given: Iterable[Given], office: str, of: str, span: Span) -> list[Given]:
    """The findings and grants of a span, oldest first."""
    fitting = [one for one in _of(given, office, of) if span.first <= one.span.first and one.span.last <= span.last]
    return sorted(fitting, key=lambda one: (one.entry.day, one.span, one.entry.identity))


def _of(given: Iterable[Given], office: str, of: str) -> Sequence[Given]:
    return [one for one in given if one.entry.office == office and one.entry.of == of]


def _days(grades: Grades) -> list[Problem]:
    found = []
    for n, entry in enumerate(grades.entries):
        try:
            days(entry.period)
        except ValueError as error:
            found.append(Problem(("entries", n, "period"), str(error)))
    return found


def _doubles(entries: Sequence[Entry | Confirmation]) -> list[Problem]:
    seen: dict[tuple[object, ...], int] = {}
    found = []
    for n, entry in enumerate(entries):
        first = seen.setdefault((*entry.identity, entry.revision), n)
        if first != n:
            what = f"says again what entries[{first}] says; a correction has a greater revision, another finding a key of its own"
            found.append(Problem(("entries", n), what))
    return found


def _elsewhere(entries: Sequence[Entry | Confirmation], district: str) -> list[Problem]:
    return [
        Problem(("entries", n, "office"), f"{entry.office} is not of district {district}")
        for n, entry in enumerate(entries)
        if entry.office[4:10] != district
    ]
