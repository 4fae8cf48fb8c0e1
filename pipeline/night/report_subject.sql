-- How many artists a report is about; and for a name that nobody has, the nearest, unless it is too far to be meant.
--   $1  artist  text  key, or name in any case; null: by label
--   $2  label   text  key, or name in any case; null: by artist
--   →   artists bigint
--       nearest text  a name of an artist or a label; null: none is near
WITH known AS (
    SELECT unnest(ARRAY[artist.key, artist.name]) AS word,
           artist.name                            AS name
      FROM tidemark.artist
     WHERE $1::text IS NOT NULL
     UNION ALL
    SELECT unnest(ARRAY[label.key, label.name]) AS word,
           label.name                           AS name
      FROM tidemark.label
     WHERE $2::text IS NOT NULL
), distant AS (
    SELECT known.name AS name,
           tidemark.levenshtein(lower(left(known.word, 255)), lower(left(coalesce($1::text, $2::text), 255))) AS distance,
           length(known.word) AS letters
      FROM known
)
SELECT (SELECT count(*)
          FROM tidemark.artist
          JOIN tidemark.label ON label.id = artist.label
         WHERE artist.key = $1::text
            OR lower(artist.name) = lower($1::text)
            OR label.key = $2::text
            OR lower(label.name) = lower($2::text)) AS artists,
       (SELECT distant.name
          FROM distant
         WHERE distant.distance <= greatest(1, distant.letters / 3)
         ORDER BY distant.distance, distant.name COLLATE "C"
         LIMIT 1)                                   AS nearest;
