-- Releases, those of a state or all, by the date that they have.
--   $1  state  text  null: all
SELECT tidemark.release_text(release.code)                       AS upc,
       release.title                                             AS title,
       artist.name                                               AS artist_name,
       label.key                                                 AS label,
       release.state                                             AS state,
       coalesce(release.approved_date, release.proposed_date)    AS date
  FROM tidemark.release
  JOIN tidemark.artist ON artist.id = release.artist
  JOIN tidemark.label ON label.id = artist.label
 WHERE $1::text IS NULL
    OR release.state = $1::text::tidemark.release_state
 ORDER BY date NULLS LAST, upc;
