-- Values of any periods, whole calendar windows or not, as they stand now. Views with parameters, called like functions:
--     SELECT indicator, mode, subject_id, first_day, last_day, numerator, denominator, value
--     FROM period_values(district = '990107', indicators = ['med_success_rate'], periods = [('2026-03-01', '2026-05-15')])
-- A period is its first and its last day; any number may be asked at once, and they may overlap; [] stands for all indicators, or components. The
-- rules are those of calendar windows: flows and quantiles by their day, each attributed to who pays on it; stocks at the last day, or today; persons
-- once a period; ratios from their parts. So a period that is a calendar window has that window's value. Every mode and dimension is told for
-- every period. A period that begins after today has no rows.

-- The stretches at whose end a stock is read, and in which persons are counted once: a period itself, and its months, counted from its first day,
-- for what is summed over months; the last of these may be cut short. `last_day` is not after today.
CREATE OR REPLACE VIEW period_pieces AS
SELECT (asked.1, asked.2) AS period, piece.1 AS first_day, least(piece.2, last) AS last_day, piece.3 AS whole
FROM
(
    SELECT
        assumeNotNull((SELECT toDate32(max(today)) FROM districts WHERE district = {district:String})) AS today,
        arrayJoin(arrayDistinct({periods:Array(Tuple(Date, Date))})) AS asked,
        toDate32(asked.1) AS first,
        least(toDate32(asked.2), today) AS last
    WHERE first <= last
)
ARRAY JOIN arrayConcat(
    [(first, last, true)],
    arrayMap(
        n -> (addMonths(first, n), addDays(addMonths(first, n + 1), -1), false),
        arrayFilter(n -> addMonths(first, n) <= last, range(0, dateDiff('month', first, last) + 1)))) AS piece;

-- What flows come to in periods, by subject and mode, told apart by the kind of who assigned the work and, where a formula asks for that
-- (`assigner_rule`), whether these pay nothing of the office on that day; of a histogram, how many facts have each value. In this and the next four `kind` is that of the formulas' terms which the sum serves, `month` the month of what is
-- summed over months, and `office` where it was done.
CREATE OR REPLACE VIEW period_flows AS
WITH assumeNotNull((SELECT toDate32(max(today)) FROM districts WHERE district = {district:String})) AS today
SELECT
    component, if(histogram, 'histogram', 'flow') AS kind, dimension, assigner_kind,
    if(asked AND assigner != 'self' AND NOT has(if(empty(given), [concat('au-', {district:String}, '-unknown')], arrayMap(g -> g.2, given)), assigner),
        'unpaid', '') AS assigner_rule,
    period, 0 AS month, value,
    subject.1 AS mode, subject.2 AS subject_kind, subject.3 AS subject_id, subject.4 AS office,
    sum(amount * subject.5) AS amount
FROM
(
    SELECT
        component, histogram, asked, dimension, toString(office) AS done_at, toString(assigner) AS assigner, toString(a.kind) AS assigner_kind, period,
        if(histogram, f.amount, 0) AS value, any(p.given) AS given, sum(if(histogram, 1, f.amount)) AS amount
    FROM
    (
        SELECT
            component, day, dimension, office, assigner, amount,
            component IN (SELECT told_as FROM indicator_parts WHERE of_kind = 'histogram') AS histogram,
            component IN (SELECT told_as FROM indicator_parts WHERE assigner_rule = 'unpaid') AS asked
        FROM facts
        WHERE district = {district:String} AND day <= today
            AND day >= arrayMin(p -> p.1, {periods:Array(Tuple(Date, Date))}) AND day <= arrayMax(p -> p.2, {periods:Array(Tuple(Date, Date))})
            AND component IN
            (
                SELECT told_as FROM indicator_parts
                WHERE of_kind IN ('flow', 'histogram') AND (empty({components:Array(String)}) OR has({components:Array(String)}, told_as))
            )
    ) AS f
    LEFT JOIN (SELECT authority, kind FROM authorities WHERE district = {district:String}) AS a ON a.authority = f.assigner
    ASOF LEFT JOIN
    (
        SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
    ) AS p ON p.paid = f.office AND f.day >= p.valid_from
    ARRAY JOIN arrayFilter(p -> f.day >= p.1 AND f.day <= p.2, arrayDistinct({periods:Array(Tuple(Date, Date))})) AS period
    GROUP BY component, histogram, asked, dimension, done_at, assigner, assigner_kind, period, value, p.valid_from
)
ARRAY JOIN arrayConcat(
    [('none', 'district', {district:String}, '', toInt64(1)), ('none', 'office', done_at, done_at, 1)],
    arrayMap(g -> (g.1, 'authority', g.2, done_at, g.3), if(empty(given), arrayMap(g -> (g.1, concat('au-', {district:String}, '-unknown'), g.2),
        [('share_weighted', 10000), ('full', 1), ('lead', 1)]), given)),
    if(assigner = 'self', [], [('assigned_by', 'authority', assigner, done_at, 1), ('own', 'authority', assigner, done_at, 1)])) AS subject
