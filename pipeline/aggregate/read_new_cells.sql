-- The cells of an accrual's batches, of some buckets. (The unnests stand in the list of columns because there they run in
-- step and without an intermediate store: 0.2 s for 600,000 cells, against 1.2 s as one function in FROM.)
--   $1  accrual  bigint
--   $2  buckets  smallint[]
INSERT INTO pg_temp.cell (bucket, batch, span, period_to, named, played, market, streams, monetised, amount)
SELECT usage.bucket,
       usage.batch,
       span.number,
       span.period_to,
       unnest(usage.releases),
       unnest(usage.recordings),
       unnest(usage.markets),
       unnest(usage.streams),
       unnest(usage.monetised),
       unnest(coalesce(usage.amounts, array_fill(0::numeric, ARRAY[cardinality(usage.releases)])))
  FROM tidemark.accrual_batch
  JOIN tidemark.usage ON usage.batch = accrual_batch.id
  JOIN pg_temp.span
    ON (span.feed, span.period_from, span.period_to, span.currency)
       = (usage.feed, usage.period_from, usage.period_to, usage.currency)
 WHERE accrual_batch.accrual = $1::bigint
   AND usage.bucket = ANY ($2::smallint[]);
