-- Indicator values: every version published (history), the newest of each key (what pages read), and the two public views.
--
-- The sink inserts each row once, into the history; the materialized view hands the same block on to the newest rows. Both tables take a
-- repeated row without a trace (its key, version included, is already there), which is what makes at-least-once delivery exact here.
-- The sorting key begins with district, window kind and window start, so that a month of a district is one contiguous range.

CREATE TABLE IF NOT EXISTS indicator_value_versions
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
    -- The day after the window's last.
    window_end Date ALIAS multiIf(
        window_kind = 'day', window_start + 1,
        window_kind = 'week', window_start + 7,
        window_kind = 'month', addMonths(window_start, 1),
        window_kind = 'quarter', addMonths(window_start, 3),
        window_kind = 'half', addMonths(window_start, 6),
        addYears(window_start, 1)),
    -- Sums and quantiles have no denominator: numerator / scale, null for the quantile of nothing. Ratios: parts are weighted alike, so the
    -- weight's 10000 cancels; what is left of the scale is the unit (100 for an area kept in 0.01 m2). A denominator of 0 gives null.
    value Nullable(Float64) ALIAS if(
        isNull(denominator),
        if(empty, NULL, numerator / scale),
        numerator / nullIf(denominator, 0) / (scale / if(mode = 'share_weighted', 10000, 1)))
)
ENGINE = ReplacingMergeTree
ORDER BY (district, window_kind, window_start, indicator, mode, dimension, subject_kind, subject_id, version);

CREATE TABLE IF NOT EXISTS indicator_value_rows AS indicator_value_versions
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, window_kind, window_start, indicator, mode, dimension, subject_kind, subject_id);

CREATE MATERIALIZED VIEW IF NOT EXISTS indicator_value_newest TO indicator_value_rows AS
SELECT
    district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start,
    numerator, denominator, scale, empty, version, computed_at
FROM indicator_value_versions;

-- "Above the closing version" compares offsets (the low 48 bits): while a rebuild runs, rows and closings of two epochs stand side by side,
-- and only the offset in the log tells which came later. Within one epoch that is the order of the versions themselves.
CREATE OR REPLACE VIEW indicator_values AS
SELECT
    v.district AS district,
    v.indicator AS indicator,
    i.definition AS definition,
    v.mode AS mode,
    v.dimension AS dimension,
    v.subject_kind AS subject_kind,
    v.subject_id AS subject_id,
    v.window_kind AS window_kind,
    v.window_start AS window_start,
    v.window_end AS window_end,
    v.numerator AS numerator,
    v.denominator AS denominator,
    v.scale AS scale,
    v.value AS value,
    multiIf(
        isNotNull(p.closed_offset), if(bitAnd(v.version, 281474976710655) > p.closed_offset, 'restated', 'closed'),
        d.today >= v.window_end, 'provisional',
        'open') AS period_state,
    v.computed_at AS computed_at,
    v.version AS version
FROM indicator_value_rows AS v FINAL
LEFT JOIN districts AS d ON d.district = v.district
LEFT JOIN
(
    SELECT district, window_kind, window_start, toNullable(bitAnd(closed_version, 281474976710655)) AS closed_offset
    FROM periods
) AS p ON p.district = v.district AND p.window_kind = v.window_kind AND p.window_start = v.window_start
LEFT JOIN indicators AS i ON i.id = v.indicator;

CREATE OR REPLACE VIEW indicator_history AS
SELECT
    v.district AS district,
    v.indicator AS indicator,
    i.definition AS definition,
    v.mode AS mode,
    v.dimension AS dimension,
    v.subject_kind AS subject_kind,
    v.subject_id AS subject_id,
    v.window_kind AS window_kind,
    v.window_start AS window_start,
    v.window_end AS window_end,
    v.numerator AS numerator,
    v.denominator AS denominator,
    v.scale AS scale,
    v.value AS value,
    multiIf(
        isNotNull(p.closed_offset), if(bitAnd(v.version, 281474976710655) > p.closed_offset, 'restated', 'closed'),
        d.today >= v.window_end, 'provisional',
        'open') AS period_state,
    v.computed_at AS computed_at,
    v.version AS version
FROM indicator_value_versions AS v FINAL
LEFT JOIN districts AS d ON d.district = v.district
LEFT JOIN
(
    SELECT district, window_kind, window_start, toNullable(bitAnd(closed_version, 281474976710655)) AS closed_offset
    FROM periods
) AS p ON p.district = v.district AND p.window_kind = v.window_kind AND p.window_start = v.window_start
LEFT JOIN indicators AS i ON i.id = v.indicator;
