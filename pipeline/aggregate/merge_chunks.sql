-- All other chunks of release usage: what stays of one or several chunks of usage, and what flows there, sorted and summed up.
-- It goes chunk by chunk, so that no sort is larger than a chunk.
--   $1  accrual  bigint
WITH arriving AS MATERIALIZED (
    SELECT flow.chunk,
           array_agg(flow.release)   AS releases,
           array_agg(flow.recording) AS recordings,
           array_agg(flow.market)    AS markets,
           array_agg(flow.named)     AS named,
           array_agg(flow.played)    AS played,
           array_agg(flow.streams)   AS streams,
           array_agg(flow.monetised) AS monetised,
           array_agg(flow.amount)    AS amounts
      FROM pg_temp.flow
     WHERE flow.reason IS NULL
     GROUP BY flow.chunk
), merged AS (
    INSERT INTO tidemark.release_usage (bucket, accrual, feed, period_from, period_to, currency, releases, recordings, named,
                                        played, markets, streams, monetised, amounts)
    SELECT target.bucket,
           $1::bigint,
           target.feed,
           target.period_from,
           target.period_to,
           target.currency,
           sum.releases,
           sum.recordings,
           CASE WHEN sum.has_other_names THEN sum.named END,
           CASE WHEN sum.has_aliases THEN sum.played END,
           sum.markets,
           sum.streams,
           sum.monetised,
           CASE WHEN target.currency <> '' THEN sum.amounts END
      FROM pg_temp.target
      LEFT JOIN arriving ON arriving.chunk = target.chunk
     CROSS JOIN LATERAL (
        SELECT array_agg(cell.release)               AS releases,
               array_agg(cell.recording)             AS recordings,
               array_agg(cell.market)                AS markets,
               array_agg(cell.named)                 AS named,
               array_agg(cell.played)                AS played,
               array_agg(cell.streams)               AS streams,
               array_agg(cell.monetised)             AS monetised,
               array_agg(cell.amount)                AS amounts,
               bool_or(cell.named <> cell.release)   AS has_other_names,
               bool_or(cell.played <> cell.recording) AS has_aliases
          FROM (SELECT part.release,
                       part.recording,
                       part.market,
                       part.named,
                       part.played,
                       sum(part.streams)::bigint   AS streams,
                       sum(part.monetised)::bigint AS monetised,
                       sum(part.amount)            AS amount
                  FROM (SELECT cell.named  AS release,
                               cell.played AS recording,
                               cell.market,
                               cell.named,
                               cell.played,
                               cell.streams,
                               cell.monetised,
                               coalesce(cell.amount, 0) AS amount
                          FROM (SELECT unnest(usage.releases)   AS named,
                                       unnest(usage.recordings) AS played,
                                       unnest(usage.markets)    AS market,
                                       unnest(usage.streams)    AS streams,
                                       unnest(usage.monetised)  AS monetised,
                                       unnest(usage.amounts)    AS amount,
                                       generate_series(1, cardinality(usage.releases))
                                  FROM tidemark.usage
                                 WHERE usage.bucket = target.bucket
                                   AND usage.batch = ANY (target.batches)
                                   AND (usage.feed, usage.period_from, usage.period_to, usage.currency)
                                       = (target.feed, target.period_from, target.period_to, target.currency)) AS cell
                         WHERE NOT EXISTS (SELECT
                                             FROM pg_temp.moved
                                            WHERE moved.bucket = target.bucket
                                              AND moved.period_to = target.period_to
                                              AND moved.named = cell.named
                                              AND moved.played = cell.played)
                           AND cell.market NOT IN (SELECT unknown_market.market FROM pg_temp.unknown_market)
                         UNION ALL
                        SELECT unnest(arriving.releases),
                               unnest(arriving.recordings),
                               unnest(arriving.markets),
                               unnest(arriving.named),
                               unnest(arriving.played),
                               unnest(arriving.streams),
                               unnest(arriving.monetised),
                               unnest(arriving.amounts)) AS part
                 GROUP BY part.release, part.recording, part.market, part.named, part.played
                HAVING sum(part.streams) <> 0 OR sum(part.monetised) <> 0 OR sum(part.amount) <> 0
                 ORDER BY part.release, part.recording, part.market, part.named, part.played) AS cell
        ) AS sum
     WHERE NOT target.is_whole
       AND NOT target.is_carved
       AND sum.releases IS NOT NULL
 RETURNING release_usage.bucket,
           tidemark.totals_of(release_usage.streams, release_usage.monetised, release_usage.amounts) AS totals
)
INSERT INTO pg_temp.written (bucket, streams, monetised, amount)
SELECT merged.bucket,
       merged.totals[1],
       merged.totals[2],
       merged.totals[3]
  FROM merged;
