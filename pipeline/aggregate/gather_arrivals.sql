-- What flows to releases is chunks of its own, beside those of the cells that stay: cells add up. It goes chunk by chunk, so that no
-- sort is larger than a chunk. Cells are summed up first; then pairs of names are put in order, and cells by their pair's place and
-- their market, which is one number: as five columns their sort takes four times as long.
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
           folded.releases,
           folded.recordings,
           folded.named,
           folded.played,
           folded.pairs,
           folded.markets,
           folded.streams,
           folded.monetised,
           CASE WHEN span.currency <> '' THEN sum.amounts END
      FROM (SELECT DISTINCT flow.chunk FROM pg_temp.flow WHERE flow.reason IS NULL) AS arrival
      JOIN pg_temp.span ON span.number = arrival.chunk / 256
     CROSS JOIN LATERAL (
        WITH cell AS (
            SELECT flow.release,
                   flow.recording,
                   flow.named,
                   flow.played,
                   unnest(flow.markets)   AS market,
                   unnest(flow.streams)   AS streams,
                   unnest(flow.monetised) AS monetised,
                   unnest(flow.amounts)   AS amount
              FROM pg_temp.flow
             WHERE flow.chunk = arrival.chunk
               AND flow.reason IS NULL
        ), summed AS MATERIALIZED (
            SELECT cell.release,
                   cell.recording,
                   cell.named,
                   cell.played,
                   cell.market,
                   tidemark.total(cell.streams)   AS streams,
                   tidemark.total(cell.monetised) AS monetised,
                   sum(cell.amount)               AS amount
              FROM cell
             GROUP BY cell.release, cell.recording, cell.named, cell.played, cell.market
            HAVING tidemark.total(cell.streams) <> 0 OR tidemark.total(cell.monetised) <> 0 OR sum(cell.amount) <> 0
        ), pair AS (
            SELECT known.*,
                   row_number() OVER (ORDER BY known.release, known.recording, known.named, known.played) AS place
              FROM (SELECT DISTINCT summed.release, summed.recording, summed.named, summed.played FROM summed) AS known
        ), ordered AS (
            SELECT summed.*
              FROM summed
              JOIN pair
                ON pair.release = summed.release AND pair.recording = summed.recording AND pair.named = summed.named
               AND pair.played = summed.played
             ORDER BY pair.place << 32 | summed.market
        )
        SELECT array_agg(ordered.release)                  AS releases,
               array_agg(ordered.recording)                AS recordings,
               array_agg(ordered.market)                   AS markets,
               array_agg(ordered.named)                    AS named,
               array_agg(ordered.played)                   AS played,
               array_agg(ordered.streams)                  AS streams,
               array_agg(ordered.monetised)                AS monetised,
               array_agg(ordered.amount)                   AS amounts
          FROM ordered
        ) AS sum
     CROSS JOIN LATERAL tidemark.fold(sum.releases, sum.recordings, sum.named, sum.played, sum.markets, sum.streams, sum.monetised,
                                      sum.amounts) AS folded
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
