"""What assessments and readiness rest on, read from ClickHouse: values of any days by the machinery of reports, titles from their events.

Everything is read as it stands now; what is exact in the rows stays exact.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import NamedTuple

import orjson

from consumers.assessment.assessment import Assessment, assess
from consumers.assessment.fields import Asked, Measured
from consumers.assessment.inputs import Inputs, Values, parts_of
from consumers.assessment.library import Library
from consumers.assessment.manual import Confirmation, holding
from consumers.assessment.programme import Over, Programme
from consumers.assessment.readiness import Award, Confirmed, Standing
from consumers.assessment.scheme import Scheme
from consumers.assessment.telling import Named
from consumers.assessment.whatif import Change, changed
from consumers.clickhouse.store import Query, Rows
from consumers.formulas import Formula, formulas
from consumers.lineage.events import of_type
from consumers.report.span import Span
from consumers.report.sums import Wanted, gather_sums
from consumers.report.values import Key, Value, nothing, values

_YEAR_MONTHS = 12
_LOCAL = timezone(timedelta(hours=8))
_OFFICES = "SELECT office, name, opened_on, closed_on FROM offices WHERE district = {district:String} ORDER BY office"
_NAMED = "SELECT id, zh, en, unit_zh, unit_en, factor FROM indicators"
_TODAY = "SELECT today FROM districts WHERE district = {district:String}"
_HELD = """
SELECT record, component, dimension, office, max(day) AS since FROM facts
WHERE district = {district:String} AND component IN ('cap.standard', 'cap.excellent', 'cap.star', 'cap.title') AND day <= {day:Date}
GROUP BY record, component, dimension, office HAVING sum(amount) > 0 ORDER BY record
"""


class Office(NamedTuple):
    """A registered office."""

    id: str
    name: str
    opened_on: date
    closed_on: date | None

    def open_on(self, day: date) -> bool:
        """Whether it exists on a day."""
        return self.opened_on <= day and (self.closed_on is None or self.closed_on > day)


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a district before anything is assessed."""

    district: str
    today: date
    offices: Mapping[str, Office]
    formulas: Mapping[str, Formula]
    named: Mapping[str, Named]

    def name(self, office: str) -> str:
        """An office's name; one that is not registered goes by its id."""
        return self.offices[office].name if office in self.offices else office


async def read_ground(store: Rows, district: str) -> Ground | None:
    """The ground of a district; None when the log does not know it. Raises Unavailable."""
    given = {"district": district}
    today, offices, told, named = await asyncio.gather(
        store.rows(Query(_TODAY, given)), store.rows(Query(_OFFICES, given)), formulas(store), store.rows(Query(_NAMED))
    )
    if not today:
        return None
    return Ground(district, today[0][0], {row[0]: Office(*row) for row in offices}, told, {row[0]: Named(*row[1:]) for row in named})


class Answer(NamedTuple):
    """An assessment, and the same with values changed; None where nothing was to be."""

    now: Assessment
    what_if: Assessment | None


async def read_assessment(
    store: Rows, ground: Ground, library: Library, scheme: Scheme, span: Span, changes: Sequence[Change] = ()
) -> Answer:
    """Every office of a district that exists at the span's end, or today, assessed. Raises Unavailable, Unreadable."""
    parts, last = parts_of(scheme, span, ground.today), min(span.last, ground.today)
    whole, eve = Span(span.first, last), span.first - timedelta(days=1)
    spans = [part.so_far(ground.today) for part in parts if part.state != "ahead"]
    asked_before = {one.asked for one in scheme.conditions() if one.new}
    offices = [one.id for one in ground.offices.values() if one.open_on(last)]
    at, before = await asyncio.gather(
        read_values(store, ground, offices, scheme.asks(), [*spans, whole]),
        read_values(store, ground, offices, asked_before, [Span(eve, eve)]),
    )
    first_month = span.first.month if span.months == _YEAR_MONTHS else scheme.first_month
    given = holding(library.grades(ground.district, scheme.scheme), first_month)
    nothing_yet: Values = {}
    inputs = [
        Inputs(
            office,
            [at[office, part.so_far(ground.today)] if part.state != "ahead" else nothing_yet for part in parts],
            at[office, whole],
            before[office, Span(eve, eve)],
            given,
        )
        for office in offices
    ]
    now = assess(scheme, span, ground.today, inputs)
    return Answer(now, assess(scheme, span, ground.today, changed(inputs, changes, parts)) if changes else None)


