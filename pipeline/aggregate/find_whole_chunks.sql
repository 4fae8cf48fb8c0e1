-- Which chunks of usage become release usage as they are: those which no cell leaves, by batches' buckets, periods and currencies.
INSERT INTO pg_temp.source (bucket, feed, period_from, period_to, currency, batches, is_whole)
SELECT here.bucket,
       span.feed,
       span.period_from,
       span.period_to,
       span.currency,
       here.batches,
       leaving.source IS NULL
  FROM (SELECT span.number,
               chunk.bucket,
               array_agg(DISTINCT chunk.batch) AS batches
          FROM pg_temp.chunk
          JOIN pg_temp.span
            ON (span.feed, span.period_from, span.period_to, span.currency)
               = (chunk.feed, chunk.period_from, chunk.period_to, chunk.currency)
         GROUP BY span.number, chunk.bucket) AS here
  JOIN pg_temp.span ON span.number = here.number
  LEFT JOIN (SELECT DISTINCT
                    flow.chunk / 256 * 256 + flow.bucket AS source
               FROM pg_temp.flow) AS leaving
    ON leaving.source = here.number * 256 + here.bucket;
