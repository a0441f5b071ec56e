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

-- The assertions and amendments of a district, each with the record that it speaks of and what it is now: `live`; `amended` (an amendment stands
-- in its place); `superseded` (an amendment that gave way to a greater revision); `retracted`, itself or with its target.
-- stands_as_*: the identity under which it counts; an amendment has its target's. local_day: the day at +08:00, where Asia/Shanghai was not in
-- the summers until 1991. `records`: those wanted, [] for all; `family`: how their types begin. A record's key is the subject, office or id that
-- its name ends in, which spares reading the data of all other events; where all are subjects, the index by_subject is used. An event never changes, so that without FINAL, which reads more, a
-- row that was written twice is the same row.
CREATE OR REPLACE VIEW record_events AS
WITH
    retractions AS
    (
        SELECT if(targetsource = '', source, targetsource) AS of_source, JSONExtractString(data, 'target') AS of_id
        FROM event_rows
        WHERE district = {district:String} AND type = 'dat.event.retracted'
    ),
    arrayMap(r -> if(position(r, '#') > 0, substring(r, position(r, '#') + 1), splitByChar(':', r)[2]), {records:Array(String)}) AS keys,
    arrayAll(r -> substring(r, 1, position(r, ':')) IN ('med:', 'cor:', 'res:', 'task:', 'leg.aid:', 'gov.review:'), {records:Array(String)}) AS by_subject
SELECT
    multiIf(
        type = 'med.screening.held', concat(type, ':', office),
        endsWith(type, '.snapshot'), concat(type, ':', office),
        startsWith(type, 'cap.rating.'), concat('cap.rating:', office, ':', JSONExtractString(data, 'programme')),
        type = 'leg.contract.signed', concat('leg.contract:', office, ':', JSONExtractString(data, 'village_ref')),
        type = 'leg.counsel.visited', concat('leg.counsel:', office, ':', JSONExtractString(data, 'village_ref')),
        startsWith(type, 'leg.aid.'), concat('leg.aid:', subject),
        startsWith(type, 'gov.review.'), concat('gov.review:', subject),
        startsWith(type, 'reg.office.'), concat('reg.office:', JSONExtractString(data, 'office')),
        subject != '' AND substring(type, 1, 4) IN ('med.', 'cor.', 'res.'), concat(substring(type, 1, 3), ':', subject),
        subject != '' AND startsWith(type, 'soc.task.'), concat('task:', subject),
        concat(stands_as_source, '#', stands_as_id)) AS record,
    source, id, type, time, toDate32(time, 'Etc/GMT-8') AS local_day, office, subject, op, revision, stands_as_source, stands_as_id,
    multiIf(
        (stands_as_source, stands_as_id) IN retractions OR (source, id) IN retractions, 'retracted',
        amendment.2 = '', 'live',
        op != 'amend', 'amended',
        amendment = (source, id), 'live',
        'superseded') AS standing,
    data, partition, offset, appended_at
FROM
(
    SELECT *, if(op = 'amend' AND targetsource != '', targetsource, source) AS stands_as_source, if(op = 'amend', target, id) AS stands_as_id
    FROM event_rows
    WHERE district = {district:String} AND type != 'dat.event.retracted' AND startsWith(type, {family:String})
        AND (empty(keys) OR (by_subject AND has(keys, subject)) OR (NOT by_subject AND (has(keys, id) OR has(keys, target) OR has(keys, subject)
             OR (subject = '' AND (has(keys, office) OR startsWith(type, 'reg.office.'))))))
    LIMIT 1 BY source, id
) AS e
LEFT JOIN
(
    SELECT if(targetsource = '', source, targetsource) AS of_source, target AS of_id, argMax((source, id), (revision, id, source)) AS amendment
    FROM event_rows
    WHERE district = {district:String} AND op = 'amend' AND (source, id) NOT IN retractions
    GROUP BY of_source, of_id
) AS a ON a.of_source = e.stands_as_source AND a.of_id = e.stands_as_id
WHERE empty({records:Array(String)}) OR has({records:Array(String)}, record);