async def read_standings(store: Rows, ground: Ground, library: Library, programmes: Sequence[Programme], day: date) -> list[Standing]:
    """What programmes ask of every office that exists on a day. Raises Unavailable, Unreadable."""
    offices = [one.id for one in ground.offices.values() if one.open_on(day)]
    spans: dict[Over, Span] = {
        "day": Span(day, day),
        "year": Span(date(day.year, 1, 1), day),
        "rolling-365": Span(day - timedelta(days=364), day),
    }
    asked = {over: {c.when.asked for p in programmes for c in p.criteria() if c.when is not None and c.over == over} for over in spans}
    found, awards = await asyncio.gather(
        asyncio.gather(*(read_values(store, ground, offices, asked[over], [span]) for over, span in spans.items())),
        read_awards(store, ground.district, day),
    )
    words = library.confirmations(ground.district)
    return [
        Standing(
            office,
            {over: at[office, span] for (over, span), at in zip(spans.items(), found, strict=True)},
            {award.programme: award for award in awards if award.office == office},
            {(one.programme, one.criterion): _confirmed(one) for one in words if one.office == office},
        )
        for office in offices
    ]


def _confirmed(one: Confirmation) -> Confirmed:
    return Confirmed(one.met, one.by, one.day, one.evidence)


async def read_awards(store: Rows, district: str, day: date) -> list[Award]:
    """The titles that are held on a day: from the facts, with the day of the last award from its event. Raises Unavailable."""
    held, events = await asyncio.gather(
        store.rows(Query(_HELD, {"district": district, "day": day})), store.rows(of_type(district, "cap.rating.awarded"))
    )
    last: dict[str, date] = {}
    for record, _, _, _, time, _, _, _, _, standing, *_, data in events:
        # An amended event counts as its amendment says, which is a row of its own.
        if standing == "live" and orjson.loads(data).get("programme") and _local(time) <= day:
            last[record] = max(last.get(record, date.min), _local(time))
    return [
        Award(office, programme, _level(component, dimension), since, max(since, last.get(record, since)), record)
        for record, component, dimension, office, since in held
        for programme in [record.rpartition(":")[2]]
    ]


def _local(time: datetime) -> date:
    """The local day of an instant."""
    return (time.astimezone(_LOCAL) if time.tzinfo else time).date()


def _level(component: str, dimension: str) -> int | None:
    return int(dimension.partition("=")[2]) if component == "cap.star" else None


async def read_values(
    store: Rows, ground: Ground, offices: Iterable[str], asked: Collection[Asked], spans: Sequence[Span]
) -> dict[tuple[str, Span], Values]:
    """The values of offices in spans, by office and span. An indicator that is not known here, or has no rows of offices, is left out. Raises Unavailable."""
    known = {
        one: ground.formulas[one.indicator] for one in asked if one.indicator in ground.formulas and ground.formulas[one.indicator].offices
    }
    chosen = {formula.id: formula for formula in known.values()}
    wanted = Wanted(
        ground.district, list(dict.fromkeys(spans)), {"office"}, by_office=False, dimensions=any(one.dimension for one in asked)
    )
    found = values(chosen, await gather_sums(store, wanted, chosen.values()), ground.today) if chosen and wanted.spans else {}

    def at(office: str, span: Span, one: Asked) -> Measured:
        key = Key(one.indicator, "none", one.dimension, "office", office, "", span)
        return measured(known[one], found.get(key) or nothing(known[one], "none"))

    return {(office, span): {one: at(office, span, one) for one in known} for office in offices for span in wanted.spans}


def measured(formula: Formula, value: Value) -> Measured:
    """A value with its parts, exact and in the indicator's unit."""
    numerator = Fraction(value.numerator, value.scale)
    if formula.quantile:
        return Measured(None if value.value is None else numerator, numerator, None)
    if value.denominator is None:
        return Measured(numerator, numerator, None)
    whole = Fraction(value.denominator)
    return Measured(
        Fraction(value.numerator, value.denominator) / formula.divisor if value.denominator else None, Fraction(value.numerator), whole
    )
