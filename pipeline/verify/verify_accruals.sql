-- Each accrual covers what its batches brought: counted = matched + suspense, and what is recorded is what was written.
--   →   compared  bigint  accruals that are complete
--       breach    text    a sentence; null: none
WITH brought AS (
    SELECT brought.accrual, sum(batch.streams) AS streams, sum(batch.monetised) AS monetised, sum(batch.amount) AS amount
      FROM tidemark.accrual_batch AS brought
      JOIN tidemark.batch ON batch.id = brought.id
     GROUP BY brought.accrual
), recorded AS (
    SELECT bucket.accrual, count(*) AS buckets,
           sum(bucket.counted_streams) AS streams,
           sum(bucket.counted_monetised) AS monetised,
           sum(bucket.counted_amount) AS amount,
           sum(bucket.matched_streams) AS matched_streams,
           sum(bucket.matched_monetised) AS matched_monetised,
           sum(bucket.matched_amount) AS matched_amount,
           sum(bucket.suspended_streams) AS suspended_streams,
           sum(bucket.suspended_monetised) AS suspended_monetised,
           sum(bucket.suspended_amount) AS suspended_amount
      FROM tidemark.accrual_bucket AS bucket
     GROUP BY bucket.accrual
), matched AS (
    SELECT usage.accrual, sum(total.streams) AS streams, sum(total.monetised) AS monetised, sum(total.amount) AS amount
      FROM tidemark.release_usage AS usage
     CROSS JOIN LATERAL (SELECT sum(cell.streams) AS streams, sum(cell.monetised) AS monetised, sum(cell.amount) AS amount
                           FROM tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                                usage.markets, usage.streams, usage.monetised, usage.amounts) AS cell) AS total
     GROUP BY usage.accrual
), suspended AS (
    SELECT suspense.accrual, sum(suspense.streams) AS streams, sum(suspense.monetised) AS monetised,
           sum(suspense.amount) AS amount
      FROM tidemark.suspense
     WHERE suspense.reason NOT IN ('no_rate', 'no_split')
     GROUP BY suspense.accrual
), side AS (
    SELECT accrual.number AS accrual,
           coalesce(recorded.buckets, 0) AS buckets,
           ROW(coalesce(brought.streams, 0), coalesce(brought.monetised, 0), trim_scale(coalesce(brought.amount, 0))) AS brought,
           ROW(coalesce(recorded.streams, 0), coalesce(recorded.monetised, 0), trim_scale(coalesce(recorded.amount, 0)))
               AS counted,
           ROW(coalesce(matched.streams, 0), coalesce(matched.monetised, 0), trim_scale(coalesce(matched.amount, 0))) AS matched,
           ROW(coalesce(recorded.matched_streams, 0), coalesce(recorded.matched_monetised, 0),
               trim_scale(coalesce(recorded.matched_amount, 0))) AS recorded_matched,
           ROW(coalesce(suspended.streams, 0), coalesce(suspended.monetised, 0), trim_scale(coalesce(suspended.amount, 0)))
               AS suspended,
           ROW(coalesce(recorded.suspended_streams, 0), coalesce(recorded.suspended_monetised, 0),
               trim_scale(coalesce(recorded.suspended_amount, 0))) AS recorded_suspended
      FROM tidemark.accrual
      LEFT JOIN brought ON brought.accrual = accrual.number
      LEFT JOIN recorded ON recorded.accrual = accrual.number
      LEFT JOIN matched ON matched.accrual = accrual.number
      LEFT JOIN suspended ON suspended.accrual = accrual.number
     WHERE accrual.completed_at IS NOT NULL
), breach AS (
    SELECT format('accrual %s is complete with %s of 256 buckets', side.accrual, side.buckets) AS sentence
      FROM side
     WHERE side.buckets <> 256
     UNION ALL
    SELECT format('accrual %s: its batches brought %s streams, monetised, amount, and it counted %s', side.accrual, side.brought,
                  side.counted)
      FROM side
     WHERE side.brought <> side.counted
     UNION ALL
    SELECT format('accrual %s: its release usage is %s streams, monetised, amount, and %s are recorded as matched', side.accrual,
                  side.matched, side.recorded_matched)
      FROM side
     WHERE side.matched <> side.recorded_matched
     UNION ALL
    SELECT format('accrual %s: its suspense is %s streams, monetised, amount, and %s are recorded as suspended', side.accrual,
                  side.suspended, side.recorded_suspended)
      FROM side
     WHERE side.suspended <> side.recorded_suspended
     UNION ALL
    SELECT format('%s accruals, but the highest is number %s', count(*), max(accrual.number))
      FROM tidemark.accrual
    HAVING count(*) <> coalesce(max(accrual.number), 0)
     UNION ALL
    SELECT format('accrual %s covers feed %s up to batch %s, the one before it up to %s', later.accrual, feed.name, later.batch,
                  earlier.batch)
      FROM tidemark.accrual_cut AS earlier
      JOIN tidemark.feed ON feed.id = earlier.feed
      LEFT JOIN tidemark.accrual_cut AS later ON later.accrual = earlier.accrual + 1 AND later.feed = earlier.feed
     WHERE EXISTS (SELECT FROM tidemark.accrual WHERE accrual.number = earlier.accrual + 1)
       AND coalesce(later.batch, 0) < earlier.batch
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM side) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
