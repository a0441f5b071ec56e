-- By which definition the values of each epoch are: a rebuild writes them for its own, the migration for the served one what is not there yet. So a
-- later build does not say of values that they are by its definitions before they have been computed by them.
CREATE TABLE IF NOT EXISTS definition_rows
(
    epoch UInt64,
    id LowCardinality(String),
    definition String,
    version UInt16,
    effective_from Date32,
    written_at DateTime64(3, 'Asia/Shanghai')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY (epoch, id);
