"""What came into the log between two offsets: late entries, amendments, retractions and decisions, each with all that stands under its identity.

One question for all steps of all values that are shown: the spans of the log in which they lie are few and short beside the log.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from consumers.clickhouse.store import Query, Rows
from consumers.lineage import RecordEvent
from consumers.lineage.record import PERSONS

Span = tuple[int, int]
"""Offsets, the first not included."""
OF_PERSONS = frozenset((
    "cor.subject.registered", "cor.subject.released", "cor.subject.terminated", "cor.subject.recalled", "cor.subject.moved", "cor.subject.due",
    "cor.control.lost", "cor.reoffence.recorded", "res.person.enrolled", "res.person.discharged", "res.person.moved", "res.person.died",
    "res.visit.made", "res.agreement.signed", "res.reoffence.recorded",
))  # fmt: skip
"""Types by which a person counts on a day, as the view person_spans takes them: of their stays and days there are no facts."""

_SERVED = "epoch = (SELECT epoch FROM served_epoch) AND district = {district:String}"
COUNTING = f"""{_SERVED} AND bitAnd(version, 281474976710655) > {{after:UInt64}} AND component IN {{components:Array(String)}} AND day <= {{last_day:Date32}}
    AND (day >= {{first_day:Date32}} OR component IN {{since_ever:Array(String)}})
    AND (dimension IN {{dimensions:Array(String)}} OR component IN {{named:Array(String)}})"""
"""Facts that changed since a closing and may count in its window; the places are those of `Wanted`."""
# A retraction stands under the identity of what it takes away, and if that is an amendment, of what this stands in for.
_STANDS_FOR = f"""
LEFT JOIN
(
    SELECT source AS its_source, id AS its_id, any(if(targetsource = '', source, targetsource)) AS for_source, any(target) AS for_id
    FROM event_rows
    WHERE {_SERVED} AND op = 'amend'
    GROUP BY its_source, its_id
) AS a ON a.its_source = e.of_source AND a.its_id = e.of_id
"""  # noqa: S608  text of this module
_OF = "if(targetsource = '', source, targetsource) AS of_source, multiIf(type = 'dat.event.retracted', retracts, op = 'amend', target, id) AS of_id"
_STANDS_AS = "if(for_id = '', e.of_source, for_source) AS stands_as_source, if(for_id = '', e.of_id, for_id) AS stands_as_id"
# The spans are joined by offset alone, which is a narrow column; only what lies in one is read whole. Standings as in the view record_events.
_LATE = f"""
WITH late AS
(
    SELECT offset
    FROM (SELECT 1 AS one, offset FROM event_rows WHERE {_SERVED} AND offset > {{first:UInt64}} AND offset <= {{last:UInt64}}) AS e
    ASOF INNER JOIN (SELECT 1 AS one, arrayJoin({{spans:Array(Tuple(UInt64, UInt64))}}) AS span, span.1 AS after) AS s
        ON s.one = e.one AND e.offset > s.after
    WHERE offset <= span.2
)
SELECT
    record, source, id, type, time, office, op, {_STANDS_AS},
    multiIf(
        type = 'dat.event.retracted', 'retraction',
        c.gone, 'retracted',
        op != 'amend', if(empty(c.amendments), 'live', 'amended'),
        c.amendments[-1] = own, 'live',
        has(c.amendments, own), 'superseded',
        'retracted') AS standing,
    partition, offset, '' AS data, toDate32(time, 'Etc/GMT-8') AS day
