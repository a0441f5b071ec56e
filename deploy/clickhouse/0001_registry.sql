-- The registry as it stands: offices, authorities, splits, closed periods, each district's today, and the indicators' definitions.
-- Tables `*_rows` hold what the sink wrote, newest version wins; the views below them are the public names.
-- Registry days are Date32: offices were founded, and splits can be valid, outside the years that Date knows (1970 to 2149).

CREATE TABLE IF NOT EXISTS office_rows
(
    district LowCardinality(String),
    office String,
    name String,
    opened_on Nullable(Date32),
    closed_on Nullable(Date32),
    merged_into Nullable(String),
    gone Bool,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, office);

CREATE TABLE IF NOT EXISTS authority_rows
(
    district LowCardinality(String),
    authority String,
    name String,
    kind LowCardinality(String),
    gone Bool,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, authority);

CREATE TABLE IF NOT EXISTS split_rows
(
    district LowCardinality(String),
    office String,
    role LowCardinality(String),
    cost_category LowCardinality(String),
    valid_from Date32,
    shares Array(Tuple(authority String, bp UInt16)),
    doc_no String,
    decided_at DateTime64(3, 'Asia/Shanghai'),
    gone Bool,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, office, role, cost_category, valid_from);

CREATE TABLE IF NOT EXISTS period_rows
(
    district LowCardinality(String),
    window_kind LowCardinality(String),
    window_start Date,
    closed_version UInt64,
    gone Bool,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (district, window_kind, window_start);

CREATE TABLE IF NOT EXISTS district_rows
(
    district LowCardinality(String),
    today Date,
    gone Bool,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY district;

-- Written by the migration from the catalogue, not by the sink: what each indicator means, in words.
CREATE TABLE IF NOT EXISTS indicator_rows
(
    id LowCardinality(String),
    zh String,
    en String,
    definition String,
    written_at DateTime64(3, 'Asia/Shanghai')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY id;

-- A closing may be known before the opening is; without an opening there is no office yet.
CREATE OR REPLACE VIEW offices AS
SELECT district, office, name, assumeNotNull(opened_on) AS opened_on, closed_on, merged_into, version
FROM office_rows FINAL
WHERE NOT gone AND isNotNull(office_rows.opened_on);

CREATE OR REPLACE VIEW authorities AS
SELECT district, authority, name, kind, version
FROM authority_rows FINAL
WHERE NOT gone;

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
    FROM split_rows FINAL
    WHERE NOT gone
)
ARRAY JOIN shares AS share;

CREATE OR REPLACE VIEW periods AS
SELECT district, window_kind, window_start, closed_version, version
FROM period_rows FINAL
WHERE NOT gone;

CREATE OR REPLACE VIEW districts AS
SELECT district, today, version
FROM district_rows FINAL
WHERE NOT gone;

CREATE OR REPLACE VIEW indicators AS
SELECT id, zh, en, definition
FROM indicator_rows FINAL;
