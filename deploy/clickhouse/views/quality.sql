-- What is told of the log itself, or of several facts at once: how events were entered, corrected and refused, which closed numbers moved, how long
-- people stay, where money comes from. No worker folds it: it would cost every event, and most of it is about events, not about what is live. So
-- these indicators have no rows of `indicator_values`; they are computed when they are asked for, of any days. Views with parameters:
--     SELECT indicator, mode, dimension, subject_id, first_day, last_day, numerator, denominator, value
--     FROM told_values(district = '990107', indicators = ['dq_backfill_share'], periods = [('2026-03-01', '2026-03-31')])
-- [] stands for all indicators. Every view tells the columns of `told_values` up to the denominator.

-- The assertions and amendments of offices with what the quality of data is told by. `recorded_on` is null where nobody said when it was typed in.
CREATE OR REPLACE VIEW entered_events AS
SELECT
    type, toString(office) AS done_at, local_day AS day, standing, op, (time, toString(stands_as_id), toString(stands_as_source)) AS moment,
    toDate32(recordedtime, 'Etc/GMT-8') AS recorded_on, startsWith(type, 'dat.') AS about_data,
    JSONExtractString(data, 'basis') AS basis, JSONExtractString(data, 'entry') AS entry, JSONExtractString(data, 'evidence') AS evidence,
    if(type = 'dat.duplicate.resolved', JSONExtractInt(data, 'merged'), 0) AS merged
FROM record_events(district = {district:String}, records = [], family = '')
WHERE office != '';

-- Shares of events by their own day, each given to who pays on it, and how many days passed until they were typed in.
CREATE OR REPLACE VIEW told_of_events AS
SELECT
    indicator, subject.1 AS mode, '' AS dimension, subject.2 AS subject_kind, subject.3 AS subject_id, period.1 AS first_day, period.2 AS last_day,
    sumMapIf([value], [counted], indicator = 'dq_entry_lag_p90') AS spread,
    toInt64(if(
        indicator = 'dq_entry_lag_p90',
        arrayFirst(v -> v.2 >= intDiv(90 * arraySum(spread.2) + 99, 100), arrayZip(spread.1, arrayCumSum(spread.2))).1,
        sum(up * subject.4))) AS numerator,
    if(indicator = 'dq_entry_lag_p90', NULL, toInt64(sum(down * subject.4))) AS denominator
FROM
(
    SELECT indicator, done_at, period, value, any(p.given) AS given, toInt64(sum(up)) AS up, toInt64(sum(down)) AS down, toInt64(count()) AS counted
    FROM
    (
        SELECT done_at, day, told.1 AS indicator, told.2 AS up, told.3 AS down, told.4 AS value
        FROM entered_events(district = {district:String})
        ARRAY JOIN arrayFilter(t -> (empty({indicators:Array(String)}) OR has({indicators:Array(String)}, t.1)) AND t.5, [
            ('dq_backfill_share', entry = 'backfill_paper', 1, 0, standing = 'live' AND NOT about_data),
            ('dq_ledger_only_share', evidence IN ('none', 'ledger_only'), 1, 0, standing = 'live' AND evidence != ''),
            ('dual_statutory_share', basis IN ('pm_law', 'cc_law', 'la_law'), 1, 0, standing = 'live' AND basis != ''),
            ('dq_correction_rate', standing = 'amended', 1, 0, op != 'amend'),
            ('dq_retract_rate', standing = 'retracted', 1, 0, op != 'amend'),
            ('dq_duplicate_rate', merged, NOT about_data, 0, standing = 'live' AND (merged > 0 OR NOT about_data)),
            ('dq_entry_lag_p90', 0, 1, greatest(0, dateDiff('day', day, ifNull(recorded_on, day))), standing = 'live' AND isNotNull(recorded_on))
        ]::Array(Tuple(String, Int64, Int64, Int64, Bool))) AS told
        WHERE empty({indicators:Array(String)}) OR hasAny({indicators:Array(String)}, ['dq_backfill_share', 'dq_ledger_only_share',
            'dual_statutory_share', 'dq_correction_rate', 'dq_retract_rate', 'dq_duplicate_rate', 'dq_entry_lag_p90'])
    ) AS e
    ASOF LEFT JOIN
    (
        SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
    ) AS p ON p.paid = e.done_at AND e.day >= p.valid_from
    ARRAY JOIN arrayFilter(p -> e.day >= p.1 AND e.day <= p.2, arrayDistinct({periods:Array(Tuple(Date, Date))})) AS period
    GROUP BY indicator, done_at, period, value, p.valid_from
)
ARRAY JOIN arrayConcat(
    [('none', 'district', {district:String}, toInt64(1)), ('none', 'office', done_at, 1)],
    arrayMap(g -> (g.1, 'authority', g.2, g.3), arrayFilter(
        g -> g.1 = 'lead' OR indicator != 'dq_entry_lag_p90',
        if(empty(given), arrayMap(g -> (g.1, concat('au-', {district:String}, '-unknown'), g.2),
            [('share_weighted', 10000), ('full', 1), ('lead', 1)]), given)))) AS subject
