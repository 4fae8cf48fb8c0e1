-- Labels: by their key.
--   →   added    bigint
--       changed  bigint
WITH changed AS (
    UPDATE tidemark.label
       SET name = import_label.name
      FROM pg_temp.import_label
     WHERE import_label.key = label.key
       AND import_label.name <> label.name
 RETURNING label.key
), added AS (
    INSERT INTO tidemark.label (key, name)
    SELECT import_label.key,
           import_label.name
      FROM pg_temp.import_label
     WHERE NOT EXISTS (SELECT FROM tidemark.label WHERE label.key = import_label.key)
 RETURNING label.key
)
SELECT (SELECT count(*) FROM added)   AS added,
       (SELECT count(*) FROM changed) AS changed;
