-- All other chunks of release usage: what stays of one or several chunks of usage, and what flows there, sorted and summed up.
-- It goes chunk by chunk, so that no sort is larger than a chunk. Pairs of names are put in order first, and cells by their
-- pair's place and their market, which is one number: as five columns their sort takes four times as long.
--   $1  accrual  bigint
WITH merged AS (
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
     CROSS JOIN LATERAL (
        WITH part AS (
            SELECT flow.release,
                   flow.recording,
                   flow.named,
                   flow.played,
                   flow.markets,
                   flow.streams,
                   flow.monetised,
                   flow.amounts
              FROM pg_temp.flow
             WHERE flow.chunk = target.chunk
               AND flow.reason IS NULL
             UNION ALL
            SELECT cell.named,
                   cell.played,
                   cell.named,
                   cell.played,
                   array_agg(cell.market),
                   array_agg(cell.streams),
                   array_agg(cell.monetised),
                   array_agg(cell.amount)
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
             GROUP BY cell.named, cell.played
        ), placed AS (
            SELECT part.*,
                   dense_rank() OVER (ORDER BY part.release, part.recording) AS place
              FROM part
        ), cell AS (
            SELECT cell.place << 32 | cell.market AS place,
                   cell.release,
                   cell.recording,
                   cell.market,
                   cell.named,
                   cell.played,
                   cell.streams,
                   cell.monetised,
                   cell.amount
              FROM (SELECT placed.place,
                           placed.release,
                           placed.recording,
                           placed.named,
                           placed.played,
                           unnest(placed.markets)   AS market,
                           unnest(placed.streams)   AS streams,
                           unnest(placed.monetised) AS monetised,
                           unnest(placed.amounts)   AS amount
                      FROM placed) AS cell
             ORDER BY 1, 2, 3, 4, 5, 6
        ), summed AS (
            SELECT cell.release,
                   cell.recording,
                   cell.market,
                   cell.named,
                   cell.played,
                   sum(cell.streams)::bigint   AS streams,
                   sum(cell.monetised)::bigint AS monetised,
                   sum(cell.amount)            AS amount
              FROM cell
             GROUP BY cell.place, cell.release, cell.recording, cell.market, cell.named, cell.played
            HAVING sum(cell.streams) <> 0 OR sum(cell.monetised) <> 0 OR sum(cell.amount) <> 0
        )
        SELECT array_agg(summed.release)                  AS releases,
               array_agg(summed.recording)                AS recordings,
               array_agg(summed.market)                   AS markets,
               array_agg(summed.named)                    AS named,
               array_agg(summed.played)                   AS played,
               array_agg(summed.streams)                  AS streams,
               array_agg(summed.monetised)                AS monetised,
               array_agg(summed.amount)                   AS amounts,
               bool_or(summed.named <> summed.release)    AS has_other_names,
               bool_or(summed.played <> summed.recording) AS has_aliases
          FROM summed
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
