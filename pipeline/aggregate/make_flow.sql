-- Lets cells flow to where they go if they do not stay under their names. New ones flow in; held ones flow out of where they lie
-- and in where they go now, if that is another place. A cell whose release is known still waits if its territory is not.
--   $1  accrual  bigint
--   $2  buckets  smallint[]
INSERT INTO pg_temp.flow (chunk, bucket, named, played, reason, release, recording, markets, streams, monetised, amounts, sums)
WITH mixed AS ( -- chunks that hold any such cell; the others are not opened
    SELECT span.number,
           usage.*
      FROM tidemark.accrual_batch
      JOIN tidemark.usage ON usage.batch = accrual_batch.id
      JOIN pg_temp.span
        ON (span.feed, span.period_from, span.period_to, span.currency)
           = (usage.feed, usage.period_from, usage.period_to, usage.currency)
     WHERE accrual_batch.accrual = $1::bigint
       AND usage.bucket = ANY ($2::smallint[])
       AND ((usage.bucket, usage.period_to) IN (SELECT moved.bucket, moved.period_to FROM pg_temp.moved)
            OR (EXISTS (SELECT FROM pg_temp.unknown_market)
                AND EXISTS (SELECT
                              FROM unnest(tidemark.unpack(usage.markets, usage.cells)) AS market (number)
                             WHERE market.number IN (SELECT unknown_market.market FROM pg_temp.unknown_market))))
)
SELECT mixed.number * 256 + coalesce(pair.release_bucket, mixed.bucket),
       mixed.bucket,
       pair.named,
       pair.played,
       pair.reason,
       coalesce(pair.release, pair.named),
       coalesce(pair.recording, pair.played),
       pair.markets,
       pair.streams,
       pair.monetised,
       pair.amounts,
       pair.sums
  FROM mixed
 CROSS JOIN LATERAL ( -- chunk by chunk, pairs of names before they meet what moves from this bucket: nothing hashed is larger
    SELECT pair.named,
           pair.played,
           coalesce(moved.reason, pair.reason) AS reason,
           moved.release_bucket,
           moved.release,
           moved.recording,
           pair.markets,
           pair.streams,
           pair.monetised,
           pair.amounts,
           pair.sums
      FROM (SELECT min(cell.release)                   AS named,
                   min(cell.recording)                 AS played,
                   unknown_market.reason,
                   array_agg(cell.market)              AS markets,
                   array_agg(cell.streams)             AS streams,
                   array_agg(cell.monetised)           AS monetised,
                   array_agg(cell.amount) FILTER (WHERE mixed.currency <> '') AS amounts,
                   ARRAY[tidemark.total(cell.streams)::numeric, tidemark.total(cell.monetised)::numeric,
                         coalesce(sum(cell.amount) FILTER (WHERE mixed.currency <> ''), 0)] AS sums
              FROM tidemark.unfold(mixed.cells, mixed.releases, mixed.recordings, mixed.pairs, mixed.markets, mixed.streams,
                                   mixed.monetised, mixed.amounts) AS cell
              LEFT JOIN pg_temp.unknown_market ON unknown_market.market = cell.market
             GROUP BY cell.pair, unknown_market.reason) AS pair
      LEFT JOIN (SELECT moved.*
                   FROM pg_temp.moved
                  WHERE moved.bucket = mixed.bucket AND moved.period_to = mixed.period_to) AS moved
        ON moved.named = pair.named AND moved.played = pair.played
     WHERE moved.named IS NOT NULL
        OR pair.reason IS NOT NULL
 ) AS pair
 UNION ALL
SELECT span.number * 256 + side.bucket,
       held.bucket,
       held.named,
       held.played,
       side.reason,
       side.release,
       side.recording,
       array_agg(held.market),
       array_agg(side.sign * held.streams),
       array_agg(side.sign * held.monetised),
       array_agg(side.sign * held.amount),
       ARRAY[sum(side.sign * held.streams), sum(side.sign * held.monetised), sum(side.sign * held.amount)]
  FROM pg_temp.held
  JOIN pg_temp.span
    ON (span.feed, span.period_from, span.period_to, span.currency)
       = (held.feed, held.period_from, held.period_to, held.currency)
  LEFT JOIN pg_temp.moved
    ON moved.named = held.named AND moved.played = held.played AND moved.period_to = held.period_to
  LEFT JOIN pg_temp.unknown_market ON unknown_market.market = held.market
 CROSS JOIN LATERAL (SELECT coalesce(moved.reason, unknown_market.reason) AS reason,
                            coalesce(moved.release_bucket, held.bucket)   AS bucket,
                            coalesce(moved.release, held.named)           AS release,
                            coalesce(moved.recording, held.played)        AS recording) AS now
 CROSS JOIN LATERAL (VALUES (-1, held.bucket, held.release, held.recording, held.reason),
                            (1, now.bucket, now.release, now.recording, now.reason))
       AS side (sign, bucket, release, recording, reason)
 WHERE now.reason IS DISTINCT FROM held.reason
    OR (now.reason IS NULL AND (now.release, now.recording) <> (held.release, held.recording))
 GROUP BY 1, 2, 3, 4, 5, 6, 7;
