-- A release as people and documents see it.
--   $1  code  bigint
--   →   one row
SELECT tidemark.release_text(release.code) AS upc,
       release.title                       AS title,
       artist.key                          AS artist,
       artist.name                         AS artist_name,
       label.key                           AS label,
       release.state                       AS state,
       release.proposed_date               AS proposed_date,
       release.approved_date               AS approved_date,
       release.set_at                      AS set_at,
       release.distributed_at              AS distributed_at,
       release.withdrawn_at                AS withdrawn_at
  FROM tidemark.release
  JOIN tidemark.artist ON artist.id = release.artist
  JOIN tidemark.label ON label.id = artist.label
 WHERE release.bucket = tidemark.bucket_of($1::bigint, 0)
   AND release.code = $1::bigint;
