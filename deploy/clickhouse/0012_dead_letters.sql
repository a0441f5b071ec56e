-- What names a refused event, so that it is seen when it has arrived well after all; and what people have done about letters.

ALTER TABLE dead_letter_rows
    ADD COLUMN IF NOT EXISTS source LowCardinality(String),
    ADD COLUMN IF NOT EXISTS id String,
    ADD COLUMN IF NOT EXISTS type LowCardinality(String),
    ADD COLUMN IF NOT EXISTS sequence Nullable(UInt64),
    ADD COLUMN IF NOT EXISTS replays String;

-- Each time that a letter was sent again, as it was or corrected. Written by `suoheng dead-letters`; the same stands in the record's headers and in
-- the audit log. topic, partition and offset: of the refused event; `sent_…`: of the record that was sent.
CREATE TABLE IF NOT EXISTS replay_rows
(
    topic LowCardinality(String),
    partition UInt32,
    offset UInt64,
    replayed_at DateTime64(3, 'Asia/Shanghai'),
    replayed_by String,
    approved_by String,
    proposal String,
    corrected Bool,
    sha256 String,
    sent_partition UInt32,
    sent_offset UInt64
)
ENGINE = ReplacingMergeTree
ORDER BY (topic, partition, offset, sent_partition, sent_offset);

-- What waits for a second person, and what that one decided. `document` says which letters, how they are corrected, and the SHA-256 of what would
-- be sent: JSON, of which the id is a digest. Of the refused events it holds nothing.
CREATE TABLE IF NOT EXISTS proposal_rows
(
    id String,
    state LowCardinality(String),
    at DateTime64(3, 'Asia/Shanghai'),
    by String,
    account String,
    document String
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (id, state);
