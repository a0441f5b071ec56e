-- Which epoch is served, and the views that show its rows: all views rest on these, so all change with one row of `switch_rows`, at once. Within a
-- query the served epoch is looked up once, and the tables' partitions are epochs, so rows of others are not read.

-- 0 where there was no switch.
CREATE OR REPLACE VIEW served_epoch AS
SELECT argMax(epoch, switch) AS epoch FROM switch_rows;

-- Epochs that are served or were, whose rows are history.
CREATE OR REPLACE VIEW published_epochs AS
SELECT DISTINCT arrayJoin([epoch, previous, 0]) AS epoch FROM switch_rows
UNION DISTINCT SELECT 0;

CREATE OR REPLACE VIEW epochs AS
SELECT switch, epoch, previous, decided_at, build, switch = (SELECT max(switch) FROM switch_rows) AS served
FROM switch_rows FINAL;

CREATE OR REPLACE VIEW offices AS
SELECT district, office, name, assumeNotNull(opened_on) AS opened_on, closed_on, merged_into, split_from, version
FROM office_rows FINAL
WHERE bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch) AND NOT gone AND isNotNull(office_rows.opened_on);

CREATE OR REPLACE VIEW authorities AS
SELECT district, authority, name, kind, version
FROM authority_rows FINAL
WHERE bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch) AND NOT gone;

-- As they were decided; `splits` has one row for each share.
CREATE OR REPLACE VIEW split_decisions AS
SELECT *
FROM split_rows FINAL
WHERE bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch) AND NOT gone;

-- One row per split and authority. valid_until is the day before which the split holds: the next valid_from of the same
-- office, role and category, or null while nothing follows. `all` is listed as decided; falling back to it is the reader's rule.
CREATE OR REPLACE VIEW splits AS
SELECT
    district,
    office,
    role,
    cost_category,
    valid_from,
    valid_until,
    share.authority AS authority,
    share.bp AS bp,
    doc_no,
    decided_at,
    version
FROM
(
    SELECT
        district, office, role, cost_category, valid_from, shares, doc_no, decided_at, version,
        leadInFrame(toNullable(valid_from)) OVER
        (
            PARTITION BY district, office, role, cost_category
            ORDER BY valid_from
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS valid_until
    FROM split_decisions
)
ARRAY JOIN shares AS share;

CREATE OR REPLACE VIEW periods AS
SELECT district, window_kind, window_start, closed_version, version
FROM period_rows FINAL
WHERE bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch) AND NOT gone;

-- As they were decided; `working_years` has what holds.
CREATE OR REPLACE VIEW calendars AS
SELECT district, year, off, worked, doc_no, decided_at, version
FROM calendar_rows FINAL
WHERE bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch) AND NOT gone;

CREATE OR REPLACE VIEW districts AS
SELECT district, today, version
FROM district_rows FINAL
WHERE bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch) AND NOT gone;

CREATE OR REPLACE VIEW facts AS
SELECT district, record, component, day, dimension, office, assigner, amount, version
FROM fact_rows FINAL
WHERE epoch = (SELECT epoch FROM served_epoch) AND NOT gone;

CREATE OR REPLACE VIEW events AS
SELECT * FROM event_rows FINAL
WHERE epoch = (SELECT epoch FROM served_epoch);

CREATE OR REPLACE VIEW dead_letters AS
SELECT
    code, detail, stage, district, office, topic, partition, offset, sha256, received_at, build, letter_topic, letter_partition, letter_offset,
    source, id, type, sequence, replays
FROM dead_letter_rows FINAL
WHERE epoch = (SELECT epoch FROM served_epoch);

CREATE OR REPLACE VIEW sources AS
SELECT district, source, high_water, gaps, gaps_first_seen, last_seen, version
FROM source_rows FINAL
WHERE bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch);

CREATE OR REPLACE VIEW conservation AS
SELECT district, partition, read, admitted, duplicates, dead_letters, pending, version
FROM conservation_rows FINAL
WHERE bitShiftRight(version, 48) = (SELECT epoch FROM served_epoch);

-- One row an alert. It started when the first firing version was computed, and is resolved when the newest version says so. A sink that
-- starts on a compacted topic may know nothing but the newest version: then that one's time is the best known start.
CREATE OR REPLACE VIEW alerts AS
SELECT
    district,
    rule,
    newest.severity AS severity,
    subject_id AS subject,
    newest.state AS state,
    ifNull(first_fired_at, newest.computed_at) AS started_at,
    if(newest.state = 'resolved', toNullable(newest.computed_at), NULL) AS resolved_at,
    newest.value AS value,
    newest.threshold AS threshold,
    subject_kind,
    start,
    newest.why AS why,
    newest.indicator AS indicator,
    newest.mode AS mode,
    newest.dimension AS dimension,
    newest.window_kind AS window_kind,
    newest.window_start AS window_start,
    newest.title_zh AS title_zh,
    newest.title_en AS title_en,
    newest.version AS version
FROM
(
    SELECT
        district, rule, subject_kind, subject_id, start,
        argMinOrNullIf(r.computed_at, r.version, r.state = 'firing') AS first_fired_at,
        argMax(
            tuple(r.severity, r.state, r.computed_at, r.value, r.threshold, r.why, r.indicator, r.mode, r.dimension,
                  r.window_kind, r.window_start, r.title_zh, r.title_en, r.version)::Tuple(
                severity String, state String, computed_at DateTime64(3, 'Asia/Shanghai'), value Nullable(Float64), threshold Float64,
                why String, indicator String, mode String, dimension String, window_kind String, window_start Date,
                title_zh String, title_en String, version UInt64),
            r.version) AS newest
    FROM alert_rows AS r
    WHERE bitShiftRight(r.version, 48) = (SELECT epoch FROM served_epoch)
    GROUP BY district, rule, subject_kind, subject_id, start
);

-- Without definition and state.
CREATE OR REPLACE VIEW newest_values AS
SELECT *, window_end, value
FROM indicator_value_rows FINAL
WHERE epoch = (SELECT epoch FROM served_epoch);
