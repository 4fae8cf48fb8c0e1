-- What was read of some buckets of an accrual, which this transaction priced.
--   $1  accrual    bigint
--   $2  buckets    smallint[]
--   →   streams    numeric
--       monetised  numeric
--       amount     numeric
SELECT coalesce(sum(done.streams), 0)   AS streams,
       coalesce(sum(done.monetised), 0) AS monetised,
       coalesce(sum(done.amount), 0)    AS amount
  FROM tidemark.pricing_bucket AS done
 WHERE done.accrual = $1::bigint
   AND done.bucket = ANY ($2::smallint[]);
