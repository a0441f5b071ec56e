"""The questions about one value, as statements: what its facts or persons add up to, and one page of them.

They ask for one value what the view `lineage` tells of all, and the tests hold both to each other. The view must join everything that could
matter to any value, and planning that takes ClickHouse a tenth of a second; here whoever asks has said already which components, days,
offices, assigners and weights matter.
"""

_GIVEN = """
WITH
    {first_day:Date32} AS first_day, {last_day:Date32} AS last_day, {told:Array(String)} AS told, {stocks:Array(String)} AS stocks,
    {weights:Array(Tuple(office String, valid_from Date32, weight UInt16))} AS weights,
    {terms:Array(Tuple(part String, place UInt8, scope String, component String, kind String, told_as String, by_anyone Bool,
        assigners Array(String)))} AS terms
"""
# Of a stock, what is left of all facts so far by record and office, as of the last day; of flows and histograms, each fact.
_FACTS = """
    SELECT
        component, record, office, max(f.day) AS day, argMax(f.assigner, f.day) AS assigner, sum(f.amount) AS amount,
        if(any(stock), last_day, day) AS weighed_on
    FROM
    (
        SELECT component, record, day, office, assigner, amount, has(stocks, component) AS stock
        FROM facts
        WHERE district = {district:String} AND has(told, component) AND dimension = {dimension:String}
            AND day <= last_day AND (day >= first_day OR has(stocks, component)) AND ({office:String} = '' OR office = {office:String})
    ) AS f
    GROUP BY component, record, office, if(stock, first_day, f.day), if(stock, '', f.assigner)
"""
# Each person once a component: the last fact or day of stay in the window decides who pays; an office counts whoever was there.
_PERSONS = """
    SELECT component, record, last.3 AS office, last.1 AS day, '' AS assigner, toInt64(1) AS amount, day AS weighed_on
    FROM
    (
        SELECT
            component, record, max((least(ifNull(ends_on, last_day), last_day), moment, s.office)) AS last, groupUniqArray(s.office) AS offices
        FROM person_spans(
            district = {district:String}, family = {family:String}, records = [], first_day = {first_day:Date32},
            last_day = {last_day:Date32}) AS s
        WHERE has(told, component) AND day <= last_day AND ifNull(ends_on, last_day) >= first_day
            AND (endsWith(component, '.present') OR (component, record, day, office) IN
            (
                SELECT component, record, day, office FROM facts
                WHERE district = {district:String} AND has(told, component) AND day >= first_day AND day <= last_day
            ))
        GROUP BY component, record
    )
    WHERE {office:String} = '' OR has(offices, {office:String})
"""
_BEHIND = """
    SELECT
        term.part AS part, term.place AS place, term.scope AS scope, term.component AS component, term.kind AS kind,
        record, day, weighed_on, office, assigner, amount,
        if(empty(weights), 1, arrayLast(w -> w.office IN ('', office) AND w.valid_from <= weighed_on, weights).weight) AS weight
    FROM (SELECT component AS told_as, * EXCEPT component FROM ({}))
    ARRAY JOIN arrayFilter(t -> t.told_as = told_as AND (t.by_anyone OR has(t.assigners, assigner)), terms) AS term
    WHERE weight != 0 AND (amount != 0 OR kind = 'histogram')
"""
