-- What has not come: gaps in the sequence numbers of sources, offices and sources that are silent, and the windows whose values may lack events by it.
-- All of it closes by itself: with the missing numbers, with the next event.

-- The admitted events of sources that have gaps, with their number and local day.
CREATE OR REPLACE VIEW numbered_events AS
SELECT source, assumeNotNull(sequence) AS number, any(toDate32(time, 'Etc/GMT-8')) AS day, true AS found
FROM event_rows
WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND isNotNull(sequence)
    AND source IN (SELECT source FROM sources WHERE district = {district:String} AND notEmpty(gaps))
GROUP BY source, number;

-- One row for each open office (source '') and for each source that it has sent by, of a district. days_silent: working days after the last event
-- of the office's own (not what the bureau says of it), up to the district's today; of an office that never sent, after its opening. usual_gap: of
-- ten pauses between days with events, within the last 180 days, nine were no longer, in working days (of fewer than five pauses: the longest; 0 of
-- none). silent_from: the first working day without an event. silence_limit: `days` if that is not 0, else three times the usual pause and at least 3 (domain.md 3.11, A18). A source that has not spoken
-- for 120 working days while its office went on has `ended`.
--     SELECT office, source, days_silent FROM silences(district = '990107', days = 0) WHERE state = 'silent'
CREATE OR REPLACE VIEW silences AS
WITH
    (SELECT max(toDate32(today)) FROM districts WHERE district = {district:String}) AS now_day,
    (
        SELECT (groupArrayArray(arrayFilter(d -> toDayOfWeek(d) < 6, off)), groupArrayArray(arrayFilter(d -> toDayOfWeek(d) > 5, worked)))
        FROM working_years WHERE district = {district:String}
    ) AS special,
    -- Working days up to a day: those of whole weeks since Monday, 29 December 1969, and of the one begun; less holidays, and days made up for.
    d -> 5 * intDiv(toInt32(d) + 3, 7) + least(5, (toInt32(d) + 3) % 7 + 1) - arrayCount(x -> x <= d, special.1) + arrayCount(x -> x <= d, special.2) AS passed
SELECT
    district, office, source, last_day, last_arrived_at, days_silent, usual_gap, silence_limit,
    addDays(last_heard, arrayFirst(n -> passed(addDays(last_heard, n)) > passed(last_heard), range(1, 60))) AS silent_from,
    multiIf(
        days_silent <= silence_limit, 'speaking',
        source != '' AND days_silent > 120 AND days_silent - min(days_silent) OVER (PARTITION BY office) > 60, 'ended',
        'silent') AS state
FROM
(
    SELECT
        {district:String} AS district, o.office AS office, s.source AS source,
        if(s.events = 0, NULL, toNullable(s.last_day)) AS last_day, if(s.events = 0, NULL, toNullable(s.last_arrived_at)) AS last_arrived_at,
        if(s.events = 0, toDate32(o.opened_on), s.last_day) AS last_heard,
        greatest(0, passed(now_day) - passed(last_heard)) AS days_silent,
        s.usual_gap AS usual_gap,
        if({days:UInt16} > 0, toInt64({days:UInt16}), greatest(3, 3 * s.usual_gap)) AS silence_limit
    FROM
    (
        SELECT office, opened_on FROM offices
        WHERE district = {district:String} AND opened_on <= now_day AND (isNull(closed_on) OR closed_on > now_day)
    ) AS o
    LEFT JOIN
    (
        SELECT
            office, source, sum(of_events) AS events, max(day) AS last_day, max(arrived) AS last_arrived_at,
            arrayFilter(p -> p > 0, arrayPopFront(arrayDifference(arraySort(groupUniqArrayIf(passed(day), day >= now_day - 180))))) AS pauses,
            toInt64(if(empty(pauses), 0, if(length(pauses) < 5, arrayMax(pauses), arraySort(pauses)[toUInt32(ceil(0.9 * length(pauses)))]))) AS usual_gap
        FROM
        (
            SELECT
                office, arrayJoin(['', toString(event_rows.source)]) AS source, toDate32(time, 'Etc/GMT-8') AS day, count() AS of_events,
                max(appended_at) AS arrived
            FROM event_rows
            WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND office != '' AND NOT endsWith(event_rows.source, '/bureau')
            GROUP BY office, source, day
        )
        GROUP BY office, source
    ) AS s ON s.office = o.office
);

