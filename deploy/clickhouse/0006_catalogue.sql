-- The catalogue tells more: what a value is read in, which way is better, levels and their sources, the definition's version and first day.
-- Formulas may name facts of one dimension. Both tables are written anew by every run of the migration, so nothing is lost with the old ones.
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
        assigner_kinds Array(String))),
    written_at DateTime64(3, 'Asia/Shanghai')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY id;

DROP TABLE IF EXISTS indicator_rows;

-- better: up, down, band or neutral. factor: a value times it is a number of the unit. levels and absent: as the catalogue page prints them.
CREATE TABLE IF NOT EXISTS indicator_rows
(
    id LowCardinality(String),
    number UInt16,
    zh String,
    en String,
    definition String,
    definition_zh String,
    version UInt16,
    effective_from Date32,
    variant_of LowCardinality(String),
    formula String,
    formula_zh String,
    formula_en String,
    example_zh String,
    example_en String,
    windows Array(String),
    modes Array(String),
    subjects Array(String),
    dimensions Array(String),
    better LowCardinality(String),
    unit LowCardinality(String),
    unit_zh String,
    unit_en String,
    factor UInt16,
    divisor UInt16,
    shape LowCardinality(String),
    levels_zh Array(String),
    levels_en Array(String),
    events Array(String),
    sources Array(String),
    absent_zh String,
    absent_en String,
    written_at DateTime64(3, 'Asia/Shanghai')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY id;
