-- What was reported when. Of every value the versions that were published are kept, and a value was published by the epoch that was served then.
-- A version is of the day on which the last event that it rests on came into the log (at +08:00). Views with parameters:
--     SELECT indicator, subject_id, numerator, denominator, value FROM as_reported(district = '990107', day = '2026-02-05')
--     WHERE window_kind = 'month' AND window_start = '2026-01-01' AND mode = 'none'

-- The closing of each window that held at the end of a day, by what had come into the log until then: the last one by (time, id, source) that
-- nobody had retracted yet, where an amendment stands in its target's place as in `record_events`. `periods` knows only what holds now.
CREATE OR REPLACE VIEW closings_then AS
WITH toDateTime64(addDays({day:Date}, 1), 3, 'Asia/Shanghai') AS until
SELECT window_kind, window_start, argMax(offset, moment) AS closed_offset
FROM
(
    SELECT
        JSONExtractString(data, 'window_kind') AS window_kind, toDate(JSONExtractString(data, 'window_start')) AS window_start, offset,
        (time, if(op = 'amend', target, id), toString(if(op = 'amend' AND targetsource != '', targetsource, source))) AS moment,
        op, (assumeNotNull(revision), id, toString(source)) AS own
    FROM event_rows
    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND type = 'reg.period.closed' AND appended_at < until
        AND JSONExtractString(data, 'window_start') >= '1970-01-01'
    LIMIT 1 BY source, id
) AS e
LEFT JOIN
(
    SELECT
        if(targetsource = '', source, targetsource) AS of_source, concat(target, retracts) AS of_id, max(op != 'amend') AS gone,
        arraySort(groupUniqArrayIf((assumeNotNull(revision), id, toString(source)), op = 'amend' AND (source, id) NOT IN
        (
            SELECT if(targetsource = '', source, targetsource), retracts
            FROM event_rows
            WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND type = 'dat.event.retracted' AND appended_at < until
        ))) AS amendments
    FROM event_rows
    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND (op = 'amend' OR type = 'dat.event.retracted')
        AND appended_at < until
    GROUP BY of_source, of_id
) AS c ON c.of_source = e.moment.3 AND c.of_id = e.moment.2
WHERE NOT gone AND if(op = 'amend', amendments[-1] = own, empty(amendments))
    -- An amendment waits for its target.
    AND (op != 'amend' OR (moment.3, moment.2) IN
    (
        SELECT source, id FROM event_rows
        WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND startsWith(type, 'reg.') AND op != 'amend'
            AND appended_at < until
    ))
GROUP BY window_kind, window_start;

-- The values as they stood at the end of a day, with the state that their windows had then. Of a sink that began on a compacted topic nothing older
-- than that is known.
CREATE OR REPLACE VIEW as_reported AS
WITH
    toDateTime64(addDays({day:Date}, 1), 3, 'Asia/Shanghai') AS until,
    (SELECT argMax(epoch, switch) FROM switch_rows WHERE decided_at < toDateTime64(addDays({day:Date}, 1), 3, 'Asia/Shanghai')) AS served_then,
    (
        SELECT max(toDate32(time, 'Etc/GMT-8'))
        FROM event_rows
        WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String}
            AND appended_at < toDateTime64(addDays({day:Date}, 1), 3, 'Asia/Shanghai')
    ) AS today_then
SELECT
    v.district AS district, v.indicator AS indicator, v.mode AS mode, v.dimension AS dimension, v.subject_kind AS subject_kind,
    v.subject_id AS subject_id, v.window_kind AS window_kind, v.window_start AS window_start, v.until_day AS window_end,
    v.row.1 AS numerator, v.row.2 AS denominator, v.row.3 AS scale, v.row.4 AS value,
    multiIf(
        isNotNull(p.closed_offset), if(
            bitAnd(v.newest, 281474976710655) > p.closed_offset
            OR (served_then, v.district, v.indicator, v.mode, v.dimension, v.subject_kind, v.subject_id, v.window_kind, v.window_start,
                assumeNotNull(p.closed_offset)) IN
            (
                SELECT epoch, district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, closed_offset
                FROM restated_rows
            ),
            'restated', 'closed'),
        today_then >= v.until_day, 'provisional',
        'open') AS period_state,
    v.row.5 AS computed_at, v.newest AS version, n.definition AS definition, n.version AS definition_version
