-- What people state beside the book, by kind: saved scenarios, assessments, the state of a park ...
CREATE TABLE planner_records (
  place INTEGER PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  fields TEXT NOT NULL,
  UNIQUE (kind, id)
);
