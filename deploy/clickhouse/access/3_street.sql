-- A street's (or any funding authority's) reader: the values of itself as a payer, in its district, with the registry and the catalogue that explain
-- them; no event, no fact, no record, no dead letter, no other authority's values and no office's. A street is outside the bureau: of community
-- correction and resettlement it sees no cell of one to four persons, as count, as numerator or as what is left of a denominator, and no median; and
-- these by quarters, in whole for the leading payer and not by dimension alone, so that nothing that it sees can be taken from something else.
-- `suoheng access clickhouse --street 990107/au-990107-street-001` runs this with $district, $authority and $street, the authority's id with _ for -.

CREATE ROLE IF NOT EXISTS ${database}_street_${street};
GRANT ${database}_limited TO ${database}_street_${street};

-- The views it may ask, and the tables under them: views ask in the name of who asks.
GRANT SELECT ON ${database}.indicator_history TO ${database}_street_${street};
GRANT SELECT ON ${database}.indicator_values TO ${database}_street_${street};
GRANT SELECT ON ${database}.indicators TO ${database}_street_${street};
GRANT SELECT ON ${database}.components TO ${database}_street_${street};
GRANT SELECT ON ${database}.offices TO ${database}_street_${street};
GRANT SELECT ON ${database}.authorities TO ${database}_street_${street};
GRANT SELECT ON ${database}.splits TO ${database}_street_${street};
GRANT SELECT ON ${database}.split_decisions TO ${database}_street_${street};
GRANT SELECT ON ${database}.periods TO ${database}_street_${street};
GRANT SELECT ON ${database}.districts TO ${database}_street_${street};
GRANT SELECT ON ${database}.calendars TO ${database}_street_${street};
GRANT SELECT ON ${database}.served_epoch TO ${database}_street_${street};
GRANT SELECT ON ${database}.published_epochs TO ${database}_street_${street};
GRANT SELECT ON ${database}.epochs TO ${database}_street_${street};
GRANT SELECT ON ${database}.newest_values TO ${database}_street_${street};
GRANT SELECT ON ${database}.working_days TO ${database}_street_${street};
GRANT SELECT ON ${database}.working_years TO ${database}_street_${street};
GRANT SELECT ON ${database}.indicator_value_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.office_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.authority_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.split_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.period_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.calendar_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.district_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.switch_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.indicator_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.formula_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.definition_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.component_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.shipped_calendar_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.restated_rows TO ${database}_street_${street};
GRANT SELECT ON ${database}.indicator_value_versions TO ${database}_street_${street};

CREATE ROW POLICY OR REPLACE ${database}_open_${street} ON ${database}.* USING 1 TO ${database}_street_${street};

CREATE ROW POLICY OR REPLACE ${database}_only_${street} ON ${database}.indicator_value_rows AS RESTRICTIVE
    USING district = '${district}' AND subject_kind = 'authority' AND subject_id = '${authority}'
    AND (NOT match(indicator, '^(cor|res)_') OR (window_kind = 'quarter' AND mode = 'lead' AND dimension = '' AND NOT match(indicator, '_p[59]0')
        AND (numerator = 0 OR numerator >= 5) AND (ifNull(denominator, 0) = 0 OR (denominator >= 5 AND (numerator = denominator OR denominator - numerator >= 5))))) TO ${database}_street_${street};
CREATE ROW POLICY OR REPLACE ${database}_only_${street} ON ${database}.indicator_value_versions AS RESTRICTIVE
    USING district = '${district}' AND subject_kind = 'authority' AND subject_id = '${authority}'
    AND (NOT match(indicator, '^(cor|res)_') OR (window_kind = 'quarter' AND mode = 'lead' AND dimension = '' AND NOT match(indicator, '_p[59]0')
        AND (numerator = 0 OR numerator >= 5) AND (ifNull(denominator, 0) = 0 OR (denominator >= 5 AND (numerator = denominator OR denominator - numerator >= 5))))) TO ${database}_street_${street};
CREATE ROW POLICY OR REPLACE ${database}_only_${street} ON ${database}.restated_rows AS RESTRICTIVE
    USING district = '${district}' AND subject_kind = 'authority' AND subject_id = '${authority}' TO ${database}_street_${street};
CREATE ROW POLICY OR REPLACE ${database}_only_${street} ON ${database}.office_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_street_${street};
CREATE ROW POLICY OR REPLACE ${database}_only_${street} ON ${database}.authority_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_street_${street};
CREATE ROW POLICY OR REPLACE ${database}_only_${street} ON ${database}.split_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_street_${street};
CREATE ROW POLICY OR REPLACE ${database}_only_${street} ON ${database}.period_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_street_${street};
CREATE ROW POLICY OR REPLACE ${database}_only_${street} ON ${database}.calendar_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_street_${street};
CREATE ROW POLICY OR REPLACE ${database}_only_${street} ON ${database}.district_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_street_${street};
