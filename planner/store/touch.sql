-- A change of a layer by another program gives it another stamp and count, so that nobody goes on with what was read
-- before. Names are put in with their quotes doubled.
CREATE TRIGGER "planner_touch_insert_{table}" AFTER INSERT ON "{table}"
BEGIN
  UPDATE planner_layers SET stamp = version || '.' || lower(hex(randomblob(8))), features = features + 1
  WHERE table_name = '{text}';
END;

CREATE TRIGGER "planner_touch_update_{table}" AFTER UPDATE ON "{table}"
BEGIN
  UPDATE planner_layers SET stamp = version || '.' || lower(hex(randomblob(8))) WHERE table_name = '{text}';
END;

CREATE TRIGGER "planner_touch_delete_{table}" AFTER DELETE ON "{table}"
BEGIN
  UPDATE planner_layers SET stamp = version || '.' || lower(hex(randomblob(8))), features = features - 1
  WHERE table_name = '{text}';
END;
