-- The public views of values, and the catalogue in words.

CREATE OR REPLACE VIEW indicators AS
SELECT * EXCEPT written_at
FROM indicator_rows FINAL;

CREATE OR REPLACE VIEW components AS
SELECT * EXCEPT written_at
FROM component_rows FINAL;

-- The definition is that by which the row's epoch was computed; of an epoch of which that was never noted, the catalogue's.
-- "Above the closing version" within an epoch is "beyond its offset" (the low 48 bits); a row of another epoch than the one that was closed is above
-- it where it tells other numbers.
CREATE OR REPLACE VIEW indicator_values AS
SELECT
    v.district AS district,
    v.indicator AS indicator,
    if(n.id = '', i.definition, n.definition) AS definition,
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
        isNotNull(p.closed_offset), if(
            bitAnd(v.version, 281474976710655) > p.closed_offset
            OR (v.epoch, v.district, v.indicator, v.mode, v.dimension, v.subject_kind, v.subject_id, v.window_kind, v.window_start,
                assumeNotNull(p.closed_offset)) IN
            (
                SELECT epoch, district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, closed_offset
                FROM restated_rows
            ),
            'restated', 'closed'),
        d.today >= v.window_end, 'provisional',
        'open') AS period_state,
    v.computed_at AS computed_at,
    v.version AS version,
    if(n.id = '', i.version, n.version) AS definition_version,
    if(n.id = '', i.effective_from, n.effective_from) AS effective_from
FROM indicator_value_rows AS v FINAL
LEFT JOIN districts AS d ON d.district = v.district
LEFT JOIN
(
    SELECT district, window_kind, window_start, toNullable(bitAnd(closed_version, 281474976710655)) AS closed_offset
    FROM periods
) AS p ON p.district = v.district AND p.window_kind = v.window_kind AND p.window_start = v.window_start
LEFT JOIN indicators AS i ON i.id = v.indicator
LEFT JOIN (SELECT * FROM definition_rows FINAL WHERE epoch = (SELECT epoch FROM served_epoch)) AS n ON n.id = v.indicator
WHERE v.epoch = (SELECT epoch FROM served_epoch);

-- The first month of which there are values. Rows stay once they were published, so that their newest versions need not be sought out.
CREATE OR REPLACE VIEW first_months AS
SELECT district, min(window_start) AS first_month
FROM indicator_value_rows
WHERE epoch = (SELECT epoch FROM served_epoch) AND window_kind = 'month' AND subject_kind = 'district'
GROUP BY district;

-- What was published under every epoch that is or was served. Closings and today are those of the served one.
CREATE OR REPLACE VIEW indicator_history AS
SELECT
    v.district AS district,
    v.indicator AS indicator,
    if(n.id = '', i.definition, n.definition) AS definition,
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
        isNotNull(p.closed_offset), if(
            bitAnd(v.version, 281474976710655) > p.closed_offset
            OR (v.epoch, v.district, v.indicator, v.mode, v.dimension, v.subject_kind, v.subject_id, v.window_kind, v.window_start,
                assumeNotNull(p.closed_offset)) IN
            (
                SELECT epoch, district, indicator, mode, dimension, subject_kind, subject_id, window_kind, window_start, closed_offset
                FROM restated_rows
            ),
            'restated', 'closed'),
        d.today >= v.window_end, 'provisional',
        'open') AS period_state,
    v.computed_at AS computed_at,
    v.version AS version,
    if(n.id = '', i.version, n.version) AS definition_version,
    if(n.id = '', i.effective_from, n.effective_from) AS effective_from
FROM indicator_value_versions AS v FINAL
LEFT JOIN districts AS d ON d.district = v.district
LEFT JOIN
(
    SELECT district, window_kind, window_start, toNullable(bitAnd(closed_version, 281474976710655)) AS closed_offset
    FROM periods
) AS p ON p.district = v.district AND p.window_kind = v.window_kind AND p.window_start = v.window_start
LEFT JOIN indicators AS i ON i.id = v.indicator
LEFT JOIN (SELECT * FROM definition_rows FINAL) AS n ON n.epoch = v.epoch AND n.id = v.indicator
WHERE v.epoch IN (SELECT epoch FROM published_epochs);