FROM
(
    SELECT record, source, id, type, time, office, op, partition, offset, (assumeNotNull(revision), id, toString(source)) AS own, {_OF}
    FROM event_rows
    WHERE {_SERVED} AND offset IN (SELECT offset FROM late)
        AND (op = 'amend' OR type = 'dat.event.retracted' OR startsWith(type, 'reg.')
            OR (type IN {{types:Array(String)}} AND toDate32(time, 'Etc/GMT-8') <= {{last_day:Date32}})
            OR record IN (SELECT record FROM fact_rows WHERE {COUNTING}))
    LIMIT 1 BY source, id
) AS e
{_STANDS_FOR}
LEFT JOIN
(
    SELECT
        if(targetsource = '', source, targetsource) AS of_source, concat(target, retracts) AS of_id, max(op != 'amend') AS gone,
        arraySort(groupUniqArrayIf((assumeNotNull(revision), id, toString(source)), op = 'amend' AND (source, id) NOT IN
        (
            SELECT if(targetsource = '', source, targetsource), retracts FROM event_rows WHERE {_SERVED} AND type = 'dat.event.retracted'
        ))) AS amendments
    FROM event_rows
    WHERE {_SERVED} AND (op = 'amend' OR type = 'dat.event.retracted')
    GROUP BY of_source, of_id
) AS c ON c.of_source = e.of_source AND c.of_id = e.of_id
ORDER BY offset
"""  # noqa: S608
_VERSIONS = f"""
SELECT of_source, of_id, groupUniqArray(record), min(toDate32(time, 'Etc/GMT-8')), groupUniqArray(type)
FROM
(
    SELECT record, time, type, if(targetsource = '', source, targetsource) AS of_source, if(op = 'amend', target, id) AS of_id
    FROM event_rows
    WHERE {_SERVED} AND type != 'dat.event.retracted' AND (of_source, of_id) IN
    (
        SELECT {_STANDS_AS}
        FROM
        (
            SELECT {_OF}
            FROM event_rows
            WHERE {_SERVED} AND (op = 'amend' OR type = 'dat.event.retracted') AND offset > {{first:UInt64}} AND offset <= {{last:UInt64}}
        ) AS e
        {_STANDS_FOR}
    )
)
GROUP BY of_source, of_id
"""  # noqa: S608


class Wanted(NamedTuple):
    """Which facts may count, and whose events are therefore looked for. `after`: the closing; `since_ever`: components of which earlier days count too,
    `named`: of which every dimension does; `persons`: whether persons are counted, of whose stays there are no facts."""

    after: int
    first_day: date
    last_day: date
    components: Sequence[str]
    since_ever: Sequence[str]
    named: Sequence[str]
    dimensions: Sequence[str]
    persons: bool

    def places(self) -> dict[str, Any]:
        """For the places of a query."""
        return {**self._asdict(), "types": sorted(OF_PERSONS) if self.persons else []}


class Late(NamedTuple):
    """An event that came late. `records`: those of which anything under its identity speaks; `first_day`: the earliest day of that; `types`: all
    that it was said to be."""

    event: RecordEvent
    records: Sequence[str]
    first_day: date
    types: Sequence[str]


@dataclass(slots=True)
class Arrived:
    """What came, in log order, by the records that it touches. Of `persons`, by how their records begin, what tells when they counted; `registry`:
    decisions."""

    all: Sequence[Late]
    by_record: Mapping[str, Sequence[Late]] = field(init=False)
    persons: Mapping[str, Sequence[Late]] = field(init=False)
    registry: Sequence[Late] = field(init=False)

    def __post_init__(self) -> None:
        by_record: dict[str, list[Late]] = {}
        persons: dict[str, list[Late]] = {prefix: [] for prefix in PERSONS}
        for one in self.all:
            for record in one.records:
                by_record.setdefault(record, []).append(one)
            for prefix in {record[:4] for record in one.records} & persons.keys():
                if not OF_PERSONS.isdisjoint(one.types):
                    persons[prefix].append(one)
        self.by_record, self.persons = by_record, persons
        self.registry = [one for one in self.all if one.types[0].startswith("reg.")]


def spans(ranges: Iterable[Span]) -> list[Span]:
    """The same offsets, each once, in order."""
    found: list[Span] = []
    for after, until in sorted(ranges):
        if found and after <= found[-1][1]:
            found[-1] = found[-1][0], max(until, found[-1][1])
        else:
            found.append((after, until))
    return found


async def arrived(store: Rows, district: str, ranges: Iterable[Span], wanted: Wanted) -> Arrived:
    """What came within the ranges. Raises Unavailable."""
    if not (within := spans(ranges)):
        return Arrived([])
    asked = {**wanted.places(), "district": district, "spans": within, "first": within[0][0], "last": within[-1][1]}
    rows, versions = await asyncio.gather(store.rows(Query(_LATE, asked)), store.rows(Query(_VERSIONS, asked)))
    return Arrived(list(_told(((RecordEvent(*row[:-1]), row[-1]) for row in rows), {row[:2]: row[2:] for row in versions})))


def _told(rows: Iterable[tuple[RecordEvent, date]], versions: Mapping[tuple[str, str], tuple[Any, ...]]) -> Iterator[Late]:
    """A retraction of what has not come speaks of nothing."""
    for event, day in rows:
        own = [event.record] if event.record else [], day, [event.type]
        records, first_day, types = versions.get((event.stands_as_source, event.stands_as_id), own)
        yield Late(event, records, first_day, types)
