-- The first shape of a workspace in PostgreSQL: schema.sql told once more, with the same names and the same fences.
-- Layers are tables of the schema planner_layers, made by postgis.py; text is sorted by its bytes as in the file.

CREATE TABLE planner_migrations (
  name TEXT PRIMARY KEY,
  applied_at TEXT NOT NULL
);

-- Whoever writes holds this row from the first moment of the turn to its end: writers take turns.
CREATE TABLE planner_turn (
  one INTEGER PRIMARY KEY CHECK (one = 1)
);

CREATE TABLE planner_settings (
  key TEXT COLLATE "C" PRIMARY KEY,
  value TEXT NOT NULL
);

CREATE TABLE planner_layers (
  rowid BIGINT GENERATED ALWAYS AS IDENTITY UNIQUE,
  name TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL,
  is_current BIGINT NOT NULL CHECK (is_current IN (0, 1)),
  table_name TEXT COLLATE "C" NOT NULL UNIQUE,
  role TEXT NOT NULL,
  kinds TEXT NOT NULL,
  geometry_type TEXT NOT NULL,
  features BIGINT NOT NULL,
  as_of TEXT,
  coverage BYTEA,
  coverage_m2 DOUBLE PRECISION,
  source TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  stamp TEXT NOT NULL,
  illustrative BIGINT NOT NULL CHECK (illustrative IN (0, 1)),
  PRIMARY KEY (name, version)
);

CREATE TABLE planner_entries (
  seq BIGINT PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  on_day TEXT NOT NULL,
  basis TEXT NOT NULL,
  actor TEXT NOT NULL,
  key TEXT COLLATE "C" NOT NULL UNIQUE,
  ref TEXT NOT NULL,
  note TEXT NOT NULL,
  legs BIGINT NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT COLLATE "C" NOT NULL UNIQUE
);

CREATE TABLE planner_legs (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  seq BIGINT NOT NULL REFERENCES planner_entries (seq),
  position BIGINT NOT NULL,
  park TEXT NOT NULL,
  quota TEXT NOT NULL,
  year BIGINT NOT NULL,
  bucket TEXT NOT NULL CHECK (bucket IN ('outside', 'free', 'opened', 'reserved', 'committed')),
  amount BIGINT NOT NULL CHECK (amount <> 0),
  ref TEXT NOT NULL,
  UNIQUE (seq, position)
);
-- What the fence asks of a LIST, and histories ask by account.
CREATE INDEX planner_legs_account ON planner_legs (park, quota, year, bucket);

-- A cache of what the legs add up to, kept by planner_legs_fold in the same transaction; the legs are the truth.
CREATE TABLE planner_balances (
  park TEXT COLLATE "C" NOT NULL,
  quota TEXT COLLATE "C" NOT NULL,
  year BIGINT NOT NULL,
  bucket TEXT COLLATE "C" NOT NULL,
  ref TEXT COLLATE "C" NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (park, quota, year, bucket, ref)
);

CREATE TABLE planner_acts (
  key TEXT COLLATE "C" PRIMARY KEY,
  content TEXT NOT NULL,
  answer TEXT NOT NULL,
  actor TEXT NOT NULL,
  at TEXT NOT NULL
);

CREATE TABLE planner_cases (
  place BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL UNIQUE,
  parcel_id TEXT NOT NULL,
  shape BYTEA NOT NULL,
  state TEXT NOT NULL,
  made_at TEXT NOT NULL,
  actor TEXT NOT NULL,
  document TEXT NOT NULL,
  request TEXT NOT NULL
);

CREATE TABLE planner_projects (
  place BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id TEXT COLLATE "C" NOT NULL UNIQUE,
  fields TEXT NOT NULL
);

INSERT INTO planner_turn VALUES (1);

-- ---------------------------------------------------------------- the fences
CREATE FUNCTION planner_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = planner, pg_temp AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- An entry follows the last one. Two that were written at once have the same number, which only one can have.
CREATE FUNCTION planner_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = planner, pg_temp AS $$
BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT COALESCE(MAX(seq), 0) + 1 FROM planner_entries)
    OR NEW.previous IS DISTINCT FROM
      COALESCE((SELECT hash FROM planner_entries ORDER BY seq DESC LIMIT 1), '') THEN
    RAISE EXCEPTION 'an entry must follow the last one' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