GROUP BY indicator, mode, subject_kind, subject_id, period;

-- Of what was typed in during a period the share of its last three working days, against the share that three of its working days would have. Only
-- of periods that are over.
CREATE OR REPLACE VIEW told_of_entry AS
SELECT
    'dq_period_end_burst' AS indicator, 'none' AS mode, '' AS dimension, subject.1 AS subject_kind, subject.2 AS subject_id,
    period.1 AS first_day, period.2 AS last_day, ([], [])::Tuple(Array(Int64), Array(Int64)) AS spread,
    toInt64(sum(if(recorded_on >= late_from, typed, 0)) * any(working_in)) AS numerator,
    toNullable(toInt64(sum(typed) * 3)) AS denominator
FROM
(
    SELECT done_at, assumeNotNull(recorded_on) AS recorded_on, count() AS typed
    FROM entered_events(district = {district:String})
    WHERE standing = 'live' AND isNotNull(recorded_on) AND (empty({indicators:Array(String)}) OR has({indicators:Array(String)}, 'dq_period_end_burst'))
    GROUP BY done_at, recorded_on
) AS e
CROSS JOIN
(
    SELECT period, count() AS working_in, arrayElement(arraySort(groupArray(day)), -3) AS late_from
    FROM
    (
        SELECT asked AS period, toDate32(asked.1 + n) AS day
        FROM (SELECT arrayJoin(arrayDistinct({periods:Array(Tuple(Date, Date))})) AS asked)
        ARRAY JOIN range(toUInt32(greatest(0, dateDiff('day', asked.1, asked.2) + 1))) AS n
        WHERE asked.2 <= assumeNotNull((SELECT max(today) FROM districts WHERE district = {district:String}))
    ) AS d
    LEFT JOIN (SELECT year, off, worked FROM working_years WHERE district = {district:String}) AS y ON y.year = toYear(d.day)
    WHERE has(y.worked, day) OR (toDayOfWeek(day) < 6 AND NOT has(y.off, day))
    GROUP BY period
    HAVING working_in >= 3
) AS w
ARRAY JOIN [('district', {district:String}), ('office', done_at)] AS subject
WHERE recorded_on >= period.1 AND recorded_on <= period.2
GROUP BY subject_kind, subject_id, period;

-- Refused events by the day on which they were received, in all and by reason.
CREATE OR REPLACE VIEW told_of_letters AS
SELECT
    'dq_quarantine_cnt' AS indicator, 'none' AS mode, of AS dimension, subject.1 AS subject_kind, subject.2 AS subject_id,
    period.1 AS first_day, period.2 AS last_day, ([], [])::Tuple(Array(Int64), Array(Int64)) AS spread,
    toInt64(count()) AS numerator, NULL::Nullable(Int64) AS denominator
FROM
(
    SELECT toString(code) AS code, toString(office) AS at, toDate32(received_at, 'Etc/GMT-8') AS day
    FROM dead_letters
    WHERE district = {district:String} AND (empty({indicators:Array(String)}) OR has({indicators:Array(String)}, 'dq_quarantine_cnt'))
)
ARRAY JOIN arrayFilter(p -> day >= p.1 AND day <= p.2, arrayDistinct({periods:Array(Tuple(Date, Date))})) AS period
ARRAY JOIN ['', concat('code=', code)] AS of
ARRAY JOIN if(at = '', [('district', {district:String})], [('district', {district:String}), ('office', at)]) AS subject
GROUP BY dimension, subject_kind, subject_id, period;

