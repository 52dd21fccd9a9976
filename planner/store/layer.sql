-- One version of a layer. Names are put in with their quotes doubled.
CREATE TABLE "{table}" (
  fid INTEGER PRIMARY KEY NOT NULL,
  geom {geometry}{columns}
);

CREATE INDEX "planner_id_{table}" ON "{table}" (id);
