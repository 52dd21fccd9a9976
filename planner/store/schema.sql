-- A planner workspace: a GeoPackage 1.3 file (OGC 12-128r17) with the book beside its layers.
-- Layers are made by layer.sql and rtree.sql. Every object of the file must be one of these, to the letter.

CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER PRIMARY KEY NOT NULL,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);

CREATE TABLE gpkg_contents (
  table_name TEXT PRIMARY KEY NOT NULL,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);

CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);

CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);

CREATE TABLE planner_migrations (
  name TEXT PRIMARY KEY NOT NULL,
  applied_at TEXT NOT NULL
);

CREATE TABLE planner_settings (
  key TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
);

-- One row a version of a layer; the current one has its table named as the layer, older ones keep theirs for replay.
CREATE TABLE planner_layers (
  name TEXT NOT NULL COLLATE NOCASE,
  version INTEGER NOT NULL,
  is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
  table_name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL,
  kinds TEXT NOT NULL,
  geometry_type TEXT NOT NULL,
  features INTEGER NOT NULL,
  as_of TEXT,
  coverage BLOB,
  coverage_m2 REAL,
  source TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  stamp TEXT NOT NULL,
  illustrative INTEGER NOT NULL CHECK (illustrative IN (0, 1)),
  PRIMARY KEY (name, version)
);

CREATE TABLE planner_entries (
  seq INTEGER PRIMARY KEY NOT NULL,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  on_day TEXT NOT NULL,
  basis TEXT NOT NULL,
  actor TEXT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  ref TEXT NOT NULL,
  note TEXT NOT NULL,
  legs INTEGER NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE
);

CREATE TABLE planner_legs (
  id INTEGER PRIMARY KEY NOT NULL,
  seq INTEGER NOT NULL REFERENCES planner_entries(seq),
  position INTEGER NOT NULL,
  park TEXT NOT NULL,
  quota TEXT NOT NULL,
  year INTEGER NOT NULL,
  bucket TEXT NOT NULL CHECK (bucket IN ('outside', 'free', 'opened', 'reserved', 'committed')),
  amount INTEGER NOT NULL CHECK (typeof(amount) = 'integer' AND amount <> 0),
  ref TEXT NOT NULL,
  UNIQUE (seq, position)
);

-- A cache of what the legs add up to, kept by planner_legs_fold in the same transaction; the legs are the truth.
CREATE TABLE planner_balances (
  park TEXT NOT NULL,
  quota TEXT NOT NULL,
  year INTEGER NOT NULL,
  bucket TEXT NOT NULL,
  ref TEXT NOT NULL,
  amount INTEGER NOT NULL,
  PRIMARY KEY (park, quota, year, bucket, ref)
) WITHOUT ROWID;

CREATE TABLE planner_acts (
  key TEXT PRIMARY KEY NOT NULL,
  content TEXT NOT NULL,
  answer TEXT NOT NULL,
  actor TEXT NOT NULL,
  at TEXT NOT NULL
);

CREATE TABLE planner_cases (
  place INTEGER PRIMARY KEY NOT NULL,
  id TEXT NOT NULL UNIQUE,
  parcel_id TEXT NOT NULL,
  shape BLOB NOT NULL,
  state TEXT NOT NULL,
  made_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  document TEXT NOT NULL,
  request TEXT NOT NULL
);

CREATE TABLE planner_projects (
  place INTEGER PRIMARY KEY NOT NULL,
  id TEXT NOT NULL UNIQUE,
  fields TEXT NOT NULL
);

-- The book is append-only: an entry follows the last one, a leg belongs to the last entry, nothing changes after.
CREATE TRIGGER planner_entries_follow BEFORE INSERT ON planner_entries
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM planner_entries)
  OR NEW.previous IS NOT COALESCE((SELECT hash FROM planner_entries ORDER BY seq DESC LIMIT 1), '')
  OR EXISTS (SELECT 1 FROM planner_entries WHERE key = NEW.key OR hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'an entry must follow the last one');
END;

CREATE TRIGGER planner_entries_keep BEFORE UPDATE ON planner_entries
BEGIN
  SELECT RAISE(ABORT, 'the book is append-only');
END;

CREATE TRIGGER planner_entries_stay BEFORE DELETE ON planner_entries
BEGIN
  SELECT RAISE(ABORT, 'the book is append-only');
END;

CREATE TRIGGER planner_legs_follow BEFORE INSERT ON planner_legs
WHEN NEW.seq IS NOT (SELECT MAX(seq) FROM planner_entries)
  OR NEW.position IS NOT (SELECT COUNT(*) FROM planner_legs WHERE seq = NEW.seq)
  OR NEW.position >= (SELECT legs FROM planner_entries WHERE seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM planner_legs WHERE id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'a leg must belong to the last entry and be one of those it states');
END;

CREATE TRIGGER planner_legs_keep BEFORE UPDATE ON planner_legs
BEGIN
  SELECT RAISE(ABORT, 'the book is append-only');
END;

CREATE TRIGGER planner_legs_stay BEFORE DELETE ON planner_legs
BEGIN
  SELECT RAISE(ABORT, 'the book is append-only');
END;

-- The second fence: whatever the program believes, no bucket falls below zero but outside, free by an opening,
-- and free of a LIST that nothing was granted to.
CREATE TRIGGER planner_legs_fence BEFORE INSERT ON planner_legs
WHEN NEW.amount < 0 AND NEW.bucket <> 'outside'
  AND NEW.amount + COALESCE((
    SELECT amount FROM planner_balances
    WHERE park = NEW.park AND quota = NEW.quota AND year = NEW.year AND bucket = NEW.bucket
      AND ref = CASE WHEN NEW.bucket = 'free' THEN '' ELSE NEW.ref END), 0) < 0
  AND NOT (NEW.bucket = 'free' AND (SELECT kind FROM planner_entries WHERE seq = NEW.seq) = 'open')
  AND NOT (NEW.bucket = 'free' AND NEW.park = 'LIST'
    AND (SELECT kind FROM planner_entries WHERE seq = NEW.seq) = 'reserve'
    AND NOT EXISTS (
      SELECT 1 FROM planner_legs AS l JOIN planner_entries AS e ON e.seq = l.seq
      WHERE l.park = NEW.park AND l.quota = NEW.quota AND l.year = NEW.year AND l.bucket = 'free'
        AND e.kind IN ('grant', 'transfer')))
BEGIN
  SELECT RAISE(ABORT, 'overdraw');
END;

CREATE TRIGGER planner_legs_fold AFTER INSERT ON planner_legs
BEGIN
  INSERT INTO planner_balances (park, quota, year, bucket, ref, amount)
  VALUES (NEW.park, NEW.quota, NEW.year, NEW.bucket,
          CASE WHEN NEW.bucket IN ('free', 'outside') THEN '' ELSE NEW.ref END, NEW.amount)
  ON CONFLICT (park, quota, year, bucket, ref) DO UPDATE SET amount = amount + excluded.amount;
END;
