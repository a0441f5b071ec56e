-- What lineage must know of `data` is stored with the event, so that it need not be read out of JSON: `retracts`, the id that a retraction takes
-- away; `convicts`, whether a reoffence counts; `report_by`, the last day for reporting. ClickHouse computes them from the row that the sink writes.
ALTER TABLE event_rows
    ADD COLUMN IF NOT EXISTS retracts String MATERIALIZED if(type = 'dat.event.retracted', JSONExtractString(data, 'target'), ''),
    ADD COLUMN IF NOT EXISTS convicts Bool MATERIALIZED type = 'cor.reoffence.recorded' AND JSONExtractString(data, 'stage') = 'convicted',
    ADD COLUMN IF NOT EXISTS report_by Date32 MATERIALIZED
        if(type = 'cor.subject.due', toDate32OrZero(JSONExtractString(data, 'report_by')), toDate32(0));

ALTER TABLE event_rows MATERIALIZE COLUMN retracts, MATERIALIZE COLUMN convicts, MATERIALIZE COLUMN report_by SETTINGS mutations_sync = 1;

-- Written by the migration from the catalogue: what the components of formulas are called, and what divides their amounts (100: fen, 0.01 m²).
CREATE TABLE IF NOT EXISTS component_rows
(
    id LowCardinality(String),
    zh String,
    en String,
    divisor UInt16,
    written_at DateTime64(3, 'Asia/Shanghai')
)
ENGINE = ReplacingMergeTree(written_at)
ORDER BY id;

DROP VIEW IF EXISTS lineage_of_facts;

DROP VIEW IF EXISTS lineage_of_persons;

DROP VIEW IF EXISTS lineage_of_names;
