-- Lineage: from a value to the facts, records and events behind it, and back. Views with parameters, called like functions:
--     SELECT * FROM lineage(district = '990107', indicator = 'med_success_rate', record = '', window_kind = 'month',
--                           first_start = '2026-03-01', last_start = '2026-03-01') WHERE subject_id = '990107'
-- Each reads one district, by the tables' sorting keys. An indicator, a record or a kind of window that is '' stands for all.

CREATE OR REPLACE VIEW indicator_parts AS
SELECT
    id, shape, modes, windows, dims, total, offices, authorities,
    term.part AS part, term.place AS place, term.scope AS scope, term.component AS component, term.kind AS kind, term.told_as AS told_as,
    term.told_dimension AS told_dimension, term.of_kind AS of_kind, term.weights AS weights, term.assigner_kinds AS assigner_kinds,
    term.assigner_rule AS assigner_rule
FROM formula_rows FINAL
ARRAY JOIN terms AS term;

-- The name of the record that an assertion or amendment speaks of, '' for a retraction. An amendment without a subject stands in the record of
-- its target.
ALTER TABLE event_rows ADD COLUMN IF NOT EXISTS record String ALIAS '';

ALTER TABLE event_rows MODIFY COLUMN record String ALIAS multiIf(
    type = 'dat.event.retracted', '',
    type = 'med.screening.held' OR endsWith(type, '.snapshot'), concat(type, ':', office),
    startsWith(type, 'cap.rating.'), concat('cap.rating:', office, ':', JSONExtractString(data, 'programme')),
    type = 'leg.contract.signed', concat('leg.contract:', office, ':', JSONExtractString(data, 'village_ref')),
    type = 'leg.counsel.visited', concat('leg.counsel:', office, ':', JSONExtractString(data, 'village_ref')),
    startsWith(type, 'leg.aid.'), concat('leg.aid:', subject),
    startsWith(type, 'cap.service.'), concat('cap.service:', subject),
    startsWith(type, 'dat.report.'), concat('dat.report:', office, ':', JSONExtractString(data, 'report_code'), ':', JSONExtractString(data, 'period')),
    startsWith(type, 'gov.review.'), concat('gov.review:', subject),
    match(type, '^soc[.](instruction|secondment|transfer|joint)[.]'), concat('soc.', splitByChar('.', toString(type))[2], ':', subject),
    type = 'reg.split.decided', concat('reg.roles:', JSONExtractString(data, 'office')),
    startsWith(type, 'reg.office.'), concat('reg.office:', JSONExtractString(data, 'office')),
    subject != '' AND substring(type, 1, 4) IN ('med.', 'cor.', 'res.'), concat(substring(type, 1, 3), ':', subject),
    subject != '' AND startsWith(type, 'soc.task.'), concat('task:', subject),
    op = 'amend', concat(if(targetsource = '', source, targetsource), '#', target),
    concat(source, '#', id));

-- The assertions and amendments of a district, each with the record that it speaks of and what it is now: `live`; `amended` (an amendment stands
-- in its place); `superseded` (an amendment that gave way to a greater revision); `retracted`, itself or with its target.
-- stands_as_*: the identity under which it counts; an amendment has its target's. local_day: the day at +08:00, where Asia/Shanghai was not in
-- the summers until 1991. `records`: those wanted, [] for all; `family`: how their types begin. A record's key is the subject, office or id that
-- its name ends in, which spares reading the data of all other events; where all are subjects, the index by_subject is used. An event never
-- changes, so that without FINAL, which reads more, a row that was written twice is the same row.
CREATE OR REPLACE VIEW record_events AS
WITH
    arrayMap(r -> if(position(r, '#') > 0, substring(r, position(r, '#') + 1), splitByChar(':', r)[2]), {records:Array(String)}) AS keys,
    arrayAll(r -> substring(r, 1, position(r, ':')) IN ('med:', 'cor:', 'res:', 'task:', 'leg.aid:', 'gov.review:', 'cap.service:',
        'soc.instruction:', 'soc.secondment:', 'soc.transfer:', 'soc.joint:'), {records:Array(String)}) AS by_subject
