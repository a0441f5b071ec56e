"""The pages by address: for each, its template and what it shows. A page is shown as HTML, and the same content under `/api` as JSON."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from consumers.clickhouse.store import Store
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.assessment import KINDS as ASSESSED
from consumers.dashboard.assessment import assessment_page
from consumers.dashboard.authority import MODES, STREET, authorities, authority_card
from consumers.dashboard.behind import behind
from consumers.dashboard.catalogue import catalogue
from consumers.dashboard.decisions import decisions_page
from consumers.dashboard.dual import dual_page
from consumers.dashboard.groups import groups_page
from consumers.dashboard.letters import letter_page, letters_page
from consumers.dashboard.limits import limits_page
from consumers.dashboard.lists import whole_facts, whole_letters, whole_limits
from consumers.dashboard.matrix import matrix
from consumers.dashboard.missing import sources_page
from consumers.dashboard.office import office_card
from consumers.dashboard.overview import overview
from consumers.dashboard.presentation import RANKING
from consumers.dashboard.programmes import programmes_page
from consumers.dashboard.reading import District
from consumers.dashboard.records import event_page, record_page
from consumers.dashboard.restated import restatements_page
from consumers.dashboard.sheet import sheet_page
from consumers.dashboard.today import today
from consumers.dashboard.told import told_page
from consumers.dashboard.topics import CENTRES, topics_page
from consumers.dashboard.trends import trends_page
from consumers.dashboard.wall import wall
from consumers.dashboard.whole import Whole
from consumers.periods import KINDS, SHORT, Period

Wholly = Callable[[Store, District, Period, Ask, Mapping[str, str]], Awaitable[Whole]]
Content = Callable[[Store, District, Period, Ask, Mapping[str, str]], Awaitable[object]]


class Page(NamedTuple):
    """An address pattern below the district, the template, and the function that reads the content."""

    path: str
    template: str
    content: Content
    kinds: Sequence[str] = KINDS
    """Kinds of period that it can show; none where it always shows how things stand now."""
    whole: Wholly | None = None
    """Reads the long list of which the page prints a stretch."""
    kept: bool = True
    """Whether it rests on ClickHouse's tables alone, so that it stays as it is while they do."""


NOW: Sequence[str] = ()
"""The kinds of period of a page that is of none."""


