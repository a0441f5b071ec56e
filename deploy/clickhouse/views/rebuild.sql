-- A rebuilt epoch beside the one served. `rebuild_comparison` and `rebuild_differences` tell the newest comparison of each rebuilt epoch; the views
-- with parameters set two epochs' rows of a district against each other, one row a key:
--     what: equal, changed, new (of the rebuilt epoch only) or gone (of the served one only)
--     newest: offset of the last event that either row rests on; where one epoch has not folded as far yet, nothing can be said

CREATE OR REPLACE VIEW rebuild_comparison AS
SELECT
    fromUnixTimestamp64Milli(run, 'Asia/Shanghai') AS compared_at,
    from_epoch, to_epoch, district, compared, name, equal, changed, new, gone, restated, moving
FROM comparison_rows FINAL
WHERE (to_epoch, run) IN (SELECT to_epoch, max(run) FROM comparison_rows GROUP BY to_epoch);

CREATE OR REPLACE VIEW rebuild_differences AS
SELECT
    fromUnixTimestamp64Milli(run, 'Asia/Shanghai') AS compared_at,
    from_epoch, to_epoch, district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, what,
    old_numerator, old_denominator, old_value, new_numerator, new_denominator, new_value,
    ifNull(new_value, 0) - ifNull(old_value, 0) AS movement,
    isNotNull(closed_offset) AS restates
FROM difference_rows FINAL
WHERE (to_epoch, run) IN (SELECT to_epoch, max(run) FROM comparison_rows GROUP BY to_epoch);

-- A row of zeros and no row at all mean the same.
CREATE OR REPLACE VIEW rebuild_values AS
SELECT
    district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start,
    multiIf(
        is_old AND is_new AND (old.numerator, ifNull(old.denominator, -1), old.scale, old.empty)
            = (new.numerator, ifNull(new.denominator, -1), new.scale, new.empty), 'equal',
        says_nothing_old AND says_nothing_new, 'equal',
        is_old AND is_new, 'changed',
        is_new, 'new',
        'gone') AS what,
    newest, old, new,
    closed.closed_offset AS closed_offset
FROM
(
    SELECT
        district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start,
        countIf(epoch = {old:UInt64}) > 0 AS is_old,
        countIf(epoch = {new:UInt64}) > 0 AS is_new,
        anyIf((numerator, denominator, scale, empty, value)::Tuple(
            numerator Int64, denominator Nullable(Int64), scale UInt32, empty Bool, value Nullable(Float64)), epoch = {old:UInt64}) AS old,
        anyIf((numerator, denominator, scale, empty, value)::Tuple(
            numerator Int64, denominator Nullable(Int64), scale UInt32, empty Bool, value Nullable(Float64)), epoch = {new:UInt64}) AS new,
        old.numerator = 0 AND ifNull(old.denominator, 0) = 0 AS says_nothing_old,
        new.numerator = 0 AND ifNull(new.denominator, 0) = 0 AS says_nothing_new,
        max(bitAnd(version, 281474976710655)) AS newest
    FROM indicator_value_rows FINAL
    WHERE district = {district:String} AND epoch IN ({old:UInt64}, {new:UInt64})
    GROUP BY district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start
) AS pairs
LEFT JOIN
(
    SELECT window_kind, window_start, toNullable(bitAnd(closed_version, 281474976710655)) AS closed_offset
    FROM period_rows FINAL
    WHERE district = {district:String} AND bitShiftRight(version, 48) = {old:UInt64} AND NOT gone
) AS closed ON closed.window_kind = pairs.window_kind AND closed.window_start = pairs.window_start;

-- The other rows that rest on definitions, by what names them for people.
CREATE OR REPLACE VIEW rebuild_rows AS
SELECT compared, name, multiIf(NOT is_new, 'gone', NOT is_old, 'new', old = new, 'equal', 'changed') AS what, newest
FROM
(
    SELECT
        'facts' AS compared, toString(component) AS name, (record, day, dimension, office, assigner) AS key,
        countIf(epoch = {old:UInt64} AND NOT gone) > 0 AS is_old, countIf(epoch = {new:UInt64} AND NOT gone) > 0 AS is_new,
        toString(anyIf(amount, epoch = {old:UInt64})) AS old, toString(anyIf(amount, epoch = {new:UInt64})) AS new,
        max(bitAnd(version, 281474976710655)) AS newest
    FROM fact_rows FINAL
    WHERE district = {district:String} AND epoch IN ({old:UInt64}, {new:UInt64})
    GROUP BY name, key
    HAVING is_old OR is_new
    UNION ALL
    SELECT
        'events', toString(any(type)), (source, id, toDate('1970-01-01'), '', ''),
        countIf(epoch = {old:UInt64}) > 0 AS is_old, countIf(epoch = {new:UInt64}) > 0 AS is_new,
        toString(anyIf(offset, epoch = {old:UInt64})), toString(anyIf(offset, epoch = {new:UInt64})),
        max(offset) AS newest
    FROM event_rows
    WHERE district = {district:String} AND epoch IN ({old:UInt64}, {new:UInt64})
    GROUP BY source, id
    UNION ALL
    SELECT
        'alerts', toString(rule), (toString(subject_kind), subject_id, toDate('1970-01-01'), start, ''),
        countIf(of_epoch = {old:UInt64}) > 0 AS is_old, countIf(of_epoch = {new:UInt64}) > 0 AS is_new,
        argMaxIf(toString(state), version, of_epoch = {old:UInt64}), argMaxIf(toString(state), version, of_epoch = {new:UInt64}),
        max(bitAnd(version, 281474976710655)) AS newest
    FROM (SELECT *, bitShiftRight(version, 48) AS of_epoch FROM alert_rows)
    WHERE district = {district:String} AND of_epoch IN ({old:UInt64}, {new:UInt64})
    GROUP BY rule, subject_kind, subject_id, start
    UNION ALL
    SELECT
        'dead_letters', toString(any(code)), (topic, toString(partition), toDate('1970-01-01'), toString(offset), ''),
        countIf(epoch = {old:UInt64}) > 0 AS is_old, countIf(epoch = {new:UInt64}) > 0 AS is_new,
        anyIf(toString(code), epoch = {old:UInt64}), anyIf(toString(code), epoch = {new:UInt64}),
        offset AS newest
    FROM dead_letter_rows FINAL
    WHERE district = {district:String} AND epoch IN ({old:UInt64}, {new:UInt64})
    GROUP BY topic, partition, offset
);
