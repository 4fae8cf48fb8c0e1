-- What counts to releases, in some buckets, under names of which the catalogue changed its mind: summed up, to be resolved
-- again. Only chunks that can hold such names are opened.
--   $1  accrual  bigint      only what accruals before it left there
--   $2  buckets  smallint[]
INSERT INTO pg_temp.cell (bucket, span, period_to, named, played, market, streams, monetised, amount, held_release,
                          held_recording)
WITH held AS (
    SELECT usage.bucket,
           span.number                                      AS span,
           span.period_to,
           unnest(usage.named)                              AS named,
           unnest(coalesce(usage.played, usage.recordings)) AS played,
           unnest(usage.markets)                            AS market,
           unnest(usage.releases)                           AS release,
           unnest(usage.recordings)                         AS recording,
           unnest(usage.streams)                            AS streams,
           unnest(usage.monetised)                          AS monetised,
           unnest(coalesce(usage.amounts, array_fill(0::numeric, ARRAY[cardinality(usage.releases)]))) AS amount
      FROM tidemark.release_usage AS usage
      JOIN pg_temp.span
        ON (span.feed, span.period_from, span.period_to, span.currency)
           = (usage.feed, usage.period_from, usage.period_to, usage.currency)
     WHERE usage.bucket = ANY ($2::smallint[])
       AND usage.accrual < $1::bigint
       AND (EXISTS (SELECT
                      FROM pg_temp.touched_recording AS touched
                     WHERE (touched.where_named OR touched.bucket = usage.bucket)
                       AND touched.validity @> usage.period_to)
            OR EXISTS (SELECT
                         FROM pg_temp.touched_release AS touched
                        WHERE touched.bucket = usage.bucket
                          AND touched.validity @> usage.period_to)
            OR EXISTS (SELECT FROM pg_temp.touched_market AS touched WHERE touched.is_lost))
)
SELECT held.bucket,
       held.span,
       held.period_to,
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
 GROUP BY held.bucket, held.span, held.period_to, held.named, held.played, held.market, held.release, held.recording
HAVING (sum(held.streams), sum(held.monetised), sum(held.amount)) <> (0, 0, 0);
