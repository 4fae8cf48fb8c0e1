-- Batches are numbered without gaps, and each is of a file that is, or was, counted; what takes a file out is its opposite.
--   →   compared  bigint  batches
--       breach    text    a sentence; null: none
WITH breach AS (
    SELECT format('feed %s: %s batches, the highest is number %s, the tide says %s', feed.name, count(batch.number),
                  coalesce(max(batch.number), 0), tide.last_batch) AS sentence
      FROM tidemark.feed
      JOIN tidemark.tide ON tide.feed = feed.id
      LEFT JOIN tidemark.batch ON batch.feed = feed.id
     GROUP BY feed.name, tide.last_batch
    HAVING count(batch.number) <> tide.last_batch OR coalesce(max(batch.number), 0) <> tide.last_batch
     UNION ALL
    SELECT format('feed %s: file %s is %s, but %s batches count it and %s take it out', feed.name, file.sha256, file.state,
                  count(*) FILTER (WHERE batch.kind = 'counted'), count(*) FILTER (WHERE batch.kind = 'revoked'))
      FROM tidemark.report_file AS file
      JOIN tidemark.feed ON feed.id = file.feed
      LEFT JOIN tidemark.batch ON batch.report_file = file.id
     GROUP BY feed.name, file.sha256, file.state
    HAVING count(*) FILTER (WHERE batch.kind = 'counted') <> 1
        OR count(*) FILTER (WHERE batch.kind = 'revoked') <> CASE WHEN file.state = 'counted' THEN 0 ELSE 1 END
     UNION ALL
    SELECT format('feed %s: batch %s takes out %s streams, %s monetised, amount %s, its file had brought %s, %s, %s', feed.name,
                  revoked.number, -revoked.streams, -revoked.monetised, trim_scale(-revoked.amount), counted.streams,
                  counted.monetised, trim_scale(counted.amount))
      FROM tidemark.batch AS revoked
      JOIN tidemark.batch AS counted ON counted.report_file = revoked.report_file AND counted.kind = 'counted'
      JOIN tidemark.feed ON feed.id = revoked.feed
     WHERE revoked.kind = 'revoked'
       AND (revoked.streams, revoked.monetised, revoked.amount) <> (-counted.streams, -counted.monetised, -counted.amount)
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT count(*) AS compared FROM tidemark.batch) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
