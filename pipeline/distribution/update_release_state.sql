-- Moves a release; the times of its steps are kept.
--   $1  code           bigint
--   $2  state          text
--   $3  proposed_date  date
--   $4  approved_date  date
UPDATE tidemark.release
   SET state = $2::text::tidemark.release_state,
       proposed_date = $3::date,
       approved_date = $4::date,
       set_at = CASE WHEN $2::text = 'set_for_distribution' THEN clock_timestamp() ELSE release.set_at END,
       distributed_at = CASE WHEN $2::text = 'distributed' THEN clock_timestamp() ELSE release.distributed_at END,
       withdrawn_at = CASE WHEN $2::text = 'withdrawn' THEN clock_timestamp() END
 WHERE release.bucket = tidemark.bucket_of($1::bigint, 0)
   AND release.code = $1::bigint;
