-- The files of a run stand under their names. No row: it had been released already.
--   $1  run              bigint
--   $2  manifest_sha256  text
UPDATE tidemark.payout_run
   SET state = 'released',
       manifest_sha256 = $2::text,
       released_at = clock_timestamp()
 WHERE payout_run.number = $1::bigint
   AND payout_run.state = 'built';
