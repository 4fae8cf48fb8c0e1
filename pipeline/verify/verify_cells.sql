-- The cells of each batch and bucket add up to the batch's control totals.
--   →   compared  bigint  chunks of cells
--       breach    text    a sentence; null: none
WITH found AS (
    SELECT usage.batch, usage.bucket, count(*) AS chunks,
           sum(usage.cells) AS cells,
           sum(total.streams) AS streams,
           sum(total.monetised) AS monetised,
           sum(total.amount) AS amount
      FROM tidemark.usage
     CROSS JOIN LATERAL (SELECT sum(cell.streams) AS streams, sum(cell.monetised) AS monetised, sum(cell.amount) AS amount
                           FROM tidemark.unfold(usage.cells, usage.pair_count, usage.releases, usage.recordings, usage.pairs,
                                                usage.markets, usage.streams, usage.monetised, usage.amounts) AS cell) AS total
     GROUP BY usage.batch, usage.bucket
), recorded AS (
    SELECT batch.id AS batch, (bucket.place - 1)::smallint AS bucket, bucket.cells, bucket.streams, bucket.monetised,
           bucket.amount
      FROM tidemark.batch
     CROSS JOIN LATERAL unnest(batch.bucket_cells, batch.bucket_streams, batch.bucket_monetised, batch.bucket_amounts)
           WITH ORDINALITY AS bucket (cells, streams, monetised, amount, place)
     WHERE (bucket.cells, bucket.streams, bucket.monetised, bucket.amount) <> (0, 0, 0, 0)
), breach AS (
    SELECT format('feed %s: batch %s, bucket %s: %s cells with %s streams, %s monetised, amount %s, recorded are %s, %s, %s, %s',
                  feed.name, batch.number, coalesce(found.bucket, recorded.bucket), coalesce(found.cells, 0),
                  coalesce(found.streams, 0), coalesce(found.monetised, 0), trim_scale(coalesce(found.amount, 0)),
                  coalesce(recorded.cells, 0), coalesce(recorded.streams, 0), coalesce(recorded.monetised, 0),
                  trim_scale(coalesce(recorded.amount, 0))) AS sentence
      FROM found
      FULL JOIN recorded ON recorded.batch = found.batch AND recorded.bucket = found.bucket
      LEFT JOIN tidemark.batch ON batch.id = coalesce(found.batch, recorded.batch)
      LEFT JOIN tidemark.feed ON feed.id = batch.feed
     WHERE (coalesce(found.cells, 0), coalesce(found.streams, 0), coalesce(found.monetised, 0), coalesce(found.amount, 0))
        <> (coalesce(recorded.cells, 0), coalesce(recorded.streams, 0), coalesce(recorded.monetised, 0),
            coalesce(recorded.amount, 0))
     UNION ALL
    SELECT format('feed %s: batch %s: %s cells, %s streams, %s monetised, amount %s, its buckets add up to %s, %s, %s, %s',
                  feed.name, batch.number, batch.cells, batch.streams, batch.monetised, trim_scale(batch.amount), total.cells,
                  total.streams, total.monetised, trim_scale(total.amount))
      FROM tidemark.batch
      JOIN tidemark.feed ON feed.id = batch.feed
     CROSS JOIN LATERAL (SELECT sum(bucket.cells) AS cells, sum(bucket.streams) AS streams, sum(bucket.monetised) AS monetised,
                                sum(bucket.amount) AS amount
                           FROM unnest(batch.bucket_cells, batch.bucket_streams, batch.bucket_monetised, batch.bucket_amounts)
                                AS bucket (cells, streams, monetised, amount)) AS total
     WHERE (batch.cells, batch.streams, batch.monetised, batch.amount)
        <> (total.cells, total.streams, total.monetised, total.amount)
)
SELECT everything.compared AS compared,
       breach.sentence     AS breach
  FROM (SELECT coalesce(sum(found.chunks), 0)::bigint AS compared FROM found) AS everything
  LEFT JOIN breach ON true
 ORDER BY breach.sentence COLLATE "C";
