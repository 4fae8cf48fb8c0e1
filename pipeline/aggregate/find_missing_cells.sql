-- Where there are not the cells that ingest committed, by the control totals of their batches. A commit may be visible in part
-- for a while on a distributed engine; who reads then must read again later.
--   $1  accrual         bigint
--   $2  buckets         smallint[]
--   →   feed            text
--       batch           bigint
--       bucket          smallint
--       cells_read      bigint
--       cells_expected  bigint
WITH found AS (
    SELECT usage.batch,
           usage.bucket,
           sum(usage.cells) AS cells
      FROM tidemark.accrual_batch
      JOIN tidemark.usage ON usage.batch = accrual_batch.id
     WHERE accrual_batch.accrual = $1::bigint
       AND usage.bucket = ANY ($2::smallint[])
     GROUP BY usage.batch, usage.bucket
)
SELECT feed.name                                    AS feed,
       batch.number                                 AS batch,
       bucket.number                                AS bucket,
       coalesce(found.cells, 0)                     AS cells_read,
       batch.bucket_cells[bucket.number + 1]::bigint AS cells_expected
  FROM tidemark.accrual_batch
  JOIN tidemark.batch ON batch.id = accrual_batch.id
  JOIN tidemark.feed ON feed.id = batch.feed
 CROSS JOIN unnest($2::smallint[]) AS bucket (number)
  LEFT JOIN found ON found.batch = batch.id AND found.bucket = bucket.number
 WHERE accrual_batch.accrual = $1::bigint
   AND coalesce(found.cells, 0) <> batch.bucket_cells[bucket.number + 1]
 ORDER BY feed.name, batch.number, bucket.number
 LIMIT 1;