FROM
(
    SELECT
        district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, any(window_end) AS until_day,
        argMax(tuple(numerator, denominator, scale, value, computed_at), version) AS row, max(version) AS newest
    FROM indicator_value_versions
    WHERE district = {district:String} AND epoch = served_then AND computed_at < until
    GROUP BY district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start
) AS v
LEFT JOIN
(
    SELECT window_kind, window_start, toNullable(closed_offset) AS closed_offset
    FROM closings_then(district = {district:String}, day = {day:Date})
) AS p ON p.window_kind = v.window_kind AND p.window_start = v.window_start
LEFT JOIN (SELECT id, definition, version FROM definition_rows FINAL WHERE epoch = served_then) AS n ON n.id = v.indicator;

-- The closings that hold: when each was made, and which epoch was served then.
CREATE OR REPLACE VIEW closings AS
WITH (SELECT arraySort(groupArray((switch, decided_at, epoch))) FROM switch_rows) AS switches
SELECT
    p.window_kind AS window_kind, p.window_start AS window_start, bitAnd(p.closed_version, 281474976710655) AS closed_offset,
    e.appended_at AS closed_at, arrayLast(s -> s.2 <= closed_at, switches).3 AS closed_epoch
FROM (SELECT * FROM periods WHERE district = {district:String}) AS p
INNER JOIN
(
    SELECT offset, any(appended_at) AS appended_at
    FROM event_rows
    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND type = 'reg.period.closed'
    GROUP BY offset
) AS e ON e.offset = bitAnd(p.closed_version, 281474976710655);

-- Every value of a closed window of which another version was published since. `was`: the version that was published when it was closed, by the
-- epoch served then, of version 0 where there was none (which says 0); `recast`: what the served epoch has as of the closing, other than `was` only
-- where a definition was changed; `is`: as it stands; `steps`: the versions since, in order; `moved_at`: when it moved last.
CREATE OR REPLACE VIEW restated_values AS
WITH
    (SELECT epoch FROM served_epoch) AS served,
    (SELECT max(decided_at) FROM switch_rows) AS switched_at
SELECT
    {district:String} AS district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, until_day AS window_end,
    closed_at, closed_offset, closed_epoch, was, recast, is, steps,
    (was.numerator, ifNull(was.denominator, 0), was.scale) != (recast.numerator, ifNull(recast.denominator, 0), recast.scale)
        AND (was.numerator, ifNull(was.denominator, 0), recast.numerator, ifNull(recast.denominator, 0)) != (0, 0, 0, 0) AS redefined,
    greatest(if(notEmpty(steps), steps[-1].computed_at, closed_at), if(redefined, switched_at, closed_at)) AS moved_at
FROM
(
    SELECT
        indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, any(window_end) AS until_day,
        any(c.closed_at) AS closed_at, any(c.closed_offset) AS closed_offset, any(c.closed_epoch) AS closed_epoch,
        argMaxIf(told, version, epoch = c.closed_epoch AND offset <= c.closed_offset) AS was,
        argMaxIf(told, version, epoch = served AND offset <= c.closed_offset) AS recast,
        argMaxIf(told, version, epoch = served) AS is,
        arraySort(s -> s.version, groupUniqArrayIf(told, epoch = served AND offset > c.closed_offset)) AS steps
    FROM
    (
        SELECT
            indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, window_end, epoch, version,
            bitAnd(version, 281474976710655) AS offset,
            (version, computed_at, numerator, denominator, scale, value)::Tuple(
                version UInt64, computed_at DateTime64(3, 'Asia/Shanghai'), numerator Int64, denominator Nullable(Int64), scale UInt32,
                value Nullable(Float64)) AS told
        FROM indicator_value_versions
        WHERE district = {district:String} AND epoch IN (SELECT epoch FROM published_epochs)
    ) AS v
    INNER JOIN closings(district = {district:String}) AS c ON c.window_kind = v.window_kind AND c.window_start = v.window_start
    GROUP BY indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start
)
WHERE notEmpty(steps) OR redefined;
