-- Chunks of usage some of whose cells flow elsewhere are release usage without those. The others keep their order.
--   $1  accrual  bigint
WITH carved AS (
    INSERT INTO tidemark.release_usage (bucket, accrual, feed, period_from, period_to, currency, cells, total_streams,
                                        total_monetised, total_amount, releases, recordings, pairs, markets, streams, monetised,
                                        amounts)
    SELECT usage.bucket,
           $1::bigint,
           usage.feed,
           usage.period_from,
           usage.period_to,
           usage.currency,
           folded.cells,
           folded.total_streams,
           folded.total_monetised,
           folded.total_amount,
           rest.releases,
           rest.recordings,
           folded.pairs,
           folded.markets,
           folded.streams,
           folded.monetised,
           CASE WHEN usage.currency <> '' THEN rest.amounts END
      FROM pg_temp.source
     CROSS JOIN unnest(source.batches) AS wanted (batch)
     CROSS JOIN LATERAL ( -- chunk by chunk, so that the index is asked: a hash join, and = ANY, would read all history
        SELECT usage.*
          FROM tidemark.usage
         WHERE usage.bucket = source.bucket
           AND usage.batch = wanted.batch
           AND (usage.feed, usage.period_from, usage.period_to, usage.currency)
               = (source.feed, source.period_from, source.period_to, source.currency)
        OFFSET 0) AS usage
     CROSS JOIN LATERAL (SELECT array_agg(cell.place)                                 AS pairs,
                                array_agg(cell.market)                                AS markets,
                                array_agg(cell.streams)                               AS streams,
                                array_agg(cell.monetised)                             AS monetised,
                                array_agg(cell.amount)                                AS amounts,
                                array_agg(cell.release) FILTER (WHERE cell.is_first)   AS releases,
                                array_agg(cell.recording) FILTER (WHERE cell.is_first) AS recordings
                           FROM (SELECT cell.*,
                                        dense_rank() OVER (ORDER BY cell.pair) - 1                   AS place,
                                        cell.pair IS DISTINCT FROM lag(cell.pair) OVER (ORDER BY cell.pair) AS is_first
                                   FROM tidemark.unfold(usage.cells, usage.releases, usage.recordings, usage.pairs, usage.markets,
                                                        usage.streams, usage.monetised, usage.amounts) AS cell
                                  WHERE NOT EXISTS (SELECT
                                                      FROM pg_temp.moved
                                                     WHERE moved.bucket = usage.bucket
                                                       AND moved.period_to = usage.period_to
                                                       AND moved.named = cell.release
                                                       AND moved.played = cell.recording)
                                    AND cell.market NOT IN (SELECT unknown_market.market FROM pg_temp.unknown_market)) AS cell
                        ) AS rest
     CROSS JOIN LATERAL tidemark.fold(rest.pairs, rest.markets, rest.streams, rest.monetised, rest.amounts) AS folded
     WHERE NOT source.is_whole
 RETURNING release_usage.bucket,
           release_usage.total_streams,
           release_usage.total_monetised,
           release_usage.total_amount
)
INSERT INTO pg_temp.written (bucket, streams, monetised, amount)
SELECT carved.bucket,
       carved.total_streams,
       carved.total_monetised,
       carved.total_amount
  FROM carved;
