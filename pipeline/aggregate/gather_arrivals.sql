-- What flows to releases is chunks of its own, beside those of the cells that stay: cells add up. Pairs are put in order, and their
-- cells come along as they are: a pair that flows from several chunks may have a market several times.
--   $1  accrual  bigint
WITH gathered AS (
    INSERT INTO tidemark.release_usage (bucket, accrual, feed, period_from, period_to, currency, cells, total_streams,
                                        total_monetised, total_amount, releases, recordings, named, played, pairs, markets, streams,
                                        monetised, amounts)
    SELECT arrival.chunk % 256,
           $1::bigint,
           span.feed,
           span.period_from,
           span.period_to,
           span.currency,
           folded.cells,
           folded.total_streams,
           folded.total_monetised,
           folded.total_amount,
           names.releases,
           names.recordings,
           CASE WHEN names.has_other_names THEN names.named END,
           CASE WHEN names.has_aliases THEN names.played END,
           folded.pairs,
           folded.markets,
           folded.streams,
           folded.monetised,
           CASE WHEN span.currency <> '' THEN cells.amounts END
      FROM (SELECT DISTINCT flow.chunk FROM pg_temp.flow WHERE flow.reason IS NULL) AS arrival
      JOIN pg_temp.span ON span.number = arrival.chunk / 256
     CROSS JOIN LATERAL (
        SELECT array_agg(pair.release)   AS releases,
               array_agg(pair.recording) AS recordings,
               array_agg(pair.named)     AS named,
               array_agg(pair.played)    AS played,
               bool_or(pair.named <> pair.release)    AS has_other_names,
               bool_or(pair.played <> pair.recording) AS has_aliases
          FROM (SELECT DISTINCT flow.release, flow.recording, flow.named, flow.played
                  FROM pg_temp.flow
                 WHERE flow.chunk = arrival.chunk
                   AND flow.reason IS NULL
                 ORDER BY flow.release, flow.recording, flow.named, flow.played) AS pair) AS names
     CROSS JOIN LATERAL (
        SELECT array_agg(cell.pair)      AS pairs,
               array_agg(cell.market)    AS markets,
               array_agg(cell.streams)   AS streams,
               array_agg(cell.monetised) AS monetised,
               array_agg(cell.amount)    AS amounts
          FROM (SELECT pair.place              AS pair,
                       unnest(pair.markets)    AS market,
                       unnest(pair.streams)    AS streams,
                       unnest(pair.monetised)  AS monetised,
                       unnest(pair.amounts)    AS amount
                  FROM (SELECT flow.*,
                               dense_rank() OVER (ORDER BY flow.release, flow.recording, flow.named, flow.played) - 1 AS place
                          FROM pg_temp.flow
                         WHERE flow.chunk = arrival.chunk
                           AND flow.reason IS NULL) AS pair) AS cell) AS cells
     CROSS JOIN LATERAL tidemark.fold(cells.pairs, cells.markets, cells.streams, cells.monetised, cells.amounts) AS folded
 RETURNING release_usage.bucket,
           release_usage.total_streams,
           release_usage.total_monetised,
           release_usage.total_amount
)
INSERT INTO pg_temp.written (bucket, streams, monetised, amount)
SELECT gathered.bucket,
       gathered.total_streams,
       gathered.total_monetised,
       gathered.total_amount
  FROM gathered;
