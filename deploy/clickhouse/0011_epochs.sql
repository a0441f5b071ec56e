-- Epochs side by side. Every row carries its epoch in its version; here tables come to keep the rows of each apart, as partitions, and the views
-- show those of the one that is served. Which one that is stands in one row, so that all views change at once: a query never sees two.
--
-- The tables are made anew with their rows (CREATE OR REPLACE exchanges them at once, so this can be repeated). No sink may run meanwhile: what it
-- stored between the copy and the exchange would be gone.

-- Every switch that was decided, from topic `epochs`. Nobody writes a row before everything that was told of the epoch until then is stored.
CREATE TABLE IF NOT EXISTS switch_rows
(
    switch UInt32,
    epoch UInt16,
    previous UInt16,
    decided_at DateTime64(3, 'Asia/Shanghai'),
    build String
)
ENGINE = ReplacingMergeTree
ORDER BY (switch);

CREATE OR REPLACE TABLE office_rows
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, office, bitShiftRight(version, 48)) AS SELECT * FROM office_rows;

CREATE OR REPLACE TABLE authority_rows
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, authority, bitShiftRight(version, 48)) AS SELECT * FROM authority_rows;

CREATE OR REPLACE TABLE split_rows
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, office, role, cost_category, valid_from, bitShiftRight(version, 48)) AS SELECT * FROM split_rows;

CREATE OR REPLACE TABLE period_rows
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, window_kind, window_start, bitShiftRight(version, 48)) AS SELECT * FROM period_rows;

CREATE OR REPLACE TABLE calendar_rows
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, year, bitShiftRight(version, 48)) AS SELECT * FROM calendar_rows;

CREATE OR REPLACE TABLE district_rows
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, bitShiftRight(version, 48)) AS SELECT * FROM district_rows;

CREATE OR REPLACE TABLE alert_rows
ENGINE = ReplacingMergeTree PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, rule, subject_kind, subject_id, start, version) AS SELECT * FROM alert_rows;

CREATE OR REPLACE TABLE source_rows
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, source, bitShiftRight(version, 48)) AS SELECT * FROM source_rows;

CREATE OR REPLACE TABLE conservation_rows
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, partition, bitShiftRight(version, 48)) AS SELECT * FROM conservation_rows;

CREATE OR REPLACE TABLE fact_rows
(
    district LowCardinality(String),
    record String,
    component LowCardinality(String),
    day Date32,
    dimension LowCardinality(String),
    office LowCardinality(String),
    assigner LowCardinality(String),
    amount Int64,
    gone Bool,
    version UInt64,
    epoch UInt64 ALIAS bitShiftRight(version, 48),
    INDEX by_record record TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, component, day, office, record, dimension, assigner, bitShiftRight(version, 48)) AS SELECT * FROM fact_rows;

CREATE OR REPLACE TABLE event_rows
(
    district LowCardinality(String),
    source LowCardinality(String),
    id String,
    specversion LowCardinality(String),
    type LowCardinality(String),
    time DateTime64(6, 'Asia/Shanghai'),
    office LowCardinality(String),
    subject String,
    op LowCardinality(String),
    target String,
    targetsource LowCardinality(String),
    revision Nullable(UInt64),
    sequence Nullable(UInt64),
    recordedtime Nullable(DateTime64(6, 'Asia/Shanghai')),
    datacontenttype LowCardinality(String),
    dataschema LowCardinality(String),
    partitionkey LowCardinality(String),
    traceparent String,
    tracestate String,
    data String CODEC(ZSTD(1)),
    partition UInt32,
    offset UInt64,
    appended_at DateTime64(3, 'Asia/Shanghai'),
    version UInt64,
    retracts String MATERIALIZED if(type = 'dat.event.retracted', JSONExtractString(data, 'target'), ''),
    convicts Bool MATERIALIZED type = 'cor.reoffence.recorded' AND JSONExtractString(data, 'stage') = 'convicted',
    report_by Date32 MATERIALIZED if(type = 'cor.subject.due', toDate32OrZero(JSONExtractString(data, 'report_by')), toDate32(0)),
    epoch UInt64 ALIAS bitShiftRight(version, 48),
    INDEX by_subject subject TYPE bloom_filter GRANULARITY 1,
    INDEX by_id id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, time, source, id, bitShiftRight(version, 48)) AS SELECT * FROM event_rows;

ALTER TABLE dead_letter_rows ADD COLUMN IF NOT EXISTS letter_topic LowCardinality(String) AFTER build, ADD COLUMN IF NOT EXISTS epoch UInt64;

