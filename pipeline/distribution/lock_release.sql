-- A release, locked until the transaction ends, with all that its next change depends on.
--   $1  code           bigint
--   →   state          text
--       proposed_date  date
--       approved_date  date
--       label          text    key of the artist's label
--       songs          bigint
SELECT release.state         AS state,
       release.proposed_date AS proposed_date,
       release.approved_date AS approved_date,
       label.key             AS label,
       (SELECT count(*)
          FROM tidemark.recording_on_release
         WHERE recording_on_release.bucket = release.bucket
           AND recording_on_release.release = release.code
           AND recording_on_release.until_version IS NULL) AS songs
  FROM tidemark.release
  JOIN tidemark.artist ON artist.id = release.artist
  JOIN tidemark.label ON label.id = artist.label
 WHERE release.bucket = tidemark.bucket_of($1::bigint, 0)
   AND release.code = $1::bigint
   FOR UPDATE OF release;