-- A leg belongs to the last entry and is one of those it states; whatever the program believes, no bucket falls below
-- zero but outside, free by an opening, and free of a LIST that nothing was granted to.
CREATE FUNCTION planner_fence() RETURNS trigger LANGUAGE plpgsql SET search_path = planner, pg_temp AS $$
DECLARE
  entry planner_entries;
  holder TEXT := CASE WHEN NEW.bucket IN ('free', 'outside') THEN '' ELSE NEW.ref END;
  there BIGINT;
BEGIN
  SELECT * INTO entry FROM planner_entries ORDER BY seq DESC LIMIT 1;
  IF NEW.seq IS DISTINCT FROM entry.seq
    OR NEW.position IS DISTINCT FROM (SELECT COUNT(*) FROM planner_legs WHERE seq = NEW.seq)
    OR NEW.position >= entry.legs THEN
    RAISE EXCEPTION 'a leg must belong to the last entry and be one of those it states'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.amount < 0 AND NEW.bucket <> 'outside' THEN
    SELECT amount INTO there FROM planner_balances
      WHERE park = NEW.park AND quota = NEW.quota AND year = NEW.year AND bucket = NEW.bucket AND ref = holder
      FOR UPDATE;
    IF COALESCE(there, 0) + NEW.amount < 0
      AND NOT (NEW.bucket = 'free' AND entry.kind = 'open')
      AND NOT (NEW.bucket = 'free' AND NEW.park = 'LIST' AND entry.kind = 'reserve' AND NOT EXISTS (
        SELECT 1 FROM planner_legs AS l JOIN planner_entries AS e ON e.seq = l.seq
        WHERE l.park = NEW.park AND l.quota = NEW.quota AND l.year = NEW.year AND l.bucket = 'free'
          AND e.kind IN ('grant', 'transfer'))) THEN
      RAISE EXCEPTION 'overdraw' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION planner_fold() RETURNS trigger LANGUAGE plpgsql SET search_path = planner, pg_temp AS $$
BEGIN
  INSERT INTO planner_balances AS kept (park, quota, year, bucket, ref, amount)
  VALUES (NEW.park, NEW.quota, NEW.year, NEW.bucket,
          CASE WHEN NEW.bucket IN ('free', 'outside') THEN '' ELSE NEW.ref END, NEW.amount)
  ON CONFLICT (park, quota, year, bucket, ref) DO UPDATE SET amount = kept.amount + excluded.amount;
  RETURN NULL;
END $$;

-- A layer that QGIS or another program changed has another stamp, so that nobody goes on with the old features.
CREATE FUNCTION planner_touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = planner, pg_temp AS $$
DECLARE
  there BIGINT;
BEGIN
  EXECUTE format('SELECT count(*) FROM %I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME) INTO there;
  UPDATE planner_layers SET stamp = version || '.' || replace(gen_random_uuid()::text, '-', ''), features = there
  WHERE table_name = TG_ARGV[0];
  RETURN NULL;
END $$;

CREATE TRIGGER planner_entries_follow BEFORE INSERT ON planner_entries FOR EACH ROW EXECUTE FUNCTION planner_follow();
CREATE TRIGGER planner_entries_keep BEFORE UPDATE OR DELETE ON planner_entries
  FOR EACH ROW EXECUTE FUNCTION planner_refuse();
CREATE TRIGGER planner_entries_whole BEFORE TRUNCATE ON planner_entries EXECUTE FUNCTION planner_refuse();
CREATE TRIGGER planner_legs_fence BEFORE INSERT ON planner_legs FOR EACH ROW EXECUTE FUNCTION planner_fence();
CREATE TRIGGER planner_legs_fold AFTER INSERT ON planner_legs FOR EACH ROW EXECUTE FUNCTION planner_fold();
CREATE TRIGGER planner_legs_keep BEFORE UPDATE OR DELETE ON planner_legs
  FOR EACH ROW EXECUTE FUNCTION planner_refuse();
CREATE TRIGGER planner_legs_whole BEFORE TRUNCATE ON planner_legs EXECUTE FUNCTION planner_refuse();