-- When and where a person counts: one row per stay (cor.present, res.present; ends_on null while it runs) and per event that tells a fact of
-- a person (cor.lost, cor.reoffender, res.helped). A stay runs from an entry met while outside to the next exit; help counts inside a stay, at
-- the office of its entry. `moment` orders them: of two on one day the later decides who pays.
CREATE OR REPLACE VIEW person_spans AS
WITH
    ['cor.subject.registered', 'res.person.enrolled'] AS entries,
    ['cor.subject.released', 'cor.subject.terminated', 'cor.subject.recalled', 'cor.subject.moved',
     'res.person.discharged', 'res.person.moved', 'res.person.died'] AS ends,
    ['res.visit.made', 'res.agreement.signed'] AS help
SELECT
    record,
    multiIf(enters, concat(substring(type, 1, 3), '.present'), has(help, type), 'res.helped',
            type = 'cor.control.lost', 'cor.lost', type = 'cor.subject.due', 'cor.missed', type = 'res.reoffence.recorded', 'res.reoffender',
            'cor.reoffender') AS component,
    -- Who has not reported is missing from the day after the limit.
    if(type = 'cor.subject.due', addDays(report_by, 1), local_day) AS day,
    if(enters, next_exit, toNullable(day)) AS ends_on,
    if(has(help, type), assumeNotNull(entered_at), toString(office)) AS office,
    (time, id, source) AS moment