-- Closed windows that begin in a period and of which some total of an office or of the district moved by more than one per cent after the closing.
-- A row that is missing, or that has no value, stands for 0. Of a window nothing is said where no version from before its closing is left.
CREATE OR REPLACE VIEW told_of_closings AS
SELECT
    'dq_restated_periods' AS indicator, 'none' AS mode, '' AS dimension, 'district' AS subject_kind, {district:String} AS subject_id,
    period.1 AS first_day, period.2 AS last_day, ([], [])::Tuple(Array(Int64), Array(Int64)) AS spread,
    toInt64(countIf(moved > 0)) AS numerator, NULL::Nullable(Int64) AS denominator
FROM
(
    SELECT
        window_kind, window_start, sum(known) AS told_then,
        if(told_then = 0, 0, countIf(abs(ifNull(now_value, 0) - ifNull(then_value, 0)) > abs(ifNull(then_value, 0)) / 100)) AS moved
    FROM
    (
        SELECT
            v.window_kind AS window_kind, v.window_start AS window_start, indicator, subject_id,
            argMaxIf(tuple(value), bitAnd(v.version, 281474976710655), bitAnd(v.version, 281474976710655) <= closed_offset).1 AS then_value,
            argMax(tuple(value), v.version).1 AS now_value, countIf(bitAnd(v.version, 281474976710655) <= closed_offset) AS known
        FROM indicator_value_versions AS v
        INNER JOIN
        (
            SELECT window_kind, window_start, bitAnd(closed_version, 281474976710655) AS closed_offset
            FROM periods WHERE district = {district:String}
        ) AS c ON c.window_kind = v.window_kind AND c.window_start = v.window_start
        WHERE v.district = {district:String} AND v.mode = 'none' AND v.dimension = ''
            AND bitShiftRight(v.version, 48) = (SELECT epoch FROM served_epoch)
            AND (empty({indicators:Array(String)}) OR has({indicators:Array(String)}, 'dq_restated_periods'))
        GROUP BY window_kind, window_start, indicator, subject_id
    )
    GROUP BY window_kind, window_start
)
ARRAY JOIN arrayFilter(p -> window_start >= p.1 AND window_start <= p.2, arrayDistinct({periods:Array(Tuple(Date, Date))})) AS period
GROUP BY period;

-- Whole months that those who joined an office, by name of worker, and have not left it, have been there on the last day of a period, or today.
CREATE OR REPLACE VIEW told_of_staff AS
SELECT
    'cap_tenure_p50' AS indicator, subject.1 AS mode, '' AS dimension, subject.2 AS subject_kind, subject.3 AS subject_id,
    period.1 AS first_day, period.2 AS last_day, ([], [])::Tuple(Array(Int64), Array(Int64)) AS spread,
    arraySort(groupArray(months))[intDiv(50 * count() + 99, 100)] AS numerator, NULL::Nullable(Int64) AS denominator
