-- What waits in suspense, in some buckets, under names that the catalogue has learned about: summed up, to be resolved again.
-- Each kind of name has its index, so that what else waits is not read; the OFFSETs keep the planner from reading all of it.
--   $1  accrual  bigint      only what accruals before it left there
--   $2  buckets  smallint[]
INSERT INTO pg_temp.held (bucket, feed, period_from, period_to, currency, named, played, market, streams, monetised, amount, reason)
WITH touched AS (
    SELECT waiting.*
      FROM (SELECT DISTINCT touched_recording.played FROM pg_temp.touched_recording) AS name
     CROSS JOIN LATERAL (SELECT suspense.*
                           FROM tidemark.suspense
                          WHERE suspense.recording = name.played
                         OFFSET 0) AS waiting
     UNION ALL
    SELECT waiting.*
      FROM (SELECT DISTINCT touched_release.named FROM pg_temp.touched_release) AS name
     CROSS JOIN LATERAL (SELECT suspense.*
                           FROM tidemark.suspense
                          WHERE suspense.bucket = tidemark.bucket_of(name.named, 0)
                            AND suspense.release = name.named
                         OFFSET 0) AS waiting
     WHERE waiting.recording NOT IN (SELECT touched_recording.played FROM pg_temp.touched_recording)
     UNION ALL
    SELECT waiting.*
      FROM (SELECT DISTINCT touched_market.market FROM pg_temp.touched_market) AS name
     CROSS JOIN LATERAL (SELECT suspense.*
                           FROM tidemark.suspense
                          WHERE suspense.market = name.market
                            AND suspense.reason = 'unknown_territory'
                         OFFSET 0) AS waiting
     WHERE waiting.recording NOT IN (SELECT touched_recording.played FROM pg_temp.touched_recording)
       AND waiting.release NOT IN (SELECT touched_release.named FROM pg_temp.touched_release)
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
