-- A lot of restored land stands in an account of its own, "PARK//LOT": each part of it has one use.

-- Nothing takes more of a lot than is free of it, an opening neither.
CREATE TRIGGER planner_lots_fence BEFORE INSERT ON planner_legs
WHEN NEW.amount < 0 AND NEW.bucket = 'free' AND instr(NEW.park, '//') > 0
  AND NEW.amount + COALESCE((
    SELECT amount FROM planner_balances
    WHERE park = NEW.park AND quota = NEW.quota AND year = NEW.year AND bucket = 'free' AND ref = ''), 0) < 0
BEGIN
  SELECT RAISE(ABORT, 'overdraw of a lot');
END;

-- A lot enters the book once: while one grant of it stands no other does, in no park and in no year.
CREATE TRIGGER planner_lots_once BEFORE INSERT ON planner_legs
WHEN NEW.amount > 0 AND NEW.bucket = 'free' AND instr(NEW.park, '//') > 0
  AND (SELECT kind FROM planner_entries WHERE seq = NEW.seq) = 'grant'
  AND EXISTS (
    SELECT 1 FROM planner_legs AS l JOIN planner_entries AS e ON e.seq = l.seq
    WHERE e.kind = 'grant' AND e.seq < NEW.seq AND l.quota = NEW.quota AND l.bucket = 'free' AND l.amount > 0
      AND instr(l.park, '//') > 0 AND substr(l.park, instr(l.park, '//')) = substr(NEW.park, instr(NEW.park, '//'))
      AND NOT EXISTS (
        SELECT 1 FROM planner_entries AS r
        WHERE r.note = 'reverses ' || e.seq OR r.note LIKE 'reverses ' || e.seq || '; %'))
BEGIN
  SELECT RAISE(ABORT, 'the lot is in the book already');
END;