FROM
(
    SELECT period, as_of, m.done_at AS done_at, toInt64(age('month', since, as_of)) AS months, given
    FROM
    (
        SELECT
            period, as_of, done_at, who,
            arraySort(groupArray((moment, joined, day))) AS moves,
            arraySlice(moves, arrayLastIndex(m -> NOT m.2, moves) + 1) AS after,
            after[1].3 AS since
        FROM
        (
            SELECT
                toString(office) AS done_at, JSONExtractString(data, 'worker') AS who, type = 'cap.staff.joined' AS joined, local_day AS day,
                (time, toString(stands_as_id), toString(stands_as_source)) AS moment
            FROM record_events(district = {district:String}, records = [], family = 'cap.staff.')
            WHERE standing = 'live' AND type IN ('cap.staff.joined', 'cap.staff.left') AND who != ''
                AND (empty({indicators:Array(String)}) OR has({indicators:Array(String)}, 'cap_tenure_p50'))
        ) AS e
        CROSS JOIN
        (
            SELECT asked AS period, least(toDate32(asked.2), assumeNotNull((SELECT toDate32(max(today)) FROM districts WHERE district = {district:String}))) AS as_of
            FROM (SELECT arrayJoin(arrayDistinct({periods:Array(Tuple(Date, Date))})) AS asked)
            WHERE asked.1 <= as_of
        ) AS p
        WHERE day <= as_of
        GROUP BY period, as_of, done_at, who
        HAVING notEmpty(after)
    ) AS m
    INNER JOIN (SELECT office AS open_at, closed_on FROM offices WHERE district = {district:String}) AS o ON o.open_at = m.done_at
    ASOF LEFT JOIN
    (
        SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
    ) AS p ON p.paid = m.done_at AND m.as_of >= p.valid_from
    WHERE isNull(closed_on) OR closed_on > as_of
)
ARRAY JOIN arrayConcat(
    [('none', 'district', {district:String}), ('none', 'office', done_at)],
    arrayMap(g -> (g.1, 'authority', g.2), arrayFilter(
        g -> g.1 = 'lead', if(empty(given), [('lead', concat('au-', {district:String}, '-unknown'), toInt64(1))], given)))) AS subject
GROUP BY mode, subject_kind, subject_id, period;

-- The sum of the squares of the payers' shares of the money disbursed, in ten-thousandths, rounded half to even: 10000 is one payer.
CREATE OR REPLACE VIEW told_of_money AS
SELECT
    'fund_concentration_hhi' AS indicator, 'none' AS mode, '' AS dimension, subject_kind, subject_id, period.1 AS first_day, period.2 AS last_day,
    ([], [])::Tuple(Array(Int64), Array(Int64)) AS spread,
    toInt64(whole + (2 * rest > over OR (2 * rest = over AND whole % 2 = 1))) AS numerator, toNullable(toInt64(10000)) AS denominator
FROM
(
    SELECT
        subject_kind, subject_id, period, sum(toInt256(paid) * paid) * 10000 AS exact, toInt256(sum(paid)) * sum(paid) AS over,
        intDiv(exact, if(over = 0, 1, over)) AS whole, exact - whole * over AS rest
    FROM
    (
        SELECT subject.1 AS subject_kind, subject.2 AS subject_id, period, payer, sum(amount) AS paid
        FROM
        (
            SELECT toString(office) AS done_at, toString(assigner) AS payer, day, amount
            FROM facts
            WHERE district = {district:String} AND component = 'fund.disbursed'
                AND day <= assumeNotNull((SELECT toDate32(max(today)) FROM districts WHERE district = {district:String}))
                AND (empty({indicators:Array(String)}) OR has({indicators:Array(String)}, 'fund_concentration_hhi'))
        )
        ARRAY JOIN arrayFilter(p -> day >= p.1 AND day <= p.2, arrayDistinct({periods:Array(Tuple(Date, Date))})) AS period
        ARRAY JOIN [('district', {district:String}), ('office', done_at)] AS subject
        GROUP BY subject_kind, subject_id, period, payer
    )
    GROUP BY subject_kind, subject_id, period
    HAVING over != 0
);

-- Of the offices with more than fifty released persons in the register at the end of a period, those with somebody who does nothing else.
CREATE OR REPLACE VIEW told_of_registers AS
SELECT
    'res_dedicated_ok' AS indicator, 'none' AS mode, '' AS dimension, subject.1 AS subject_kind, subject.2 AS subject_id,
    period.1 AS first_day, period.2 AS last_day, ([], [])::Tuple(Array(Int64), Array(Int64)) AS spread,
    toInt64(countIf(dedicated >= 1)) AS numerator, toNullable(toInt64(count())) AS denominator
