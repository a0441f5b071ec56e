-- Components that are made from others: `of_kind` is how those are counted, `weights` what each month of the year counts.
-- The table is written anew by every run of the migration, so nothing is lost with the old one.
DROP TABLE IF EXISTS formula_rows;

CREATE TABLE IF NOT EXISTS formula_rows
(
    id LowCardinality(String),
    shape LowCardinality(String),
    modes Array(String),
    windows Array(String),
    dims Array(String),
    total Bool,
    offices Bool,
    authorities Bool,
    terms Array(Tuple(
        part String, place UInt8, scope String, component String, kind String, told_as String, told_dimension String,
        of_kind String, weights Array(UInt8), assigner_kinds Array(String), assigner_rule String)),
    written_at DateTime64(3, 'Asia/Shanghai')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY id;
