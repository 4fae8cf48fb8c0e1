-- What the batches up to the last complete cut brought is with a release or in suspense, feed by feed. (That the cells of suspense are
-- what stands beside them is seen by verify_accruals.)
--   →   compared  bigint  feeds
--       breach    text    a sentence; null: none
WITH cut AS (
    SELECT cut.feed, cut.batch
      FROM tidemark.accrual_cut AS cut
     WHERE cut.accrual = (SELECT max(accrual.number) FROM tidemark.accrual WHERE accrual.completed_at IS NOT NULL)
), brought AS (
    SELECT cut.feed, sum(batch.streams) AS streams, sum(batch.monetised) AS monetised, sum(batch.amount) AS amount
      FROM cut
      JOIN tidemark.batch ON batch.feed = cut.feed AND batch.number <= cut.batch
     GROUP BY cut.feed
), placed AS (
    SELECT side.feed, sum(side.streams) AS streams, sum(side.monetised) AS monetised, sum(side.amount) AS amount
      FROM (SELECT usage.feed, total.streams, total.monetised, total.amount
              FROM tidemark.release_usage AS usage
             CROSS JOIN LATERAL (SELECT sum(cell.streams) AS streams, sum(cell.monetised) AS monetised,
                                        sum(cell.amount) AS amount
                                   FROM tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings,
                                                        usage.pairs, usage.markets, usage.streams, usage.monetised,
                                                        usage.amounts) AS cell) AS total
             WHERE EXISTS (SELECT FROM tidemark.accrual
                            WHERE accrual.number = usage.accrual AND accrual.completed_at IS NOT NULL)
             UNION ALL
            SELECT waiting.feed, waiting.total_streams, waiting.total_monetised, waiting.total_amount
              FROM tidemark.unplaced_usage AS waiting
             WHERE EXISTS (SELECT FROM tidemark.accrual
                            WHERE accrual.number = waiting.accrual AND accrual.completed_at IS NOT NULL)) AS side
     GROUP BY side.feed
), breach AS (
    SELECT format('feed %s: %s streams, %s monetised, amount %s were counted, and %s, %s, %s are with a release or in suspense',
                  feed.name, coalesce(brought.streams, 0), coalesce(brought.monetised, 0),
                  trim_scale(coalesce(brought.amount, 0)), coalesce(placed.streams, 0), coalesce(placed.monetised, 0),
                  trim_scale(coalesce(placed.amount, 0))) AS sentence
      FROM brought
      FULL JOIN placed ON placed.feed = brought.feed
      JOIN tidemark.feed ON feed.id = coalesce(brought.feed, placed.feed)
     WHERE (coalesce(brought.streams, 0), coalesce(brought.monetised, 0), coalesce(brought.amount, 0))
        <> (coalesce(placed.streams, 0), coalesce(placed.monetised, 0), coalesce(placed.amount, 0))
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM cut) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