FROM
(
    SELECT done_at, period, sumIf(amount, component = 'res.register') AS register, sumIf(amount, component = 'cap.resettlement_staff') AS dedicated
    FROM
    (
        SELECT component, toString(office) AS done_at, day, amount
        FROM facts
        WHERE district = {district:String} AND component IN ('res.register', 'cap.resettlement_staff') AND dimension = ''
            AND day <= assumeNotNull((SELECT toDate32(max(today)) FROM districts WHERE district = {district:String}))
            AND (empty({indicators:Array(String)}) OR has({indicators:Array(String)}, 'res_dedicated_ok'))
    )
    ARRAY JOIN arrayFilter(
        p -> day <= p.2 AND p.1 <= assumeNotNull((SELECT max(today) FROM districts WHERE district = {district:String})),
        arrayDistinct({periods:Array(Tuple(Date, Date))})) AS period
    GROUP BY done_at, period
    HAVING register > 50
)
ARRAY JOIN [('district', {district:String}), ('office', done_at)] AS subject
GROUP BY subject_kind, subject_id, period;

-- Fields that more than one kind of report asked of an office in a period; the district's are its offices' together.
CREATE OR REPLACE VIEW told_of_reports AS
SELECT
    'burden_repeat_fields' AS indicator, 'none' AS mode, '' AS dimension, subject.1 AS subject_kind, subject.2 AS subject_id,
    period.1 AS first_day, period.2 AS last_day, ([], [])::Tuple(Array(Int64), Array(Int64)) AS spread,
    toInt64(countIf(tables > 1)) AS numerator, NULL::Nullable(Int64) AS denominator
FROM
(
    SELECT done_at, period, field, uniqExact(code) AS tables
    FROM
    (
        SELECT
            toString(office) AS done_at, local_day AS day, JSONExtractString(data, 'report_code') AS code,
            arrayJoin(JSONExtract(data, 'fields', 'Array(String)')) AS field
        FROM record_events(district = {district:String}, records = [], family = 'dat.report.')
        WHERE standing = 'live' AND type = 'dat.report.requested'
            AND (empty({indicators:Array(String)}) OR has({indicators:Array(String)}, 'burden_repeat_fields'))
    )
    ARRAY JOIN arrayFilter(p -> day >= p.1 AND day <= p.2, arrayDistinct({periods:Array(Tuple(Date, Date))})) AS period
    GROUP BY done_at, period, field
)
ARRAY JOIN [('district', {district:String}), ('office', done_at)] AS subject
GROUP BY subject_kind, subject_id, period;

CREATE OR REPLACE VIEW told_values AS
SELECT
    {district:String} AS district, indicator, mode, dimension, subject_kind, subject_id, first_day, last_day, numerator, denominator,
    toUInt32(if(mode = 'share_weighted', 10000, 1)) AS scale,
    if(isNull(denominator), numerator / scale, numerator / nullIf(denominator, 0)) AS value
FROM
(
    SELECT * FROM told_of_events(district = {district:String}, indicators = {indicators:Array(String)}, periods = {periods:Array(Tuple(Date, Date))})
    UNION ALL
    SELECT * FROM told_of_entry(district = {district:String}, indicators = {indicators:Array(String)}, periods = {periods:Array(Tuple(Date, Date))})
    UNION ALL
    SELECT * FROM told_of_letters(district = {district:String}, indicators = {indicators:Array(String)}, periods = {periods:Array(Tuple(Date, Date))})
    UNION ALL
    SELECT * FROM told_of_closings(district = {district:String}, indicators = {indicators:Array(String)}, periods = {periods:Array(Tuple(Date, Date))})
    UNION ALL
    SELECT * FROM told_of_staff(district = {district:String}, indicators = {indicators:Array(String)}, periods = {periods:Array(Tuple(Date, Date))})
    UNION ALL
    SELECT * FROM told_of_money(district = {district:String}, indicators = {indicators:Array(String)}, periods = {periods:Array(Tuple(Date, Date))})
    UNION ALL
    SELECT * FROM told_of_registers(district = {district:String}, indicators = {indicators:Array(String)}, periods = {periods:Array(Tuple(Date, Date))})
    UNION ALL
    SELECT * FROM told_of_reports(district = {district:String}, indicators = {indicators:Array(String)}, periods = {periods:Array(Tuple(Date, Date))})
)
WHERE numerator != 0 OR ifNull(denominator, 0) != 0 OR (isNull(denominator) AND indicator IN ('dq_entry_lag_p90', 'cap_tenure_p50'));