GROUP BY component, kind, dimension, assigner_kind, assigner_rule, period, value, mode, subject_kind, subject_id, office;

-- Stocks at the end of each piece, weighed on that day; of those that an authority holds by the facts' own word, its own as well.
CREATE OR REPLACE VIEW period_stocks AS
WITH
    (
        SELECT groupArray((last_day, first_day, period, whole))
        FROM period_pieces(district = {district:String}, periods = {periods:Array(Tuple(Date, Date))})
    ) AS pieces
SELECT
    component, if(piece.4, 'stock', 'months') AS kind, dimension, '' AS assigner_kind, '' AS assigner_rule, piece.3 AS period,
    if(piece.4, 0, toMonth(piece.2)) AS month, toInt64(0) AS value, subject.1 AS mode, subject.2 AS subject_kind, subject.3 AS subject_id, subject.4 AS office,
    sum(amount * subject.5) AS amount
FROM
(
    SELECT component, dimension, done_at, holder, piece, amount
    FROM
    (
        SELECT
            component, dimension, toString(office) AS done_at,
            if(component IN (SELECT told_as FROM indicator_parts WHERE assigner_rule = 'held'), toString(assigner), '') AS holder,
            sumForEach(arrayMap(c -> if(day <= c.1, amount, 0), pieces)) AS amounts
        FROM facts
        WHERE district = {district:String} AND day <= arrayMax(c -> c.1, pieces)
            AND component IN
            (
                SELECT told_as FROM indicator_parts
                WHERE of_kind = 'stock' AND (empty({components:Array(String)}) OR has({components:Array(String)}, told_as))
            )
        GROUP BY component, dimension, done_at, holder
    )
    ARRAY JOIN pieces AS piece, amounts AS amount
    WHERE amount != 0
) AS s
ASOF LEFT JOIN
(
    SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
) AS p ON p.paid = s.done_at AND s.piece.1 >= p.valid_from
ARRAY JOIN arrayConcat(
    [('none', 'district', {district:String}, '', toInt64(1)), ('none', 'office', done_at, done_at, 1)],
    arrayMap(g -> (g.1, 'authority', g.2, done_at, g.3), if(empty(given), arrayMap(g -> (g.1, concat('au-', {district:String}, '-unknown'), g.2),
        [('share_weighted', 10000), ('full', 1), ('lead', 1)]), given)),
    if(holder = '', [], [('own', 'authority', holder, done_at, 1)])) AS subject
GROUP BY component, kind, dimension, period, month, mode, subject_kind, subject_id, office;

-- Sums of a stock over the days of a period, each day weighed by who pays on it: cut where payers change.
CREATE OR REPLACE VIEW period_days AS
SELECT
    component, 'days' AS kind, dimension, '' AS assigner_kind, '' AS assigner_rule, cut.1 AS period, 0 AS month, toInt64(0) AS value,
    subject.1 AS mode, subject.2 AS subject_kind, subject.3 AS subject_id, subject.4 AS office,
    sum(amount * subject.5) AS amount
