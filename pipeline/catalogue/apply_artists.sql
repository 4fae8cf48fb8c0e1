-- Artists: by their key.
--   →   added    bigint
--       changed  bigint
WITH changed AS (
    UPDATE tidemark.artist
       SET name = import_artist.name,
           label = label.id
      FROM pg_temp.import_artist
      JOIN tidemark.label ON label.key = import_artist.label
     WHERE import_artist.key = artist.key
       AND (import_artist.name, label.id) <> (artist.name, artist.label)
 RETURNING artist.key
), added AS (
    INSERT INTO tidemark.artist (key, name, label)
    SELECT import_artist.key,
           import_artist.name,
           label.id
      FROM pg_temp.import_artist
      JOIN tidemark.label ON label.key = import_artist.label
     WHERE NOT EXISTS (SELECT FROM tidemark.artist WHERE artist.key = import_artist.key)
 RETURNING artist.key
)
SELECT (SELECT count(*) FROM added)   AS added,
       (SELECT count(*) FROM changed) AS changed;
