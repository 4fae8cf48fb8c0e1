-- Chunks of usage some of whose cells flow elsewhere are release usage without those. The others keep their order.
--   $1  accrual  bigint
WITH carved AS (
    INSERT INTO tidemark.release_usage (bucket, accrual, feed, period_from, period_to, currency, releases, recordings, markets,
                                        streams, monetised, amounts)
    SELECT usage.bucket,
           $1::bigint,
           usage.feed,
           usage.period_from,
           usage.period_to,
           usage.currency,
           rest.releases,
           rest.recordings,
           rest.markets,
           rest.streams,
           rest.monetised,
           CASE WHEN usage.currency <> '' THEN rest.amounts END
      FROM pg_temp.target
     CROSS JOIN LATERAL ( -- chunk by chunk, so that the index is asked: a hash join would read all history
        SELECT usage.*
          FROM tidemark.usage
         WHERE usage.bucket = target.bucket
           AND usage.batch = ANY (target.batches)
           AND (usage.feed, usage.period_from, usage.period_to, usage.currency)
               = (target.feed, target.period_from, target.period_to, target.currency)
        OFFSET 0) AS usage
     CROSS JOIN LATERAL (SELECT array_agg(cell.named)     AS releases,
                                array_agg(cell.played)    AS recordings,
                                array_agg(cell.market)    AS markets,
                                array_agg(cell.streams)   AS streams,
                                array_agg(cell.monetised) AS monetised,
                                array_agg(cell.amount)    AS amounts
                           FROM (SELECT unnest(usage.releases)   AS named,
                                        unnest(usage.recordings) AS played,
                                        unnest(usage.markets)    AS market,
                                        unnest(usage.streams)    AS streams,
                                        unnest(usage.monetised)  AS monetised,
                                        unnest(usage.amounts)    AS amount,
                                        generate_series(1, cardinality(usage.releases))) AS cell
                          WHERE NOT EXISTS (SELECT
                                              FROM pg_temp.moved
                                             WHERE moved.bucket = usage.bucket
                                               AND moved.period_to = usage.period_to
                                               AND moved.named = cell.named
                                               AND moved.played = cell.played)
                            AND cell.market NOT IN (SELECT unknown_market.market FROM pg_temp.unknown_market)) AS rest
     WHERE target.is_carved
       AND rest.releases IS NOT NULL
 RETURNING release_usage.bucket,
           tidemark.totals_of(release_usage.streams, release_usage.monetised, release_usage.amounts) AS totals
)
INSERT INTO pg_temp.written (bucket, streams, monetised, amount)
SELECT carved.bucket,
       carved.totals[1],
       carved.totals[2],
       carved.totals[3]
  FROM carved;