SELECT
    record, source, id, type, time, toDate32(time, 'Etc/GMT-8') AS local_day, office, subject, op, revision, stands_as_source, stands_as_id,
    multiIf(
        gone, 'retracted',
        op != 'amend', if(empty(amendments), 'live', 'amended'),
        amendments[-1] = own, 'live',
        has(amendments, own), 'superseded',
        'retracted') AS standing,
    data, partition, offset, appended_at, recordedtime
FROM
(
    SELECT
        *, record,
        if(op = 'amend' AND targetsource != '', targetsource, source) AS stands_as_source, if(op = 'amend', target, id) AS stands_as_id,
        (assumeNotNull(revision), id, toString(source)) AS own
    FROM event_rows
    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND type != 'dat.event.retracted' AND startsWith(type, {family:String})
        AND (empty(keys) OR (by_subject AND has(keys, subject)) OR (NOT by_subject AND (has(keys, id) OR has(keys, target) OR has(keys, subject)
            OR (subject = '' AND (has(keys, office) OR type IN ('reg.office.opened', 'reg.office.closed', 'reg.split.decided'))))))
        AND (empty({records:Array(String)}) OR has({records:Array(String)}, record))
    LIMIT 1 BY source, id
) AS e
LEFT JOIN
(
    -- What was said of an identity: whether it was retracted, and the amendments that hold, each (revision, id, source), the last one live.
    SELECT
        if(targetsource = '', source, targetsource) AS of_source, concat(target, retracts) AS of_id, max(op != 'amend') AS gone,
        arraySort(groupUniqArrayIf((assumeNotNull(revision), id, toString(source)), op = 'amend' AND (source, id) NOT IN
        (
            SELECT if(targetsource = '', source, targetsource), retracts
            FROM event_rows
            WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND type = 'dat.event.retracted'
        ))) AS amendments
    FROM event_rows
    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND (op = 'amend' OR type = 'dat.event.retracted')
    GROUP BY of_source, of_id
) AS c ON c.of_source = e.stands_as_source AND c.of_id = e.stands_as_id;

-- When and where a person counts: one row per stay (cor.present, res.present; ends_on null while it runs) and per live event that tells a fact
-- of a person on a day from first_day to last_day (cor.lost, cor.missed, cor.reoffender, res.helped, res.reoffender). A stay runs from the first
-- entry after an exit to the next exit; help counts inside a stay, at the office of its entry; who has not reported is missing from the day after
-- the limit. `moment` orders them: of two on one day the later decides who pays.
CREATE OR REPLACE VIEW person_spans AS
WITH
    ['cor.subject.registered', 'res.person.enrolled'] AS entries,
    ['cor.subject.released', 'cor.subject.terminated', 'cor.subject.recalled', 'cor.subject.moved',
     'res.person.discharged', 'res.person.moved', 'res.person.died'] AS ends,
    ['res.visit.made', 'res.agreement.signed'] AS help
