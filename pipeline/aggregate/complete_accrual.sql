-- An accrual is complete when all its buckets are recorded; nothing happens where some are missing, or it was complete before.
--   $1  accrual  bigint
UPDATE tidemark.accrual
   SET completed_at = clock_timestamp()
 WHERE accrual.number = $1::bigint
   AND accrual.completed_at IS NULL
   AND (SELECT count(*) FROM tidemark.accrual_bucket AS done WHERE done.accrual = $1::bigint) = 256;
