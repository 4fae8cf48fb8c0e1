-- One change of a release, with who and why.
--   $1  code        bigint
--   $2  from_state  text    null: it was made
--   $3  to_state    text
--   $4  date        date    that was proposed or approved
--   $5  reason      text
INSERT INTO tidemark.release_history (bucket, release, number, from_state, to_state, date, reason)
SELECT tidemark.bucket_of($1::bigint, 0),
       $1::bigint,
       1 + coalesce(max(release_history.number), 0),
       $2::text::tidemark.release_state,
       $3::text::tidemark.release_state,
       $4::date,
       $5::text
  FROM tidemark.release_history
 WHERE release_history.bucket = tidemark.bucket_of($1::bigint, 0)
   AND release_history.release = $1::bigint;
