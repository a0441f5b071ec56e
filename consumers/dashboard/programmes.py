"""Creation programmes: which titles each office holds, how ready it is for the next level, what it lacks and how far, and who is nearest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from consumers.assessment.library import Unreadable, library
from consumers.assessment.programme import Programme
from consumers.assessment.readiness import Checked, Readiness, readiness
from consumers.assessment.reading import read_ground, read_standings
from consumers.assessment.telling import Teller
from consumers.clickhouse.store import Store
from consumers.dashboard import links
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.reading import District, Office
from consumers.periods import containing
from schemas.settings import settings


@dataclass(frozen=True, slots=True)
class CriterionTold:
    """A criterion of an office: its verdict, its value and how far it is, with the page behind it ('' where there is none)."""

    name: str
    verdict: str
    text: str
    link: str
    sources: Sequence[str]
    assumption: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """An office and a programme. `level`: that is held (0: the programme has none); `record`: the events of its award; `place` 1 is the nearest."""

    office: Office
    programme: str
    held: bool
    level: int
    since: date | None
    valid_to: date | None
    expired: bool
    record: str
    next: str
    met: int
    of: int
    share: Fraction | None
    place: int | None
    criteria: Sequence[CriterionTold]


@dataclass(frozen=True, slots=True)
class ProgrammeTold:
    """A programme in the page's language. `nearest`: the offices that have the least to go."""

    id: str
    version: int
    name: str
    issuer: str
    sources: Sequence[str]
    assumptions: Sequence[str]
    valid_months: int | None
    nearest: Sequence[Office]
    chosen: bool


@dataclass(frozen=True, slots=True)
class ProgrammesPage:
    """All that the page prints: the matrix of all programmes, office by office, and the criteria of the one that is chosen, the nearest office first."""

    state: str
    day: date
    programmes: Sequence[ProgrammeTold]
    rows: Sequence[tuple[Office, Sequence[Ready]]]
    chosen: ProgrammeTold
    detail: Sequence[Ready]


async def programmes_page(store: Store, place: District, ask: Ask) -> ProgrammesPage:
    """The titles of a district as of today. Raises PageError for a programme that is not known, Unavailable."""
    ground = await read_ground(store, place.code)
    assert ground is not None, "the frame has made sure of the district"
    reach = library(settings().data)
    try:
        known = reach.programmes(place.today)
        standings = await read_standings(store, ground, reach, known, place.today)
    except Unreadable as error:
        raise PageError(500, "error.500.file", text=str(error)) from None
    found = {one.programme: readiness(one, standings, place.today) for one in known}
    chosen = ask.query.get("programme", "") or next((id_ for id_ in ("city_star", *found) if id_ in found), "")
    if chosen not in found:
        raise PageError(404, "error.404.programme", id=chosen)
    teller = Teller(ask.lang, ground.named)
    ready = {id_: [_ready(place, ask, teller, one) for one in each] for id_, each in found.items()}
    told = [_programme(one, ready[one.programme], chosen, ask.lang) for one in known]
    by = {(one.office.id, one.programme): one for each in ready.values() for one in each}
    offices = [place.offices[one.office] for one in standings]
    rows = [(office, [by[office.id, programme.id] for programme in told]) for office in offices]
    return ProgrammesPage("", place.today, told, rows, next(one for one in told if one.chosen), ready[chosen])


def _programme(one: Programme, ready: Sequence[Ready], chosen: str, lang: str) -> ProgrammeTold:
    return ProgrammeTold(
        one.programme,
        one.version,
        one.name.of(lang),
        one.issuer.of(lang),
        one.sources,
        [words.of(lang) for words in one.assumptions],
        one.valid_months,
        [each.office for each in ready if each.place == 1],
        one.programme == chosen,
    )


def _ready(place: District, ask: Ask, teller: Teller, one: Readiness) -> Ready:
    held = one.held
    return Ready(
        place.offices[one.office],
        one.programme.programme,
        held is not None,
        (held.level or 0) if held else 0,
        held.since if held else None,
        one.valid_to,
        one.expired,
        held.record if held else "",
        one.next.name.of(ask.lang) if one.next else "",
        one.met,
        len(one.checked),
        one.share,
        one.place,
        [_criterion(place, ask, teller, checked, one.office) for checked in one.checked],
    )


def _criterion(place: District, ask: Ask, teller: Teller, checked: Checked, office: str) -> CriterionTold:
    when, over, link = checked.criterion.when, checked.criterion.over, ""
    # What stands today is the value of the running month, what is of the year so far that of the year; 365 days are no window and have no page.
    if when is not None and over != "rolling-365" and checked.measured is not None:
        window = containing("month" if over == "day" else "year", place.today)
        link = links.value(ask, place, window, when.indicator, office, dimension=when.dimension)
    return CriterionTold(
        checked.criterion.name.of(ask.lang),
        checked.verdict,
        teller.criterion(checked),
        link,
        checked.criterion.sources,
        checked.criterion.assumption,
    )
