-- Alerts, and what operating the pipeline needs: dead letters, sequence ledgers, the conservation sum, reconciliations.

-- Every state an alert went through: when it began and ended are read from the versions.
CREATE TABLE IF NOT EXISTS alert_rows
(
    district LowCardinality(String),
    rule LowCardinality(String),
    subject_kind LowCardinality(String),
    subject_id LowCardinality(String),
    start String,
    state LowCardinality(String),
    severity LowCardinality(String),
    indicator LowCardinality(String),
    mode LowCardinality(String),
    dimension LowCardinality(String),
    window_kind LowCardinality(String),
    window_start Date,
    value Nullable(Float64),
    threshold Float64,
    why String,
    title_zh String,
    title_en String,
    version UInt64,
    computed_at DateTime64(3, 'Asia/Shanghai')
)
ENGINE = ReplacingMergeTree
ORDER BY (district, rule, subject_kind, subject_id, start, version);

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
    GROUP BY district, rule, subject_kind, subject_id, start
);

-- Index of the dead letters, without their payload. topic, partition and offset say where the refused event lies in the log;
-- letter_offset says where its letter lies in the dead-letters topic (on the same partition number).
CREATE TABLE IF NOT EXISTS dead_letter_rows
(
    code LowCardinality(String),
    detail String,
    stage LowCardinality(String),
    district LowCardinality(String),
    office LowCardinality(String),
    topic LowCardinality(String),
    partition UInt32,
    offset UInt64,
    sha256 String,
    received_at DateTime64(3, 'Asia/Shanghai'),
    build LowCardinality(String),
    letter_partition UInt32,
    letter_offset UInt64
)
ENGINE = ReplacingMergeTree(letter_offset)
ORDER BY (topic, partition, offset);

CREATE OR REPLACE VIEW dead_letters AS
SELECT code, detail, stage, district, office, topic, partition, offset, sha256, received_at, build, letter_partition, letter_offset
FROM dead_letter_rows FINAL;

CREATE TABLE IF NOT EXISTS source_rows
(
    district LowCardinality(String),
    source LowCardinality(String),
    high_water UInt64,
    gaps Array(Tuple(from UInt64, to UInt64)),
    gaps_first_seen Array(DateTime64(3, 'Asia/Shanghai')),
    last_seen DateTime64(3, 'Asia/Shanghai'),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, source);

CREATE OR REPLACE VIEW sources AS
SELECT district, source, high_water, gaps, gaps_first_seen, last_seen, version
FROM source_rows FINAL;

CREATE TABLE IF NOT EXISTS conservation_rows
(
    district LowCardinality(String),
    partition UInt32,
    read UInt64,
    admitted UInt64,
    duplicates UInt64,
    dead_letters UInt64,
    pending UInt64,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, partition);

CREATE OR REPLACE VIEW conservation AS
SELECT district, partition, read, admitted, duplicates, dead_letters, pending, version
FROM conservation_rows FINAL;

-- Each run of `suoheng reconcile`: when, what was compared, how many rows, how many differed. Written by that command.
CREATE TABLE IF NOT EXISTS reconciliations
(
    ran_at DateTime64(3, 'Asia/Shanghai') DEFAULT now64(3),
    district LowCardinality(String),
    compared LowCardinality(String),
    rows_compared UInt64,
    rows_different UInt64,
    detail String
)
ENGINE = MergeTree
ORDER BY ran_at;
