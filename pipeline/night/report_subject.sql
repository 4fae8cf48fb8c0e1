-- How many artists a report is about.
--   $1  artist  text  key, or name in any case; null: by label
--   $2  label   text  key, or name in any case; null: by artist
--   →   artists bigint
SELECT count(*) AS artists
  FROM tidemark.artist
  JOIN tidemark.label ON label.id = artist.label
 WHERE artist.key = $1::text
    OR lower(artist.name) = lower($1::text)
    OR label.key = $2::text
    OR lower(label.name) = lower($2::text);
