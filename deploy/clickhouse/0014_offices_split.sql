-- The office that one came out of when it was opened; null where there is none. The view `offices` shows it.
ALTER TABLE office_rows ADD COLUMN IF NOT EXISTS split_from Nullable(String);
