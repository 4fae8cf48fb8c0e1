-- Chunks of usage all of whose cells stay under their names are release usage as they are: their columns are copied packed.
--   $1  accrual  bigint
WITH carried AS (
    INSERT INTO tidemark.release_usage (bucket, accrual, feed, period_from, period_to, currency, cells, total_streams,
                                        total_monetised, total_amount, releases, recordings, pairs, markets, streams, monetised,
                                        amounts)
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
           usage.releases,
           usage.recordings,
           usage.pairs,
           usage.markets,
           usage.streams,
           usage.monetised,
           usage.amounts
      FROM pg_temp.source
     CROSS JOIN unnest(source.batches) AS wanted (batch)
     CROSS JOIN LATERAL ( -- chunk by chunk, so that the index is asked: a hash join, and = ANY, would read all history
        SELECT usage.*
          FROM tidemark.usage
         WHERE usage.bucket = source.bucket
           AND usage.batch = wanted.batch
           AND (usage.feed, usage.period_from, usage.period_to, usage.currency)
               = (source.feed, source.period_from, source.period_to, source.currency)
        OFFSET 0) AS usage
     WHERE source.is_whole
 RETURNING release_usage.bucket,
           release_usage.total_streams,
           release_usage.total_monetised,
           release_usage.total_amount
)
INSERT INTO pg_temp.written (bucket, streams, monetised, amount)
SELECT carried.bucket,
       carried.total_streams,
       carried.total_monetised,
       carried.total_amount
  FROM carried;
