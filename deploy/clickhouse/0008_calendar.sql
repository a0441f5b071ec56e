-- Working days as districts decide them, a year at a time, and what the build knows of a year without anybody's saying so.

CREATE TABLE IF NOT EXISTS calendar_rows
(
    district LowCardinality(String),
    year UInt16,
    off Array(Date32),
    worked Array(Date32),
    doc_no String,
    decided_at DateTime64(3, 'Asia/Shanghai'),
    gone Bool,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, year);

-- Written by the migration; `id` is the year.
CREATE TABLE IF NOT EXISTS shipped_calendar_rows
(
    id String,
    off Array(Date32),
    worked Array(Date32),
    written_at DateTime64(3, 'Asia/Shanghai')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY id;
