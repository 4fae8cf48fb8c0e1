-- What counts to releases, in some buckets, under names of which the catalogue changed its mind: summed up, to be resolved
-- again. Only chunks that can hold such names are opened.
--   $1  accrual  bigint      only what accruals before it left there
--   $2  buckets  smallint[]
INSERT INTO pg_temp.held (bucket, feed, period_from, period_to, currency, named, played, market, streams, monetised, amount,
                          release, recording)
WITH touched AS MATERIALIZED ( -- where and on which days such names may be; without a bucket: in all of them
    SELECT touched.bucket,
           touched.validity
      FROM pg_temp.touched_release AS touched
     WHERE touched.bucket IS NOT NULL
     UNION
    SELECT touched.bucket,
           touched.validity
      FROM pg_temp.touched_recording AS touched
     WHERE touched.where_named OR touched.bucket IS NOT NULL
     UNION
    SELECT NULL,
           daterange(NULL, NULL)
      FROM pg_temp.touched_market AS touched
     WHERE touched.is_lost
), held AS (
    SELECT usage.bucket,
           usage.feed,
           usage.period_from,
           usage.period_to,
           usage.currency,
           coalesce(usage.named[cell.pair], cell.release)    AS named,
           coalesce(usage.played[cell.pair], cell.recording) AS played,
           cell.market,
           cell.release,
           cell.recording,
           cell.streams,
           cell.monetised,
           cell.amount
      FROM tidemark.release_usage AS usage
     CROSS JOIN LATERAL tidemark.unfold(usage.cells, usage.releases, usage.recordings, usage.pairs, usage.markets, usage.streams,
                                        usage.monetised, usage.amounts) AS cell
     WHERE EXISTS (SELECT FROM touched)
       AND usage.bucket = ANY ($2::smallint[])
       AND usage.accrual < $1::bigint
       AND EXISTS (SELECT
                     FROM touched
                    WHERE (touched.bucket IS NULL OR touched.bucket = usage.bucket)
                      AND touched.validity @> usage.period_to)
)
SELECT held.bucket,
       held.feed,
       held.period_from,
       held.period_to,
       held.currency,
       held.named,
       held.played,
       held.market,
       sum(held.streams),
       sum(held.monetised),
       sum(held.amount),
       held.release,
       held.recording
  FROM held
 WHERE held.played IN (SELECT touched_recording.played FROM pg_temp.touched_recording)
    OR held.named IN (SELECT touched_release.named FROM pg_temp.touched_release)
    OR held.market IN (SELECT touched_market.market FROM pg_temp.touched_market)
 GROUP BY held.bucket, held.feed, held.period_from, held.period_to, held.currency, held.named, held.played, held.market,
          held.release, held.recording
HAVING (sum(held.streams), sum(held.monetised), sum(held.amount)) <> (0, 0, 0);
