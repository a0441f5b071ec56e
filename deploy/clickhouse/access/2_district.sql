-- A district's reader: everything of its district, and nothing of another. Every table with a district has a policy here (a test compares).
-- `suoheng access clickhouse --district 990107` runs this with $district; every statement may be repeated.

CREATE ROLE IF NOT EXISTS ${database}_district_${district};
GRANT SELECT ON ${database}.* TO ${database}_district_${district};
GRANT ${database}_limited TO ${database}_district_${district};

-- Restrictive policies narrow what a permissive one opens, so a role added later can widen nothing.
CREATE ROW POLICY OR REPLACE ${database}_open_${district} ON ${database}.* USING 1 TO ${database}_district_${district};

CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.office_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.authority_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.split_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.period_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.calendar_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.district_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.indicator_value_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.indicator_value_versions AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.fact_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.event_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.alert_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.dead_letter_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.source_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.conservation_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.reconciliations AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.restated_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.comparison_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.difference_rows AS RESTRICTIVE
    USING district = '${district}' TO ${database}_district_${district};

-- Letters that were sent again bear no district but that of the letter; proposals may be of any district.
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.replay_rows AS RESTRICTIVE
    USING (partition, offset) IN (SELECT partition, offset FROM ${database}.dead_letter_rows WHERE district = '${district}') TO ${database}_district_${district};
CREATE ROW POLICY OR REPLACE ${database}_only_${district} ON ${database}.proposal_rows AS RESTRICTIVE
    USING 0 TO ${database}_district_${district};
