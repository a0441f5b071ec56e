"""The question about one value, as a statement: what its facts or persons add up to, sum by sum, and one stretch of their rows.

It asks of one value what the view `lineage` tells of all, and the tests hold both to each other. The view joins whatever could matter to any
value, and planning that takes ClickHouse more than a tenth of a second; here the asker has said already which components, days, offices,
assigners and weights matter.
"""

from datetime import date, timedelta
from itertools import count, pairwise, takewhile
from typing import NamedTuple

from consumers.clickhouse.store import Parameter, Query
from consumers.formulas import Term
from consumers.lineage.basis import Basis
from consumers.lineage.key import Key
from consumers.lineage.payers import UNKNOWN_WEIGHTS
from consumers.periods import Period
from consumers.report.span import back

NO_LIMIT = 10_000_000
"""More rows than any value has."""
_BY_ASSIGNER = ("assigned_by", "own")
"""Modes in which a fact counts for the authority that it names as its assigner."""

_GIVEN = """
WITH
    {first_day:Date32} AS first_day, {last_day:Date32} AS last_day,
    {cuts:Array(Tuple(month UInt8, first Date32, last Date32))} AS cuts,
    {weights:Array(Tuple(office String, valid_from Date32, weight UInt16))} AS weights,
    {terms:Array(Tuple(
        part String, place UInt8, kind String, told_as String, dimension String, weights Array(UInt8), by_anyone Bool,
        assigners Array(String)))} AS terms,
"""
# Everything is counted within cuts: the window, and for sums over months each of its months. Of a stock, what is left of all facts so far by
# record and office, as of the cut's last day; of flows and histograms, each fact.
_FACTS = """
        SELECT
            component, dimension, cut, record, office, max(f.day) AS day, argMax(f.assigner, f.day) AS assigner, sum(f.amount) AS amount,
            if(any(stock), cut.last, day) AS weighed_on
        FROM
        (
            SELECT component, dimension, record, day, office, assigner, amount, has({stocks:Array(String)}, component) AS stock
            FROM facts
            WHERE district = {district:String} AND component IN {of_facts:Array(String)} AND dimension IN {dimensions:Array(String)}
                AND day <= last_day AND (day >= first_day OR component IN {stocks:Array(String)}) AND ({office:String} = '' OR office = {office:String})
        ) AS f
        ARRAY JOIN cuts AS cut
        WHERE f.day <= cut.last AND (f.day >= cut.first OR stock)
        GROUP BY component, dimension, cut, record, office, if(stock, first_day, f.day), if(stock, '', f.assigner)
"""
# Each person once a component: the last fact or day of stay in the cut decides who pays; an office counts whoever was there.
# Presence has no facts and rests on the stays alone; everything else must stand in the facts as well.
_PERSONS = """
        SELECT
            component, '' AS dimension, cut, record, last.3 AS office, last.1 AS day, '' AS assigner, toInt64(1) AS amount, day AS weighed_on
        FROM
        (
            SELECT
                component, cut, record, max((least(ifNull(ends_on, cut.last), cut.last), moment, s.office)) AS last,
                groupUniqArray(s.office) AS offices
            FROM person_spans(
                district = {district:String}, family = {family:String}, records = [], first_day = {first_day:Date32},
                last_day = {last_day:Date32}) AS s
            ARRAY JOIN cuts AS cut
            WHERE component IN {of_persons:Array(String)} AND day <= cut.last AND ifNull(ends_on, cut.last) >= cut.first
                AND (endsWith(component, '.present') OR (component, record, day, office) IN
                (
                    SELECT component, record, day, office FROM facts
                    WHERE district = {district:String} AND component IN {of_persons:Array(String)} AND day >= first_day AND day <= last_day
                ))
            GROUP BY component, cut, record
        )
        WHERE {office:String} = '' OR has(offices, {office:String})
"""
_TOLD = """
FROM
(
    SELECT
        *, term, if(cut.month = 0, amount, amount * term.weights[cut.month]) AS adds,
        if(empty(weights), 1, arrayLast(w -> w.office IN ('', b.office) AND w.valid_from <= weighed_on, weights).weight) AS weight
    FROM (SELECT component AS told_as, * EXCEPT component FROM behind) AS b
    ARRAY JOIN arrayFilter(
        t -> t.told_as = b.told_as AND t.dimension = b.dimension AND (t.kind = 'months') = (b.cut.month != 0)
            AND (t.by_anyone OR has(t.assigners, b.assigner)), terms) AS term
)
WHERE weight != 0 AND (adds != 0 OR term.kind = 'histogram')
"""
_SUMS = f"""
SELECT
    term.part AS part, term.place AS place, count() AS rows, sum(adds * weight) AS total,
    arraySort(groupArrayIf(adds, term.kind = 'histogram'))[intDiv({{quantile:UInt8}} * rows + 99, 100)] AS quantile,
    countIf({{assigner:String}} IN ('', assigner)) AS matching,
    arraySlice(groupArraySortedIf({{most:UInt64}})(
        (day, record, office, assigner, adds, weight, weighed_on), {{assigner:String}} IN ('', assigner)), {{skip:UInt64}} + 1) AS shown
{_TOLD}
GROUP BY part, place
"""
_ROWS = "SELECT day, record, office, assigner, adds, weight, weighed_on, count() OVER ()"
_IN_ORDER = "AND {assigner:String} IN ('', assigner) ORDER BY day, record, office, assigner, adds, weight, weighed_on"