FROM
(
    SELECT
        *,
        anyLast(if(enters AND NOT inside, toNullable(toString(office)), NULL)) OVER
        (
            PARTITION BY record ORDER BY time, id, source ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS entered_at
    FROM
    (
        SELECT
            *,
            ifNull(anyLast(if(enters OR exits, toNullable(enters), NULL)) OVER
            (
                PARTITION BY record ORDER BY time, id, source ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ), 0) AS inside,
            anyLast(if(exits, toNullable(local_day), NULL)) OVER
            (
                PARTITION BY record ORDER BY time DESC, id DESC, source DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS next_exit
        FROM
        (
            SELECT
                record, type, local_day, office, time, toString(stands_as_id) AS id, toString(stands_as_source) AS source,
                has(entries, type) AS enters, has(ends, type) AS exits,
                toDate32OrZero(JSONExtractString(data, 'report_by')) AS report_by
            FROM record_events(district = {district:String}, records = {records:Array(String)}, family = {family:String})
            WHERE standing = 'live' AND (enters OR exits OR has(help, type) OR type = 'cor.control.lost'
                OR type IN ('cor.subject.due', 'res.reoffence.recorded') OR (type = 'cor.reoffence.recorded' AND JSONExtractString(data, 'stage') = 'convicted'))
        )
    )
)
WHERE multiIf(enters, NOT inside, exits, 0, has(help, type), inside, 1);

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
        FROM split_rows FINAL
        WHERE district = {district:String} AND NOT gone AND role IN ('funding', 'managing') AND cost_category IN ('operating', 'all')
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
        addMonths(window_start, multiIf(window_kind = 'month', 1, window_kind = 'quarter', 3, window_kind = 'half', 6, 12))) AS window_end
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

-- Facts behind values; one row per fact and value, but a stock is told net by record and office, as of the window's last day or today.
CREATE OR REPLACE VIEW lineage_of_facts AS
WITH
    (SELECT toDate32(max(today)) FROM district_rows FINAL WHERE district = {district:String} AND NOT gone) AS today,
    (
        SELECT mapFromArrays(groupArray(authority), groupArray(toString(kind)))
        FROM authority_rows FINAL
        WHERE district = {district:String} AND NOT gone
    ) AS kind_of,
    least(addYears(toDate32({last_start:Date}), 1), today + 1) AS end_day,
    terms AS
    (
        SELECT * FROM indicator_parts WHERE {indicator:String} = '' OR id = {indicator:String}
    )
SELECT
    {district:String} AS district, indicator, subject.1 AS mode, dimension, subject.2 AS subject_kind, subject.3 AS subject_id,
    window_kind, toDate(window_start) AS window_start,
    part, place, scope, component, kind, record, day, weighed_on, office, assigner, amount, subject.4 AS weight
FROM
(
    SELECT
        t.id AS indicator, t.part AS part, t.place AS place, any(t.scope) AS scope, any(t.component) AS component, any(t.kind) AS kind,
        any(t.modes) AS modes, any(t.offices AND (t.told_dimension != '' OR f.dimension = '' OR NOT short)) AS offices, any(t.authorities AND NOT short) AS authorities,
        w.window_kind AS window_kind, w.window_start AS window_start, w.window_kind IN ('day', 'week') AS short,
        record, if(t.told_dimension = '', f.dimension, '') AS dimension, max(f.day) AS day, toString(f.office) AS office, toString(argMax(f.assigner, f.day)) AS assigner,
        if(any(t.of_kind) = 'stock', least(cut.2 - 1, today), day) AS weighed_on,
        [office] AS counts_at,
        sum(f.amount * multiIf(
            t.kind = 'months', t.weights[toMonth(cut.1)],
            t.kind = 'days', dateDiff('day', greatest(f.day, cut.1), assumeNotNull(least(cut.2, today + 1))),
            1)) AS amount
    FROM
    (
        SELECT component, record, day, dimension, office, assigner, amount
        FROM fact_rows FINAL
        WHERE district = {district:String} AND NOT gone AND ({record:String} = '' OR record = {record:String})
            AND component IN (SELECT told_as FROM terms WHERE of_kind NOT IN ('distinct', 'named')) AND day < end_day
            AND (day >= toDate32({first_start:Date}) OR component IN (SELECT told_as FROM terms WHERE of_kind = 'stock'))
    ) AS f
    INNER JOIN terms AS t ON t.told_as = f.component
    CROSS JOIN calendar(window_kind = {window_kind:String}, first_start = {first_start:Date}, last_start = {last_start:Date}) AS w
    LEFT JOIN
    (
        SELECT office AS paid, groupArray(valid_from) AS turns FROM payers(district = {district:String}) GROUP BY paid
    ) AS turning ON turning.paid = f.office
    -- A sum over months is cut by months, one over days by the changes of payers; everything else is one piece.
    ARRAY JOIN multiIf(
        t.kind = 'months', arrayMap(c -> (addMonths(c, -1), c), arrayFilter(c -> addMonths(c, -1) <= today, w.cuts)),
        t.kind = 'days',
            arrayMap(
                (a, b) -> (a, b),
                arraySort(arrayConcat([w.window_start], arrayFilter(v -> v > w.window_start AND v < w.window_end, turns))),
                arraySort(arrayConcat(arrayFilter(v -> v > w.window_start AND v < w.window_end, turns), [w.window_end]))),
        [(w.window_start, w.window_end)]) AS cut
    WHERE w.window_start <= today AND cut.1 <= today AND f.day < cut.2 AND (f.day >= w.window_start OR t.of_kind = 'stock') AND has(t.windows, w.window_kind)
        AND (empty(t.assigner_kinds) OR has(t.assigner_kinds, kind_of[f.assigner]))
        AND multiIf(
            t.told_dimension != '', f.dimension = t.told_dimension,
            f.dimension = '', t.total,
            has(t.dims, splitByChar('=', f.dimension)[1]))
    GROUP BY
        indicator, part, place, window_kind, window_start, record, f.dimension, t.told_dimension, f.office, cut,
        if(t.of_kind = 'stock', toDate32(0), f.day), if(t.of_kind = 'stock', '', f.assigner)
    HAVING amount != 0 OR kind = 'histogram'
) AS c
ASOF LEFT JOIN
(
    SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
) AS p ON p.paid = c.office AND c.weighed_on >= p.valid_from
LEFT JOIN
(
    SELECT indicator AS of_indicator, window_kind AS of_kind, window_start AS of_start, groupUniqArray(toString(subject_id)) AS owners
    FROM indicator_value_rows FINAL
    WHERE district = {district:String} AND indicator IN (SELECT id FROM terms WHERE scope = 'all')
        AND ({window_kind:String} = '' OR window_kind = {window_kind:String})
        AND window_start >= {first_start:Date} AND window_start <= {last_start:Date}
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
    ) AS subject;

-- Persons behind values, each once a value, with the last fact or day of stay in the window, which decides who pays; offices count the persons
-- who were there. Presence has no facts and rests on the stays alone; everything else must stand in the facts as well.
CREATE OR REPLACE VIEW lineage_of_persons AS
WITH
    (SELECT toDate32(max(today)) FROM district_rows FINAL WHERE district = {district:String} AND NOT gone) AS today,
    terms AS
    (
        SELECT * FROM indicator_parts WHERE {indicator:String} = '' OR id = {indicator:String}
    )
SELECT
    {district:String} AS district, indicator, subject.1 AS mode, dimension, subject.2 AS subject_kind, subject.3 AS subject_id,
    window_kind, toDate(window_start) AS window_start,
    part, place, scope, component, kind, record, day, weighed_on, office, assigner, amount, subject.4 AS weight
FROM
(
    SELECT
        t.id AS indicator, t.part AS part, t.place AS place, any(t.scope) AS scope, any(t.component) AS component, any(t.kind) AS kind,
        any(t.modes) AS modes, any(t.offices) AS offices, any(t.authorities) AS authorities,
        w.window_kind AS window_kind, w.window_start AS window_start, record, '' AS dimension,
        max((least(ifNull(s.ends_on, today), cut - 1, today), s.moment, s.office)) AS last,
        last.1 AS day, last.1 AS weighed_on, last.3 AS office, groupUniqArray(s.office) AS counts_at, '' AS assigner, toInt64(1) AS amount
    FROM
    (
        SELECT *
        FROM person_spans(
            district = {district:String}, family = substring({indicator:String}, 1, 3),
            records = if({record:String} = '', [], [{record:String}]))
        WHERE component IN (SELECT told_as FROM terms) AND
        (
            endsWith(component, '.present') OR (component, record, day, office) IN
            (
                SELECT component, record, day, office
                FROM fact_rows FINAL
                WHERE district = {district:String} AND NOT gone AND ({record:String} = '' OR record = {record:String})
                    AND component IN (SELECT told_as FROM terms WHERE of_kind = 'distinct')
            )
        )
    ) AS s
    INNER JOIN terms AS t ON t.told_as = s.component
    CROSS JOIN calendar(window_kind = {window_kind:String}, first_start = {first_start:Date}, last_start = {last_start:Date}) AS w
    ARRAY JOIN if(t.kind = 'months', w.cuts, [w.window_end]) AS cut
    WHERE w.window_start <= today AND s.day < cut AND s.day <= today
        AND ifNull(s.ends_on, today) >= if(t.kind = 'months', addMonths(cut, -1), w.window_start) AND has(t.windows, w.window_kind)
    GROUP BY indicator, part, place, window_kind, window_start, record, cut
) AS c
ASOF LEFT JOIN
(
    SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
) AS p ON p.paid = c.office AND c.weighed_on >= p.valid_from
ARRAY JOIN arrayConcat(
    if(offices, arrayConcat([('none', 'district', {district:String}, toInt64(1))], arrayMap(o -> ('none', 'office', o, 1), counts_at)), []),
    arrayMap(g -> (g.1, 'authority', g.2, g.3), arrayFilter(
        g -> authorities AND has(modes, g.1),
        if(empty(given), arrayMap(g -> (g.1, concat('au-', {district:String}, '-unknown'), g.2),
            [('share_weighted', 10000), ('full', 1), ('lead', 1)]), given)))
    ) AS subject;

-- Things that facts name in their dimension, such as villages: each once a window and office, by the last fact there that names it.
CREATE OR REPLACE VIEW lineage_of_names AS
WITH
    (SELECT toDate32(max(today)) FROM district_rows FINAL WHERE district = {district:String} AND NOT gone) AS today,
    terms AS
    (
        SELECT * FROM indicator_parts WHERE kind = 'named' AND ({indicator:String} = '' OR id = {indicator:String})
    )
SELECT
    {district:String} AS district, indicator, subject.1 AS mode, '' AS dimension, subject.2 AS subject_kind, subject.3 AS subject_id,
    window_kind, toDate(window_start) AS window_start,
    part, place, scope, component, kind, record, day, day AS weighed_on, office, assigner, toInt64(1) AS amount, subject.4 AS weight
FROM
(
    SELECT
        t.id AS indicator, t.part AS part, t.place AS place, any(t.scope) AS scope, any(t.component) AS component, any(t.kind) AS kind,
        any(t.modes) AS modes, any(t.offices) AS offices, any(t.authorities) AS authorities,
        w.window_kind AS window_kind, w.window_start AS window_start, toString(f.office) AS office, f.dimension AS named,
        argMax((f.day, f.record, toString(f.assigner)), (f.day, f.record)) AS last,
        last.1 AS day, last.2 AS record, last.3 AS assigner
    FROM
    (
        SELECT component, record, day, dimension, office, assigner
        FROM fact_rows FINAL
        WHERE district = {district:String} AND NOT gone AND component IN (SELECT told_as FROM terms) AND day <= today
    ) AS f
    INNER JOIN terms AS t ON t.told_as = f.component
    CROSS JOIN calendar(window_kind = {window_kind:String}, first_start = {first_start:Date}, last_start = {last_start:Date}) AS w
    WHERE f.day >= w.window_start AND f.day < w.window_end AND has(t.windows, w.window_kind)
    GROUP BY indicator, part, place, window_kind, window_start, office, named
) AS c
ASOF LEFT JOIN
(
    SELECT office AS paid, valid_from, given FROM payers(district = {district:String})
) AS p ON p.paid = c.office AND c.day >= p.valid_from
ARRAY JOIN arrayConcat(
    if(offices, [('none', 'district', {district:String}, toInt64(1)), ('none', 'office', office, 1)], []),
    arrayMap(g -> (g.1, 'authority', g.2, g.3), arrayFilter(
        g -> authorities AND has(modes, g.1),
        if(empty(given), arrayMap(g -> (g.1, concat('au-', {district:String}, '-unknown'), g.2),
            [('share_weighted', 10000), ('full', 1), ('lead', 1)]), given)))
    ) AS subject
WHERE {record:String} = '' OR record = {record:String};

-- One row per fact or person behind a value, for every value whose window starts from first_start to last_start: the sum of amount × weight
-- over a part's rows is the part. What has no effect is left out. Rows of scope `all` are those of the whole district, against which an
-- authority's own are set. Who knows what an indicator rests on asks one half alone, which is faster: planning takes most of the time.
CREATE OR REPLACE VIEW lineage AS
SELECT * FROM lineage_of_facts(
    district = {district:String}, indicator = {indicator:String}, record = {record:String}, window_kind = {window_kind:String},
    first_start = {first_start:Date}, last_start = {last_start:Date})
UNION ALL
SELECT * FROM lineage_of_persons(
    district = {district:String}, indicator = {indicator:String}, record = {record:String}, window_kind = {window_kind:String},
    first_start = {first_start:Date}, last_start = {last_start:Date})
UNION ALL
SELECT * FROM lineage_of_names(
    district = {district:String}, indicator = {indicator:String}, record = {record:String}, window_kind = {window_kind:String},
    first_start = {first_start:Date}, last_start = {last_start:Date});

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
            assumeNotNull((SELECT toDate32(max(today)) + 1 FROM district_rows FINAL WHERE district = {district:String} AND NOT gone)))) AS passed,
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