FROM
(
    SELECT component, dimension, done_at, cut, sum(amount * dateDiff('day', greatest(day, cut.2), cut.3)) AS amount
    FROM
    (
        SELECT component, dimension, toString(office) AS done_at, day, sum(amount) AS amount
        FROM facts
        WHERE district = {district:String} AND day <= arrayMax(p -> p.2, {periods:Array(Tuple(Date, Date))})
            AND component IN
            (
                SELECT told_as FROM indicator_parts
                WHERE kind = 'days' AND (empty({components:Array(String)}) OR has({components:Array(String)}, told_as))
            )
        GROUP BY component, dimension, done_at, day
    ) AS f
    LEFT JOIN
    (
        SELECT office AS paid, groupArray(valid_from) AS turns FROM payers(district = {district:String}) GROUP BY paid
    ) AS t ON t.paid = f.done_at
    CROSS JOIN
    (
        SELECT period, first_day, addDays(last_day, 1) AS end_day
        FROM period_pieces(district = {district:String}, periods = {periods:Array(Tuple(Date, Date))})
        WHERE whole
    ) AS p
    ARRAY JOIN arrayMap(
        (first, end) -> (p.period, first, end),
        arraySort(arrayConcat([p.first_day], arrayFilter(d -> d > p.first_day AND d < p.end_day, turns))),
        arraySort(arrayConcat(arrayFilter(d -> d > p.first_day AND d < p.end_day, turns), [p.end_day]))) AS cut
    WHERE day < cut.3
    GROUP BY component, dimension, done_at, cut
) AS s
ASOF LEFT JOIN
(
    SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
) AS p ON p.paid = s.done_at AND s.cut.2 >= p.valid_from
ARRAY JOIN arrayConcat(
    [('none', 'district', {district:String}, '', toInt64(1)), ('none', 'office', done_at, done_at, 1)],
    arrayMap(g -> (g.1, 'authority', g.2, done_at, g.3), if(empty(given), arrayMap(g -> (g.1, concat('au-', {district:String}, '-unknown'), g.2),
        [('share_weighted', 10000), ('full', 1), ('lead', 1)]), given))) AS subject
GROUP BY component, dimension, period, mode, subject_kind, subject_id, office;

-- Things that facts name in their dimension, such as villages: each once a period and office; who pays is decided by the last fact that names it.
CREATE OR REPLACE VIEW period_names AS
WITH assumeNotNull((SELECT toDate32(max(today)) FROM districts WHERE district = {district:String})) AS today
SELECT
    component, 'named' AS kind, '' AS dimension, '' AS assigner_kind, '' AS assigner_rule, period, 0 AS month, toInt64(0) AS value,
    subject.1 AS mode, subject.2 AS subject_kind, subject.3 AS subject_id, subject.4 AS office,
    sum(subject.5) AS amount
FROM
(
    SELECT component, period, toString(office) AS done_at, max(day) AS last_day
    FROM
    (
        SELECT component, day, dimension, office
        FROM facts
        WHERE district = {district:String} AND day <= today
            AND day >= arrayMin(p -> p.1, {periods:Array(Tuple(Date, Date))}) AND day <= arrayMax(p -> p.2, {periods:Array(Tuple(Date, Date))})
            AND component IN
            (
                SELECT told_as FROM indicator_parts
                WHERE kind = 'named' AND (empty({components:Array(String)}) OR has({components:Array(String)}, told_as))
            )
    )
    ARRAY JOIN arrayFilter(p -> day >= p.1 AND day <= p.2, arrayDistinct({periods:Array(Tuple(Date, Date))})) AS period
    GROUP BY component, period, done_at, dimension
) AS s
ASOF LEFT JOIN
(
    SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
) AS p ON p.paid = s.done_at AND s.last_day >= p.valid_from
ARRAY JOIN arrayConcat(
    [('none', 'district', {district:String}, '', toInt64(1)), ('none', 'office', done_at, done_at, 1)],
    arrayMap(g -> (g.1, 'authority', g.2, done_at, g.3), if(empty(given), arrayMap(g -> (g.1, concat('au-', {district:String}, '-unknown'), g.2),
        [('share_weighted', 10000), ('full', 1), ('lead', 1)]), given))) AS subject
GROUP BY component, period, mode, subject_kind, subject_id, office;

-- Persons in each piece, each once: offices count those who were there; who pays is decided by the last fact or day of stay. Presence rests on
-- the stays alone; everything else must stand in the facts as well.
CREATE OR REPLACE VIEW period_persons AS
WITH
    (
        SELECT groupArray((last_day, first_day, period, whole))
        FROM period_pieces(district = {district:String}, periods = {periods:Array(Tuple(Date, Date))})
    ) AS pieces
SELECT
    component, if(piece.4, 'distinct', 'months') AS kind, '' AS dimension, '' AS assigner_kind, '' AS assigner_rule, piece.3 AS period,
    if(piece.4, 0, toMonth(piece.2)) AS month, toInt64(0) AS value, subject.1 AS mode, subject.2 AS subject_kind, subject.3 AS subject_id, subject.4 AS office,
    sum(subject.5) AS amount
