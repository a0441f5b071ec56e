-- Who may do what in ClickHouse: three roles that see every district, the limits of those who read, and how often they may ask.
-- `suoheng access clickhouse --apply` runs this; every statement may be repeated. $database stands for the installation's database.

CREATE ROLE IF NOT EXISTS ${database}_limited;
CREATE ROLE IF NOT EXISTS ${database}_operator;
CREATE ROLE IF NOT EXISTS ${database}_writer;
CREATE ROLE IF NOT EXISTS ${database}_reader;

-- `suoheng` commands: migrate, rebuild, reconcile, dead-letters.
GRANT ALL ON ${database}.* TO ${database}_operator;
GRANT SELECT ON system.* TO ${database}_operator;

-- The sink: rows in; it reads columns, and the view that keeps the newest values reads what is inserted.
GRANT SELECT, INSERT ON ${database}.* TO ${database}_writer;

-- The page, Grafana, Superset, a bureau's own programs.
GRANT SELECT ON ${database}.* TO ${database}_reader;
GRANT ${database}_limited TO ${database}_reader;

-- A reader may set what a query needs (Grafana and Superset do), but writes nothing and never gets more than this. 30 s is longer than any reader
-- waits; 4 GiB is several times what the widest view takes for a city.
CREATE SETTINGS PROFILE OR REPLACE ${database}_reading SETTINGS
    readonly = 2 CONST,
    allow_ddl = 0 CONST,
    max_execution_time = 30 MAX 120,
    max_memory_usage = 4294967296 MAX 4294967296,
    max_memory_usage_for_user = 8589934592 MAX 8589934592,
    max_threads = 4 MAX 8,
    max_result_rows = 5000000 MAX 5000000,
    result_overflow_mode = 'throw',
    max_concurrent_queries_for_user = 32 MAX 32
TO ${database}_limited;

-- The sink's inserts are small; one that takes longer than this hangs.
CREATE SETTINGS PROFILE OR REPLACE ${database}_writing SETTINGS
    max_execution_time = 300,
    max_memory_usage = 4294967296 MAX 4294967296
TO ${database}_writer;

CREATE QUOTA OR REPLACE ${database}_reading KEYED BY user_name
    FOR INTERVAL 1 minute MAX queries = 6000, errors = 600, execution_time = 240,
    FOR INTERVAL 1 day MAX read_rows = 500000000000
TO ${database}_limited;

-- Policies of districts and streets stand on the same tables: these roles see all rows all the same.
CREATE ROW POLICY OR REPLACE ${database}_everything ON ${database}.* USING 1
TO ${database}_operator, ${database}_writer, ${database}_reader;
