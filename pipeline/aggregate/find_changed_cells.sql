-- Where the cells of new chunks are not those that ingest committed: as find_missing_cells, but by all control totals, those that
-- stand beside the cells too.
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
           sum(total.streams)    AS streams,
           sum(total.monetised)  AS monetised,
           sum(total.amount)     AS amount,
           bool_and((total.streams, total.monetised, total.amount)
                    = (usage.total_streams, usage.total_monetised, usage.total_amount)) AS is_as_told
      FROM tidemark.accrual_batch
      JOIN tidemark.usage ON usage.batch = accrual_batch.id
     CROSS JOIN LATERAL (SELECT sum(cell.streams) AS streams, sum(cell.monetised) AS monetised, sum(cell.amount) AS amount
                           FROM tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                                usage.markets, usage.streams, usage.monetised, usage.amounts) AS cell) AS total
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
   AND ((coalesce(found.streams, 0), coalesce(found.monetised, 0), coalesce(found.amount, 0))
        <> (batch.bucket_streams[bucket.number + 1], batch.bucket_monetised[bucket.number + 1],
            batch.bucket_amounts[bucket.number + 1])
        OR NOT found.is_as_told)
 ORDER BY feed.name, batch.number, bucket.number
 LIMIT 1;
