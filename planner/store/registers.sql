-- Rows of the registers of a park: every version stays; the one in force is the last, a NULL document takes the row out.
CREATE TABLE planner_register_rows (
  register TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  document TEXT,
  shape BLOB,
  PRIMARY KEY (register, id, version)
);

CREATE TRIGGER planner_register_rows_keep BEFORE UPDATE ON planner_register_rows
BEGIN
  SELECT RAISE(ABORT, 'versions of a row stay as they were');
END;

CREATE TRIGGER planner_register_rows_stay BEFORE DELETE ON planner_register_rows
BEGIN
  SELECT RAISE(ABORT, 'versions of a row stay as they were');
END;
