-- A new release.
--   $1  code             bigint
--   $2  title            text
--   $3  artist           text     its key
--   $4  since_version    bigint
--   no row: there is no such artist, or the code is taken
INSERT INTO tidemark.release (bucket, code, title, artist, since_version)
SELECT tidemark.bucket_of($1::bigint, 0), $1::bigint, $2::text, artist.id, $4::bigint
  FROM tidemark.artist
 WHERE artist.key = $3::text
    ON CONFLICT (bucket, code) DO NOTHING;
