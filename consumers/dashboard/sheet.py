"""One office's sheet of an assessment, with every point lost led back to its value, its records and its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from consumers.assessment.assessment import OfficeResult
from consumers.assessment.causes import causes, windows
from consumers.assessment.sheet import Applied, DomainSheet, ItemSheet, PartSheet
from consumers.assessment.telling import DASH, points, score
from consumers.clickhouse.store import Store
from consumers.dashboard import links
from consumers.dashboard.asking import Ask, PageError
from consumers.dashboard.assessment import KINDS, PartTold, Read, SchemeTold, Standing, part_told, read_answer, scheme_told, standing_told
from consumers.dashboard.grounds import grounds
from consumers.dashboard.reading import District, Office
from consumers.dashboard.whole import EVERY
from consumers.lineage import RecordEvent
from consumers.periods import Period
from consumers.report.span import Span

_MOST_RECORDS = 200
"""Records listed behind one loss."""


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


async def sheet_page(store: Store, place: District, period: Period, ask: Ask, office: str) -> SheetPage:
    """The sheet of an office in a year or half. Raises PageError for an office that is not assessed, Unavailable."""
    read = await read_answer(store, place, period, ask, [])
    one = read.answer.now.of(office)
    if one is None:
        raise PageError(404, "error.404.office", id=office)
    chosen = ask.query.get("why", "")
    listed, more = await _listed(store, place, one, chosen, most=EVERY if ask.whole else _MOST_RECORDS)
    scheme = read.answer.now.scheme
    return SheetPage(
        read.state,
        read.restated,
        KINDS,
        scheme_told(scheme, scheme, ask.lang),
        [scheme_told(each, scheme, ask.lang) for each in read.known],
        standing_told(place, read, one, ask.lang),
        [place.offices[result.office] for result in sorted(read.answer.now.results, key=lambda result: result.office)],
        [", ".join(filter(None, (hit.veto.name.of(ask.lang), read.teller.given(hit.given)))) for hit in one.vetoes],
        [
            (
                part_told(part.part),
                [_domain(place, ask, read, part, domain, office) for domain in part.domains],
                score(part.low, part.high, 2),
            )
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


def _domain(place: District, ask: Ask, read: Read, part: PartSheet, domain: DomainSheet, office: str) -> DomainTold:
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


def _item(place: District, ask: Ask, read: Read, part: PartSheet, item: ItemSheet, office: str) -> ItemTold:
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
                item.assumes(applied),
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


async def _listed(store: Store, place: District, one: OfficeResult, chosen: str, *, most: int) -> tuple[list[CauseTold] | None, int]:
    """The records behind the loss that is chosen in the address; None when none is."""
    if not chosen:
        return None, 0
    for part in one.parts:
        for item in part.items:
            for applied in item.applied:
                if _why(part, item, applied) == chosen:
                    basis = (await grounds(store, place, funding=False)).basis
                    found = await causes(store, basis, one.office, applied, part.part.span)
                    told = [CauseTold(cause.record, cause.day, [e for e in cause.events if e.standing == "live"]) for cause in found]
                    return told[:most], max(len(told) - most, 0)
    raise PageError(404, "error.404.loss", id=chosen)
