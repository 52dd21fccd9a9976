-- lots.sql told once more: each part of a lot has one use, and a lot enters the book once.
CREATE FUNCTION planner_lot() RETURNS trigger LANGUAGE plpgsql SET search_path = planner, pg_temp AS $$
DECLARE
  lot TEXT := substr(NEW.park, strpos(NEW.park, '//'));
  there BIGINT;
BEGIN
  IF NEW.amount < 0 THEN
    SELECT amount INTO there FROM planner_balances
      WHERE park = NEW.park AND quota = NEW.quota AND year = NEW.year AND bucket = 'free' AND ref = '' FOR UPDATE;
    IF COALESCE(there, 0) + NEW.amount < 0 THEN
      RAISE EXCEPTION 'overdraw of a lot' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
  ELSIF (SELECT kind FROM planner_entries WHERE seq = NEW.seq) = 'grant' AND EXISTS (
    SELECT 1 FROM planner_legs AS l JOIN planner_entries AS e ON e.seq = l.seq
    WHERE e.kind = 'grant' AND e.seq < NEW.seq AND l.quota = NEW.quota AND l.bucket = 'free' AND l.amount > 0
      AND strpos(l.park, '//') > 0 AND substr(l.park, strpos(l.park, '//')) = lot
      AND NOT EXISTS (
        SELECT 1 FROM planner_entries AS r
        WHERE r.note = 'reverses ' || e.seq OR r.note LIKE 'reverses ' || e.seq || '; %')) THEN
    RAISE EXCEPTION 'the lot is in the book already' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER planner_lots BEFORE INSERT ON planner_legs FOR EACH ROW
  WHEN (NEW.bucket = 'free' AND strpos(NEW.park, '//') > 0) EXECUTE FUNCTION planner_lot();