-- The gaps in the numbers of the sources of a district: numbers first_missing to last_missing, of which in_letters were refused and lie among the dead
-- letters. first_day to last_day: the days that may lack events by it, those of the events before and after it (before a source's first event: the day
-- of that one; after its last: up to the district's today). `offices`: all that the source sends for.
CREATE OR REPLACE VIEW missing_numbers AS
WITH (SELECT max(toDate32(today)) FROM districts WHERE district = {district:String}) AS now_day
SELECT
    {district:String} AS district, g.source AS source, g.first_missing AS first_missing, g.last_missing AS last_missing,
    toUInt64(g.last_missing - g.first_missing + 1) AS missing,
    toUInt64(arrayCount(n -> n >= g.first_missing AND n <= g.last_missing, d.numbers)) AS in_letters,
    if(a.found, a.day, now_day) AS day_after, if(b.found, b.day, day_after) AS day_before,
    least(day_before, day_after) AS first_day, greatest(day_before, day_after) AS last_day, g.first_seen AS since, o.offices AS offices
FROM
(
    SELECT source, gap.1 AS first_missing, gap.2 AS last_missing, first_seen
    FROM sources ARRAY JOIN gaps AS gap, gaps_first_seen AS first_seen
    WHERE district = {district:String}
) AS g
ASOF LEFT JOIN numbered_events(district = {district:String}) AS b ON b.source = g.source AND g.first_missing > b.number
ASOF LEFT JOIN numbered_events(district = {district:String}) AS a ON a.source = g.source AND g.last_missing < a.number
LEFT JOIN
(
    SELECT source, arraySort(groupUniqArray(toString(office))) AS offices FROM event_rows
    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND office != ''
    GROUP BY source
) AS o ON o.source = g.source
LEFT JOIN
(
    SELECT source, groupUniqArray(assumeNotNull(sequence)) AS numbers FROM dead_letters
    WHERE district = {district:String} AND isNotNull(sequence)
    GROUP BY source
) AS d ON d.source = g.source;

-- All that is missing now in a district, by whom it concerns: of kind `gap` a row for each office and one with office '' for the district; of kind
-- `silence` one for each office that is silent, of whose days all from the first working day without an event on may lack some.
CREATE OR REPLACE VIEW missing_events AS
SELECT
    'gap' AS kind, district, arrayJoin(arrayConcat([''], offices)) AS office, toString(source) AS source, first_missing, last_missing, missing, in_letters,
    first_day, last_day, since, toInt64(0) AS days_silent
FROM missing_numbers(district = {district:String})
UNION ALL
SELECT
    'silence', district, toString(office), '', toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(0), silent_from,
    (SELECT max(toDate32(today)) FROM districts WHERE district = {district:String}), ifNull(last_arrived_at, toDateTime64(0, 3, 'Asia/Shanghai')), days_silent
FROM silences(district = {district:String}, days = {days:UInt16})
WHERE source = '' AND state = 'silent';

-- The windows of offices and of the district whose values may lack events, and why: numbers missing, how many of them lie among the dead letters, and
-- for how many working days the office (of a district: the longest of its offices) has been silent. A window that is not listed lacks nothing
-- that is known to be missing.
CREATE OR REPLACE VIEW incomplete_windows AS
SELECT
    district, subject_kind, subject_id, window_kind, window_start,
    sumIf(toUInt128(missing), counts) AS missing, sumIf(in_letters, counts) AS in_letters,
    arraySort(groupUniqArrayIf(toString(source), kind = 'gap')) AS sources,
    arraySort(groupUniqArrayIf(toString(office), kind = 'silence')) AS silent_offices, max(days_silent) AS days_silent
FROM
(
    SELECT
        m.*, if(to_district, 'district', 'office') AS subject_kind, if(to_district, district, office) AS subject_id, kind = 'gap' AS counts,
        arrayJoin(arrayConcat([kind = 'gap' AND office = ''], if(kind = 'silence', [true], []))) AS to_district,
        arrayJoin(['day', 'week', 'month', 'quarter', 'half', 'year']) AS window_kind,
        arrayJoin(arrayDistinct(arrayMap(
            n -> multiIf(
                window_kind = 'day', toDate(addDays(first_day, n)),
                window_kind = 'week', toDate(toMonday(addDays(first_day, n))),
                window_kind = 'month', toDate(toStartOfMonth(addDays(first_day, n))),
                window_kind = 'quarter', toDate(toStartOfQuarter(addDays(first_day, n))),
                window_kind = 'half', toDate(addMonths(toStartOfYear(addDays(first_day, n)), if(toMonth(addDays(first_day, n)) > 6, 6, 0))),
                toDate(toStartOfYear(addDays(first_day, n)))),
            range(toUInt32(greatest(0, least(3660, dateDiff('day', first_day, last_day) + 1))))))) AS window_start
    FROM missing_events(district = {district:String}, days = {days:UInt16}) AS m
)
GROUP BY district, subject_kind, subject_id, window_kind, window_start;
