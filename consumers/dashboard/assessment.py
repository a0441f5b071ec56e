"""The assessment: places and scores of all offices under a scheme, and what would change them. An office's own sheet is `sheet.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from consumers.assessment.assessment import OfficeResult
from consumers.assessment.inputs import Part
from consumers.assessment.library import Unreadable, library
from consumers.assessment.reading import Answer, Ground, read_assessment, read_ground
from consumers.assessment.scheme import Scheme
from consumers.assessment.telling import DASH, Teller, points, score
from consumers.assessment.whatif import Change, parse_change
from consumers.clickhouse.store import Store
from consumers.dashboard import queries
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.reading import District, Office, Values, period_state
from consumers.periods import Period
from consumers.report.span import Span, parse
from schemas.settings import settings

KINDS = ("year", "half")
"""Periods that are assessed."""
FIRST_SCHEME = "xiangyin"
"""The scheme shown when none is named and the district has none of its own."""


@dataclass(frozen=True, slots=True)
class SchemeTold:
    """A scheme in the page's language. `chosen`: the one that is shown."""

    id: str
    version: int
    name: str
    sources: Sequence[str]
    assumptions: Sequence[str]
    points: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PartTold:
    """A part of the year."""

    id: str
    first: date
    last: date
    weight: int
    state: str


@dataclass(frozen=True, slots=True)
class Standing:
    """One office among all. `tried`: score and place with the values that were changed, None where nothing was."""

    office: Office
    place: int
    best: int
    worst: int
    low: Fraction
    score: str
    known: bool
    domains: Sequence[str]
    extra: str
    grade: str
    honours_lost: Sequence[str]
    money: str
    tried: tuple[str, int] | None
    moved: int
    """Places gained by what was changed."""


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """All that the page of the assessment prints. `changed`: what was tried, as it was written."""

    state: str
    restated: int
    kinds: Sequence[str]
    scheme: SchemeTold
    schemes: Sequence[SchemeTold]
    parts: Sequence[PartTold]
    known: bool
    running: bool
    domains: Sequence[tuple[str, str]]
    rows: Sequence[Standing]
    asked: Sequence[tuple[str, str]]
    changed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """What both pages read."""

    ground: Ground
    answer: Answer
    known: Sequence[Scheme]
    state: str
    restated: int
    teller: Teller


async def assessment_page(store: Store, place: District, period: Period, ask: Ask) -> AssessmentPage:
    """The assessment of a year or half. Raises PageError for a scheme or change that cannot be, Unavailable."""
    read = await read_answer(store, place, period, ask, _changes(ask))
    found = read.answer.now
    asked = sorted((read.teller.indicator(one), _named(one.indicator, one.dimension)) for one in found.scheme.asks())
    return AssessmentPage(
        read.state,
        read.restated,
        KINDS,
        scheme_told(found.scheme, found.scheme, ask.lang),
        [scheme_told(one, found.scheme, ask.lang) for one in read.known],
        [part_told(part) for part in found.parts],
        found.known,
        found.running,
        [(domain.name.of(ask.lang), points(Fraction(domain.points))) for domain in found.scheme.domains],
        [standing_told(place, read, one, ask.lang) for one in found.results],
        [(id_, name) for name, id_ in asked],
        {name: ask.query.get(name, "") for name in ("if_office", "if_what", "if_part", "if_value")},
    )


async def read_answer(store: Store, place: District, period: Period, ask: Ask, changes: Sequence[Change]) -> Read:
    """Assess the offices under the scheme that the address names. Raises PageError for a period, scheme or change that cannot be, Unavailable."""
    configured = settings()
    reach = library(configured.data)
    ground = await read_ground(store, place.code)
    assert ground is not None, "the frame has made sure of the district"
    if period.start > ground.today:
        raise PageError(404, "error.404.ahead")
    try:
        known = reach.schemes()
        newest = {one.scheme: one for one in known if one.in_force(period.as_day(place.today))}
        named = ask.query.get("scheme", "") or (FIRST_SCHEME if FIRST_SCHEME in newest else next(iter(newest), FIRST_SCHEME))
        scheme = reach.scheme(named, period.as_day(place.today))
        if scheme is None:
            raise PageError(404, "error.404.scheme", id=named)
        answer = await read_assessment(store, ground, reach, scheme, _span(period, scheme, configured.assessment_first_month), changes)
    except Unreadable as error:
        raise PageError(500, "error.500.file", text=str(error)) from None
    around = await store.rows(queries.values(place.code, period.kind, [period.start], "district", only=["med_accepted_cnt"]))
    state, restated = period_state(Values(around, place.first_day, place.looks).states(period, place.code))
    return Read(ground, answer, list(newest.values()), state, restated, Teller(ask.lang, ground.named))


def _span(period: Period, scheme: Scheme, first_month: int) -> Span:
    """The period's days; of a year those of the assessment year of that name, where that begins in another month."""
    month = scheme.year_begins(first_month)
    if period.kind == "year" and month != 1:
        return parse(f"assessment-year:{period.start.year}", period.last_day, month)[0]
    return Span(period.start, period.last_day)


def _changes(ask: Ask) -> list[Change]:
    """What the form asks to be tried. Raises PageError when it is no change."""
    what, value = ask.query.get("if_what", ""), ask.query.get("if_value", "").strip()
    if not what or not value:
        return []
    office, part = ask.query.get("if_office", ""), ask.query.get("if_part", "")
    text = f"{office + ':' if office else ''}{what}{'@' + part if part else ''}={value}"
    try:
        return [parse_change(text)]
    except ValueError:
        raise PageError(400, "error.400.change", id=value) from None


def _named(indicator: str, dimension: str) -> str:
    return f"{indicator}{{{dimension}}}" if dimension else indicator


def scheme_told(one: Scheme, chosen: Scheme, lang: str) -> SchemeTold:
    """A scheme in a language."""
    assumed = [words.of(lang) for words in one.assumptions]
    return SchemeTold(one.scheme, one.version, one.name.of(lang), one.sources, assumed, points(one.points), one.scheme == chosen.scheme)


def part_told(one: Part) -> PartTold:
    """A part of the year."""
    return PartTold(one.id, one.span.first, one.span.last, int(one.weight), one.state)


def standing_told(place: District, read: Read, one: OfficeResult, lang: str) -> Standing:
    """An office among all."""
    decimals = read.answer.now.scheme.decimals
    after = read.answer.what_if.of(one.office) if read.answer.what_if else None
    return Standing(
        place.offices[one.office],
        one.place,
        one.best,
        one.worst,
        one.low,
        score(one.low, one.high, decimals),
        one.known,
        [score(*one.domain(n), 2) for n in range(len(read.answer.now.scheme.domains))],
        points(one.extra),
        one.grade.name.of(lang) if one.grade else DASH,
        one.honours_lost,
        "" if one.money_yuan is None else points(one.money_yuan),
        None if after is None else (score(after.low, after.high, decimals), after.place),
        0 if after is None else one.place - after.place,
    )
