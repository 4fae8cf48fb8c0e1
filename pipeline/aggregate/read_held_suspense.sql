-- What waits in suspense, in some buckets, under names that the catalogue has learned about: summed up, to be resolved again.
--   $1  accrual  bigint      only what accruals before it left there
--   $2  buckets  smallint[]
INSERT INTO pg_temp.cell (bucket, span, period_to, named, played, market, streams, monetised, amount, held_reason)
SELECT suspense.bucket,
       span.number,
       span.period_to,
       suspense.release,
       suspense.recording,
       suspense.market,
       sum(suspense.streams),
       sum(suspense.monetised),
       sum(suspense.amount),
       suspense.reason
  FROM tidemark.suspense
  JOIN pg_temp.span
    ON (span.feed, span.period_from, span.period_to, span.currency)
       = (suspense.feed, suspense.period_from, suspense.period_to, suspense.currency)
 WHERE suspense.bucket = ANY ($2::smallint[])
   AND suspense.accrual < $1::bigint
   AND suspense.reason NOT IN ('no_rate', 'no_split')
   AND (suspense.recording IN (SELECT touched_recording.played FROM pg_temp.touched_recording)
        OR suspense.release IN (SELECT touched_release.named FROM pg_temp.touched_release)
        OR suspense.market IN (SELECT touched_market.market FROM pg_temp.touched_market))
 GROUP BY suspense.bucket, span.number, span.period_to, suspense.release, suspense.recording, suspense.market,
          suspense.reason
HAVING (sum(suspense.streams), sum(suspense.monetised), sum(suspense.amount)) <> (0, 0, 0);
