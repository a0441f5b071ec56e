-- What a duty officer watches: limits that come near, who and what is past one or on a control list, and which numbers of the past moved. All of it
-- follows from facts: one with a day ahead is a limit, for a record whose duty is met no longer stands for it.

-- The limits of a district that end within so many days (today included): kind, office, record and the last day on which it is in time.
--   report         to report and register (cor.subject.due)            investigation  to answer an investigation asked for
--   monitor        electronic monitoring to be ended or extended       notice         to answer a notice of release
--   mediation      thirtieth day of an open mediation                  task           to complete a task; instruction: to answer one
--   performance    agreement to be performed                           follow_up      to ask the parties, sixty days after the agreement
--   confirmation   thirtieth day after a written agreement, neither confirmed by the court nor performed (People's Mediation Law, art. 33)
--   aid_decision   seven working days after an application             aid_assignment to assign the aid that was granted
--   transfer       staff transfer to be effected                       counsel        last day of a village's contract with its counsel
--     SELECT kind, count() FROM limits_ahead(district = '990107', days = 7) GROUP BY kind
CREATE OR REPLACE VIEW limits_ahead AS
WITH
    assumeNotNull((SELECT max(toDate32(today)) FROM districts WHERE district = {district:String})) AS now_day,
    (SELECT (groupArrayArray(off), groupArrayArray(worked)) FROM working_years WHERE district = {district:String}) AS special,
    arrayFilter(
        d -> has(special.2, d) OR (toDayOfWeek(d) < 6 AND NOT has(special.1, d)), arrayMap(n -> addDays(now_day, n - 30), range(70))) AS worked
SELECT
    {district:String} AS district, kind, toString(anyIf(office, sign > 0)) AS office, record,
    maxIf(if(kind = 'aid_decision', arrayFilter(d -> d > day, worked)[7], addDays(day, -back)), sign > 0) AS last_day
FROM
(
    -- What makes a limit (1) and what meets it (-1), whose day lies so many days after the last day in time; what meets one on another day than that
    -- which makes it is told by record alone.
    SELECT
        office, record, day, amount * told.3 AS sign, told.1 AS kind, told.4 AS back, if(told.5, day, toDate32(0)) AS slot
    FROM facts
    ARRAY JOIN arrayFilter(t -> t.2 = component AND (NOT t.5 OR day >= now_day), [
        ('report', 'cor.missed_open', 1, 1, true), ('monitor', 'cor.monitor_over', 1, 1, true), ('mediation', 'med.open_overdue', 1, 1, true),
        ('investigation', 'cor.investigation_due', 1, 0, true), ('investigation', 'cor.investigation_done', -1, 0, true),
        ('notice', 'res.notice_due', 1, 0, true), ('notice', 'res.verified', -1, 0, true),
        ('task', 'soc.due', 1, 0, true), ('task', 'soc.done', -1, 0, true),
        ('instruction', 'soc.instruction_due', 1, 0, true), ('instruction', 'soc.instruction_done', -1, 0, true),
        ('performance', 'med.due', 1, 0, true), ('performance', 'med.fulfilled', -1, 0, true),
        ('follow_up', 'med.followup_due', 1, 0, true), ('follow_up', 'med.followed_up', -1, 0, true),
        ('aid_assignment', 'leg.aid_assign_due', 1, 0, true), ('aid_assignment', 'leg.aid_assigned', -1, 0, true),
        ('transfer', 'soc.transfer_due', 1, 0, true), ('transfer', 'soc.transferred', -1, 0, true),
        ('counsel', 'leg.contracted', -1, 1, true),
        ('confirmation', 'med.agreed_written', 1, -30, false), ('confirmation', 'med.confirmed', -1, 0, false),
        ('confirmation', 'med.fulfilled', -1, 0, false),
        ('aid_decision', 'leg.aid_received', 1, 0, false), ('aid_decision', 'leg.aid_decided', -1, 0, false)]) AS told
    WHERE district = {district:String} AND day >= addDays(now_day, -30)
        AND component IN ('cor.missed_open', 'cor.monitor_over', 'med.open_overdue', 'cor.investigation_due', 'cor.investigation_done',
            'res.notice_due', 'res.verified', 'soc.due', 'soc.done', 'soc.instruction_due', 'soc.instruction_done', 'med.due', 'med.fulfilled',
            'med.followup_due', 'med.followed_up', 'leg.aid_assign_due', 'leg.aid_assigned', 'soc.transfer_due', 'soc.transferred', 'leg.contracted',
            'med.agreed_written', 'med.confirmed', 'leg.aid_received', 'leg.aid_decided')
)
GROUP BY kind, record, slot
HAVING sum(sign) > 0 AND last_day >= now_day AND last_day <= addDays(now_day, {days:UInt16});

-- Who and what is past a limit or on a control list today, since which day: `overdue` mediations open for more than thirty days, `unreported` persons
-- who did not report in time and still have not, `over_limit` monitored beyond the limit, `monitored` within it, `lost` persons under correction out
-- of control, `lost_released` released persons whom nobody can find. Found again on the day of the loss counts as found.
CREATE OR REPLACE VIEW watch_lists AS
WITH assumeNotNull((SELECT max(toDate32(today)) FROM districts WHERE district = {district:String})) AS now_day
SELECT
    {district:String} AS district,
    multiIf(
        ahead, 'monitored', component = 'med.open_overdue', 'overdue', component = 'cor.missed_open', 'unreported',
        component = 'res.lost', 'lost_released', 'over_limit') AS kind,
    toString(office) AS office, record, if(ahead, NULL, toNullable(newest)) AS since_day
FROM
(
    SELECT component, office, record, day > now_day AS ahead, max(day) AS newest
    FROM facts
    WHERE district = {district:String} AND component IN ('med.open_overdue', 'cor.missed_open', 'cor.monitor_over', 'res.lost')
        AND (day <= now_day OR component = 'cor.monitor_over')
    GROUP BY component, office, record, ahead
    HAVING sum(amount) > 0
)
UNION ALL
SELECT {district:String}, 'lost', toString(at), record, toNullable(newest)
FROM
(
    SELECT
        record, maxIf(day, component = 'cor.lost') AS newest, argMaxIf(office, day, component = 'cor.lost') AS at,
        maxIf(day, component = 'cor.regain_hours') AS found, sumIf(amount, component = 'cor.caseload') AS inside, countIf(component = 'cor.caseload') AS stays
    FROM facts
    WHERE district = {district:String} AND component IN ('cor.lost', 'cor.regain_hours', 'cor.caseload') AND day <= now_day
        AND record IN (SELECT record FROM facts WHERE district = {district:String} AND component = 'cor.lost')
    GROUP BY record
    HAVING newest > found AND (inside > 0 OR stays = 0)
);

-- Monthly numbers of the district and its offices that stood at an instant and read otherwise now, of months over since: what late and corrected
-- events moved.
--     SELECT * FROM moved_values(district = '990107', since = '2026-03-17 00:00:00', first_start = '2025-01-01')
CREATE OR REPLACE VIEW moved_values AS
SELECT
    {district:String} AS district, toString(of_indicator) AS indicator, toString(of_kind) AS subject_kind, toString(of_subject) AS subject_id, window_start,
    stood.1 AS old_numerator, stood.2 AS old_denominator, stood.3 AS old_value, stands.1 AS numerator, stands.2 AS denominator, stands.4 AS scale,
    stands.3 AS value, moved_at
FROM
(
    WITH parseDateTimeBestEffort({since:String}, 'Asia/Shanghai') AS instant
    SELECT
        v.indicator AS of_indicator, v.subject_kind AS of_kind, v.subject_id AS of_subject, window_start,
        argMaxIf((v.numerator, v.denominator, v.value), version, computed_at < instant) AS stood,
        argMax((v.numerator, v.denominator, v.value, v.scale), version) AS stands,
        max(computed_at) AS moved_at
    FROM indicator_value_versions AS v
    WHERE epoch = (SELECT epoch FROM served_epoch) AND v.district = {district:String} AND window_kind = 'month' AND window_start >= {first_start:Date}
        AND mode = 'none' AND dimension = '' AND addMonths(window_start, 1) <= (SELECT max(today) FROM districts WHERE district = {district:String})
        AND (v.indicator, v.subject_id, window_start) IN
        (
            SELECT indicator, subject_id, window_start
            FROM indicator_value_versions
            WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND window_kind = 'month'
                AND window_start >= {first_start:Date} AND mode = 'none' AND dimension = '' AND computed_at >= instant
        )
    GROUP BY of_indicator, of_kind, of_subject, window_start
    HAVING min(computed_at) < instant
)
WHERE stood.1 != stands.1 OR NOT (stood.2 <=> stands.2);
