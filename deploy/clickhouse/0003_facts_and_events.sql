-- What the numbers stand on: the facts of every record, and every admitted event.

-- `gone` marks a fact that its record no longer stands for. It stays in the table, for an older version must not bring it back.
-- Sorted for the question "which facts make up this value" (component and days); a record's own facts are found by the index.
CREATE TABLE IF NOT EXISTS fact_rows
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
    INDEX by_record record TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, component, day, office, record, dimension, assigner);

CREATE OR REPLACE VIEW facts AS
SELECT district, record, component, day, dimension, office, assigner, amount, version
FROM fact_rows FINAL
WHERE NOT gone;

-- An admitted event never changes: its time is as much part of its identity as its source and id, so time may lead the sorting key.
-- What the event did not say is '' or null. `data` is the original text.
CREATE TABLE IF NOT EXISTS event_rows
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
    INDEX by_subject subject TYPE bloom_filter GRANULARITY 1,
    INDEX by_id id TYPE bloom_filter GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, time, source, id);

CREATE OR REPLACE VIEW events AS
SELECT *
FROM event_rows FINAL;