SELECT record, span.1 AS component, span.2 AS day, span.3 AS ends_on, span.4 AS office, span.5 AS moment
FROM
(
    SELECT
        record, countIf(enters) > 0 AS stayed, argMinIf((day, office, moment), moment, enters) AS entry,
        if(countIf(exits) > 0, toNullable(maxIf(day, exits)), NULL) AS left_on,
        groupArrayIf((component, day, toNullable(day), office, moment), NOT enters AND NOT exits) AS told
    FROM
    (
        SELECT
            record, day, toString(office) AS office, has(entries, type) AS enters, has(ends, type) AS exits,
            (time, toString(stands_as_id), toString(stands_as_source)) AS moment,
            multiIf(has(help, type), 'res.helped', type = 'cor.control.lost', 'cor.lost', type = 'cor.subject.due', 'cor.missed',
                type = 'res.reoffence.recorded', 'res.reoffender', 'cor.reoffender') AS component,
            countIf(exits) OVER (PARTITION BY record ORDER BY moment ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS exits_before
        FROM
        (
            SELECT
                concat(substring(type, 1, 3), ':', subject) AS record, type, op, revision, time, office, source, id,
                if(type = 'cor.subject.due', addDays(report_by, 1), toDate32(time, 'Etc/GMT-8')) AS day,
                if(op = 'amend' AND targetsource != '', targetsource, source) AS stands_as_source, if(op = 'amend', target, id) AS stands_as_id
            FROM event_rows
            WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND startsWith(type, {family:String})
                AND (empty({records:Array(String)})
                    OR (has(arrayMap(r -> substring(r, 5), {records:Array(String)}), subject) AND has({records:Array(String)}, record)))
                AND (has(entries, type) OR has(ends, type)
                    OR ((has(help, type) OR type IN ('cor.control.lost', 'cor.subject.due', 'res.reoffence.recorded') OR convicts) AND day >= {first_day:Date32} AND day <= {last_day:Date32}))
            LIMIT 1 BY source, id
        ) AS e
        LEFT JOIN
        (
            -- As in record_events; asked for here once more, for only few events have to be joined, and a view between costs more than it saves.
            SELECT
                if(targetsource = '', source, targetsource) AS of_source, concat(target, retracts) AS of_id, max(op != 'amend') AS gone,
                arraySort(groupUniqArrayIf((assumeNotNull(revision), id, toString(source)), op = 'amend' AND (source, id) NOT IN
                (
                    SELECT if(targetsource = '', source, targetsource), retracts
                    FROM event_rows
                    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND type = 'dat.event.retracted'
                ))) AS amendments
            FROM event_rows
            WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND (op = 'amend' OR type = 'dat.event.retracted')
            GROUP BY of_source, of_id
        ) AS c ON c.of_source = e.stands_as_source AND c.of_id = e.stands_as_id
        WHERE NOT gone AND if(op = 'amend', amendments[-1] = (assumeNotNull(revision), id, toString(source)), empty(amendments))
    )
    GROUP BY record, exits_before
)
ARRAY JOIN arrayConcat(
    if(stayed, [(concat(substring(record, 1, 3), '.present'), entry.1, left_on, entry.2, entry.3)], []),
    arrayMap(t -> if(t.1 = 'res.helped', (t.1, t.2, t.3, entry.2, t.5), t),
        arrayFilter(t -> t.1 != 'res.helped' OR (stayed AND t.5 > entry.3), told))) AS span;

-- Who pays for an office from a day on, and who leads: the funding split of the category (`operating`), else that of `all`, without shares of 0.
-- The lead has most basis points; of several the one with most in the managing split, then the lowest id. `given`: (mode, authority, weight).
-- No row for an office and day: the unknown authority pays.
CREATE OR REPLACE VIEW payers AS
SELECT
    office, valid_from, shares, lead,
    arrayConcat(
        arrayMap(s -> ('share_weighted', s.authority, toInt64(s.bp)), shares),
        arrayMap(s -> ('full', s.authority, 1), shares),
        [('lead', lead, 1)]) AS given
FROM
(
    SELECT
        office,
        on_day AS valid_from,
        arrayFilter(s -> s.bp > 0, arrayLast(d -> d.role = 'funding' AND d.valid_from <= on_day, decisions).shares) AS shares,
        arrayLast(d -> d.role = 'managing' AND d.valid_from <= on_day, decisions).shares AS managing,
        arraySort(arrayMap(
            s -> (-toInt32(s.bp), -toInt32(arrayFirst(m -> m.authority = s.authority, managing).bp), s.authority), shares))[1].3 AS lead
    FROM
    (
        -- The category's own splits stand behind those of `all`, so that the last one in force is found first among them.
        SELECT
            office,
            arraySort(d -> (d.own, d.valid_from), groupArray((role, cost_category = 'operating', valid_from, shares)::Tuple(
                role String, own Bool, valid_from Date32, shares Array(Tuple(authority String, bp UInt16))))) AS decisions
        FROM split_decisions
        WHERE district = {district:String} AND role IN ('funding', 'managing') AND cost_category IN ('operating', 'all')
        GROUP BY office
    )
    ARRAY JOIN arrayDistinct(arrayMap(d -> d.valid_from, decisions)) AS on_day
)
WHERE notEmpty(shares);

-- The windows that start from first_start to last_start; window_end is the day after the last.
CREATE OR REPLACE VIEW calendar AS
SELECT
    window_kind,
    toDate32(start) AS window_start,
    -- The days after its months' last ones; what is summed over months is cut at each of them.
    if(window_kind IN ('day', 'week'), [], arrayMap(n -> addMonths(window_start, n), range(1, dateDiff('month', window_start, window_end) + 1))) AS cuts,
    multiIf(
        window_kind = 'day', window_start + 1,
        window_kind = 'week', window_start + 7,
        addMonths(window_start, multiIf(window_kind = 'month', 1, window_kind = 'quarter', 3, window_kind = 'half', 6, 12))) AS window_end,
    -- The first days of the months that it reaches into: what counts on one day is looked for in the windows of that day's month alone.
    arrayMap(n -> addMonths(toStartOfMonth(window_start), n), range(dateDiff('month', window_start, window_end - 1) + 1)) AS months
FROM
(
    SELECT
        kind AS window_kind,
        arrayMap(n -> toDate(n), range(toUInt32({first_start:Date}), toUInt32({last_start:Date}) + 1)) AS days,
        arrayMap(
            d -> multiIf(
                kind = 'day', d,
                kind = 'week', toMonday(d),
                kind = 'month', toStartOfMonth(d),
                kind = 'quarter', toStartOfQuarter(d),
                kind = 'half', addMonths(toStartOfYear(d), 6 * (toMonth(d) > 6)),
                toStartOfYear(d)),
            days) AS starts
    FROM (SELECT arrayJoin(['day', 'week', 'month', 'quarter', 'half', 'year']) AS kind)
    WHERE {window_kind:String} = '' OR kind = {window_kind:String}
)
ARRAY JOIN arrayDistinct(starts) AS start
WHERE start >= {first_start:Date};

-- One row per fact or person behind a value, for every value whose window starts from first_start to last_start: the sum of amount × weight
-- over a part's rows is the part. What has no effect is left out. Rows of scope `all` are those of the whole district, against which an
-- authority's own are set. A stock is told net by record and office, as of the window's last day or today; a person once, with the last fact or
-- day of stay in the window, which decides who pays, while offices count whoever was there. Presence has no facts and rests on the stays
-- alone; everything else must stand in the facts as well. Things that facts name in their dimension, such as villages, are told once a window and
-- office, by the last fact there that names them. What authorities hold by the facts' own word (`held`) is told by holder. A sum over months is told month by month, times what the month counts; one over days, as often
-- as payers change, times the days. Planning all this takes ClickHouse a tenth of a second and more, however little there is.
CREATE OR REPLACE VIEW lineage AS
WITH
    assumeNotNull((SELECT toDate32(max(today)) FROM districts WHERE district = {district:String})) AS today,
    (
        SELECT mapFromArrays(groupArray(authority), groupArray(toString(kind)))
        FROM authorities
        WHERE district = {district:String}
    ) AS kind_of,
    (
        SELECT (
            groupUniqArrayIf(told_as, of_kind NOT IN ('distinct', 'named')), groupUniqArrayIf(told_as, of_kind = 'stock'),
            groupUniqArrayIf(told_as, of_kind = 'distinct'), groupUniqArrayIf(told_as, of_kind = 'named'),
            groupUniqArrayIf(told_as, kind = 'months'), groupUniqArrayIf(told_as, kind = 'days'), groupUniqArrayIf(told_as, assigner_rule = 'held'))
        FROM indicator_parts
        WHERE {indicator:String} = '' OR id = {indicator:String}
    ) AS told_as,
    told_as.1 AS sums, told_as.2 AS stocks, told_as.3 AS persons, told_as.4 AS names, told_as.5 AS monthlies, told_as.6 AS dailies,
    told_as.7 AS helds,
    least(addYears(toDate32({last_start:Date}), 1) - 1, today) AS last_day
SELECT
    {district:String} AS district, indicator, subject.1 AS mode, dimension, subject.2 AS subject_kind, subject.3 AS subject_id,
    window_kind, toDate(window_start) AS window_start,
    part, place, scope, component, kind, record, day, weighed_on, office, assigner, amount, subject.4 AS weight
FROM
(
    SELECT
        t.id AS indicator, t.part AS part, t.place AS place, t.scope AS scope, t.component AS component, t.kind AS kind, t.modes AS modes,
        t.assigner_rule AS rule,
        t.offices AND (t.told_dimension != '' OR c.dimension = '' OR c.named OR NOT short) AS offices, t.authorities AND NOT short AS authorities,
        window_kind, window_start, window_kind IN ('day', 'week') AS short, record,
        if(t.told_dimension = '' AND NOT c.named, c.dimension, '') AS dimension,
        last.1 AS weighed_on, if(t.of_kind = 'stock', last_fact, weighed_on) AS day, last.3 AS office, counts_at, assigner,
        c.amount * if(t.kind = 'months', t.weights[toMonth(c.cut.first)], 1) AS amount
    FROM
    (
        SELECT
            component, named, w.window_kind AS window_kind, w.window_start AS window_start, cut, dimension,
            argMax(s.record, (s.day, s.record)) AS record, argMax(s.assigner, (s.day, s.record)) AS assigner,
            max((least(s.until, cut.after - 1), moment, s.office)) AS last, max(s.day) AS last_fact, groupUniqArray(s.office) AS counts_at,
            if(any(person OR named), 1, sum(
                s.amount * if(cut.of = 'days', dateDiff('day', greatest(s.day, cut.first), least(cut.after, last_day + 1)), 1))) AS amount
        FROM
        (
            -- Days from which, and until which, something counts: a fact on its day, one of a stock from its day on, a person while she is there.
            -- What counts on more than one day is looked for in all windows.
            SELECT
                toString(component) AS component, record, day, if(stock, last_day, day) AS until, dimension, toString(office) AS office,
                toString(assigner) AS assigner, amount, has(stocks, component) AS stock, false AS person, name AS named,
                (toDateTime64(0, 6, 'Asia/Shanghai'), '', '') AS moment, if(stock, toDate32(0), toDate32(toStartOfMonth(day))) AS searched
            FROM fact_rows FINAL
            ARRAY JOIN arrayConcat(if(has(sums, component), [false], []), if(has(names, component), [true], [])) AS name
            WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND NOT gone AND day <= last_day
                AND ((has(sums, component) AND ({record:String} = '' OR record = {record:String})) OR has(names, component))
                AND (day >= toDate32({first_start:Date}) OR has(stocks, component))
            UNION ALL
            SELECT
                component, record, day, ifNull(ends_on, last_day) AS until, '' AS dimension, office,
                '' AS assigner, toInt64(1) AS amount, false AS stock, true AS person, false AS named, moment, toDate32(0) AS searched
            FROM person_spans(
                district = {district:String}, family = if(empty(persons), '-', substring({indicator:String}, 1, 3)),
                records = if({record:String} = '', [], [{record:String}]),
                first_day = toDate32({first_start:Date}), last_day = addYears(toDate32({last_start:Date}), 1))
            WHERE has(persons, component) AND day <= last_day AND
            (
                endsWith(component, '.present') OR (component, record, day, office) IN
                (
                    SELECT component, record, day, office
                    FROM fact_rows FINAL
                    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND NOT gone AND ({record:String} = '' OR record = {record:String})
                        AND has(persons, component)
                )
            )
        ) AS s
        INNER JOIN
        (
            SELECT window_kind, window_start, window_end, cuts, searched
            FROM calendar(window_kind = {window_kind:String}, first_start = {first_start:Date}, last_start = {last_start:Date})
            ARRAY JOIN arrayConcat(months, if(window_kind IN ('day', 'week'), [], [toDate32(0)])) AS searched
        ) AS w ON w.searched = s.searched
        LEFT JOIN
        (
            SELECT office AS paid, groupArray(valid_from) AS turns FROM payers(district = {district:String}) GROUP BY paid
        ) AS turning ON turning.paid = s.office
        -- The window; for sums over months each of its months; for those over days each stretch of the office's payers.
        ARRAY JOIN arrayConcat(
            [('', w.window_start, w.window_end)],
            if(has(monthlies, component), arrayMap(after -> ('months', addMonths(after, -1), after), w.cuts), []),
            if(has(dailies, component),
                arrayMap(
                    (first, after) -> ('days', first, after),
                    arraySort(arrayConcat([w.window_start], arrayFilter(v -> v > w.window_start AND v < w.window_end, turns))),
                    arraySort(arrayConcat(arrayFilter(v -> v > w.window_start AND v < w.window_end, turns), [w.window_end]))), [])
            )::Array(Tuple(of String, first Date32, after Date32)) AS cut
        WHERE s.day < cut.after AND s.until >= cut.first AND (w.window_kind NOT IN ('day', 'week') OR NOT (stock OR person))
        GROUP BY
            component, named, window_kind, window_start, cut, dimension, if(named, '', s.record), if(person, '', s.office),
            if(stock OR person OR named, last_day, s.day), if((stock AND NOT has(helds, component)) OR person OR named, '', s.assigner)
    ) AS c
    INNER JOIN
    (
        SELECT * FROM indicator_parts WHERE {indicator:String} = '' OR id = {indicator:String}
    ) AS t ON t.told_as = c.component
    WHERE c.cut.of = if(t.kind IN ('months', 'days'), t.kind, '') AND c.named = (t.of_kind = 'named') AND has(t.windows, window_kind)
        AND (empty(t.assigner_kinds) OR has(t.assigner_kinds, kind_of[assigner]))
        AND multiIf(
            c.named, true,
            t.told_dimension != '', c.dimension = t.told_dimension,
            c.dimension = '', t.total,
            has(t.dims, splitByChar('=', c.dimension)[1]))
        AND (amount != 0 OR kind = 'histogram') AND ({record:String} = '' OR record = {record:String})
) AS c
ASOF LEFT JOIN
(
    SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
) AS p ON p.paid = c.office AND c.weighed_on >= p.valid_from
LEFT JOIN
(
    SELECT indicator AS of_indicator, window_kind AS of_kind, window_start AS of_start, groupUniqArray(toString(subject_id)) AS owners
    FROM indicator_value_rows FINAL
    WHERE epoch = (SELECT epoch FROM served_epoch) AND district = {district:String} AND ({window_kind:String} = '' OR window_kind = {window_kind:String})
        AND window_start >= {first_start:Date} AND window_start <= {last_start:Date}
        AND indicator IN (SELECT id FROM indicator_parts WHERE scope = 'all' AND ({indicator:String} = '' OR id = {indicator:String}))
    GROUP BY of_indicator, of_kind, of_start
) AS o ON o.of_indicator = c.indicator AND o.of_kind = c.window_kind AND o.of_start = c.window_start
ARRAY JOIN arrayConcat(
    if(offices, arrayConcat([('none', 'district', {district:String}, toInt64(1))], arrayMap(o -> ('none', 'office', o, 1), counts_at)), []),
    arrayMap(g -> (g.1, 'authority', g.2, g.3), arrayFilter(
        g -> authorities AND has(modes, g.1),
        if(empty(given), arrayMap(g -> (g.1, concat('au-', {district:String}, '-unknown'), g.2),
            [('share_weighted', 10000), ('full', 1), ('lead', 1)]), given))),
    if(authorities AND has(modes, 'assigned_by') AND assigner != 'self', [('assigned_by', 'authority', assigner, 1)], []),
    if(authorities AND has(modes, 'own') AND scope = 'own' AND assigner != 'self', [('own', 'authority', assigner, 1)], []),
    if(authorities AND scope = 'all', arrayMap(a -> ('own', 'authority', a, 1), owners), [])
    ) AS subject
-- Of work for those who pay nothing: what is for anybody else is left out.
WHERE rule != 'unpaid' OR (assigner != 'self'
    AND NOT has(if(empty(given), [concat('au-', {district:String}, '-unknown')], arrayMap(g -> g.2, given)), assigner));

-- The same values computed from lineage alone, in SQL: what `indicator_values` must say. Values of nothing have no row.
CREATE OR REPLACE VIEW recomputed AS
SELECT
    district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start,
    multiIf(
        startsWith(shape, 'p'), sorted[intDiv(toUInt8(substring(shape, 2)) * length(sorted) + 99, 100)],
        shape IN ('gap', 'mismatch'), if(nothing, 0, toInt64(floored + (2 * rest > over OR (2 * rest = over AND floored % 2 != 0)))),
        shape = 'average', if(c = 0, 0, a * passed),
        a + b) AS numerator,
    multiIf(
        shape = 'sum' OR startsWith(shape, 'p'), NULL,
        shape IN ('gap', 'mismatch'), if(nothing, 0, 100),
        shape = 'own_share' AND a = 0, 0,
        c + d) AS denominator
FROM
(
    SELECT
        *,
        dateDiff('day', window_start, least(
            multiIf(window_kind = 'month', addMonths(window_start, 1), window_kind = 'quarter', addMonths(window_start, 3),
                    window_kind = 'half', addMonths(window_start, 6), addYears(window_start, 1)),
            assumeNotNull((SELECT toDate32(max(today)) + 1 FROM districts WHERE district = {district:String})))) AS passed,
        toInt256(b) * d AS over,
        b = 0 OR d = 0 OR (shape = 'mismatch' AND a = 0 AND c = 0) AS nothing,
        -- 100 × (a/b - c/d) in hundredths of a point, rounded half to even.
        10000 * (toInt256(a) * d - toInt256(c) * b) AS exact,
        if(nothing, 0, intDiv(exact, if(over = 0, 1, over)) - (exact % if(over = 0, 1, over) < 0)) AS floored,
        exact - floored * over AS rest
    FROM
    (
        SELECT
            district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start,
            sumIf(amount * weight, part = 'numerator' AND place = 1) AS a,
            sumIf(amount * weight, part = 'numerator' AND place = 2) AS b,
            sumIf(amount * weight, part = 'denominator' AND place = 1) AS c,
            sumIf(amount * weight, part = 'denominator' AND place = 2) AS d,
            arraySort(groupArrayIf(amount, kind = 'histogram')) AS sorted
        FROM lineage(district = {district:String}, indicator = {indicator:String}, record = '', window_kind = {window_kind:String},
                     first_start = {first_start:Date}, last_start = {last_start:Date})
        GROUP BY district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start
    ) AS summed
    LEFT JOIN (SELECT id, shape FROM formula_rows FINAL) AS f ON f.id = summed.indicator
);
