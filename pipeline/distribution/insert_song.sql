-- Puts a recording on a release.
--   $1  release        bigint
--   $2  recording      bigint
--   $3  position       bigint
--   $4  is_primary     boolean
--   $5  since_version  bigint
INSERT INTO tidemark.recording_on_release (bucket, release, recording, position, is_primary, since_version)
VALUES (tidemark.bucket_of($1::bigint, 0), $1::bigint, $2::bigint, $3::bigint::integer, $4::boolean, $5::bigint);