_OF_VIEW = """
WITH
    told AS
    (
        SELECT part, place, kind, day, record, office, assigner, amount AS adds, weight, weighed_on
        FROM lineage(
            district = {district:String}, indicator = {indicator:String}, record = '', window_kind = {window_kind:String},
            first_start = {first_day:Date}, last_start = {first_day:Date})
        WHERE mode = {mode:String} AND dimension = {dimension:String} AND subject_id = {subject:String}
    )
"""
_SUMS_OF_VIEW = f"""{_OF_VIEW}
SELECT
    part, place, count() AS rows, sum(adds * weight) AS total, toInt64(0) AS quantile,
    countIf({{assigner:String}} IN ('', assigner)) AS matching,
    arraySlice(groupArraySortedIf({{most:UInt64}})(
        (day, record, office, assigner, adds, weight, weighed_on), {{assigner:String}} IN ('', assigner)), {{skip:UInt64}} + 1) AS shown
FROM told
GROUP BY part, place
"""  # noqa: S608


class Shown(NamedTuple):
    """Which rows of each sum are wanted: `limit` of them (None: all) after the first `skip`, of one assigner or ('') of all."""

    limit: int | None
    skip: int = 0
    assigner: str = ""


def sums(key: Key, basis: Basis, last_day: date, shown: Shown) -> Query:
    """The sums of a value's formula, with those of their rows that are wanted. `last_day`: of the window, or today."""
    behind, given = _behind(key, basis, last_day, shown)
    return Query(f"{behind}{_SUMS}", given)


def rows_of(key: Key, basis: Basis, last_day: date, term: Term, assigner: str = "") -> Query:
    """Every row of one sum in order, each with how many there are: the columns of `lineage.value.Row`, then the count."""
    one: dict[str, Parameter] = {"part": term.part, "place": term.place}
    if not basis.formulas[key.indicator].plain:
        query = sums_of_view(key, Shown(0, assigner=assigner))
        return Query(
            f"{_OF_VIEW}{_ROWS} FROM told WHERE part = {{part:String}} AND place = {{place:UInt8}} {_IN_ORDER}", {**query.parameters, **one}
        )
    behind, given = _behind(key, basis, last_day, Shown(0, assigner=assigner))
    return Query(f"{behind}{_ROWS} {_TOLD} AND term.part = {{part:String}} AND term.place = {{place:UInt8}} {_IN_ORDER}", {**given, **one})


def _behind(key: Key, basis: Basis, last_day: date, shown: Shown) -> tuple[str, dict[str, Parameter]]:
    """The beginning of a question about the rows behind a value, and its parameters."""
    formula = basis.formulas[key.indicator]
    # What has a dimension of its own counts for the total alone.
    terms = [term for term in formula.terms if not (term.told_dimension and key.dimension)]
    facts = sorted({term.told_as for term in terms if term.of_kind != "distinct"})
    persons = sorted({term.told_as for term in terms if term.of_kind == "distinct"})
    given: dict[str, Parameter] = {
        "district": key.district,
        "office": key.subject if key.subject_kind == "office" else "",
        "first_day": key.period.start,
        "last_day": last_day,
        "cuts": cuts(key.period, last_day, monthly=any(term.monthly for term in terms)),
        "weights": basis.funding.weights(key.mode, key.subject) if key.mode in UNKNOWN_WEIGHTS else [],
        "terms": [_given(term, key, basis) for term in terms],
        "quantile": formula.quantile,
        "assigner": shown.assigner,
        "skip": shown.skip,
        "most": NO_LIMIT if shown.limit is None else shown.skip + shown.limit,
    }
    halves = []
    if facts:
        stocks = sorted({term.told_as for term in terms if term.of_kind == "stock"})
        given |= {"of_facts": facts, "stocks": stocks, "dimensions": sorted({term.told_dimension or key.dimension for term in terms})}
        halves.append(_FACTS)
    if persons:
        given |= {"of_persons": persons, "family": persons[0].partition(".")[0]}
        halves.append(_PERSONS)
    return f"{_GIVEN}    behind AS\n    ({'        UNION ALL'.join(halves)}    )\n", given


def sums_of_view(key: Key, shown: Shown) -> Query:
    """The same from the view `lineage`, which knows every way of counting and is slower."""
    return Query(
        _SUMS_OF_VIEW,
        {
            "district": key.district,
            "indicator": key.indicator,
            "window_kind": key.period.kind,
            "first_day": key.period.start,
            "mode": key.mode,
            "dimension": key.dimension,
            "subject": key.subject,
            "assigner": shown.assigner,
            "skip": shown.skip,
            "most": NO_LIMIT if shown.limit is None else shown.skip + shown.limit,
        },
    )


def cuts(period: Period, last_day: date, *, monthly: bool) -> list[tuple[int, date, date]]:
    """(0, first, last) of the window up to a day, and where something is summed over months (month, first, last) of each that has begun. The months of
    any days are counted from the first of them, and go by the name of their own first day."""
    starts = (back(period.start, -months) for months in count())
    pieces = takewhile(lambda piece: piece[0] <= last_day, pairwise(starts)) if monthly else ()
    lasts = ((first, min(following - timedelta(days=1), last_day)) for first, following in pieces)
    return [(0, period.start, last_day), *((first.month, first, last) for first, last in lasts)]


def _given(term: Term, key: Key, basis: Basis) -> tuple[str, int, str, str, str, list[int], bool, list[str]]:
    """A term with the assigners whose facts count for it; without any restriction, by anyone."""
    own = key.mode in _BY_ASSIGNER and term.scope == "own"
    assigners = [key.subject] if own else []
    if term.assigner_kinds:
        of_kind = basis.of_kinds(term.assigner_kinds)
        assigners = [id_ for id_ in of_kind if not own or id_ == key.subject]
    dimension = term.told_dimension or key.dimension
    by_anyone = not (own or term.assigner_kinds)
    return term.part, term.place, term.kind, term.told_as, dimension, list(term.weights), by_anyone, assigners