async def _today(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> object:
    return await today(store, place, ask)


async def _wall(store: Store, place: District, period: Period, ask: Ask, _: Mapping[str, str]) -> object:
    return await wall(store, place, period, ask)


async def _limits(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> object:
    return await limits_page(store, place, ask)


async def _centres(store: Store, place: District, period: Period, _: Ask, __: Mapping[str, str]) -> object:
    return await topics_page(store, place, period, CENTRES)


async def _groups(store: Store, place: District, period: Period, ask: Ask, _: Mapping[str, str]) -> object:
    return await groups_page(store, place, period, ask)


async def _dual(store: Store, place: District, period: Period, _: Ask, __: Mapping[str, str]) -> object:
    return await dual_page(store, place, period)


async def _trends(store: Store, place: District, period: Period, ask: Ask, _: Mapping[str, str]) -> object:
    return await trends_page(store, place, period, ask)


async def _overview(store: Store, place: District, period: Period, ask: Ask, _: Mapping[str, str]) -> object:
    sort = ask.query.get("sort", RANKING[0])
    if sort not in RANKING:
        raise PageError(400, "error.400.sort", id=sort)
    return await overview(store, place, period, sort)


async def _office(store: Store, place: District, period: Period, ask: Ask, parts: Mapping[str, str]) -> object:
    office = place.offices.get(parts["office"])
    if office is None:
        raise PageError(404, "error.404.office", id=parts["office"])
    return await office_card(store, place, office, period, ask.day("before"), ask.day("after"))


async def _authorities(store: Store, place: District, period: Period, _: Ask, __: Mapping[str, str]) -> object:
    return await authorities(store, place, period)


async def _authority(store: Store, place: District, period: Period, ask: Ask, parts: Mapping[str, str]) -> object:
    mode = ask.query.get("mode", "all")
    if mode not in (*MODES, "all", STREET):
        raise PageError(400, "error.400.mode", id=mode)
    authority = place.authority(parts["authority"])
    if authority.id not in place.authorities and authority.name == authority.id:
        raise PageError(404, "error.404.authority", id=authority.id)
    return await authority_card(store, place, authority, period, mode)


async def _matrix(store: Store, place: District, period: Period, _: Ask, __: Mapping[str, str]) -> object:
    return await matrix(store, place, period)


async def _catalogue(store: Store, place: District, period: Period, _: Ask, __: Mapping[str, str]) -> object:
    return await catalogue(store, place, period)


async def _value(store: Store, place: District, period: Period, ask: Ask, parts: Mapping[str, str]) -> object:
    return await behind(store, place, period, ask, parts["indicator"])


async def _told(store: Store, place: District, period: Period, _: Ask, parts: Mapping[str, str]) -> object:
    return await told_page(store, place, period, parts["indicator"])


async def _restatements(store: Store, place: District, period: Period, ask: Ask, _: Mapping[str, str]) -> object:
    return await restatements_page(store, place, period, ask)


async def _record(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> object:
    return await record_page(store, place, ask)


async def _event(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> object:
    return await event_page(store, place, ask)


async def _assessment(store: Store, place: District, period: Period, ask: Ask, _: Mapping[str, str]) -> object:
    return await assessment_page(store, place, period, ask)


async def _sheet(store: Store, place: District, period: Period, ask: Ask, parts: Mapping[str, str]) -> object:
    return await sheet_page(store, place, period, ask, parts["office"])


async def _programmes(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> object:
    return await programmes_page(store, place, ask)


async def _decisions(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> object:
    return await decisions_page(store, place, ask)


async def _letters(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> object:
    return await letters_page(store, place, ask)


async def _letter(store: Store, place: District, _: Period, ask: Ask, __: Mapping[str, str]) -> object:
    return await letter_page(store, place, ask)


async def _sources(store: Store, place: District, _: Period, __: Ask, ___: Mapping[str, str]) -> object:
    return await sources_page(store, place)


PAGES = (
    Page("/d/{district}", "overview.html", _overview),
    Page("/d/{district}/today", "today.html", _today, NOW),
    Page("/d/{district}/wall", "wall.html", _wall, NOW),
    Page("/d/{district}/limits", "limits.html", _limits, NOW, whole_limits),
    Page("/d/{district}/centres", "centres.html", _centres),
    Page("/d/{district}/trends", "trends.html", _trends),
    Page("/d/{district}/groups", "groups.html", _groups),
    Page("/d/{district}/offices/{office}", "office.html", _office),
    Page("/d/{district}/authorities", "authorities.html", _authorities),
    Page("/d/{district}/authorities/{authority}", "authority.html", _authority),
    Page("/d/{district}/dual", "dual.html", _dual),
    Page("/d/{district}/matrix", "matrix.html", _matrix),
    Page("/d/{district}/catalogue", "catalogue.html", _catalogue),
    Page("/d/{district}/values/{indicator}", "value.html", _value, (*KINDS, *SHORT), whole_facts),
    Page("/d/{district}/told/{indicator}", "told.html", _told),
    Page("/d/{district}/restatements", "restatements.html", _restatements, (*KINDS, *SHORT)),
    Page("/d/{district}/record", "record.html", _record, NOW),
    Page("/d/{district}/event", "record.html", _event, NOW),
    Page("/d/{district}/assessment", "assessment.html", _assessment, ASSESSED),
    Page("/d/{district}/assessment/{office}", "sheet.html", _sheet, ASSESSED),
    Page("/d/{district}/programmes", "programmes.html", _programmes, NOW),
    Page("/d/{district}/decisions", "decisions.html", _decisions, NOW),
    Page("/d/{district}/letters", "letters.html", _letters, NOW, whole_letters),
    Page("/d/{district}/letter", "letter.html", _letter, NOW),
    Page("/d/{district}/sources", "sources.html", _sources, NOW),
)
"""Every page of a district; the address without a district leads to the first one."""