-- A letter that a shadow wrote lies in a topic of its epoch's own. '' stands for the installation's topic, in rows from before there were others.
CREATE OR REPLACE TABLE dead_letter_rows
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
    letter_topic LowCardinality(String),
    letter_partition UInt32,
    letter_offset UInt64,
    epoch UInt64
)
ENGINE = ReplacingMergeTree(letter_offset) PARTITION BY epoch
ORDER BY (topic, partition, offset, epoch)
AS SELECT * FROM dead_letter_rows;

DROP VIEW IF EXISTS indicator_value_newest;

CREATE OR REPLACE TABLE indicator_value_versions
(
    district LowCardinality(String),
    indicator LowCardinality(String),
    mode LowCardinality(String),
    dimension LowCardinality(String),
    subject_kind LowCardinality(String),
    subject_id LowCardinality(String),
    window_kind LowCardinality(String),
    window_start Date,
    numerator Int64,
    denominator Nullable(Int64),
    scale UInt32,
    empty Bool,
    version UInt64,
    computed_at DateTime64(3, 'Asia/Shanghai'),
    epoch UInt64 ALIAS bitShiftRight(version, 48),
    window_end Date ALIAS multiIf(
        window_kind = 'day', window_start + 1,
        window_kind = 'week', window_start + 7,
        window_kind = 'month', addMonths(window_start, 1),
        window_kind = 'quarter', addMonths(window_start, 3),
        window_kind = 'half', addMonths(window_start, 6),
        addYears(window_start, 1)),
    value Nullable(Float64) ALIAS if(
        isNull(denominator),
        if(empty, NULL, numerator / scale),
        numerator / nullIf(denominator, 0) / (scale / if(mode = 'share_weighted', 10000, 1)))
)
ENGINE = ReplacingMergeTree PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, window_kind, window_start, indicator, mode, dimension, subject_kind, subject_id, version)
AS SELECT * FROM indicator_value_versions;

CREATE OR REPLACE TABLE indicator_value_rows AS indicator_value_versions
ENGINE = ReplacingMergeTree(version) PARTITION BY bitShiftRight(version, 48)
ORDER BY (district, window_kind, window_start, indicator, mode, dimension, subject_kind, subject_id, bitShiftRight(version, 48));

INSERT INTO indicator_value_rows SELECT * FROM indicator_value_versions;

CREATE MATERIALIZED VIEW IF NOT EXISTS indicator_value_newest TO indicator_value_rows AS
SELECT
    district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start,
    numerator, denominator, scale, empty, version, computed_at
FROM indicator_value_versions;

-- Values of closed windows that a rebuild moved, by the epoch that says so, with the closing that they were published under: a changed definition
-- restates openly. Written before the switch to that epoch.
CREATE TABLE IF NOT EXISTS restated_rows
(
    epoch UInt64,
    district LowCardinality(String),
    indicator LowCardinality(String),
    mode LowCardinality(String),
    dimension LowCardinality(String),
    subject_kind LowCardinality(String),
    subject_id LowCardinality(String),
    window_kind LowCardinality(String),
    window_start Date,
    closed_offset UInt64
)
ENGINE = ReplacingMergeTree PARTITION BY epoch
ORDER BY (epoch, district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, closed_offset);

-- What `suoheng rebuild` found when it set a rebuilt epoch against the one served: counts by district and name (of an indicator, a component, a
-- rule, a code), and every value that differs. A run's counts are written last and at once: with them the run is whole.
CREATE TABLE IF NOT EXISTS comparison_rows
(
    run UInt64,
    from_epoch UInt64,
    to_epoch UInt64,
    district LowCardinality(String),
    compared LowCardinality(String),
    name LowCardinality(String),
    equal UInt64,
    changed UInt64,
    new UInt64,
    gone UInt64,
    restated UInt64,
    moving UInt64
)
ENGINE = ReplacingMergeTree PARTITION BY (to_epoch, run)
ORDER BY (to_epoch, run, compared, name, district);

CREATE TABLE IF NOT EXISTS difference_rows
(
    run UInt64,
    from_epoch UInt64,
    to_epoch UInt64,
    district LowCardinality(String),
    indicator LowCardinality(String),
    mode LowCardinality(String),
    dimension LowCardinality(String),
    subject_kind LowCardinality(String),
    subject_id LowCardinality(String),
    window_kind LowCardinality(String),
    window_start Date,
    what LowCardinality(String),
    closed_offset Nullable(UInt64),
    old_numerator Int64,
    old_denominator Nullable(Int64),
    old_value Nullable(Float64),
    new_numerator Int64,
    new_denominator Nullable(Int64),
    new_value Nullable(Float64)
)
ENGINE = ReplacingMergeTree PARTITION BY (to_epoch, run)
ORDER BY (to_epoch, run, indicator, district, window_kind, window_start, mode, dimension, subject_kind, subject_id);
