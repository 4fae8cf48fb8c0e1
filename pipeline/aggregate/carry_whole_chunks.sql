-- Chunks of usage all of whose cells stay under their names are release usage as they are: their columns are copied packed.
--   $1  accrual    bigint
--   $2  buckets    smallint[]
--   $3  batches    bigint[]    of each of them
--   →   bucket     smallint
--       streams    numeric     what was carried, added up
--       monetised  numeric
--       amount     numeric
WITH carried AS (
    INSERT INTO tidemark.release_usage (bucket, accrual, feed, period_from, period_to, currency, cells, total_streams,
                                        total_monetised, total_amount, pair_count, releases, recordings, pairs, markets,
                                        streams, monetised, amounts)
    SELECT usage.bucket,
           $1::bigint,
           usage.feed,
           usage.period_from,
           usage.period_to,
           usage.currency,
           usage.cells,
           usage.total_streams,
           usage.total_monetised,
           usage.total_amount,
           usage.pair_count,
           usage.releases,
           usage.recordings,
           usage.pairs,
           usage.markets,
           usage.streams,
           usage.monetised,
           usage.amounts
      FROM unnest($2::smallint[], $3::bigint[]) AS whole (bucket, batch)
     CROSS JOIN LATERAL ( -- one by one, so that the index is asked: a hash join would read all history
        SELECT usage.*
          FROM tidemark.usage
         WHERE usage.bucket = whole.bucket
           AND usage.batch = whole.batch
        OFFSET 0) AS usage
 RETURNING release_usage.bucket,
           release_usage.total_streams,
           release_usage.total_monetised,
           release_usage.total_amount
)
SELECT carried.bucket               AS bucket,
       sum(carried.total_streams)   AS streams,
       sum(carried.total_monetised) AS monetised,
       sum(carried.total_amount)    AS amount
  FROM carried
 GROUP BY carried.bucket;
