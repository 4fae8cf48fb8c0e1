-- The chunks of an accrual's batches, of some buckets.
--   $1  accrual  bigint
--   $2  buckets  smallint[]
INSERT INTO pg_temp.chunk (bucket, batch, feed, period_from, period_to, currency, cells, has_unnamed)
SELECT usage.bucket,
       usage.batch,
       usage.feed,
       usage.period_from,
       usage.period_to,
       usage.currency,
       usage.cells,
       0 = ANY (usage.releases)
  FROM tidemark.accrual_batch
  JOIN tidemark.usage ON usage.batch = accrual_batch.id
 WHERE accrual_batch.accrual = $1::bigint
   AND usage.bucket = ANY ($2::smallint[]);
