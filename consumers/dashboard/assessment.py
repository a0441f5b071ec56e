"""The assessment: places and scores of all offices under a scheme, what would change them, and one office's sheet with every point lost led back to
its value, its records and its events."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from consumers.assessment.assessment import OfficeResult
from consumers.assessment.causes import causes, windows
from consumers.assessment.inputs import Part
from consumers.assessment.library import Unreadable, library
from consumers.assessment.reading import Answer, Ground, read_assessment, read_ground
from consumers.assessment.scheme import Scheme
from consumers.assessment.sheet import Applied, DomainSheet, ItemSheet, PartSheet
from consumers.assessment.telling import DASH, Teller, points, score
from consumers.assessment.whatif import Change, parse_change
from consumers.clickhouse.store import Store
from consumers.dashboard import links, queries
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.grounds import grounds
from consumers.dashboard.reading import District, Office, Values, period_state
from consumers.lineage import RecordEvent
from consumers.periods import Period
from consumers.report.span import Span, parse
from schemas.settings import settings

KINDS = ("year", "half")
"""Periods that are assessed."""
FIRST_SCHEME = "xiangyin"
"""The scheme shown when none is named and the district has none of its own."""
_MOST_RECORDS = 200
"""Records listed behind one loss."""


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
class Reason:
    """Why a rule took or gave what it did, with the values that it rests on. `why`: names it in the address, '' where there are no records."""

    text: str
    verdict: str
    assumption: bool
    links: Sequence[tuple[str, str]]
    why: str


@dataclass(frozen=True, slots=True)
class ItemTold:
    """One item of the sheet."""

    id: str
    name: str
    points: str
    lost: str
    spared: str
    missing: bool
    sources: Sequence[str]
    reasons: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class DomainTold:
    """One domain of the sheet."""

    id: str
    name: str
    points: str
    lost: str
    spared: str
    cut: str
    kept: str
    items: Sequence[ItemTold]


@dataclass(frozen=True, slots=True)
class ExtraTold:
    """A bonus or a penalty of the sheet: what it brings or takes, and why."""

    name: str
    points: str
    why: str
    counts: bool


@dataclass(frozen=True, slots=True)
class CauseTold:
    """A record behind a loss."""

    record: str
    day: date
    events: Sequence[RecordEvent]


@dataclass(frozen=True, slots=True)
class SheetPage:
    """All that an office's sheet prints. `causes` None: no loss was chosen."""

    state: str
    restated: int
    kinds: Sequence[str]
    scheme: SchemeTold
    schemes: Sequence[SchemeTold]
    standing: Standing
    offices: Sequence[Office]
    vetoes: Sequence[str]
    parts: Sequence[tuple[PartTold, Sequence[DomainTold], str]]
    bonuses: Sequence[ExtraTold]
    penalties: Sequence[ExtraTold]
    chosen: str
    causes: Sequence[CauseTold] | None
    more_causes: int

    @property
    def office(self) -> Office:
        """Whose sheet it is: of its numbers the frame tells whether events may be missing."""
        return self.standing.office


@dataclass(frozen=True, slots=True)
class _Read:
    """What both pages read."""

    ground: Ground
    answer: Answer
    known: Sequence[Scheme]
    state: str
    restated: int
    teller: Teller


async def assessment_page(store: Store, place: District, period: Period, ask: Ask) -> AssessmentPage:
    """The assessment of a year or half. Raises PageError for a scheme or change that cannot be, Unavailable."""
    read = await _read(store, place, period, ask, _changes(ask))
    found = read.answer.now
    asked = sorted((read.teller.indicator(one), _named(one.indicator, one.dimension)) for one in found.scheme.asks())
    return AssessmentPage(
        read.state,
        read.restated,
        KINDS,
        _scheme(found.scheme, found.scheme, ask.lang),
        [_scheme(one, found.scheme, ask.lang) for one in read.known],
        [_part(part) for part in found.parts],
        found.known,
        found.running,
        [(domain.name.of(ask.lang), points(Fraction(domain.points))) for domain in found.scheme.domains],
        [_standing(place, read, one, ask.lang) for one in found.results],
        [(id_, name) for name, id_ in asked],
        {name: ask.query.get(name, "") for name in ("if_office", "if_what", "if_part", "if_value")},
    )