FROM
(
    SELECT
        component, piece, groupUniqArray(office) AS offices,
        max((least(ifNull(ends_on, piece.1), piece.1), moment, office)) AS last, last.1 AS last_day, last.3 AS last_office
    FROM person_spans(
        district = {district:String}, records = [],
        -- Only events of `cor` and `res` speak of persons; of one of them, where only that is asked for.
        family = if(
            match(arrayStringConcat({components:Array(String)}, ','), 'cor\\.') = match(arrayStringConcat({components:Array(String)}, ','), 'res\\.'),
            '', substring({components:Array(String)}[1], 1, 3)),
        first_day = '1900-01-01', last_day = '2299-12-31')
    ARRAY JOIN arrayFilter(c -> day <= c.1 AND ifNull(ends_on, c.1) >= c.2, pieces) AS piece
    WHERE
        component IN
        (
            SELECT told_as FROM indicator_parts
            WHERE of_kind = 'distinct' AND (empty({components:Array(String)}) OR has({components:Array(String)}, told_as))
        )
        AND
        (
            endsWith(component, '.present') OR (component, record, day, office) IN
            (
                SELECT component, record, day, office
                FROM facts
                WHERE district = {district:String} AND day <= arrayMax(p -> p.2, {periods:Array(Tuple(Date, Date))})
                    AND day >= arrayMin(p -> p.1, {periods:Array(Tuple(Date, Date))})
                    AND component IN
                    (
                        SELECT told_as FROM indicator_parts
                        WHERE of_kind = 'distinct' AND (empty({components:Array(String)}) OR has({components:Array(String)}, told_as))
                    )
            )
        )
    GROUP BY component, record, piece
) AS s
ASOF LEFT JOIN
(
    SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
) AS p ON p.paid = s.last_office AND s.last_day >= p.valid_from
ARRAY JOIN arrayConcat(
    [('none', 'district', {district:String}, '', toInt64(1))],
    arrayMap(o -> ('none', 'office', o, o, 1), offices),
    arrayMap(g -> (g.1, 'authority', g.2, last_office, g.3), if(empty(given), arrayMap(g -> (g.1, concat('au-', {district:String}, '-unknown'), g.2),
        [('share_weighted', 10000), ('full', 1), ('lead', 1)]), given))) AS subject
GROUP BY component, kind, period, month, mode, subject_kind, subject_id, office;

-- The values of the periods. Values of nothing have no row: they count as 0, ratios and quantiles as null. Planning takes most of the time; who
-- knows what an indicator rests on asks the one view above that tells it (`consumers.report` does).
CREATE OR REPLACE VIEW period_values AS
SELECT
    {district:String} AS district, indicator, mode, dimension, subject_kind, subject_id,
    period.1 AS first_day,
    period.2 AS last_day,
    numerator, denominator,
    toUInt32(divisor * if(mode = 'share_weighted', 10000, 1)) AS scale,
    if(isNull(denominator), numerator / scale, numerator / nullIf(denominator, 0) / divisor) AS value
