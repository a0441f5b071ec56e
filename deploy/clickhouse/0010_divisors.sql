-- What divides an indicator's amounts (100: fen, 0.01 m²), beside its formula, so that whoever reads formulas asks one table.
ALTER TABLE formula_rows ADD COLUMN IF NOT EXISTS divisor UInt16 DEFAULT 1 AFTER authorities;
