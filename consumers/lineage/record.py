"""From a record back to every value that it touches: its events, its facts, and what these give to which value now."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from consumers.clickhouse.store import Parameter, Query, Rows
from consumers.lineage.basis import Basis
from consumers.lineage.events import RecordEvent, events_of
from consumers.lineage.touched import Fact, Span, Touched, facts_touch, persons_touch, with_owners

PERSONS = ("cor:", "res:")
_FIRST_YEAR = 1970
"""Windows that begin earlier have no rows."""


class Now(NamedTuple):
    """A touched value as it stands."""

    numerator: int
    denominator: int | None
    scale: int
    value: float | None


@dataclass(frozen=True, slots=True)
class ExplainedRecord:
    """A record: its events in order, its facts, and the values that they touch."""

    record: str
    events: list[RecordEvent]
    facts: list[Fact]
    values: list[Touched]


def facts(district: str, record: str) -> Query:
    """What a record stands for."""
    return Query(
        "SELECT component, day, dimension, office, assigner, amount FROM facts "
        "WHERE district = {district:String} AND record = {record:String} ORDER BY day, component, dimension, office, assigner",
        {"district": district, "record": record},
    )


def spans(district: str, record: str, last_day: date) -> Query:
    """When and where a person counts, up to a day."""
    return Query(
        "SELECT component, day, ends_on, office, moment FROM person_spans(district = {district:String}, family = {family:String}, "
        "records = [{record:String}], first_day = '1900-01-01', last_day = {last_day:Date32}) WHERE day <= {last_day:Date32}",
        {"district": district, "record": record, "family": record.partition(":")[0], "last_day": last_day},
    )


def capacity_of(district: str, office: str) -> Query:
    """The records of what an office has, all of which its closing ends."""
    return Query(
        "SELECT DISTINCT record FROM facts WHERE district = {district:String} AND (startsWith(record, 'cap.') "
        "OR startsWith(record, 'leg.contract:') OR startsWith(record, 'reg.roles:')) AND has(splitByChar(':', record), {office:String}) ORDER BY record",
        {"district": district, "office": office},
    )


def values(district: str, touched: Sequence[Touched]) -> Query:
    """How values stand that have a subject."""
    return Query(
        "SELECT indicator, mode, dimension, subject_id, window_kind, window_start, numerator, denominator, scale, value "
        "FROM newest_values WHERE district = {district:String} AND window_kind IN {kinds:Array(String)} "
        "AND window_start IN {starts:Array(Date)} AND indicator IN {indicators:Array(String)} AND subject_id IN {subjects:Array(String)}",
        _keys(district, touched) | {"subjects": sorted({one.subject_id for one in touched})},
    )


def of_view(district: str, record: str, indicators: Sequence[str], first: date, today: date) -> Query:
    """What a record gives to the values of some indicators, from the view `lineage`."""
    return Query(
        "SELECT indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, "
        "sumIf(amount * weight, part = 'numerator' AND kind != 'histogram'), sumIf(amount * weight, part = 'denominator'), count() "
        "FROM lineage(district = {district:String}, indicator = '', record = {record:String}, window_kind = '', "
        "first_start = {first:Date}, last_start = {today:Date}) WHERE indicator IN {indicators:Array(String)} "
        "GROUP BY indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start",
        {"district": district, "record": record, "indicators": list(indicators), "first": first, "today": today},
    )


def owners(district: str, touched: Sequence[Touched]) -> Query:
    """The keys of the values that set authorities against the district: of which there are rows."""
    return Query(
        "SELECT indicator, mode, dimension, subject_id, window_kind, window_start "
        "FROM newest_values WHERE district = {district:String} AND window_kind IN {kinds:Array(String)} "
        "AND window_start IN {starts:Array(Date)} AND indicator IN {indicators:Array(String)} AND subject_kind = 'authority'",
        _keys(district, touched),
    )


def _keys(district: str, touched: Sequence[Touched]) -> dict[str, Parameter]:
    return {
        "district": district,
        "kinds": sorted({one.window_kind for one in touched}),
        "starts": sorted({one.window_start for one in touched}),
        "indicators": sorted({one.indicator for one in touched}),
    }


async def explain_record(store: Rows, basis: Basis, record: str) -> ExplainedRecord:
    """Explain a record by its name; one that nobody knows has no events. Raises Unavailable."""
    district, today = basis.district, basis.today or date.min
    is_person = record.startswith(PERSONS)
    events, told, stays = await asyncio.gather(
        events_of(store, district, [record]),
        store.rows(facts(district, record)),
        store.rows(spans(district, record, today)) if is_person else asyncio.sleep(0, []),
    )
    stood, spans_told = [Fact(*row) for row in told], [Span(*row) for row in stays]
    touched = [*facts_touch(basis, stood), *persons_touch(basis, spans_told, stood)]
    components = {fact.component for fact in stood} | {span.component for span in spans_told}
    if others := _left_to_view(basis, components):
        first = date(max(min([fact.day for fact in stood] + [span.day for span in spans_told]).year, _FIRST_YEAR), 1, 1)
        touched += [Touched(*row) for row in await store.rows(of_view(district, record, others, first, today))]
    against = [one for one in touched if not one.subject_id]
    owned = await store.rows(owners(district, against)) if against else []
    return ExplainedRecord(record, events[record], stood, sorted(with_owners(touched, owned)))


def _left_to_view(basis: Basis, components: Collection[str]) -> list[str]:
    """The indicators that rest on the components and on other records too."""
    return [one.id for one in basis.formulas.values() if not one.of_one_record and any(term.told_as in components for term in one.terms)]


async def stand(store: Rows, district: str, touched: Sequence[Touched]) -> dict[tuple[Any, ...], Now]:
    """How values stand now, by `Touched.key`; one that was never published is not in it. Raises Unavailable."""
    found = await store.rows(values(district, touched)) if touched else []
    keys = {one.key for one in touched}
    return {key: Now(*row[6:]) for row in found if (key := tuple(row[:6])) in keys}


async def ended_by_closing(store: Rows, district: str, events: Iterable[RecordEvent], record: str) -> list[str]:
    """The records that end with an office when the record tells its closing: what it had."""
    if not any(event.type == "reg.office.closed" and event.standing == "live" for event in events):
        return []
    return [name for (name,) in await store.rows(capacity_of(district, record.removeprefix("reg.office:")))]