FROM
(
    SELECT
        *,
        toInt64(multiIf(
            startsWith(shape, 'p'), quantile,
            shape IN ('gap', 'mismatch'), if(nothing, 0, floored + (2 * rest > over OR (2 * rest = over AND floored % 2 != 0))),
            shape = 'average', if(c = 0, 0, a * passed),
            a + b)) AS numerator,
        multiIf(
            shape = 'sum' OR startsWith(shape, 'p'), NULL,
            shape IN ('gap', 'mismatch'), if(nothing, 0, 100),
            toInt64(c + d)) AS denominator
    FROM
    (
        SELECT *, intDiv(exact, over) - (exact % over < 0) AS floored, positiveModulo(exact, over) AS rest
        FROM
        (
            -- 100 × (a/b - c/d) in hundredths of a point, rounded half to even.
            SELECT
                *, b = 0 OR d = 0 AS nothing, if(nothing, 1, toInt256(b) * d) AS over, 10000 * (toInt256(a) * d - toInt256(c) * b) AS exact,
                dateDiff('day', period.1, least(
                    toDate32(period.2), assumeNotNull((SELECT toDate32(max(today)) FROM districts WHERE district = {district:String})))) + 1 AS passed
            FROM
            (
                -- What an authority's own is set against (scope `all`) is the district's, and stands with its row.
                SELECT
                    * EXCEPT (own_a, own_b, own_c, own_d, all_a, all_b, all_c, all_d),
                    own_a + max(all_a) OVER district AS a, own_b + max(all_b) OVER district AS b,
                    own_c + max(all_c) OVER district AS c, own_d + max(all_d) OVER district AS d
                FROM
                (
                    SELECT
                        indicator, shape, offices, period, dimension, mode, subject_kind, subject_id,
                        sumIf(amount, scope = 'own' AND part = 'numerator' AND place = 1) AS own_a,
                        sumIf(amount, scope = 'own' AND part = 'numerator' AND place = 2) AS own_b,
                        sumIf(amount, scope = 'own' AND part = 'denominator' AND place = 1) AS own_c,
                        sumIf(amount, scope = 'own' AND part = 'denominator' AND place = 2) AS own_d,
                        sumIf(amount, scope = 'all' AND part = 'numerator' AND place = 1) AS all_a,
                        sumIf(amount, scope = 'all' AND part = 'numerator' AND place = 2) AS all_b,
                        sumIf(amount, scope = 'all' AND part = 'denominator' AND place = 1) AS all_c,
                        sumIf(amount, scope = 'all' AND part = 'denominator' AND place = 2) AS all_d,
                        -- The smallest value with at least ceil(q × n) of all at or below it.
                        sumMapIf([value], [amount], kind = 'histogram') AS spread,
                        arrayFirst(
                            v -> v.2 >= intDiv(toUInt8OrZero(substring(shape, 2)) * arraySum(spread.2) + 99, 100),
                            arrayZip(spread.1, arrayCumSum(spread.2))).1 AS quantile
                    FROM
                    (
                        SELECT
                            t.id AS indicator, t.shape AS shape, t.offices AS offices, t.part AS part, t.place AS place, t.scope AS scope, t.kind AS kind,
                            s.period AS period, if(t.told_dimension = '', s.dimension, '') AS dimension, s.mode AS mode, s.subject_kind AS subject_kind,
                            s.subject_id AS subject_id, s.value AS value, s.amount * if(t.kind = 'months', t.weights[s.month], 1) AS amount
                        FROM
                        (
                            SELECT * FROM period_flows(district = {district:String}, components = [], periods = {periods:Array(Tuple(Date, Date))})
                            UNION ALL
                            SELECT * FROM period_stocks(district = {district:String}, components = [], periods = {periods:Array(Tuple(Date, Date))})
                            UNION ALL
                            SELECT * FROM period_days(district = {district:String}, components = [], periods = {periods:Array(Tuple(Date, Date))})
                            UNION ALL
                            SELECT * FROM period_names(district = {district:String}, components = [], periods = {periods:Array(Tuple(Date, Date))})
                            UNION ALL
                            SELECT * FROM period_persons(district = {district:String}, components = [], periods = {periods:Array(Tuple(Date, Date))})
                        ) AS s
                        INNER JOIN
                        (
                            SELECT * FROM indicator_parts WHERE empty({indicators:Array(String)}) OR has({indicators:Array(String)}, id)
                        ) AS t ON t.told_as = s.component AND t.kind = s.kind
                        WHERE (empty(t.assigner_kinds) OR has(t.assigner_kinds, s.assigner_kind))
                            AND (t.assigner_rule != 'unpaid' OR s.assigner_rule = 'unpaid')
                            AND multiIf(
                                t.told_dimension != '', s.dimension = t.told_dimension,
                                s.dimension = '', t.total,
                                has(t.dims, splitByChar('=', s.dimension)[1]))
                            AND multiIf(
                                t.scope = 'all', s.subject_kind = 'district',
                                s.subject_kind = 'authority', t.authorities AND has(t.modes, s.mode),
                                t.offices)
                    )
                    GROUP BY indicator, shape, offices, period, dimension, mode, subject_kind, subject_id
                )
                WINDOW district AS (PARTITION BY indicator, period, dimension)
            )
        )
    )
) AS v
INNER JOIN (SELECT id, divisor FROM indicators) AS i ON i.id = v.indicator
WHERE (subject_kind = 'authority' OR offices) AND multiIf(
    startsWith(shape, 'p'), notEmpty(spread.1),
    shape = 'own_share', a != 0,
    shape = 'gap', NOT nothing,
    shape = 'mismatch', NOT nothing AND (a != 0 OR c != 0),
    shape = 'average', c != 0,
    a != 0 OR b != 0 OR c != 0 OR d != 0);