async def sheet_page(store: Store, place: District, period: Period, ask: Ask, office: str) -> SheetPage:
    """The sheet of an office in a year or half. Raises PageError for an office that is not assessed, Unavailable."""
    read = await _read(store, place, period, ask, [])
    one = read.answer.now.of(office)
    if one is None:
        raise PageError(404, "error.404.office", id=office)
    chosen = ask.query.get("why", "")
    listed, more = await _listed(store, place, one, chosen)
    scheme = read.answer.now.scheme
    return SheetPage(
        read.state,
        read.restated,
        KINDS,
        _scheme(scheme, scheme, ask.lang),
        [_scheme(each, scheme, ask.lang) for each in read.known],
        _standing(place, read, one, ask.lang),
        [place.offices[result.office] for result in sorted(read.answer.now.results, key=lambda result: result.office)],
        [", ".join(filter(None, (hit.veto.name.of(ask.lang), read.teller.given(hit.given)))) for hit in one.vetoes],
        [
            (_part(part.part), [_domain(place, ask, read, part, domain, office) for domain in part.domains], score(part.low, part.high, 2))
            for part in one.parts
        ],
        [
            ExtraTold(
                c.bonus.name.of(ask.lang),
                f"+{points(c.points)}" if c.verdict == "gained" else DASH,
                read.teller.claim(c),
                c.verdict == "gained",
            )
            for c in one.bonus.claims
        ],
        [
            ExtraTold(
                p.penalty.name.of(ask.lang),
                f"−{points(p.lost)}" if p.lost else DASH,
                "; ".join(map(read.teller.reason, p.applied)),
                p.lost > 0,
            )
            for p in one.penalties
        ],
        chosen,
        listed,
        more,
    )


async def _read(store: Store, place: District, period: Period, ask: Ask, changes: Sequence[Change]) -> _Read:
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
    return _Read(ground, answer, list(newest.values()), state, restated, Teller(ask.lang, ground.named))


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


def _scheme(one: Scheme, chosen: Scheme, lang: str) -> SchemeTold:
    assumed = [words.of(lang) for words in one.assumptions]
    return SchemeTold(one.scheme, one.version, one.name.of(lang), one.sources, assumed, points(one.points), one.scheme == chosen.scheme)


def _part(one: Part) -> PartTold:
    return PartTold(one.id, one.span.first, one.span.last, int(one.weight), one.state)


def _standing(place: District, read: _Read, one: OfficeResult, lang: str) -> Standing:
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


def _domain(place: District, ask: Ask, read: _Read, part: PartSheet, domain: DomainSheet, office: str) -> DomainTold:
    return DomainTold(
        domain.domain.id,
        domain.domain.name.of(ask.lang),
        points(domain.points),
        points(domain.lost),
        points(domain.spared) if domain.spared else "",
        points(domain.cut) if domain.cut else "",
        score(domain.low, domain.high, 2),
        [_item(place, ask, read, part, item, office) for item in domain.items],
    )


def _item(place: District, ask: Ask, read: _Read, part: PartSheet, item: ItemSheet, office: str) -> ItemTold:
    return ItemTold(
        item.item.id,
        item.item.name.of(ask.lang),
        DASH if item.points is None else points(item.points),
        points(item.lost - item.gained),
        points(item.spared) if item.spared else "",
        item.missing,
        item.item.sources,
        [
            Reason(
                read.teller.reason(applied),
                applied.verdict,
                item.item.assumption or bool(applied.rule and applied.rule.assumption),
                list(_grounds(place, ask, part.part.span, applied, office)),
                _why(part, item, applied) if applied.asked and applied.verdict in ("lost", "gained") else "",
            )
            for applied in item.applied
        ],
    )


def _grounds(place: District, ask: Ask, span: Span, applied: Applied, office: str) -> Iterator[tuple[str, str]]:
    """The pages behind the value: of the span where it is a window of the calendar, else of its months."""
    if applied.asked is None:
        return
    for window in windows(span):
        if window.start <= place.today:
            yield (
                window.label(ask.lang),
                links.value(ask, place, window, applied.asked.indicator, office, dimension=applied.asked.dimension),
            )


def _why(part: PartSheet, item: ItemSheet, applied: Applied) -> str:
    return f"{part.part.id}.{item.item.id}.{applied.rule.id if applied.rule else ''}"


async def _listed(store: Store, place: District, one: OfficeResult, chosen: str) -> tuple[list[CauseTold] | None, int]:
    """The records behind the loss that is chosen in the address; None when none is."""
    if not chosen:
        return None, 0
    for part in one.parts:
        for item in (item for domain in part.domains for item in domain.items):
            for applied in item.applied:
                if _why(part, item, applied) == chosen:
                    basis = (await grounds(store, place, funding=False)).basis
                    found = await causes(store, basis, one.office, applied, part.part.span)
                    told = [CauseTold(cause.record, cause.day, [e for e in cause.events if e.standing == "live"]) for cause in found]
                    return told[:_MOST_RECORDS], max(len(told) - _MOST_RECORDS, 0)
    raise PageError(404, "error.404.loss", id=chosen)
