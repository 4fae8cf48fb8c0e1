-- A recording by the release's own artist.
--   $1  recording      bigint
--   $2  title          text
--   $3  release        bigint
--   $4  since_version  bigint
INSERT INTO tidemark.recording (bucket, code, title, artist, since_version)
SELECT tidemark.bucket_of(0, $1::bigint), $1::bigint, $2::text, release.artist, $4::bigint
  FROM tidemark.release
 WHERE release.bucket = tidemark.bucket_of($3::bigint, 0)
   AND release.code = $3::bigint;
