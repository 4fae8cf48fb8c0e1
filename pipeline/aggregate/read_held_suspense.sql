-- What waits in suspense, in some buckets, under names that the catalogue has learned about: summed up, to be resolved again.
-- Each kind of name has its index, so that what else waits is not read.
--   $1  accrual  bigint      only what accruals before it left there
--   $2  buckets  smallint[]
INSERT INTO pg_temp.held (bucket, feed, period_from, period_to, currency, named, played, market, streams, monetised, amount, reason)
WITH touched AS (
    SELECT suspense.*
      FROM (SELECT DISTINCT touched_recording.played FROM pg_temp.touched_recording) AS name
      JOIN tidemark.suspense ON suspense.recording = name.played
     UNION ALL
    SELECT suspense.*
      FROM (SELECT DISTINCT touched_release.named FROM pg_temp.touched_release) AS name
      JOIN tidemark.suspense ON suspense.bucket = tidemark.bucket_of(name.named, 0) AND suspense.release = name.named
     WHERE suspense.recording NOT IN (SELECT touched_recording.played FROM pg_temp.touched_recording)
     UNION ALL
    SELECT suspense.*
      FROM (SELECT DISTINCT touched_market.market FROM pg_temp.touched_market) AS name
      JOIN tidemark.suspense ON suspense.market = name.market
     WHERE suspense.reason = 'unknown_territory'
       AND suspense.recording NOT IN (SELECT touched_recording.played FROM pg_temp.touched_recording)
       AND suspense.release NOT IN (SELECT touched_release.named FROM pg_temp.touched_release)
)
SELECT touched.bucket,
       touched.feed,
       touched.period_from,
       touched.period_to,
       touched.currency,
       touched.release,
       touched.recording,
       touched.market,
       sum(touched.streams),
       sum(touched.monetised),
       sum(touched.amount),
       touched.reason
  FROM touched
 WHERE touched.bucket = ANY ($2::smallint[])
   AND touched.accrual < $1::bigint
   AND touched.reason NOT IN ('no_rate', 'no_split')
 GROUP BY touched.bucket, touched.feed, touched.period_from, touched.period_to, touched.currency, touched.release,
          touched.recording, touched.market, touched.reason
HAVING (sum(touched.streams), sum(touched.monetised), sum(touched.amount)) <> (0, 0, 0);
