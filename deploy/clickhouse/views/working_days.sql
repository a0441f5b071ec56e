-- The working days of China: weekdays that are no holidays, and weekends worked to make up for them.

-- What holds of each year: `decided` by the district, else `shipped` with the build. Years without a row are provisional: Monday to Friday.
CREATE OR REPLACE VIEW working_years AS
SELECT
    d.district AS district, s.year AS year, if(c.year = 0, 'shipped', 'decided') AS state, if(c.year = 0, s.off, c.off) AS off,
    if(c.year = 0, s.worked, c.worked) AS worked, c.doc_no AS doc_no, if(c.year = 0, NULL, toNullable(c.decided_at)) AS decided_at
FROM districts AS d
CROSS JOIN
(
    SELECT toUInt16(id) AS year, off, worked FROM shipped_calendar_rows FINAL
    UNION ALL
    SELECT DISTINCT year, [], [] FROM calendars
    WHERE toString(year) NOT IN (SELECT id FROM shipped_calendar_rows)
) AS s
LEFT JOIN calendars AS c ON c.district = d.district AND c.year = s.year
WHERE c.year != 0 OR toString(s.year) IN (SELECT id FROM shipped_calendar_rows);

-- Each day from the first to the last, whether it is worked, and on what ground: decided, shipped or provisional.
--     SELECT countIf(working) FROM working_days(district = '990107', first_day = '2026-02-14', last_day = '2026-02-28')
CREATE OR REPLACE VIEW working_days AS
SELECT
    {district:String} AS district,
    day,
    has(y.worked, day) OR (toDayOfWeek(day) < 6 AND NOT has(y.off, day)) AS working,
    if(y.state = '', 'provisional', y.state) AS state
FROM
(
    SELECT arrayJoin(arrayMap(n -> addDays({first_day:Date32}, n), range(greatest(0, dateDiff('day', {first_day:Date32}, {last_day:Date32}) + 1)))) AS day
) AS d
LEFT JOIN
(
    SELECT year, state, off, worked FROM working_years WHERE district = {district:String}
) AS y ON y.year = toYear(d.day);
