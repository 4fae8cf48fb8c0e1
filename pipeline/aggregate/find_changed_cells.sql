-- Where the cells of new chunks are not those that ingest committed: as find_missing_cells, but by all control totals.
--   $1  accrual             bigint
--   $2  buckets             smallint[]
--   →   feed                text
--       batch               bigint
--       bucket              smallint
--       streams_read        numeric
--       streams_expected    numeric   (equal where only monetised or amount differ)
WITH found AS (
    SELECT usage.batch,
           usage.bucket,
           sum(total.numbers[1]) AS streams,
           sum(total.numbers[2]) AS monetised,
           sum(total.numbers[3]) AS amount
      FROM tidemark.accrual_batch
      JOIN tidemark.usage ON usage.batch = accrual_batch.id
     CROSS JOIN tidemark.totals_of(usage.streams, usage.monetised, usage.amounts) AS total (numbers)
     WHERE accrual_batch.accrual = $1::bigint
       AND usage.bucket = ANY ($2::smallint[])
     GROUP BY usage.batch, usage.bucket
)
SELECT feed.name                             AS feed,
       batch.number                          AS batch,
       bucket.number                         AS bucket,
       coalesce(found.streams, 0)            AS streams_read,
       batch.bucket_streams[bucket.number + 1]::numeric AS streams_expected
  FROM tidemark.accrual_batch
  JOIN tidemark.batch ON batch.id = accrual_batch.id
  JOIN tidemark.feed ON feed.id = batch.feed
 CROSS JOIN unnest($2::smallint[]) AS bucket (number)
  LEFT JOIN found ON found.batch = batch.id AND found.bucket = bucket.number
 WHERE accrual_batch.accrual = $1::bigint
   AND (coalesce(found.streams, 0), coalesce(found.monetised, 0), coalesce(found.amount, 0))
       <> (batch.bucket_streams[bucket.number + 1], batch.bucket_monetised[bucket.number + 1],
           batch.bucket_amounts[bucket.number + 1])
 ORDER BY feed.name, batch.number, bucket.number
 LIMIT 1;
